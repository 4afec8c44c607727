"""The upload in AppTest: what came, what is proposed, what is asked for; and bad files."""

from __future__ import annotations

import getpass
import hashlib
import io
import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from made_marts import add_imports, create_marts
from opened_page import HAS_CONTEXT, OpenPage
from pymysql.cursors import DictCursor
from streamlit.testing.v1 import AppTest
from test_dashboard_access import login
from test_dashboard_pages import texts, whole_tree

from loaders import uploads
from lode import access, jobs
from lode.db import connect
from lode.errors import LodeError
from lode.rights import LOCAL_PREFIX, Principal
from lode.settings import Settings
from lode.worker import work
from streamlit_app.ui import uploaded

pytestmark = pytest.mark.database
CSV = (
    b"First Name,Last Name,Emial Address,Cell,Favourite Colour\n"
    b"Asha,Nakamura,asha@example.com,(217) 555-0143,red\n"
    b"Ben,Okafor,ben@example.org,(217) 555-0144,blue\n"
)


@pytest.fixture(scope="module")
def shared(warehouse_module: Settings) -> Settings:
    """Empty marts, made once for all tests of the file."""
    create_marts(warehouse_module)
    return warehouse_module


@pytest.fixture
def bare(shared: Settings) -> Iterator[Settings]:
    """The file's warehouse without imports, jobs and uploads."""
    yield shared
    with connect("loader", shared, schema="raw", autocommit=True) as connection:
        for table in ("app_jobs", "import_metadata"):
            connection.cursor().execute(f"delete from {table}")
    shutil.rmtree(uploads.uploads_folder(shared), ignore_errors=True)


def upload(app: AppTest, content: bytes, name: str = "leads.csv") -> AppTest:
    """Choose a file in the page's widget."""
    app.file_uploader[0].upload(name, content, "text/csv").run()
    return app


def all_jobs(settings: Settings) -> list[dict[str, Any]]:
    with (
        connect("loader", settings, schema="raw") as connection,
        connection.cursor(DictCursor) as cursor,
    ):
        cursor.execute("select * from app_jobs order by id")
        return list(cursor.fetchall())


def click(app: AppTest, label: str) -> AppTest:
    return next(one for one in app.button if one.label == label).click().run()


def test_an_upload_is_kept_previewed_and_its_headers_are_proposed(
    open_page: OpenPage, bare: Settings
) -> None:
    app = upload(open_page("imports", bare), CSV)
    assert not app.exception
    key = str(app.query_params["upload"])
    assert uploads.uploaded_file(bare, key).read_bytes() == CSV
    assert f"**leads\\.csv**, {len(CSV)} bytes" in texts(app)
    rows, headers = app.dataframe[0].value, app.dataframe[1].value
    assert list(rows.iloc[0]) == [
        "Asha", "Nakamura", "asha@example.com", "(217) 555-0143", "red",
    ]  # fmt: skip
    found = dict(zip(headers["Header"], headers["Becomes"], strict=True))
    assert found["First Name"] == "first_name"
    assert found["Emial Address"] == "email_1"
    assert found["Favourite Colour"] == "kept in extra"
    assert "Kept in extra, not lost: Favourite Colour." in texts(app)
    click(app, "Start import")
    (job,) = all_jobs(bare)
    assert (job["kind"], job["state"]) == ("load", "WAITING")
    given = json.loads(job["parameters"])
    assert given["upload"] == key
    assert given["columns"]["email_1"] == ["Emial Address"]
    assert "upload" not in app.query_params
    assert "○ **Waiting**] · Load a file · leads\\.csv" in texts(app)
    assert app.session_state["imports_are_running"] is True


def test_trying_out_twice_asks_once_and_the_counts_are_shown(
    open_page: OpenPage, bare: Settings
) -> None:
    app = upload(open_page("imports", bare), CSV)
    click(app, "Try it out")
    assert next(one for one in app.button if one.label == "Try it out").disabled
    (job,) = all_jobs(bare)
    assert job["kind"] == "dry_run"
    facts = {
        "predictions": [
            {
                "row_count": 2, "inserted_count": 1, "updated_count": 0, "unchanged_count": 0,
                "collapsed_count": 0, "rejected_count": 1,
            }
        ]
    }  # fmt: skip
    with connect("loader", bare, schema="raw", autocommit=True) as connection:
        taken = jobs.take(connection, bare, "test")
        assert taken is not None
        jobs.end(connection, bare, taken, "test", jobs.Outcome("1 × INVALID_PHONE", facts))
    app.run()
    assert (
        "2 records = 1 inserted + 0 updated + 0 unchanged + 0 collapsed + 1 rejected."
        in app.success[0].value
    )


def test_a_progress_is_shown_and_a_missing_worker_is_said(
    open_page: OpenPage, bare: Settings
) -> None:
    upload(open_page("imports", bare), CSV)
    app = open_page("imports", bare)
    number = _ask_for_undo(bare)
    with connect("loader", bare, schema="raw", autocommit=True) as connection:
        taken = jobs.take(connection, bare, "test")
        assert taken is not None
        standing = jobs.Standing("reading", 500, 2_000, "1,000 a second")
        jobs.keep(connection, taken, "test", standing)
        app.run()
        assert app.get("progress")[0].proto.value == 25
        assert "Reading · 500 of about 2,000 records · 1,000 a second" in (
            app.get("progress")[0].proto.text
        )
        connection.cursor().execute(
            "update app_jobs set lease_until = utc_timestamp(6) - interval 1 second where id = %s",
            (number,),
        )
    app.run()
    assert "No worker is at work on it" in app.warning[0].value
    assert app.session_state["imports_are_running"] is True, "a worker may come"


def _ask_for_undo(settings: Settings) -> int:
    from lode.rights import Principal

    who = Principal("local:ops", frozenset({"admin"}))
    with connect("app", settings, autocommit=True) as connection:
        given = {"import_id": "imp_2026_02_19_001"}
        return jobs.ask(connection, settings, who, "undo_preview", given, "0" * 32)


def test_undoing_needs_a_look_and_a_reason(open_page: OpenPage, bare: Settings) -> None:
    row = {"id": 1, "import_id": "imp_2026_02_19_001", "filename": "a.csv", "status": "COMPLETE"}
    add_imports(bare, [{**row, "row_count": 1, "inserted_count": 1}])
    app = open_page("imports", bare, imp="imp_2026_02_19_001")
    assert "Undo the import" not in [one.label for one in app.button]
    click(app, "See what undoing would do")
    with connect("loader", bare, schema="raw", autocommit=True) as connection:
        taken = jobs.take(connection, bare, "test")
        assert taken is not None
        jobs.end(connection, bare, taken, "test", jobs.Outcome("1 records reversed"))
    app.run()
    assert "1 records reversed" in texts(app)
    click(app, "Undo the import")
    assert any("Say why" in message.value for message in app.error)
    app.text_input(key="undo_reason_imp_2026_02_19_001").set_value("wrong list")
    click(app, "Undo the import")
    assert [job["kind"] for job in all_jobs(bare)] == ["undo_preview", "undo"]
    assert json.loads(all_jobs(bare)[1]["parameters"])["reason"] == "wrong list"


def test_the_same_bytes_are_recognised(open_page: OpenPage, bare: Settings) -> None:
    checksum = hashlib.sha256(CSV).hexdigest()
    row = {"id": 1, "import_id": "imp_a", "filename": "a.csv", "status": "COMPLETE"}
    add_imports(bare, [{**row, "checksum": checksum}])
    app = upload(open_page("imports", bare), CSV)
    assert "The same bytes are imp\\_a already" in app.warning[0].value


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "empty.csv"), (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "picture.csv"), (b"\0" * 99, "x.db")],
)
def test_a_file_that_is_none_is_a_sentence(
    open_page: OpenPage, bare: Settings, content: bytes, name: str
) -> None:
    app = upload(open_page("imports", bare), content, name)
    assert not app.exception
    assert len(app.error) == 1
    assert "Error " not in app.error[0].value
    assert app.error[0].value.replace("\\", "").startswith(name), "not where it lies"
    assert "Start import" not in [one.label for one in app.button]
    click(app, "Choose another file")
    assert "upload" not in app.query_params


@pytest.mark.parametrize("key", ["../../etc/passwd", "0" * 32, "![x](http://x.example.com)"])
def test_a_key_that_is_made_up_is_a_sentence(open_page: OpenPage, bare: Settings, key: str) -> None:
    app = open_page("imports", bare, upload=key)
    assert not app.exception
    assert "upload" in app.error[0].value
    assert "![x]" not in whole_tree(app)


def test_names_are_made_harmless_and_too_much_is_refused(bare: Settings, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"a" * 2_000_000)
    with source.open("rb") as file:
        key = uploads.keep_upload(bare, "..\\..\\../etc/\x00pass wd.csv", file)
    path = uploads.uploaded_file(bare, key)
    assert path.parent.parent == uploads.uploads_folder(bare)
    assert path.name == "_pass wd.csv"
    with source.open("rb") as file, pytest.raises(LodeError, match="is larger than 1 MiB"):
        uploads.keep_upload(bare, "big.csv", file, 1024 * 1024)
    assert [folder.name for folder in uploads.uploads_folder(bare).iterdir()] == [key]
    uploads.forget_upload(bare, key)
    assert not path.parent.exists()


def test_a_job_names_a_file_as_who_sent_it_does(bare: Settings) -> None:
    key = uploads.keep_upload(bare, "leads.csv", io.BytesIO(b""))
    given = {"upload": key, "name": "leads.csv"}
    with connect("loader", bare, schema="raw", autocommit=True) as connection:
        who = Principal(f"{LOCAL_PREFIX}{getpass.getuser()}", frozenset({"admin"}))
        jobs.ask(connection, bare, who, "load", given, key)
    work(bare, is_once=True)
    job = all_jobs(bare)[-1]
    assert (job["state"], job["message"]) == (
        "FAILED", "leads.csv is empty (0 bytes): nothing to load.",
    )  # fmt: skip


def test_a_broken_beginning_is_said(open_page: OpenPage, bare: Settings) -> None:
    app = upload(open_page("imports", bare), b'a,b\n1,2,3\n"x\n')
    assert "No record at the beginning of the file is whole" in texts(app)


def test_a_file_that_did_not_come_whole_is_not_there(bare: Settings) -> None:
    key, path = uploads.begin_upload(bare, "leads.csv")
    path.write_bytes(CSV[:50])
    with pytest.raises(LodeError, match="upload it again"):
        uploads.uploaded_file(bare, key)
    path.write_bytes(CSV)
    assert uploads.end_upload(path) == uploads.uploaded_file(bare, key)


def test_the_page_refuses_on_the_server_what_is_too_large(
    open_page: OpenPage, bare: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploaded, "WIDGET_MEGABYTES", 1)
    app = upload(open_page("imports", bare), b"a,b\n" + b"1,2\n" * 500_000)
    assert "is larger than 1 MiB" in app.error[0].value
    assert "upload" not in app.query_params


@pytest.mark.skipif(not HAS_CONTEXT, reason="a test can't log in before Streamlit 1.67")
def test_who_may_only_look_is_offered_nothing(open_page: OpenPage, bare: Settings) -> None:
    access.grant(bare, "compliance@example.com", "compliance", by="chief", reason="test")
    row = {"id": 1, "import_id": "imp_2026_02_19_001", "filename": "a.csv", "status": "COMPLETE"}
    add_imports(bare, [row])
    app = open_page("imports", bare, login("compliance"), imp="imp_2026_02_19_001")
    assert not app.file_uploader
    assert [one.label for one in app.button] == ["Log out"]


def key_in_address(app: AppTest) -> str:
    """Return the key of the upload that the address names; a parameter may come as a list."""
    given = app.query_params["upload"]
    return given if isinstance(given, str) else given[0]


def lay(settings: Settings, name: str, content: bytes = CSV, seconds: float = 60) -> Path:
    """Lay a file into the drop folder that has not changed for some seconds."""
    folder = uploads.drop_folder(settings)
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    then = time.time() - seconds
    os.utime(path, (then, then))
    return path


@pytest.fixture
def laid(bare: Settings) -> Iterator[Settings]:
    """The bare warehouse with a drop folder, which is empty afterwards."""
    yield bare
    shutil.rmtree(uploads.drop_folder(bare), ignore_errors=True)


def test_a_file_of_the_drop_folder_goes_the_same_way(open_page: OpenPage, laid: Settings) -> None:
    """It is chosen from a list, previewed, and loaded by the worker; where it lay it stays."""
    assert "could be chosen here too" in texts(open_page("imports", laid))
    path = lay(laid, "large.csv")
    app = click(open_page("imports", laid), "Take this file")
    assert not app.exception
    key = key_in_address(app)
    assert uploads.uploaded_file(laid, key).read_bytes() == CSV
    assert "**large\\.csv**" in texts(app)
    click(app, "Start import")
    (job,) = all_jobs(laid)
    assert json.loads(job["parameters"])["upload"] == key
    uploads.forget_upload(laid, key)
    assert path.read_bytes() == CSV


def test_only_whole_files_of_the_folder_are_offered(laid: Settings) -> None:
    outside = laid.home / "secret.csv"
    outside.write_bytes(CSV)
    lay(laid, "whole.csv")
    lay(laid, "growing.csv", seconds=0)
    lay(laid, ".hidden.csv")
    folder = uploads.drop_folder(laid)
    (folder / "folder.csv").mkdir()
    (folder / "link.csv").symlink_to(outside)
    assert uploads.laid_files(laid) == [("whole.csv", len(CSV))]
    for name, sentence in (
        ("growing.csv", "still being written"), ("link.csv", "no file that can be loaded"),
        ("folder.csv", "no file that can be loaded"), ("gone.csv", "not in the drop folder any"),
        (".hidden.csv", "not the name of a file"), ("../secret.csv", "not the name of a file"),
        (str(outside), "not the name of a file"), ("", "not the name of a file"),
    ):  # fmt: skip
        with pytest.raises(LodeError, match=sentence):
            uploads.take_laid(laid, name)
    outside.unlink()
    assert list(uploads.uploads_folder(laid).glob("*")) == []


def test_a_file_on_another_disk_is_copied(laid: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    lay(laid, "far.csv")
    monkeypatch.setattr(os, "link", refuse)
    assert uploads.uploaded_file(laid, uploads.take_laid(laid, "far.csv")).read_bytes() == CSV

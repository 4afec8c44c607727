"""`lode watch`: complete files only, each once, bad ones parked, a clean end, one watcher."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from killed_process import environment
from loaded_rows import query, write
from s3_server import BUCKET, keys, put, read, s3_server

from loaders import failures, watch
from loaders import load as load_module
from loaders.drops import DropBucket, DropFolder, is_ignored
from loaders.progress import QuietReporter
from loaders.watch import Watcher, only_watcher, open_drop
from lode.errors import BusyError, LodeError
from lode.settings import Settings, load_settings

PEOPLE = "name,email\nAnn,a@example.com\n"
BAD = "title,isbn\nA,1\n"


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with s3_server(monkeypatch) as url:
        yield url


def people(number: int) -> str:
    return f"name,email\nP{number},p{number}@example.com\n"


def watcher(settings: Settings, place: object, **options: Any) -> Watcher:
    return Watcher(
        settings, open_drop(str(place), settings), QuietReporter(), 0.05, runs=False, **options
    )


def imports(settings: Settings) -> list[tuple[Any, ...]]:
    return query(settings, "select filename, status from import_metadata order by id")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize(
    ("name", "ignored"),
    [
        ("leads.csv", False),
        ("part.csv", False),
        (".leads.csv", True),
        ("~$leads.xlsx", True),
        ("leads.csv.part", True),
        ("LEADS.TMP", True),
        ("leads.csv~", True),
        ("leads.csv.error.txt", True),
    ],
)
def test_unfinished_files_are_known_by_their_names(name: str, ignored: bool) -> None:
    assert is_ignored(name) is ignored


def test_a_file_is_complete_when_two_looks_find_it_the_same(drop: Path) -> None:
    place = DropFolder(drop)
    path = write(drop, "a.csv", "name\n")
    (drop / "folder").mkdir()
    (drop / "link.csv").symlink_to(path)
    assert place.arrivals() == []
    with path.open("a") as file:
        file.write("Ann\n")
    assert place.arrivals() == []
    write(drop, "b.csv", "name\nBen\n")
    os.utime(path, ns=(1, 1))
    assert place.arrivals() == []
    assert [arrival.name for arrival in place.arrivals()] == ["a.csv", "b.csv"]


def test_a_folder_that_went_away_is_a_sentence(drop: Path) -> None:
    place = DropFolder(drop)
    drop.rmdir()
    with pytest.raises(LodeError, match=r"can't be used .it does not exist."):
        place.arrivals()
    with pytest.raises(LodeError, match="is no folder"):
        open_drop(str(drop), load_settings({}))


def test_the_default_drop_is_below_home(tmp_path: Path) -> None:
    settings = load_settings({"LODE_HOME": str(tmp_path)})
    found = open_drop(None, settings)
    assert isinstance(found, DropFolder)
    assert found.root == tmp_path / "drop"
    assert found.arrivals() == []


@pytest.mark.parametrize("place", [f"s3://{BUCKET}", f"s3://{BUCKET}/lake"])
def test_what_holds_the_landing_zone_is_not_watched(place: str, tmp_path: Path) -> None:
    settings = load_settings(
        {"LODE_HOME": str(tmp_path), "LODE_LANDING": f"s3://{BUCKET}/lake/zone"}
    )
    with pytest.raises(LodeError, match="holds the landing zone itself"):
        open_drop(place, settings)
    assert open_drop(f"s3://{BUCKET}/lake/zone/raw-uploads", settings)
    assert open_drop("s3://other", settings)


def test_notes_survive_half_a_line(tmp_path: Path, bucket: str) -> None:
    notes = tmp_path / "notes.jsonl"
    for key in ("in/a.csv", "in/b.csv"):
        put(key, PEOPLE.encode())
    address = watch.S3Address(BUCKET, "in/")
    place = DropBucket(address, notes)
    first, second = place.arrivals()
    place.accept(first, "imp_1")
    notes.write_text(notes.read_text() + '{"key": "in/b.csv", "et')
    place = DropBucket(address, notes)
    assert place.arrivals() == [second]
    place.accept(second, "imp_2")
    assert DropBucket(address, notes).arrivals() == []


def test_the_second_watcher_is_told_who_is_the_first(tmp_path: Path) -> None:
    settings = load_settings({"LODE_HOME": str(tmp_path)})
    with (
        only_watcher(settings),
        pytest.raises(BusyError, match=rf"is at work .process {os.getpid()}, since 20"),
        only_watcher(settings),
    ):
        pass
    with only_watcher(settings):
        pass


@pytest.mark.database
def test_good_files_are_loaded_bad_ones_parked_and_others_go_on(
    warehouse: Settings, drop: Path
) -> None:
    write(drop, "a bad one.csv", BAD)
    write(drop, "empty.csv", "")
    write(drop, "good.csv", PEOPLE)
    write(drop, "unfinished.csv.part", PEOPLE)
    at_work = watcher(warehouse, drop)
    at_work.once()
    assert imports(warehouse) == [("good.csv", "LOADED")]
    assert names(drop) == [".done", ".parked", "unfinished.csv.part"]
    assert names(drop / ".done") == ["good.csv"]
    parked = drop / ".parked"
    assert names(parked) == [
        "a bad one.csv",
        "a bad one.csv.error.txt",
        "empty.csv",
        "empty.csv.error.txt",
    ]
    assert "columns of no known set" in (parked / "a bad one.csv.error.txt").read_text()
    assert "is empty" in (parked / "empty.csv.error.txt").read_text()
    assert at_work.failures == 2
    # The same bytes under the same name again: recognized, and out of the way.
    write(drop, "good.csv", PEOPLE)
    write(drop, "a bad one.csv", "name,email\nBen,b@example.com\n")
    at_work.once()
    assert imports(warehouse) == [("good.csv", "LOADED"), ("a bad one.csv", "LOADED")]
    assert names(drop / ".done") == ["a bad one.csv", "good.csv", "good_2.csv"]


@pytest.mark.database
def test_a_database_moves_with_its_log(warehouse: Settings, drop: Path) -> None:
    database = sqlite3.connect(drop / "crm.sqlite", isolation_level=None)
    database.execute("pragma journal_mode = wal")
    database.execute("create table people (name text, email text)")
    database.execute("insert into people values ('Ann', 'a@example.com')")
    watcher(warehouse, drop).once()
    database.close()
    assert imports(warehouse) == [("crm.sqlite", "LOADED")]
    assert "crm.sqlite" in names(drop / ".done")
    assert names(drop) == [".done"]


@pytest.mark.database
def test_a_file_that_changes_while_it_is_loaded_is_loaded_again(
    warehouse: Settings, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(drop, "a.csv", PEOPLE)
    load_file = load_module.load_file

    def slow_writer(*args: Any, **kwargs: Any) -> Any:
        result = load_file(*args, **kwargs)
        if path.stat().st_size == len(PEOPLE):
            write(drop, "a.csv", PEOPLE + "Ben,b@example.com\n")
        return result

    monkeypatch.setattr(watch, "load_file", slow_writer)
    at_work = watcher(warehouse, drop)
    at_work.once()
    assert names(drop) == ["a.csv"]
    at_work.once()
    assert names(drop) == [".done"]
    assert query(warehouse, "select row_count from import_metadata order by id") == [(1,), (2,)]


@pytest.mark.database
def test_without_the_database_nothing_is_parked(
    warehouse: Settings, drop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(drop, "a.csv", PEOPLE)
    gone = replace(warehouse, given_host="127.0.0.1", given_port=1)
    gone = replace(gone, credentials={"loader": _account(warehouse)})
    at_work = watcher(gone, drop)
    at_work.once()
    assert names(drop) == ["a.csv"]
    event = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert event["event"] == "waiting"
    assert "does not answer" in event["error"]
    watcher(warehouse, drop).once()
    assert imports(warehouse) == [("a.csv", "LOADED")]


def _account(settings: Settings) -> Any:
    from lode.settings import Credential

    account = settings.account("loader")
    return Credential(account.user, account.password)


@pytest.mark.parametrize(
    ("cause", "is_file"),
    [
        (OSError(28, "No space left on device"), False),
        (ConnectionResetError(), False),
        (FileNotFoundError(), True),
        (ValueError("bad bytes"), True),
        (sqlite3.DatabaseError("malformed"), True),
    ],
)
def test_whose_fault_it_is(cause: Exception, is_file: bool) -> None:
    def fail() -> None:
        try:
            raise cause
        except Exception:  # noqa: BLE001 - any of them
            raise LodeError("A sentence.") from None

    with pytest.raises(LodeError) as caught:
        fail()
    assert failures.is_fault_of_file(caught.value) is is_file
    assert not failures.is_fault_of_file(BusyError("Somebody has it."))


@pytest.mark.database
def test_the_models_run_once_in_a_round_and_only_if_something_is_new(
    warehouse: Settings, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[Settings] = []
    monkeypatch.setattr(watch, "run_pipeline", runs.append)
    at_work = watcher(warehouse, drop)
    at_work.runs = True
    for number in range(3):
        write(drop, f"{number}.csv", people(number))
    at_work.once()
    assert len(imports(warehouse)) == 3
    assert len(runs) == 1
    at_work.once()
    write(drop, "again.csv", people(1))
    at_work.once()
    assert len(runs) == 1
    # What another watcher has loaded before it was killed is processed by the next one.
    next_one = watcher(warehouse, drop)
    next_one._is_run_due = True
    next_one.once()
    assert len(runs) == 2


@pytest.mark.database
def test_a_prefix_in_s3_is_watched_without_being_changed(
    warehouse: Settings, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("in/", b"")
    put("in/plus + blank é.csv", PEOPLE.encode())
    put("in/bad.csv", BAD.encode())
    put("in/.hidden.csv", people(7).encode())
    put("inbox/not ours.csv", people(8).encode())
    place = f"s3://{BUCKET}/in"
    at_work = watcher(warehouse, place)
    at_work.once()
    assert imports(warehouse) == [("plus + blank é.csv", "LOADED")]
    assert "columns of no known set" in read("in/bad.csv.error.txt").decode()
    before = keys()
    # Nothing is downloaded again, not by the next watcher either.
    with monkeypatch.context() as patch:
        patch.setattr(watch, "load_file", lambda *_, **__: pytest.fail("loaded again"))
        at_work.once()
        watcher(warehouse, place).once()
    assert keys() == before
    put("in/bad.csv", people(9).encode())
    watcher(warehouse, place).once()
    assert imports(warehouse)[1:] == [("bad.csv", "LOADED")]


def start(settings: Settings, *arguments: object) -> subprocess.Popen[str]:
    variables = {name: value for name, value in os.environ.items() if name[:5] != "LODE_"}
    return subprocess.Popen(
        [sys.executable, "-c", "from lode.cli import main; main()", "watch", *map(str, arguments)],
        cwd=settings.root,
        env={**variables, **environment(settings)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.database
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(warehouse: Settings, drop: Path, number: int) -> None:
    process = start(warehouse, drop, "--interval", "0.1", "--no-run")
    write(drop, "a.csv", PEOPLE)
    wait_for(lambda: names(drop / ".done") == ["a.csv"])
    write(drop, "bad.csv", BAD)
    wait_for(lambda: names(drop / ".parked") == ["bad.csv", "bad.csv.error.txt"])
    second = start(warehouse, drop, "--once")
    assert second.wait(60) == 1
    assert f"(process {process.pid}, since " in second.communicate()[1]
    process.send_signal(number)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert errors == ""
    events = [json.loads(line) for line in output.splitlines()]
    told = [event["event"] for event in events if event["event"] not in ("step", "records")]
    assert told == ["watching", "done", "failed", "parked", "stopped"]
    assert "example.com" not in output


@pytest.mark.database
def test_one_round_brings_files_into_the_marts(warehouse: Settings, drop: Path) -> None:
    for number in range(2):
        write(drop, f"{number}.csv", people(number))
    output, errors = start(warehouse, drop, "--once", "--interval", "0.1").communicate(timeout=300)
    events = [json.loads(line) for line in output.splitlines()]
    processed = [event["imports"] for event in events if event["event"] == "run"]
    assert [len(found) for found in processed] == [2], errors
    assert {status for _, status in imports(warehouse)} == {"COMPLETE"}


@pytest.mark.database
def test_a_killed_watcher_is_followed_by_another(warehouse: Settings, drop: Path) -> None:
    for number in range(30):
        write(drop, f"{number:02}.csv", people(number))
    process = start(warehouse, drop, "--interval", "0.1", "--no-run")
    wait_for(lambda: len(imports(warehouse)) >= 3)
    process.kill()
    process.communicate()
    done = start(warehouse, drop, "--once", "--interval", "0.1", "--no-run")
    _, errors = done.communicate(timeout=60)
    assert (done.returncode, errors) == (0, "")
    assert sorted(imports(warehouse)) == [(f"{number:02}.csv", "LOADED") for number in range(30)]
    assert query(warehouse, "select count(*) from staging_raw_import") == [(30,)]
    assert len(names(drop / ".done")) == 30
    assert names(drop) == [".done"]

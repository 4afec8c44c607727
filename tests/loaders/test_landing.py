"""The landing zone: immutable copies under their hour, databases with their logs settled."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from loaders import landing, scratch
from loaders.check import check_file
from loaders.landing import free_places, incoming_copy, is_landed, land, landed_path, location
from loaders.scratch import scratch_folder
from lode.errors import LodeError
from lode.settings import Settings, load_settings

NOON = datetime(2026, 2, 19, 14, 5, 23)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return load_settings({"LODE_HOME": str(tmp_path / "home")})


def leads(folder: Path, name: str = "campaign leads Q1.CSV") -> Path:
    path = folder / name
    path.write_bytes(b"email\na@example.com\n")
    return path


def test_the_place_has_the_shape_of_the_bucket(tmp_path: Path) -> None:
    place = location(check_file(leads(tmp_path)), NOON)
    assert place == "raw-uploads/2026/02/19/14/campaign_leads_Q1_20260219_140523.csv"


@pytest.mark.parametrize("name", ["..csv", "a; drop table x.c'sv", "é\u202e%2e%2e.csv", "x" * 250])
def test_no_name_gets_out_of_its_folder(tmp_path: Path, name: str) -> None:
    place = location(check_file(leads(tmp_path, name)), NOON)
    assert re.fullmatch(r"raw-uploads/2026/02/19/14/[A-Za-z0-9._-]{1,150}", place)
    assert ".." not in place


def test_a_landed_copy_is_whole_and_can_not_be_written(tmp_path: Path, home: Settings) -> None:
    source = check_file(leads(tmp_path))
    with incoming_copy(source, home) as incoming:
        assert incoming.checksum == hashlib.sha256(source.path.read_bytes()).hexdigest()
        path = land(incoming, "raw-uploads/x.csv", home)
    assert path.read_bytes() == source.path.read_bytes()
    assert path.stat().st_mode & 0o222 == 0
    assert is_landed("raw-uploads/x.csv", incoming.checksum, home)
    assert not list((landing.landing_root(home) / ".incoming").iterdir())


def test_a_damaged_landed_copy_is_replaced(tmp_path: Path, home: Settings) -> None:
    source = check_file(leads(tmp_path))
    damaged = landed_path("raw-uploads/x.csv", home)
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"half")
    with incoming_copy(source, home) as incoming:
        assert land(incoming, "raw-uploads/x.csv", home).read_bytes() == source.path.read_bytes()


def test_a_place_with_other_bytes_is_passed_over(tmp_path: Path, home: Settings) -> None:
    """Files of one name may come in one second."""
    source = check_file(leads(tmp_path))
    with incoming_copy(source, home) as incoming:
        checksum = incoming.checksum
        first = next(free_places(source, NOON, checksum, home))
        land(incoming, first, home)
    assert next(free_places(source, NOON, checksum, home)) == first
    assert next(free_places(source, NOON, "0" * 64, home)) == (
        "raw-uploads/2026/02/19/14/campaign_leads_Q1_20260219_140523_2.csv"
    )


def test_warehouses_of_one_home_can_not_replace_what_another_landed(
    tmp_path: Path, home: Settings
) -> None:
    """Two found the place free in the same second, before either had landed its file there."""
    ours = leads(tmp_path)
    theirs = tmp_path / "theirs.csv"
    theirs.write_bytes(b"email\nb@example.com\n")
    place = "raw-uploads/2026/02/19/14/leads_20260219_140523.csv"
    with incoming_copy(check_file(ours), home) as incoming:
        path = land(incoming, place, home)
    for other in (home.with_prefix("other"), replace(home, engine="mysql")):
        with incoming_copy(check_file(theirs), other) as copy:
            assert land(copy, place, other).read_bytes() == theirs.read_bytes()
    assert path.read_bytes() == ours.read_bytes()
    assert is_landed(place, incoming.checksum, home)


def test_what_was_landed_for_all_warehouses_of_a_home_is_still_read(
    tmp_path: Path, home: Settings
) -> None:
    place = "raw-uploads/x.csv"
    before = home.home / "landing" / place
    before.parent.mkdir(parents=True)
    before.write_bytes(leads(tmp_path).read_bytes())
    with incoming_copy(check_file(tmp_path / "campaign leads Q1.CSV"), home) as incoming:
        assert is_landed(place, incoming.checksum, home)
        assert land(incoming, place, home) == before == landed_path(place, home)
        assert next(free_places(check_file(before), NOON, "0" * 64, home, place)) != place
        before.write_bytes(b"damaged")
        assert land(incoming, place, home) == landing.landing_root(home) / place
    assert before.read_bytes() == b"damaged"


def test_a_file_that_changes_while_it_is_read(tmp_path: Path, home: Settings) -> None:
    source = check_file(leads(tmp_path))
    with source.path.open("ab") as file:
        file.write(b"b@example.com\n")
    with pytest.raises(LodeError, match="changed while it was read"), incoming_copy(source, home):
        raise AssertionError("a changed file was copied")


def test_a_folder_that_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file in the way")
    settings = load_settings({"LODE_HOME": str(tmp_path / "home")})
    source = check_file(leads(tmp_path))
    with pytest.raises(LodeError, match="can't be written"), incoming_copy(source, settings):
        raise AssertionError("copied into a file")


def make_database(path: Path, journal: str) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute(f"pragma journal_mode = {journal}")
    database.execute("create table people (name text)")
    database.execute("insert into people values ('Zoë')")
    return database


def copied_names(path: Path, settings: Settings) -> tuple[list[str], str]:
    with incoming_copy(check_file(path), settings) as incoming:
        copy = sqlite3.connect(f"file:{incoming.path}?immutable=1", uri=True)
        names = [row[0] for row in copy.execute("select name from people")]
        copy.close()
        return names, incoming.checksum


def test_rows_in_a_write_ahead_log_are_copied_and_nothing_is_written(
    tmp_path: Path, home: Settings
) -> None:
    path = tmp_path / "crm.sqlite"
    database = make_database(path, "wal")
    assert Path(f"{path}-wal").stat().st_size > 0
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    first = copied_names(path, home)
    assert first[0] == ["Zoë"]
    assert copied_names(path, home) == first
    after = {name: (tmp_path / name).read_bytes() for name in before}
    assert after == before
    assert {file.name for file in tmp_path.iterdir()} - set(before) == {"home"}
    database.close()


def test_an_unfinished_transaction_is_not_copied(tmp_path: Path, home: Settings) -> None:
    path = tmp_path / "crm.sqlite"
    database = make_database(path, "delete")
    database.execute("pragma cache_size = 1")
    database.execute("begin")
    database.executemany("insert into people values (?)", [("x" * 500,)] * 2000)
    assert Path(f"{path}-journal").stat().st_size > 0
    assert copied_names(path, home)[0] == ["Zoë"]
    database.rollback()
    database.close()


def test_a_database_in_a_folder_without_write_permission(tmp_path: Path, home: Settings) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    make_database(folder / "crm.sqlite", "wal").close()
    (folder / "crm.sqlite").chmod(0o444)
    folder.chmod(0o555)
    assert copied_names(folder / "crm.sqlite", home)[0] == ["Zoë"]
    assert [file.name for file in folder.iterdir()] == ["crm.sqlite"]
    folder.chmod(0o755)


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "left"
    left.mkdir()
    (left / ".in-use").touch()
    (left / "copy").write_bytes(b"x")
    with scratch_folder(tmp_path) as mine:
        assert not left.exists()
        with scratch_folder(tmp_path) as other:
            assert mine.exists()
            assert other != mine
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_changed_hands_is_not_swept_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between opening and locking its file a folder is swept by a second and taken by a third."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / ".in-use").touch()
    flock, owners = scratch.fcntl.flock, []

    def slow(handle: int, operation: int) -> None:
        if not owners:
            (folder / ".in-use").unlink()
            owners.append((folder / ".in-use").open("w"))
            flock(owners[0], scratch.fcntl.LOCK_EX)
            (folder / "copy").write_text("work in progress")
        flock(handle, operation)

    monkeypatch.setattr(scratch.fcntl, "flock", slow)
    with scratch_folder(tmp_path):
        assert (folder / "copy").read_text() == "work in progress"
    owners[0].close()


def test_folders_made_at_the_same_time_do_not_sweep_each_other_away(tmp_path: Path) -> None:
    lost: list[OSError | LodeError] = []

    def work() -> None:
        try:
            for _ in range(150):
                with scratch_folder(tmp_path) as mine:
                    (mine / "x").write_text("x")
                    (mine / "x").read_text()
        except (OSError, LodeError) as error:
            lost.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lost == []
    with scratch_folder(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []

"""Extracts that are killed, lose their server or meet a source that changes: always one moment."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from killed_process import run_until_killed
from legacy_source import Legacy, chunks_in, extract, legacy_database, rows_in

from loaders.legacy import extract as extract_module
from loaders.legacy.work_file import WorkFile
from lode.errors import LodeError
from lode.server import PrivateServer
from lode.settings import Settings

pytestmark = pytest.mark.database

SCRIPT = Path(__file__).with_name("extract_until_killed.py")
ROWS, SIZE = 23, 4
# Module and function, which call of it, and whether to die before or after; how many chunks stay.
MOMENTS = [
    ("loaders.legacy.work_file:_span_text", 3, "before", 2),
    ("loaders.legacy.work_file:WorkFile.write", 3, "after", 3),
    ("loaders.legacy.work_file:WorkFile._copy_table", 1, "after", 6),
]
CHANGES = (
    "update people set name = 'changed' where id = 2",
    "delete from people where id = 6",
    "insert into people values (9, 'between', '')",
    "insert into people select id + 100, name, note from people",
)


@pytest.fixture(scope="module")
def database(server: Settings) -> Iterator[Legacy]:
    with legacy_database(server) as found:
        yield found


@pytest.fixture
def legacy(database: Legacy, monkeypatch: pytest.MonkeyPatch) -> Legacy:
    """A table of 23 rows, with room between their keys, read in chunks of four."""
    monkeypatch.setattr(extract_module, "CHUNK_ROWS", SIZE)
    monkeypatch.setattr(extract_module, "WAIT_SECONDS", 0.01)
    database.run(
        "drop table if exists people",
        "create table people (id int primary key, name varchar(20), note longtext)",
    )
    database.fill("people", [(2 * n, f"Pérson {n}", "x" * n or None) for n in range(ROWS)])
    return database


def expected(legacy: Legacy) -> list[Any]:
    return legacy.run("select cast(id as char), name, note from people order by id")


def before_write(
    patch: pytest.MonkeyPatch, call: int, work: Callable[[], object]
) -> list[tuple[int, int]]:
    """Do something before a chunk is written; returns the list of what has been written."""
    original, written = WorkFile.write, []

    def write(self: WorkFile, table: int, number: int, *arguments: Any) -> int:
        written.append((table, number))
        if len(written) == call:
            work()
        return original(self, table, number, *arguments)

    patch.setattr(WorkFile, "write", write)
    return written


@pytest.mark.parametrize(("place", "call", "moment", "kept"), MOMENTS)
def test_killed_and_run_again_while_the_source_changes(
    legacy: Legacy,
    tmp_path: Path,
    place: str,
    call: int,
    moment: str,
    kept: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "killed"
    assert run_until_killed(
        SCRIPT, legacy.settings, legacy.user, legacy.password, legacy.database, str(folder), SIZE,
        place, call, moment,
    ) == -signal.SIGKILL  # fmt: skip
    assert len(chunks_in(folder)) == kept
    legacy.run(*CHANGES)
    written = before_write(monkeypatch, 0, lambda: None)
    path = extract(legacy, folder, "people")
    assert rows_in(path, "people") == expected(legacy)
    # Ids 0 to 6, 8 to 14 (with a new 9), and 16 to 22: the third chunk is as it was.
    assert ((0, 2) in written) == (kept < 3)
    assert {(0, 0), (0, 1)} <= set(written)
    monkeypatch.undo()
    monkeypatch.setattr(extract_module, "CHUNK_ROWS", SIZE)
    fresh = extract(legacy, tmp_path / "fresh", "people")
    assert path.read_bytes() == fresh.read_bytes()


def test_run_again_nothing_but_the_open_end_is_fetched(
    legacy: Legacy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = extract(legacy, tmp_path, "people").read_bytes()
    written = before_write(monkeypatch, 0, lambda: None)
    assert extract(legacy, tmp_path, "people").read_bytes() == first
    assert written == [(0, ROWS // SIZE)]


def test_a_source_that_changes_meanwhile_is_read_as_it_was(
    legacy: Legacy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = expected(legacy)
    written = before_write(monkeypatch, 2, lambda: legacy.run(*CHANGES))
    assert rows_in(extract(legacy, tmp_path, "people"), "people") == before
    assert len(written) == ROWS // SIZE + 1
    assert expected(legacy) != before


def kill_connections(legacy: Legacy) -> None:
    with PrivateServer(legacy.settings).admin() as admin, admin.cursor() as cursor:
        cursor.execute(
            "select id from information_schema.processlist where user = %s", (legacy.user,)
        )
        for (number,) in cursor.fetchall():
            cursor.execute(f"kill {int(number)}")


def test_a_lost_connection_means_a_new_snapshot(
    legacy: Legacy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose() -> None:
        legacy.run(*CHANGES)
        kill_connections(legacy)

    written = before_write(monkeypatch, 3, lose)
    path = extract(legacy, tmp_path, "people")
    assert rows_in(path, "people") == expected(legacy)
    assert [number for _, number in written[:6]] == [0, 1, 2, 0, 1, 2]


def test_after_three_retries_the_extract_waits_for_the_next_run(
    legacy: Legacy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = WorkFile.write
    with monkeypatch.context() as patch:

        def write(self: WorkFile, table: int, number: int, *arguments: Any) -> int:
            if number == 2:
                kill_connections(legacy)
            return original(self, table, number, *arguments)

        patch.setattr(WorkFile, "write", write)
        with pytest.raises(LodeError, match="does not answer, and 3 retries failed"):
            extract(legacy, tmp_path, "people")
    assert chunks_in(tmp_path) == [(0, 0), (0, 1)]
    assert rows_in(extract(legacy, tmp_path, "people"), "people") == expected(legacy)


@pytest.mark.parametrize("damage", ["lost", "changed", "emptied", "twice"])
def test_rows_that_went_wrong_on_the_way_are_found_out(
    legacy: Legacy, tmp_path: Path, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = extract_module._stream

    def damaged(*arguments: Any) -> Iterator[Any]:
        for row in original(*arguments):
            if row[0] != b"10" or damage == "twice":
                yield row
            if row[0] == b"10" and damage != "lost":
                changed = {"changed": b"Person 5", "emptied": b"", "twice": row[1]}[damage]
                yield (row[0], changed, row[2])

    with monkeypatch.context() as patch:
        patch.setattr(extract_module, "_stream", damaged)
        with pytest.raises(LodeError, match="rows with the checksum") as caught:
            extract(legacy, tmp_path, "people")
    assert "nothing was loaded" in str(caught.value)
    assert not list(tmp_path.glob("*.sqlite"))
    assert rows_in(extract(legacy, tmp_path, "people"), "people") == expected(legacy)


def test_null_for_an_empty_text_is_found_out(
    legacy: Legacy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    legacy.run("update people set name = '' where id = 10")
    original = extract_module._stream

    def damaged(*arguments: Any) -> Iterator[Any]:
        for row in original(*arguments):
            yield tuple(value or None for value in row)

    monkeypatch.setattr(extract_module, "_stream", damaged)
    with pytest.raises(LodeError, match="rows with the checksum"):
        extract(legacy, tmp_path, "people")


@pytest.mark.parametrize("is_readable", [True, False])
def test_a_working_file_that_is_damaged_is_not_gone_on_with(
    legacy: Legacy, tmp_path: Path, is_readable: bool
) -> None:
    extract(legacy, tmp_path, "people")
    work = tmp_path / "work.sqlite"
    if is_readable:
        with closing(sqlite3.connect(work)) as database, database:
            database.execute("update rows_0 set c1 = 'damaged' where c0 = '10'")
    else:
        work.write_bytes(b"no database at all")
    assert rows_in(extract(legacy, tmp_path, "people"), "people") == expected(legacy)


def test_a_table_that_was_altered_is_begun_anew(legacy: Legacy, tmp_path: Path) -> None:
    extract(legacy, tmp_path, "people")
    legacy.run("alter table people add column more int default 5")
    rows = rows_in(extract(legacy, tmp_path, "people"), "people")
    assert [row[3] for row in rows] == ["5"] * ROWS


def test_a_table_whose_engine_has_no_snapshots_is_told_apart(
    legacy: Legacy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    legacy.run("alter table people engine = MyISAM")
    with monkeypatch.context() as patch:
        before_write(patch, 3, lambda: legacy.run(CHANGES[0]))
        with pytest.raises(LodeError, match="its engine knows no snapshots"):
            extract(legacy, tmp_path, "people")
    assert rows_in(extract(legacy, tmp_path, "people"), "people") == expected(legacy)


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("alter table people add column more int", "altered while it was read"),
        ("drop table people", "the table is gone"),
    ],
)
def test_a_table_that_is_altered_behind_the_snapshot_is_one_sentence(
    legacy: Legacy,
    tmp_path: Path,
    statement: str,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    original = extract_module.read_catalog

    def altering(connection: Any) -> Any:
        tables = original(connection)
        legacy.run(statement)
        return tables

    monkeypatch.setattr(extract_module, "read_catalog", altering)
    with pytest.raises(LodeError, match=sentence):
        extract(legacy, tmp_path, "people")


def test_a_place_that_cannot_be_written_is_one_sentence(legacy: Legacy, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(LodeError, match=r"can't be written below .*: check the disk"):
        extract(legacy, tmp_path / "file", "people")

"""A load that is killed and run again leaves what an undisturbed one leaves."""

from __future__ import annotations

import importlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pymysql
import pytest
from killed_process import environment, run_until_killed
from loaded_rows import abandoned, query, snapshot, write

from loaders import text
from loaders import writer as writer_module
from loaders.landing import landing_root
from loaders.load import load_file
from loaders.writer import Writer
from lode.errors import LodeError
from lode.settings import Settings

pytestmark = pytest.mark.database

SCRIPT = Path(__file__).with_name("load_until_killed.py")
# Module and function, which call of it, and whether to die before or after: every step of a load.
MOMENTS = [
    ("loaders.landing:_copy", 1, "after"),
    ("loaders.ledger:register", 1, "before"),
    ("loaders.ledger:_insert", 1, "after"),
    ("loaders.ledger:register", 1, "after"),
    ("loaders.load:land", 1, "after"),
    ("loaders.ledger:set_loading", 1, "after"),
    ("loaders.writer:Writer._load_data", 1, "before"),
    ("loaders.writer:Writer._load_data", 1, "after"),
    ("loaders.ledger:add_rejects", 1, "after"),
    ("loaders.ledger:add_progress", 2, "after"),
    ("loaders.writer:Writer.write", 3, "after"),
    ("loaders.chunk_file:ChunkFiles._copy", 4, "after"),
    ("loaders.ledger:set_loaded", 1, "before"),
    ("loaders.ledger:set_loaded", 1, "after"),
]


def leads(folder: Path) -> Path:
    """A file of several blocks with refused records and quoted line ends."""
    rows = [
        f'P{n},"first\nsecond {n}",p{n}@example.com' if n % 17 else f"P{n},refused"
        for n in range(400)
    ]
    return write(folder, "leads.csv", "name,notes,email\n" + "\n".join(rows) + "\n")


def load_and_die(settings: Settings, path: Path, place: str, call: int, moment: str) -> int:
    return run_until_killed(SCRIPT, settings, str(path), place, call, moment)


@pytest.fixture(scope="module")
def undisturbed(
    warehouse_module: Settings, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Any]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "BLOCK_BYTES", 2048)
        load_file(leads(tmp_path_factory.mktemp("undisturbed")), warehouse_module)
    found = snapshot(warehouse_module)
    assert len(found["progress"]) > 4
    assert len(found["import_rejects"]) == 24
    return found


@pytest.mark.parametrize(("place", "call", "moment"), MOMENTS)
def test_killed_at_a_step_and_run_again(
    warehouse: Settings,
    tmp_path: Path,
    undisturbed: dict[str, list[Any]],
    place: str,
    call: int,
    moment: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(text, "BLOCK_BYTES", 2048)
    path = leads(tmp_path)
    assert load_and_die(warehouse, path, place, call, moment) == -signal.SIGKILL
    result = load_file(path, warehouse)
    assert result.status == "LOADED"
    assert snapshot(warehouse) == undisturbed
    assert load_file(path, warehouse).is_duplicate
    landing = landing_root(warehouse)
    (place_in_landing,) = query(warehouse, "select s3_location from import_metadata")[0]
    assert (landing / place_in_landing).read_bytes() == path.read_bytes()
    assert not abandoned(landing / ".incoming")
    assert not abandoned(warehouse.home / "tmp")


def test_killed_at_any_moment_again_and_again(
    warehouse: Settings,
    tmp_path: Path,
    undisturbed: dict[str, list[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(text, "BLOCK_BYTES", 2048)
    path = leads(tmp_path)
    chance = random.Random(5)
    argument = json.dumps([environment(warehouse), str(path), "loaders.load:land", 99, "before"])
    for _ in range(6):
        child = subprocess.Popen(
            [sys.executable, str(SCRIPT), argument],
            cwd=warehouse.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.3, 1.6))
        child.kill()
        child.wait()
    load_file(path, warehouse)
    assert snapshot(warehouse) == undisturbed


def test_an_attempt_with_another_mapping_starts_again(
    warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = leads(tmp_path)
    load_and_die(warehouse, path, "loaders.writer:Writer.write", 3, "after")
    own = write(
        tmp_path,
        "own.yml",
        "name: own\nversion: 2\nfeed: people\nrequires: [[company_name]]\n"
        "columns: {company_name: [name]}\n",
    )
    result = load_file(path, warehouse, mapping_file=own)
    assert (result.attempt, result.loaded_count) == (2, 376)
    found = query(warehouse, "select count(*), count(company_name) from staging_raw_import")
    assert found[0] == (376, 376)


def test_a_broken_connection_is_retried_and_nothing_is_written_twice(
    warehouse: Settings,
    tmp_path: Path,
    undisturbed: dict[str, list[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(text, "BLOCK_BYTES", 2048)
    original, calls = Writer._load_data, []

    def breaking(self: Writer, *args: Any) -> None:
        calls.append(1)
        original(self, *args)
        if len(calls) in (2, 3, 5):
            self.connection.close()

    monkeypatch.setattr(Writer, "_load_data", breaking)
    monkeypatch.setattr(writer_module, "RETRIES", 3)
    result = load_file(leads(tmp_path), warehouse)
    assert result.attempt == 1
    assert snapshot(warehouse) == undisturbed
    assert len(calls) == len(undisturbed["progress"]) + 3


@pytest.mark.parametrize(
    "step", ["import_rows:find", "ledger:_insert", "ledger:progress", "ledger:set_loading"]
)
def test_a_connection_that_breaks_between_the_chunks_is_retried_too(
    warehouse: Settings, tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module(f"loaders.{step.split(':')[0]}")
    name, calls = step.split(":")[1], []
    original = getattr(module, name)

    def breaking(connection: Any, *arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            getattr(connection, "connection", connection).close()
        return original(connection, *arguments)

    monkeypatch.setattr(module, name, breaking)
    monkeypatch.setattr(Writer.__init__, "__defaults__", (0.01,))
    result = load_file(leads(tmp_path), warehouse)
    assert (result.status, result.attempt, result.row_count) == ("LOADED", 1, 400)
    assert len(calls) > 1
    assert query(warehouse, "select count(*) from import_metadata") == [(1,)]


def test_after_three_retries_the_import_waits_for_the_next_run(
    warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = leads(tmp_path)

    calls = []

    def broken(self: Writer, *_: Any) -> None:
        calls.append(1)
        raise pymysql.err.OperationalError(2013, "Lost connection")

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "_load_data", broken)
        patch.setattr(Writer.__init__, "__defaults__", (0.01,))
        with pytest.raises(LodeError, match="was lost and 3 retries failed"):
            load_file(path, warehouse)
    assert len(calls) == 1 + 3
    assert query(warehouse, "select status from import_metadata")[0] == ("FAILED",)
    result = load_file(path, warehouse)
    assert (result.status, result.attempt, result.row_count) == ("LOADED", 2, 400)


def test_a_server_that_takes_fewer_rows_is_found_out(
    warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = leads(tmp_path)
    original = Writer._load_data

    def losing(self: Writer, cursor: Any, row: Any, chunk: Any, *rest: Any) -> None:
        lines = chunk.path.read_bytes()
        chunk.path.write_bytes(lines[: lines.rindex(b"\n", 0, -1) + 1])
        original(self, cursor, row, chunk, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "_load_data", losing)
        with pytest.raises(LodeError, match="the server took"):
            load_file(path, warehouse)
    assert query(warehouse, "select status from import_metadata")[0] == ("FAILED",)
    assert query(warehouse, "select count(*) from staging_raw_import")[0] == (0,)


def test_an_import_that_does_not_add_up_is_never_shown(
    warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Writer, "count_rows", lambda *_: 375)
    with pytest.raises(LodeError, match="does not add up"):
        load_file(leads(tmp_path), warehouse)
    assert query(warehouse, "select status from import_metadata")[0] == ("FAILED",)


def test_a_second_writer_is_told_who_is_first(warehouse: Settings, tmp_path: Path) -> None:
    path = leads(tmp_path)
    holder = Writer(warehouse)
    from loaders.landing_store import file_checksum

    holder.claim(file_checksum(path), None, "leads.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer_module, "LOCK_SECONDS", 1)
        first = rf"another process \(.+, process {os.getpid()}, since 20\d\d-.+ UTC\)"
        with pytest.raises(LodeError, match=first):
            load_file(path, warehouse)
    holder.close()
    assert load_file(path, warehouse).row_count == 400


def test_many_at_once_get_numbers_of_their_own(warehouse: Settings, tmp_path: Path) -> None:
    paths = [
        write(tmp_path, "same.csv", f"name,email\nA{n},a{n}@example.com\n") for n in range(1)
    ] + [write(tmp_path, f"n{n}.csv", f"name,email\nB{n},b{n}@example.com\n") for n in range(7)]
    results: list[Any] = []
    threads = [
        threading.Thread(target=lambda path=path: results.append(load_file(path, warehouse)))
        for path in paths + paths[:3]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == len(threads)
    assert sorted({result.import_seq for result in results}) == list(range(1, 9))
    assert len({result.import_id for result in results}) == 8
    assert sum(result.is_duplicate for result in results) == 3
    assert query(warehouse, "select count(*) from staging_raw_import")[0] == (8,)


def test_what_was_counted_early_and_what_came_later_make_the_whole(
    warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "BLOCK_BYTES", 2048)
    early: list[tuple[int, int]] = []
    original = Writer.count_committed

    def spied(writer: Writer, feed: str, import_seq: int) -> tuple[int, int]:
        early.append(original(writer, feed, import_seq))
        return early[-1]

    monkeypatch.setattr(Writer, "count_committed", spied)
    result = load_file(leads(tmp_path), warehouse)
    ((last, counted),) = early
    refused = query(
        warehouse,
        "select count(*) from import_rejects where import_seq = %s and record_number <= %s",
        (result.import_seq, last),
    )[0][0]
    assert last == counted + refused
    # All but the last chunks, and those too if the server was fast.
    assert 0 < counted <= result.loaded_count


def test_a_count_that_fails_early_is_made_at_the_end(
    warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise LodeError("The server takes no further connection.")

    monkeypatch.setattr(text, "BLOCK_BYTES", 2048)
    original = Writer.count_committed

    def without_server(writer: Writer, feed: str, import_seq: int) -> tuple[int, int]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(writer_module, "open_connection", refused)
            return original(writer, feed, import_seq)

    monkeypatch.setattr(Writer, "count_committed", without_server)
    result = load_file(leads(tmp_path), warehouse)
    assert (result.row_count, result.loaded_count) == (400, 376)

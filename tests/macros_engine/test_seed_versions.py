"""A seed that keeps its versions says at every moment what its file said then."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from engine_project import EngineProject

from lode.db import connect

CONFIG = """
version: 2
seeds:
  - name: fares
    config:
      primary_key: [zone, kind]
      keep_versions: true
      former_values: {{cents: euros * 100}}
      column_types:
        zone: varchar(8)
        kind: varchar(8)
        {amount}: int
        note: varchar(20)
        valid_from: date
"""
FIRST, OPEN = datetime(1000, 1, 1), datetime(9999, 12, 31)
ALL = "select zone, kind, cents, note, known_at, known_until from {staging}.fares order by 1, 2, 5"
THEN = (
    "select zone, kind, cents, note, cast(valid_from as char) from {staging}.fares"
    " where known_at <= %s and known_until > %s order by 1, 2"
)
Fare = tuple[str, str, int, str | None, str]
FARES: list[Fare] = [
    ("a", "day", 100, "x", "2000-01-01"), ("a", "night", 50, None, "2000-01-01"),
    ("b", "day", 300, "Ä, %s", "2000-01-01"),
]  # fmt: skip


def write(project: EngineProject, fares: list[Fare], amount: str = "cents") -> None:
    """Write the file of the seed, and its config."""
    rows = [f'{z},{k},{n},"{note or ""}",{day}' for z, k, n, note, day in fares]
    text = "\n".join([f"zone,kind,{amount},note,valid_from", *rows, ""])
    (project.folder / "seeds" / "fares.csv").write_text(text, encoding="utf-8")
    (project.folder / "seeds" / "fares.yml").write_text(CONFIG.format(amount=amount))


def load(project: EngineProject, *arguments: str) -> str:
    """Load the seed; returns what dbt says of it."""
    done = project.run("seed", "--select", "fares", *arguments)
    (result,) = done.results
    assert "Traceback" not in done.output
    return str(result["message"])


def now(project: EngineProject) -> datetime:
    ((moment,),) = project.rows("select utc_timestamp(6)")
    assert isinstance(moment, datetime)
    return moment


@pytest.fixture
def fares(project: EngineProject) -> EngineProject:
    """The seed after its first load."""
    project.execute("drop table if exists {staging}.fares")
    write(project, FARES)
    assert load(project) == "seed fares: 3 rows"
    return project


def test_what_a_file_said_then_is_known_for_ever(fares: EngineProject) -> None:
    """A corrected value, a removed row, one added with a day in the past, one as it was before."""
    assert fares.rows(ALL) == [(*fare[:4], FIRST, OPEN) for fare in FARES]
    files: list[list[Fare]] = [
        FARES,
        [FARES[0], ("a", "night", 60, None, "2000-01-01"), FARES[2]],
        [FARES[0], ("a", "night", 60, None, "2000-01-01")],
        # Nothing but a blank at the end, and upper case, are another value too.
        [("a", "day", 100, "x ", "2000-01-01"), *FARES[1:], ("c", "day", 1, "X", "1999-01-01")],
        [*FARES, ("c", "day", 1, "x", "1999-01-01")],
    ]
    moments = [(now(fares), files[0])]
    for place, file in enumerate(files[1:]):
        write(fares, file)
        assert load(fares, *["--full-refresh"] * (place % 2)) == f"seed fares: {len(file)} rows"
        moments.append((now(fares), file))
        before = fares.rows(ALL)
        assert load(fares) == "seed fares: unchanged"
        assert load(fares, "--full-refresh") == f"seed fares: {len(file)} rows"
        assert fares.rows(ALL) == before
    for moment, file in moments:
        assert fares.rows(THEN, moment, moment) == file, moment
    assert fares.rows(THEN, datetime(1999, 1, 1), datetime(1999, 1, 1)) == FARES
    # Each begins where the one before it ended, and by then the table was in place.
    night = [row[2:] for row in fares.rows(ALL) if row[:2] == ("a", "night")]
    assert [row[0] for row in night] == [50, 60, 50]
    assert [row[2] for row in night[1:]] == [row[3] for row in night[:-1]]
    assert moments[0][0] < night[1][2] < moments[1][0]


def test_two_rows_of_one_key_are_refused_and_nothing_is_lost(fares: EngineProject) -> None:
    before = fares.rows(ALL)
    write(fares, [*FARES, ("a", "day", 999, None, "2000-01-01")])
    sentence = load(fares).splitlines()[1].strip()
    assert sentence.startswith(
        "fares cannot be stored: two rows have the same primary key (zone, kind):"
    )
    assert fares.rows(ALL) == before


def test_a_table_of_an_older_version_is_the_first_load(project: EngineProject) -> None:
    """Its column of another name is turned into the new one; what changed with it begins now."""
    project.execute(
        "drop table if exists {staging}.fares",
        "create table {staging}.fares (zone varchar(8) not null, kind varchar(8) not null,"
        " euros int, note varchar(20), valid_from date, primary key (zone, kind))"
        " default character set utf8mb4 collate utf8mb4_bin",
        "insert into {staging}.fares values ('a', 'day', 1, 'x', '2000-01-01'),"
        " ('a', 'night', 7, null, '2000-01-01')",
    )
    before = now(project)
    write(project, FARES)
    assert load(project) == "seed fares: 3 rows"
    found = project.rows(ALL)
    (begun,) = {row[4] for row in found} - {FIRST}
    assert before < begun < now(project)
    assert found == [
        ("a", "day", 100, "x", FIRST, OPEN), ("a", "night", 700, None, FIRST, begun),
        ("a", "night", 50, None, begun, OPEN), ("b", "day", 300, "Ä, %s", begun, OPEN),
    ]  # fmt: skip


def waits(project: EngineProject) -> list[tuple[Any, ...]]:
    return project.rows(
        "select id from information_schema.processlist where info like '%rename table%fares%'"
        " and command = 'Query' and id <> connection_id()"
    )


def until(found: Callable[[], Any]) -> Any:
    end = time.monotonic() + 60
    while not (value := found()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return value


def test_a_load_that_is_killed_leaves_what_was_and_can_be_done_again(fares: EngineProject) -> None:
    """Killed when all rows are written and only a reader keeps the new table from its place."""
    before = fares.rows(ALL)
    changed: list[Fare] = [("a", "day", 111, "x", "2000-01-01"), *FARES[1:]]
    write(fares, changed)
    with connect("transformer", fares.settings) as reader, reader.cursor() as cursor:
        cursor.execute(fares.named("select * from {staging}.fares"))
        process = fares.start("seed", "--select", "fares")
        ((connection_id, *_), *_) = until(lambda: waits(fares))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        fares.execute(f"kill {connection_id}")
        until(lambda: not waits(fares))
    assert fares.rows(ALL) == before
    then = now(fares)
    assert load(fares) == "seed fares: 3 rows"
    assert fares.rows(THEN, then, then) == FARES
    assert fares.rows(THEN, now(fares), now(fares)) == changed
    assert {"fares__new", "fares__old"}.isdisjoint(fares.relations("staging"))

"""A large warehouse made by hand, for the benchmarks of the dashboard.

dbt builds every table empty, so that it has the keys and indexes of its model; DuckDB makes the
rows, and the server loads them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import duckdb
from pymysql.cursors import Cursor

from benchmarks.dashboard_rows import (
    AUDIT_LOG,
    BUSY_EVENTS,
    FIRST_ID,
    LOOKED_BACK,
    LOOKS,
    ONCE,
    PEOPLE,
    PEPPER,
    PERSONAL,
    SHARED_BY,
    SHARED_PHONE,
)
from dedup.database import open_database
from lode.audit_schema import create_audit_log
from lode.db import connect
from lode.dbt import run_dbt
from lode.errors import LodeError
from lode.search_pepper import note_pepper
from lode.server import PrivateServer
from lode.settings import Settings

# The sums over it, as dbt makes them.
SUMS = (
    "compliance_risk", "cap_usage", "table_sizes", "contactability_cube", "warehouse_summary",
    "kpi_days", "audit_days",
)  # fmt: skip
FLAGS = "is_callable, is_textable, is_emailable, is_mailable"
FACTS = f"{FLAGS}, state, sources, score_band"
# Thousands of profiles, as there are in a warehouse of some years.
PROFILED = f"""
    (
        select golden_person_id, {FLAGS}, state, concat('source_', left(zip, 1)) as sources,
            golden_person_id % 4 * 25 as score_band
        from golden_persons
    ) as people
"""
# So many people at a time go to disk: the server's own files are what should be large.
CHUNK = 1_000_000
PEOPLE_VARIABLE, DEFAULT_PEOPLE, QUICK_PEOPLE = "LODE_BENCH_PEOPLE", 1_000_000, 20_000


def people_wanted(quick: bool) -> int:
    """Return how many golden persons to make: LODE_BENCH_PEOPLE, else a million, or few."""
    given = os.environ.get(PEOPLE_VARIABLE, "")
    if not given:
        return QUICK_PEOPLE if quick else DEFAULT_PEOPLE
    if not (given.isascii() and given.isdigit() and int(given) >= QUICK_PEOPLE):
        raise LodeError(
            f"{PEOPLE_VARIABLE} is {given!r}: give a number of people from {QUICK_PEOPLE} on."
        )
    return int(given)


def fill(settings: Settings, people: int, entries: int) -> None:
    """Build every model over nothing, then fill what the dashboard reads with so many people."""
    note_pepper(replace(settings, search_pepper=PEPPER))
    built = run_dbt(["build"], settings, quiet=True)
    assert built.returncode == 0, built.output[-2000:]
    now = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
    given: dict[str, object] = {
        "people": people,
        "first_id": FIRST_ID,
        "shared_phone": SHARED_PHONE,
        "shared_by": SHARED_BY,
        "busy_events": BUSY_EVENTS,
        "looked_back": LOOKED_BACK,
        "looks": LOOKS,
        "entries": entries,
        "now": now,
        "day": date.today() - timedelta(days=3),
    }
    with open_database() as database, tempfile.TemporaryDirectory(dir=settings.home) as folder:
        with _indexed_at_the_end(settings, PERSONAL):
            for begin in range(0, people, CHUNK):
                end = min(begin + CHUNK, people)
                database.execute(PEOPLE.format(**given, begin=begin, end=end))
                _load(settings, database, Path(folder), PERSONAL, given)
        _load(settings, database, Path(folder), ONCE, given)
        _end_exports(settings)
        _load_audit_log(settings, database, Path(folder), given)
    _add_profiles(settings)
    _analyze(settings)
    anew = ["--full-refresh", "--select", "search_keys", "contact_hours"]
    for options in (anew, ["--select", *SUMS]):
        made = run_dbt(["run", *options], settings, quiet=True)
        assert made.returncode == 0, made.output[-2000:]


@contextmanager
def _indexed_at_the_end(settings: Settings, tables: dict[str, dict[str, str]]) -> Iterator[None]:
    """Take secondary indexes away and make them anew afterwards, which sorts them once."""
    kept: list[tuple[str, str, list[str]]] = []
    for layer, table, _ in _queries(tables):
        with connect(_account(layer), settings, schema=layer) as connection:
            cursor = connection.cursor()
            if made := _secondary_indexes(cursor, table):
                cursor.execute(f"alter table {table} {', '.join(f'drop index {n}' for n in made)}")
                kept.append((layer, table, [f"add {one}" for one in made.values()]))
    yield
    for layer, table, parts in kept:
        with connect(_account(layer), settings, schema=layer) as connection:
            connection.cursor().execute(f"alter table {table} {', '.join(parts)}")


def _secondary_indexes(cursor: Cursor, table: str) -> dict[str, str]:
    """Return the secondary indexes of a table by name, each as its table was created with it."""
    cursor.execute(f"show create table {table}")
    (_, statement) = cursor.fetchone() or ("", "")
    lines = (line.strip().rstrip(",") for line in statement.splitlines())
    return {
        line[line.index("`") : line.index("` (") + 1]: line
        for line in lines
        if line.startswith(("KEY ", "UNIQUE KEY "))
    }


def _load(
    settings: Settings,
    database: duckdb.DuckDBPyConnection,
    folder: Path,
    tables: dict[str, dict[str, str]],
    given: dict[str, object],
) -> None:
    for layer, table, query in _queries(tables):
        path = folder / f"{table}.tsv"
        columns = _write(database, query.format(**given), path)
        with connect(
            _account(layer), settings, schema=layer, autocommit=True, local_infile=True
        ) as connection, connection.cursor() as cursor:  # fmt: skip
            cursor.execute(
                f"load data local infile %s into table {table} ({columns})", (str(path),)
            )
        path.unlink()


def _end_exports(settings: Settings) -> None:
    """The ledger takes exports that begin, and lets each end once."""
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        connection.cursor().execute("update list_exports set status = 'COMPLETE'")


def _load_audit_log(
    settings: Settings,
    database: duckdb.DuckDBPyConnection,
    folder: Path,
    given: dict[str, object],
) -> None:
    path = folder / "audit_log.tsv"
    columns = _write(database, AUDIT_LOG.format(**given), path)
    schema = settings.schema("audit")
    with PrivateServer(settings).admin() as connection, connection.cursor() as cursor:
        for name in ("is_counted", "is_chained", "moves_the_head"):
            cursor.execute(f"drop trigger `{schema}`.audit_log_{name}")
        # What the server may read itself: the administrator's connection sends no files.
        place = settings.server_home / "files" / path.name
        shutil.move(path, place)
        cursor.execute(
            f"load data infile %s into table `{schema}`.audit_log ({columns})", (str(place),)
        )
        place.unlink()
        cursor.execute(f"update `{schema}`.audit_head set sequence = {given['entries']}")
        create_audit_log(settings, cursor)
        cursor.execute(f"analyze table `{schema}`.audit_log")
        connection.commit()


def _add_profiles(settings: Settings) -> None:
    """Put everybody under a profile of what may reach them, and count these."""
    digest = f"unhex(left(sha2(concat_ws('|', {FACTS}), 256), 32))"
    reasons = ", ".join(f"if({flag}, '', 'OPT_OUT')" for flag in FLAGS.split(", "))
    with (
        _indexed_at_the_end(settings, {"marts": {"contactability_profiles": ""}}),
        connect("transformer", settings, schema="marts", autocommit=True) as connection,
    ):
        cursor = connection.cursor()
        cursor.execute(
            "insert into contactability_profiles (profile_hash, golden_person_id, person_count)"
            f" select {digest}, golden_person_id, 1 from {PROFILED} order by 1, 2"
        )
        cursor.execute(
            "insert into contactability_profiles (profile_hash, golden_person_id, call_reasons,"
            " sms_reasons, email_reasons, mail_reasons, person_count, is_business, state, sources,"
            f" score_band) select {digest}, 0, {reasons}, count(*), 0, state, sources, score_band"
            f" from {PROFILED} group by {FACTS}"
        )


def _write(database: duckdb.DuckDBPyConnection, query: str, path: Path) -> str:
    """Write what a query finds as the server reads it; return the columns' names."""
    found = database.sql(query)
    found.create_view("found")
    database.execute(
        f"copy (select columns(*)::varchar from found) to '{path}'"
        " (format csv, header false, delimiter '\t', quote '', escape '', nullstr '\\N')"
    )
    return ", ".join(f"`{name}`" for name in found.columns)


def _queries(tables: dict[str, dict[str, str]]) -> Iterator[tuple[str, str, str]]:
    for layer, queries in tables.items():
        for table, query in queries.items():
            yield layer, table, query


def _account(layer: str) -> str:
    return "loader" if layer == "raw" else "transformer"


def _analyze(settings: Settings) -> None:
    """Let the optimizer count what was loaded, as a build does at its end."""
    for layer, table, _ in _queries(PERSONAL):
        with connect(_account(layer), settings, schema=layer) as connection:
            cursor: Cursor = connection.cursor()
            cursor.execute(f"analyze table {table}")
            cursor.fetchall()

"""What a dry run takes over from its warehouse before dbt starts; dbt's macros take over the rest.

Rows are copied on the server, without locking any of the warehouse's: a run that changes them
meanwhile is noticed afterwards (`Watermark`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pymysql.cursors import Cursor

from loaders.feeds import RECORD_NUMBER_SPAN, TABLES
from lode.db import connect
from lode.errors import BusyError, LodeError
from lode.lock_holders import holder_of, run_lock_name
from lode.settings import Settings
from lode.warehouse_state import has_unfinished_rebuild

# Models that add to their own table: a dry run has them as well, empty, so that they add to it.
STATE_TABLES = {
    "staging": (
        "stg_people", "stg_touchpoints", "stg_campaigns", "stg_opt_outs", "stg_dnc_registry",
        "import_validation_log", "import_duplicate_log",
    ),
    "canonical": ("person_records", "shared_keys"),
}  # fmt: skip
RECORD_TABLES = (("staging", "stg_people"), ("canonical", "person_records"))
WAITING = "status in ('LOADED', 'PROCESSING')"
REPLACED = f"(status = 'UNDOING' or {WAITING} and completed_at is not null)"


@dataclass(frozen=True)
class Watermark:
    """Which state of a warehouse was seen: its last complete run, and the attempts since."""

    last_run: int
    attempts: tuple[str, ...]


def look(settings: Settings) -> Watermark:
    """Return the state of a warehouse; LodeError if what its next run does can't be foreseen."""
    if has_unfinished_rebuild(settings):
        raise LodeError(
            "A full refresh of this warehouse broke off: finish it by `lode run`, then try again."
        )
    canonical, ledger = settings.schema("canonical"), f"{settings.schema('raw')}.import_metadata"
    with connect("auditor", settings, autocommit=True) as connection, connection.cursor() as cursor:
        run = run_lock_name(settings)
        if _values(cursor, f"select is_free_lock('{run}')") != [1]:
            raise BusyError(
                f"A run is under way in this warehouse{holder_of(cursor, run, settings)}: try the"
                " dry run again when it has ended."
            )
        tables = _tables(cursor, canonical)
        runs, attempts = [0], []
        if "pipeline_runs" in tables:
            runs = _values(cursor, f"select coalesce(max(id), 0) from {canonical}.pipeline_runs")
        if "pipeline_attempts" in tables:
            attempts = _values(cursor, f"select run_id from {canonical}.pipeline_attempts")
        replaced = _values(cursor, f"select import_id from {ledger} where {REPLACED}")
        done = _values(cursor, f"select import_id from {ledger} where status like 'COMPLETE%'")
    if attempts and replaced:
        raise LodeError(
            f"A run that takes out or replaces {replaced[0]} broke off: finish it by `lode run`,"
            " then try again."
        )
    if done and "person_records" not in tables:
        raise LodeError("This warehouse has to be built again: run `lode run`, then try again.")
    return Watermark(int(runs[0]), tuple(sorted(map(str, attempts))))


def copy_ledger(settings: Settings, dry: Settings) -> list[str]:
    """Copy the ledger, and the raw records of the imports that wait for a run; return their ids.

    With the whole ledger, numbers are given, and the same bytes and changed columns recognized, as
    they would be.
    """
    with connect("loader", dry, schema="raw") as connection, connection.cursor() as cursor:
        _lock_nothing(cursor)
        _copy(cursor, settings, dry, "import_metadata", "true")
        cursor.execute(
            f"select id, import_id, feed from import_metadata where {WAITING} order by id"
        )
        waiting: list[Any] = list(cursor.fetchall())
        for import_seq, _, feed in waiting:
            _copy(cursor, settings, dry, TABLES[feed], _range("record_id", import_seq))
            _copy(cursor, settings, dry, "import_rejects", f"import_seq = {import_seq}")
            connection.commit()
        connection.commit()
    return [str(import_id) for _, import_id, _ in waiting]


def copy_state(settings: Settings, dry: Settings) -> None:
    """Make the tables to which the models add, with the records that the batch takes out."""
    with connect("transformer", dry, schema="staging") as connection, connection.cursor() as cursor:
        _lock_nothing(cursor)
        for layer, names in STATE_TABLES.items():
            known = _tables(cursor, settings.schema(layer))
            for name in names:
                if name in known:
                    cursor.execute(
                        f"create table {dry.schema(layer)}.{name} like"
                        f" {settings.schema(layer)}.{name}"
                    )
        ledger = f"{dry.schema('raw')}.import_metadata"
        replaced = _values(
            cursor, f"select id from {ledger} where {REPLACED} and feed = 'people' order by id"
        )
        for import_seq in replaced:
            for layer, name in RECORD_TABLES:
                cursor.execute(
                    f"insert into {dry.schema(layer)}.{name} select * from"
                    f" {settings.schema(layer)}.{name} where {_range('record_id', import_seq)}"
                )
            connection.commit()


def _copy(cursor: Cursor, settings: Settings, dry: Settings, table: str, condition: str) -> None:
    """Copy rows of a raw table, without the columns that the server works out."""
    columns = ", ".join(
        f"`{name}`"
        for name in _values(
            cursor,
            "select column_name from information_schema.columns"
            f" where table_schema = '{dry.schema('raw')}' and table_name = '{table}'"
            " and extra not like '%GENERATED%' order by ordinal_position",
        )
    )
    cursor.execute(
        f"insert into {table} ({columns}) select {columns}"
        f" from {settings.schema('raw')}.{table} where {condition}"
    )


def _range(column: str, import_seq: int) -> str:
    base = int(import_seq) * RECORD_NUMBER_SPAN
    return f"{column} between {base} and {base + RECORD_NUMBER_SPAN - 1}"


def _lock_nothing(cursor: Cursor) -> None:
    """An `insert … select` would otherwise lock the rows it reads, and hold up the loaders."""
    cursor.execute("set session transaction isolation level read committed")


def _tables(cursor: Cursor, schema: str) -> set[str]:
    return set(
        _values(
            cursor,
            f"select table_name from information_schema.tables where table_schema = '{schema}'",
        )
    )


def _values(cursor: Cursor, query: str) -> list[Any]:
    """Return the first column of a query."""
    cursor.execute(query)
    return [row[0] for row in cursor.fetchall()]

"""What the warehouse says of itself: the accounting of imports, totals, and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pymysql
from pymysql.connections import Connection

from lode.db import NO_SUCH_TABLE, connect
from lode.settings import Settings

PENDING_STATES = ("LOADED", "PROCESSING", "UNDOING")
WITHDRAWN_STATES = ("UNDOING", "UNDONE")


@dataclass(frozen=True)
class ImportAccount:
    """One import and where its records went; counts are None until it was processed."""

    import_id: str
    filename: str
    feed: str
    status: str
    row_count: int | None
    inserted_count: int | None
    updated_count: int | None
    unchanged_count: int | None
    collapsed_count: int | None
    rejected_count: int | None

    @property
    def is_balanced(self) -> bool:
        """True if every record of the file is accounted for, or it was taken out again."""
        if self.status in WITHDRAWN_STATES:
            return True
        counts = (
            self.inserted_count,
            self.updated_count,
            self.unchanged_count,
            self.collapsed_count,
            self.rejected_count,
        )
        return (
            self.row_count is not None
            and None not in counts
            and self.row_count == sum(count for count in counts if count is not None)
        )


@dataclass(frozen=True)
class WarehouseSummary:
    """The warehouse in one line (`warehouse_summary`); callable: has a number we may call."""

    records: int
    rejected: int
    persons: int
    golden_persons: int
    callable: int
    textable: int
    emailable: int
    mailable: int


def read_imports(settings: Settings, import_ids: list[str] | None = None) -> list[ImportAccount]:
    """Return the imports, oldest first; all of them, or those named."""
    columns = ", ".join(ImportAccount.__dataclass_fields__)
    query = f"select {columns} from import_metadata"
    arguments: tuple[Any, ...] = ()
    if import_ids is not None:
        if not import_ids:
            return []
        query += f" where import_id in ({', '.join(['%s'] * len(import_ids))})"
        arguments = tuple(import_ids)
    with connect("auditor", settings, schema="raw") as connection:
        return [ImportAccount(*row) for row in _rows(connection, query + " order by id", arguments)]


def pending_imports(settings: Settings) -> list[str]:
    """Return the ids of imports that are loaded, or to be taken out, and wait for a run."""
    query = f"select import_id from import_metadata where status in {PENDING_STATES} order by id"
    with connect("auditor", settings, schema="raw") as connection:
        return [row[0] for row in _rows(connection, query)]


def read_summary(settings: Settings) -> WarehouseSummary | None:
    """Return the totals of the last complete run, or None if nothing was built yet."""
    columns = ", ".join(WarehouseSummary.__dataclass_fields__)
    with connect("auditor", settings, schema="marts") as connection:
        rows = _rows(connection, f"select {columns} from warehouse_summary")
    return WarehouseSummary(*(int(value) for value in rows[0])) if rows else None


def needs_dedup(settings: Settings) -> bool:
    """Tell whether people were imported, or decided about, since the newest dedup run began."""
    began = "select max(started_at) from dedup_runs where status = 'PUBLISHED'"
    with connect("auditor", settings, schema="raw") as connection:
        return any(
            _rows(connection, f"select 1 from {news} > coalesce(({began}), '1970-01-01') limit 1")
            for news in (
                "import_metadata where feed = 'people' and completed_at",
                "dedup_decisions where decided_at",
            )
        )


def has_unfinished_rebuild(settings: Settings) -> bool:
    """Tell whether a full refresh broke off, so that only another one makes everything fit."""
    query = "select count(*) from pipeline_attempts where is_full_refresh"
    with connect("auditor", settings, schema="canonical") as connection:
        rows = _rows(connection, query)
    return bool(rows and rows[0][0])


def needs_publication(settings: Settings) -> bool:
    """Tell whether the newest published dedup run was not yet applied by a complete dbt run."""
    published = f"""
        select job_id from {settings.schema("raw")}.dedup_runs
        where status = 'PUBLISHED' order by finished_at desc, job_id desc limit 1
    """
    # None of them, as before the first dedup run, is as good as no complete run.
    applied = """
        select dedup_job_id
        from (select dedup_job_id from pipeline_runs order by id desc limit 1) as newest
        where dedup_job_id is not null
    """
    with connect("auditor", settings, schema="canonical") as connection:
        return _rows(connection, published) != _rows(connection, applied)


def _rows(
    connection: Connection[Any], query: str, arguments: tuple[Any, ...] = ()
) -> list[tuple[Any, ...]]:
    """Run a query; a table that was never built holds no rows."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(query, arguments)
            return list(cursor.fetchall())
    except pymysql.err.ProgrammingError as error:
        if error.args[0] == NO_SUCH_TABLE:
            return []
        raise

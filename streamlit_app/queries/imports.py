"""Imports and their accounting, live: the mart under it is a view over the loader's ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from streamlit_app.queries.statement import Statement, fetch

MAXIMUM_IMPORTS = 150
MAXIMUM_ATTEMPTS = 20
MAXIMUM_RUNNING = 20
# No import has a number as high as this.
LAST_SEQ = 2**63 - 1

_SQL = """
select /*+ time limit */
    import_id,
    import_seq,
    filename,
    source_type,
    feed,
    status,
    attempt,
    uploaded_by,
    uploaded_at,
    attempt_started_at,
    file_size_bytes,
    checksum,
    row_count,
    inserted_count,
    updated_count,
    unchanged_count,
    collapsed_count,
    rejected_count,
    is_balanced,
    loaded_at,
    completed_at,
    processing_duration_seconds,
    error_message
from import_health
where {which}
order by import_seq desc
limit :row_cap
"""


def _imports(name: str, which: str, index: str, row_cap: int) -> Statement:
    """Return the statement that lists the imports of a condition, newest first."""
    return Statement(
        name=name,
        sql=_SQL.replace("{which}", which),
        tables=("import_health",),
        index=index,
        row_cap=row_cap,
    )


IMPORTS = _imports(
    "imports",
    "import_seq < :before",
    "primary key of the ledger, read backwards from a position on",
    MAXIMUM_IMPORTS + 1,
)

# What `ui.accounting.attention` has a word for; a test holds the two together.
OPEN_IMPORTS = _imports(
    "imports that need attention",
    """import_seq < :before
    and (
        status in ('FAILED', 'COMPLETE_WITH_ERRORS', 'LOADED', 'UNDOING')
        or (status in ('PENDING', 'LOADING', 'PROCESSING') and attempt_started_at < :stuck_before)
        or (
            coalesce(is_balanced, 0) = 0
            and row_count is not null
            and coalesce(
                inserted_count, updated_count, unchanged_count, collapsed_count, rejected_count
            ) is not null
        )
    )""",
    "primary key of the ledger, read backwards from a position on: a row per import",
    MAXIMUM_IMPORTS + 1,
)

RUNNING_IMPORTS = _imports(
    "imports at work",
    """status in ('PENDING', 'LOADING', 'PROCESSING')
    and (attempt_started_at is null or attempt_started_at >= :stuck_before)""",
    "primary key of the ledger, read backwards: a row per import",
    MAXIMUM_RUNNING,
)

ONE_IMPORT = _imports(
    "one import", "import_id = :import_id", "unique key of the ledger on import_id", 1
)

OF_CHECKSUM = _imports(
    "imports of a file", "checksum = :checksum", "unique key of the ledger on checksum", 10
)

ATTEMPTS = Statement(
    name="attempts of an import",
    sql="""
select /*+ time limit */
    attempt,
    started_at,
    ended_at,
    status,
    error_message
from import_attempts
where import_seq = :import_seq
order by attempt desc
limit :row_cap
""",
    tables=("import_attempts",),
    index="primary key of the ledger of attempts, read backwards",
    row_cap=MAXIMUM_ATTEMPTS,
)


@dataclass(frozen=True)
class Attempt:
    """One attempt to load an import; times are UTC without a zone."""

    number: int
    started_at: datetime
    ended_at: datetime | None
    status: str
    error_message: str


@dataclass(frozen=True)
class ImportHealth:
    """One import. Counts are None until dbt published them; times are UTC without a zone."""

    import_id: str
    import_seq: int
    filename: str
    source_type: str
    feed: str
    status: str
    attempt: int
    uploaded_by: str
    uploaded_at: datetime | None
    attempt_started_at: datetime | None
    file_size_bytes: int | None
    checksum: str
    row_count: int | None
    inserted_count: int | None
    updated_count: int | None
    unchanged_count: int | None
    collapsed_count: int | None
    rejected_count: int | None
    is_balanced: bool | None
    loaded_at: datetime | None
    completed_at: datetime | None
    duration_seconds: float | None
    error_message: str


def page_of_imports(engine: Engine, before: int | None = None) -> tuple[list[ImportHealth], bool]:
    """Return the imports before a number, newest first, and whether there are more; QueryError."""
    return _page(engine, IMPORTS, before)


def page_of_open_imports(
    engine: Engine, before: int | None, stuck_before: datetime
) -> tuple[list[ImportHealth], bool]:
    """Return the imports before a number that need attention, and whether there are more.

    One that says it runs does if its attempt began before `stuck_before`. Raises QueryError.
    """
    return _page(engine, OPEN_IMPORTS, before, stuck_before=stuck_before)


def _page(
    engine: Engine, statement: Statement, before: int | None, **given: object
) -> tuple[list[ImportHealth], bool]:
    rows = fetch(engine, statement, {"before": LAST_SEQ if before is None else before, **given})
    return [_import_of(row) for row in rows[:MAXIMUM_IMPORTS]], len(rows) > MAXIMUM_IMPORTS


def running_imports(engine: Engine, stuck_before: datetime) -> list[ImportHealth]:
    """Return the newest imports at work, those begun before a time aside; raises QueryError."""
    return [
        _import_of(row) for row in fetch(engine, RUNNING_IMPORTS, {"stuck_before": stuck_before})
    ]


def read_import(engine: Engine, import_id: str) -> ImportHealth | None:
    """Return one import by its id, None if there is none of that id; raises QueryError."""
    for row in fetch(engine, ONE_IMPORT, {"import_id": import_id}):
        return _import_of(row)
    return None


def imports_of(engine: Engine, checksum: str) -> list[ImportHealth]:
    """Return the imports that came of a file of this SHA-256, the newest first."""
    return [_import_of(row) for row in fetch(engine, OF_CHECKSUM, {"checksum": checksum})]


def read_attempts(engine: Engine, import_seq: int) -> list[Attempt]:
    """Return the newest attempts to load an import, newest first; raises QueryError."""
    return [
        Attempt(
            int(row["attempt"]),
            row["started_at"],
            row["ended_at"],
            row["status"] or "",
            row["error_message"] or "",
        )
        for row in fetch(engine, ATTEMPTS, {"import_seq": import_seq})
    ]


def _import_of(row: dict[str, Any]) -> ImportHealth:
    """Turn a row into an import: counts as int whatever the driver made of them, text not None."""
    is_balanced = row["is_balanced"]
    seconds = row["processing_duration_seconds"]
    return ImportHealth(
        import_id=str(row["import_id"]),
        import_seq=int(row["import_seq"]),
        filename=row["filename"] or "",
        source_type=row["source_type"] or "",
        feed=row["feed"] or "",
        status=row["status"] or "",
        attempt=int(row["attempt"] or 1),
        uploaded_by=row["uploaded_by"] or "",
        uploaded_at=row["uploaded_at"],
        attempt_started_at=row["attempt_started_at"],
        file_size_bytes=_count(row["file_size_bytes"]),
        checksum=row["checksum"] or "",
        row_count=_count(row["row_count"]),
        inserted_count=_count(row["inserted_count"]),
        updated_count=_count(row["updated_count"]),
        unchanged_count=_count(row["unchanged_count"]),
        collapsed_count=_count(row["collapsed_count"]),
        rejected_count=_count(row["rejected_count"]),
        is_balanced=None if is_balanced is None else bool(is_balanced),
        loaded_at=row["loaded_at"],
        completed_at=row["completed_at"],
        duration_seconds=None if seconds is None else float(seconds),
        error_message=row["error_message"] or "",
    )


def _count(value: Any) -> int | None:
    return None if value is None else int(value)

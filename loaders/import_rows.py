"""Reading the ledger of imports: one row, many rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymysql.connections import Connection
from pymysql.cursors import DictCursor

from loaders.feeds import RECORD_NUMBER_SPAN, TABLES
from lode.errors import LodeError

_COLUMNS = (
    "id, import_id, filename, source_type, feed, format, source_table, uploaded_by, uploaded_at,"
    " file_size_bytes, checksum, s3_location, schema_version, mapping_hash, mapping,"
    " read_options, status, attempt, row_count, loaded_count, parse_rejected_count, loaded_at,"
    " completed_at, error_message, inserted_count, updated_count, unchanged_count, collapsed_count,"
    " rejected_count"
)


@dataclass(frozen=True)
class ImportRow:
    """One row of import_metadata, as far as the loaders know it."""

    id: int
    import_id: str
    filename: str
    source_type: str
    feed: str
    format: str
    source_table: str | None
    uploaded_by: str
    uploaded_at: datetime
    file_size_bytes: int
    checksum: str
    s3_location: str
    schema_version: str
    mapping_hash: str
    mapping: str
    read_options: str
    status: str
    attempt: int
    row_count: int | None
    loaded_count: int | None
    parse_rejected_count: int | None
    loaded_at: datetime | None
    completed_at: datetime | None
    error_message: str | None
    inserted_count: int | None
    updated_count: int | None
    unchanged_count: int | None
    collapsed_count: int | None
    rejected_count: int | None


def find(connection: Connection[Any], checksum: str, table: str | None) -> ImportRow | None:
    """Return the import of these bytes (and this table of them), None if there is none."""
    return _one(
        connection,
        "where checksum = %s and source_table_key = coalesce(%s, '')",
        (checksum, table),
    )


def find_last(
    connection: Connection[Any], source_type: str, feed: str, but: ImportRow | None
) -> ImportRow | None:
    """Return the newest import that a mapping has loaded, but for one; None if there is none."""
    return _one(
        connection,
        "where source_type = %s and feed = %s and loaded_at is not null and id <> %s"
        " order by id desc limit 1",
        (source_type, feed, but.id if but else 0),
    )


def read(connection: Connection[Any], import_id: str) -> ImportRow:
    """Return an import by its id; LodeError if there is none."""
    row = _one(connection, "where import_id = %s", (import_id,))
    if row is None:
        raise LodeError(f"There is no import {import_id!r}: `lode imports` lists them.")
    return row


def read_all(connection: Connection[Any], limit: int) -> list[ImportRow]:
    """Return the newest imports, newest first."""
    return _rows(connection, "order by id desc limit %s", (limit,))


def _one(connection: Connection[Any], clause: str, values: Sequence[object]) -> ImportRow | None:
    rows = _rows(connection, clause, values)
    return rows[0] if rows else None


def _rows(connection: Connection[Any], clause: str, values: Sequence[object]) -> list[ImportRow]:
    with connection.cursor() as cursor:
        cursor.execute(f"select {_COLUMNS} from import_metadata {clause}", values)
        rows = [ImportRow(*row) for row in cursor.fetchall()]
    # Ends the snapshot, so that the next look sees what others did meanwhile.
    connection.commit()
    return rows


def read_full(connection: Connection[Any], import_id: str) -> dict[str, Any]:
    """Return every column of an import; LodeError if there is none of that id."""
    row = read(connection, import_id)
    with connection.cursor(DictCursor) as cursor:
        cursor.execute("select * from import_metadata where id = %s", (row.id,))
        found: dict[str, Any] = cursor.fetchone() or {}
    found.pop("source_table_key", None)
    return found


def count_quarantined(connection: Connection[Any], row: ImportRow) -> int:
    """Return how many records of an import have values in quarantine."""
    first = row.id * RECORD_NUMBER_SPAN
    with connection.cursor() as cursor:
        cursor.execute(
            f"select count(quarantined) from {TABLES[row.feed]} where record_id between %s and %s",
            (first, first + RECORD_NUMBER_SPAN - 1),
        )
        (count,) = cursor.fetchone() or (0,)
    return int(count)

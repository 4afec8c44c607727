"""The ledger of imports: import_metadata, load_progress and import_rejects, and all SQL on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from pymysql.connections import Connection
from pymysql.cursors import Cursor

from loaders import attempts
from loaders.import_rows import ImportRow, find
from loaders.records import Chunk
from lode.db import transaction
from lode.errors import BusyError

PENDING = "PENDING"
LOADING = "LOADING"
LOADED = "LOADED"
FAILED = "FAILED"
UNDOING = "UNDOING"
UNDONE = "UNDONE"
WITHDRAWN_STATES = (UNDOING, UNDONE)
# States in which every record of an import is in the raw table or among the rejects.
COMPLETE_STATES = ("LOADED", "PROCESSING", "COMPLETE", "COMPLETE_WITH_ERRORS")


@dataclass(frozen=True)
class NewImport:
    """What is known of an import before its first record is read."""

    filename: str
    source_type: str
    feed: str
    format: str
    source_table: str | None
    uploaded_by: str
    file_size_bytes: int
    checksum: str
    schema_version: str
    mapping_hash: str
    mapping: str
    read_options: str


def utc_now() -> datetime:
    """Return the time in UTC without a zone, as the datetime columns hold it."""
    return datetime.now(timezone.utc).replace(tzinfo=None)


def register(connection: Connection[Any], new: NewImport, place: Any, lock_name: str) -> ImportRow:
    """Give an import its number, its id and its place in the landing zone, as PENDING.

    `place(number)` proposes places. One process at a time allots numbers, so that they are without
    gaps and the id of the day follows them.
    """
    with connection.cursor() as cursor:
        if not take_lock(cursor, lock_name, 60):
            raise BusyError("Another process is registering imports and does not end: try again.")
        try:
            with transaction(connection):
                _insert(cursor, new, place)
        finally:
            release_lock(cursor, lock_name)
    row = find(connection, new.checksum, new.source_table)
    assert row is not None
    return row


def _insert(cursor: Cursor, new: NewImport, place: Any) -> None:
    now = utc_now()
    cursor.execute("select coalesce(max(id), 0) + 1 from import_metadata")
    import_seq = _scalar(cursor)
    day = f"imp_{now:%Y_%m_%d}_"
    cursor.execute(
        "select coalesce(max(cast(substring(import_id, %s) as unsigned)), 0) + 1"
        " from import_metadata where import_id like %s",
        (len(day) + 1, day.replace("_", "\\_") + "%"),
    )
    import_id = f"{day}{_scalar(cursor):03d}"
    number = 1
    while True:
        location = place(number)
        cursor.execute(
            "select count(*) from import_metadata where s3_location = %s and checksum <> %s",
            (location, new.checksum),
        )
        if not _scalar(cursor):
            break
        number += 1
    cursor.execute(
        "insert into import_metadata (id, import_id, filename, source_type, feed, format,"
        " source_table, import_date, uploaded_by, uploaded_at, file_size_bytes, checksum,"
        " s3_location, schema_version, mapping_hash, mapping, read_options, status,"
        f" attempt) values ({', '.join(['%s'] * 19)})",
        (
            import_seq,
            import_id,
            new.filename,
            new.source_type,
            new.feed,
            new.format,
            new.source_table,
            now,
            new.uploaded_by,
            now,
            new.file_size_bytes,
            new.checksum,
            location,
            new.schema_version,
            new.mapping_hash,
            new.mapping,
            new.read_options,
            PENDING,
            1,
        ),
    )
    attempts.add(cursor, import_seq, 1, now)


def begin_attempt(
    connection: Connection[Any],
    row: ImportRow,
    new: NewImport,
    also: Callable[[], None] | None = None,
) -> None:
    """Note that an import is taken up again; `also` is done within the same transaction."""
    with transaction(connection), connection.cursor() as cursor:
        attempts.close(cursor, row)
        attempts.add(cursor, row.id, row.attempt + 1, utc_now())
        cursor.execute(
            "update import_metadata set attempt = attempt + 1, status = %s, error_message = null,"
            " source_type = %s, feed = %s, schema_version = %s, mapping_hash = %s, mapping = %s,"
            " read_options = %s where id = %s",
            (
                PENDING,
                new.source_type,
                new.feed,
                new.schema_version,
                new.mapping_hash,
                new.mapping,
                new.read_options,
                row.id,
            ),
        )
        if also:
            also()


def set_loading(connection: Connection[Any], import_seq: int) -> None:
    """Note that records are being written."""
    with transaction(connection), connection.cursor() as cursor:
        cursor.execute(
            "update import_metadata set status = %s where id = %s", (LOADING, import_seq)
        )
        attempts.set_status(cursor, import_seq, LOADING)


def set_loaded(connection: Connection[Any], import_seq: int, counts: tuple[int, int, int]) -> None:
    """Note that all records are there: rows by the counter, loaded, refused."""
    now = utc_now()
    with transaction(connection), connection.cursor() as cursor:
        cursor.execute(
            "update import_metadata set status = %s, row_count = %s, loaded_count = %s,"
            " parse_rejected_count = %s, loaded_at = %s, error_message = null where id = %s",
            (LOADED, *counts, now, import_seq),
        )
        attempts.set_status(cursor, import_seq, LOADED, now)


def set_failed(connection: Connection[Any], import_seq: int, sentence: str) -> None:
    """Note why an import failed; it is taken up again when the same file is loaded."""
    with transaction(connection), connection.cursor() as cursor:
        cursor.execute(
            "update import_metadata set status = %s, error_message = %s where id = %s",
            (FAILED, sentence[:10_000], import_seq),
        )
        attempts.set_status(cursor, import_seq, FAILED, utc_now(), sentence[:10_000])


def progress(connection: Connection[Any], import_seq: int) -> tuple[int, int]:
    """Return the number of committed chunks and the last record number in them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(max(chunk_number), 0), coalesce(max(last_record), 0)"
            " from load_progress where import_seq = %s",
            (import_seq,),
        )
        chunk_number, last_record = cursor.fetchone() or (0, 0)
    connection.commit()
    return int(chunk_number), int(last_record)


def add_progress(
    cursor: Cursor, import_seq: int, attempt: int, chunk_number: int, chunk: Chunk
) -> None:
    """Note a chunk, within its own transaction."""
    cursor.execute(
        "insert into load_progress (import_seq, attempt, chunk_number, first_record, last_record,"
        " row_count, loaded_at) values (%s, %s, %s, %s, %s, %s, %s)",
        (
            import_seq,
            attempt,
            chunk_number,
            chunk.first_record,
            chunk.last_record,
            chunk.row_count,
            utc_now(),
        ),
    )


def add_rejects(cursor: Cursor, import_seq: int, chunk: Chunk) -> None:
    """Keep the refused records of a chunk, within its own transaction."""
    rows = [
        (
            import_seq,
            reject.record_number,
            number,
            reject.line_number,
            reject.byte_position,
            error.error_type[:64],
            error.field_name[:255] if error.field_name else None,
            error.message[:1024],
            reject.raw,
        )
        for reject in chunk.rejects
        for number, error in enumerate(reject.errors, start=1)
    ]
    cursor.executemany(
        "insert into import_rejects (import_seq, record_number, error_number, line_number,"
        " byte_position, error_type, field_name, error_message, raw_line)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        rows,
    )


def count_rejects(connection: Connection[Any], import_seq: int) -> int:
    """Return how many records of an import were refused."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(distinct record_number) from import_rejects where import_seq = %s",
            (import_seq,),
        )
        return _scalar(cursor)


def take_lock(cursor: Cursor, name: str, seconds: int) -> bool:
    """Take a named lock of the server, which ends with the connection."""
    cursor.execute("select get_lock(%s, %s)", (name, seconds))
    return _scalar(cursor) == 1


def release_lock(cursor: Cursor, name: str) -> None:
    """Give a named lock back."""
    cursor.execute("select release_lock(%s)", (name,))
    cursor.fetchall()


def _scalar(cursor: Cursor) -> int:
    row = cursor.fetchone()
    return int(row[0]) if row and row[0] is not None else 0

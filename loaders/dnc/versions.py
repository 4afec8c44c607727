"""The versions of our copy of each list (dnc_lists, dnc_downloads, dnc_coverage) and their SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pymysql.connections import Connection
from pymysql.cursors import Cursor

from loaders.ledger import utc_now
from lode.db import transaction

LOADING, LOADED, ABANDONED = "LOADING", "LOADED", "ABANDONED"
ALL = "all"
_COLUMNS = (
    "id, list_id, kind, filename, accessed_on, area_codes, status, attempt, chunk_rows,"
    " chunks_done, number_count, added_count, removed_count"
)


@dataclass(frozen=True)
class NewVersion:
    """What is known of a version before its first row is written."""

    kind: str
    filename: str
    file_size_bytes: int
    checksum: str
    subscription_account: str | None
    accessed_on: date
    area_codes: tuple[int, ...]
    loaded_by: str
    number_count: int
    chunk_rows: int


@dataclass(frozen=True)
class Version:
    """One row of dnc_downloads."""

    id: int
    list_id: int
    kind: str
    filename: str
    accessed_on: date
    area_codes: str
    status: str
    attempt: int
    chunk_rows: int
    chunks_done: int
    number_count: int
    added_count: int
    removed_count: int


def list_number(connection: Connection[Any], name: str) -> int:
    """Return the number of a list, which it gets when it is first heard of."""
    with transaction(connection), connection.cursor() as cursor:
        cursor.execute("insert ignore into dnc_lists (list_name) values (%s)", (name,))
        cursor.execute("select list_id from dnc_lists where list_name = %s", (name,))
        (number,) = cursor.fetchone() or (0,)
    return int(number)


def find(
    connection: Connection[Any], list_id: int, checksum: str, accessed_on: date
) -> Version | None:
    """Return the version that a file's bytes of a day made, None if they are new."""
    clause = "list_id = %s and checksum = %s and accessed_on = %s"
    found = _read(connection, clause, (list_id, checksum, accessed_on))
    return found[0] if found else None


def find_by_id(connection: Connection[Any], number: int) -> Version:
    """Return a version that is known to be there, as it is now."""
    return _read(connection, "id = %s", (number,))[0]


def newest(connection: Connection[Any], list_id: int) -> Version | None:
    """Return the newest whole version of a list, None before its first one."""
    clause = "list_id = %s and status = 'LOADED' order by accessed_on desc, id desc limit 1"
    found = _read(connection, clause, (list_id,))
    return found[0] if found else None


def last_full(connection: Connection[Any], list_id: int, area_codes: Sequence[int]) -> int | None:
    """Return how many numbers the newest full list of just these area codes had."""
    clause = (
        "list_id = %s and status = 'LOADED' and kind = 'full' and area_codes = %s"
        " order by id desc limit 1"
    )
    found = _read(connection, clause, (list_id, area_text(area_codes)))
    return found[0].number_count if found else None


def unfinished(connection: Connection[Any], list_id: int, but: int) -> list[Version]:
    """Return versions whose load broke off, but for one."""
    return _read(connection, "list_id = %s and status = 'LOADING' and id <> %s", (list_id, but))


def covered(connection: Connection[Any], list_id: int) -> tuple[int, ...]:
    """Return the area codes that whole versions of a list cover; (0,) stands for all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct coverage.area_code from dnc_coverage as coverage"
            " inner join dnc_downloads as downloads on coverage.download_id = downloads.id"
            " where downloads.list_id = %s and downloads.status = 'LOADED' order by 1",
            (list_id,),
        )
        codes = tuple(int(row[0]) for row in cursor.fetchall())
    connection.commit()
    return (0,) if 0 in codes else codes


def begin(connection: Connection[Any], list_id: int, new: NewVersion) -> Version:
    """Write down a version that is being loaded, or take up the one that broke off."""
    with transaction(connection), connection.cursor() as cursor:
        cursor.execute(
            "insert into dnc_downloads (list_id, kind, filename, file_size_bytes, checksum,"
            " subscription_account, accessed_on, area_codes, loaded_by, status, attempt,"
            " chunk_rows, chunks_done, number_count, added_count, removed_count, started_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'LOADING', 1, %s, 0, %s, 0, 0, %s)"
            " on duplicate key update attempt = attempt + 1, status = 'LOADING'",
            (
                list_id, new.kind, new.filename[:255], new.file_size_bytes, new.checksum,
                new.subscription_account, new.accessed_on, area_text(new.area_codes),
                new.loaded_by[:128], new.chunk_rows, new.number_count, utc_now(),
            ),
        )  # fmt: skip
    version = find(connection, list_id, new.checksum, new.accessed_on)
    assert version is not None
    return version


def note_chunk(cursor: Cursor, version: Version, number: int, added: int, removed: int) -> None:
    """Note a chunk, within its own transaction."""
    cursor.execute(
        "update dnc_downloads set chunks_done = %s, added_count = added_count + %s,"
        " removed_count = removed_count + %s where id = %s",
        (number, added, removed, version.id),
    )


def publish(cursor: Cursor, version: Version) -> None:
    """Let a version count, all at once: the rows that name it do so from this commit on."""
    codes = [0] if version.area_codes == ALL else version.area_codes.split(",")
    cursor.executemany(
        "insert ignore into dnc_coverage (download_id, area_code) values (%s, %s)",
        [(version.id, int(code)) for code in codes],
    )
    cursor.execute(
        "update dnc_downloads set status = 'LOADED', loaded_at = %s where id = %s",
        (utc_now(), version.id),
    )


def area_text(codes: Sequence[int]) -> str:
    """Return area codes as they are stored."""
    return ",".join(map(str, codes)) if codes else ALL


def _read(connection: Connection[Any], clause: str, values: Sequence[object]) -> list[Version]:
    with connection.cursor() as cursor:
        cursor.execute(f"select {_COLUMNS} from dnc_downloads where {clause}", values)
        rows = [Version(*row) for row in cursor.fetchall()]
    connection.commit()
    return rows

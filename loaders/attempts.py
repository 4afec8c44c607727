"""The history of an import's attempts: when each began, when it ended, and how."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pymysql
from pymysql.connections import Connection
from pymysql.cursors import Cursor

from loaders.import_rows import ImportRow
from lode.db import NO_SUCH_TABLE

# What ends an attempt besides the loaders: dbt, which writes to import_metadata only.
PUBLISHED = ("COMPLETE", "COMPLETE_WITH_ERRORS")


@dataclass(frozen=True)
class Attempt:
    """One attempt; `ended_at` is None while it goes on, and for ever if it was cut off."""

    attempt: int
    started_at: datetime
    ended_at: datetime | None
    status: str
    error_message: str | None
    is_last: bool

    def sentence(self) -> str:
        """Say it in one line."""
        begun = f"attempt {self.attempt}: {self.started_at:%Y-%m-%d %H:%M:%S}"
        if self.ended_at is not None:
            end = f" to {self.ended_at:%Y-%m-%d %H:%M:%S} UTC, {self.status}"
        elif self.is_last:
            end = f" UTC, {self.status}"
        else:
            end = f" UTC, cut off while {self.status}"
        return begun + end + (f": {self.error_message}" if self.error_message else "")


def add(cursor: Cursor, import_seq: int, attempt: int, now: datetime) -> None:
    """Note that an attempt begins, within the transaction that begins it."""
    cursor.execute(
        "insert into import_attempts (import_seq, attempt, started_at, status)"
        " values (%s, %s, %s, 'PENDING')",
        (import_seq, attempt, now),
    )


def set_status(
    cursor: Cursor,
    import_seq: int,
    status: str,
    ended_at: datetime | None = None,
    sentence: str | None = None,
) -> None:
    """Note how far the present attempt of an import got, within the transaction that gets there."""
    cursor.execute(
        "update import_attempts set status = %s, ended_at = %s, error_message = %s"
        " where import_seq = %s"
        " and attempt = (select attempt from import_metadata where id = import_seq)",
        (status, ended_at, sentence, import_seq),
    )


def close(cursor: Cursor, row: ImportRow) -> None:
    """Note what became of the last attempt of an import, before the next one begins."""
    cursor.execute(
        "update import_attempts set status = %s, ended_at = coalesce(%s, ended_at)"
        " where import_seq = %s and attempt = %s",
        (row.status, _published_at(row), row.id, row.attempt),
    )


def read(connection: Connection[Any], row: ImportRow) -> list[Attempt]:
    """Return the attempts of an import, first one first; a schema of old knows of none."""
    found: list[Any] = []
    with connection.cursor() as cursor:
        try:
            cursor.execute(
                "select attempt, started_at, ended_at, status, error_message from import_attempts"
                " where import_seq = %s order by attempt",
                (row.id,),
            )
            found = list(cursor.fetchall())
        except pymysql.err.ProgrammingError as error:
            if error.args[0] != NO_SUCH_TABLE:
                raise
    connection.commit()
    attempts = [
        Attempt(number, begun, ended, status, sentence, number == row.attempt)
        for number, begun, ended, status, sentence in found
    ]
    return [_with_publication(one, row) if one.is_last else one for one in attempts]


def _with_publication(last: Attempt, row: ImportRow) -> Attempt:
    """Return the present attempt with what dbt has made of it since."""
    return replace(last, status=row.status, ended_at=_published_at(row) or last.ended_at)


def _published_at(row: ImportRow) -> datetime | None:
    """Return when the present attempt was published; the column may be of an earlier one."""
    return row.completed_at if row.status in PUBLISHED else None


def reversals(connection: Connection[Any], row: ImportRow) -> list[str]:
    """Return a line for every time that an import was taken out: when, by whom, why, what of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select requested_at, requested_by, reason, reversed_count, gone_count, kept_count"
            " from import_reversals where import_seq = %s order by id",
            (row.id,),
        )
        found: list[Any] = list(cursor.fetchall())
    connection.commit()
    return [
        f"{at:%Y-%m-%d %H:%M:%S} UTC by {who}{f': {reason}' if reason else ''}"
        f" ({reversed_count:,} records reversed, {gone:,} persons gone, {kept:,} kept)"
        for at, who, reason, reversed_count, gone, kept in found
    ]

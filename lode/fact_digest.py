"""Digests of facts that are written down, by which their rows are compared with the audit log."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from pymysql.connections import Connection

from lode.audit import canonical
from lode.person import fetch
from lode.settings import Settings


def digest_of(row: Mapping[str, Any], columns: Collection[str] | None = None) -> str:
    """Return the SHA-256 of what a row says, of some of its columns if they are named.

    What is null says nothing, so that a column that comes later changes no digest.
    """
    said = {
        name: _text(value)
        for name, value in row.items()
        if value is not None and (columns is None or name in columns)
    }
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def digest_of_rows(rows: Iterable[Mapping[str, Any]]) -> tuple[int, str]:
    """Return how many rows there are, and the SHA-256 over the digests of all, line by line."""
    digest, count = hashlib.sha256(), 0
    for row in rows:
        digest.update(f"{digest_of(row)}\n".encode())
        count += 1
    return count, digest.hexdigest()


def stored_row(
    connection: Connection[Any], settings: Settings, table: str, number: int
) -> dict[str, Any]:
    """Return a row of a raw table by its number, as the server keeps it."""
    (row,) = fetch(
        connection, f"select * from `{settings.schema('raw')}`.{table} where id = %s", number
    )
    return row


def file_key(moment: datetime, name: str) -> str:
    """Return what names facts that were written down together: when, and by whom or whose."""
    return f"{moment.isoformat(timespec='microseconds')} {name}"


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat(timespec="microseconds") if isinstance(value, datetime) else str(value)

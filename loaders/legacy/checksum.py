"""The checksum of the rows in a SQLite file, as the legacy server works it out for its own.

`select_checksum` in `loaders/legacy/statements.py` is the other side of it. SQLite puts each row
together, which is faster than doing it here value by value.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from loaders.legacy.catalog import Column

_SEPARATOR = " || char(31) || "


@dataclass(frozen=True)
class Checksum:
    """The number of rows, and the sum of the first 64 bits of each one's SHA-256."""

    row_count: int = 0
    total: int = 0


def checksum(
    database: sqlite3.Connection, rows: str, columns: Sequence[Column], names: Sequence[str]
) -> Checksum:
    """Return the checksum of rows: `rows` is a from clause, `names` what its columns are called."""
    database.create_function("sha256_hex", 1, _sha256_hex, deterministic=True)
    pieces, flags = [], []
    for column, name in zip(columns, names, strict=True):
        value = f"sha256_hex(cast({name} as blob))" if column.is_long else name
        pieces.append(f"ifnull({value}, '')" if column.is_nullable else value)
        if column.is_nullable:
            flags.append(f"({name} is null)")
    if flags:
        pieces.append(" || ".join(flags))
    count, total = 0, 0
    cursor = database.execute(f"select cast({_SEPARATOR.join(pieces)} as blob) {rows}")
    for (row,) in cursor:
        count += 1
        total += int.from_bytes(sha256(row).digest()[:8], "big")
    return Checksum(count, total)


def _sha256_hex(value: bytes | None) -> str | None:
    return None if value is None else sha256(value).hexdigest()

"""SQLite databases that nothing writes to any more: opened without a lock, read as text.

Integers and reals become the shortest text that reads back equal, blobs hexadecimal digits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa

Row = Sequence[object]
BATCH_ROWS = 50_000
TABLES = """
    select name from sqlite_master
    where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\'
    order by name
"""


def as_texts(column: Row) -> list[str | None]:
    """Return the values of a column as text; NULL stays None."""
    return [
        value if value is None or isinstance(value, str) else _as_text(value) for value in column
    ]


def _as_text(value: object) -> str:
    """Return a value of SQLite as text, without loss."""
    return value.hex() if isinstance(value, bytes) else repr(value)


def storage_order(database: sqlite3.Connection, table: str) -> str:
    """Return the order by clause for storage order; a view has none of its own."""
    columns = database.execute(f"pragma table_info({quoted(table)})").fetchall()
    taken = {str(column[1]).lower() for column in columns}
    for rowid in ("rowid", "_rowid_", "oid"):
        if rowid in taken:
            continue
        try:
            database.execute(f"select t.{rowid} from {quoted(table)} as t limit 0")
        except sqlite3.OperationalError:
            break
        return f"order by t.{rowid}"
    key = sorted((column[5], column[1]) for column in columns if column[5])
    return "order by " + ", ".join(f"t.{quoted(name)}" for _, name in key) if key else ""


def connect(path: Path) -> sqlite3.Connection:
    """Open a database that nothing changes any more, without a lock and without a journal."""
    database = sqlite3.connect(
        f"file:{quote(str(path))}?mode=ro&immutable=1",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )
    database.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    return database


def quoted(name: str) -> str:
    """Return a name as an SQL identifier for SQLite."""
    return '"' + name.replace('"', '""') + '"'


def text_batches(path: Path, table: str) -> Iterator[pa.Table]:
    """Yield the rows of a table in storage order, all values as text, columns c0, c1, ….

    Raises sqlite3.Error if the database is damaged, UnicodeEncodeError for text that is no UTF-8.
    """
    with closing(connect(path)) as database:
        order = storage_order(database, table)
        rows = database.execute(f"select t.* from {quoted(table)} as t {order}")
        while batch := rows.fetchmany(BATCH_ROWS):
            columns = [as_texts(column) for column in zip(*batch, strict=True)]
            arrays = {f"c{i}": pa.array(column, pa.string()) for i, column in enumerate(columns)}
            yield pa.table(arrays)

"""Reading a table of a SQLite database: every value as text, rows in storage order.

The database is the immutable copy in the landing zone, opened so that SQLite neither writes nor
locks anything. Integers and reals become the shortest text that reads back equal, blobs become
hexadecimal digits, NULL stays NULL. The independent count is the database's own `count(*)`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from loaders.chunk_file import ChunkFiles
from loaders.mapping import UNMAPPED, unique_header
from loaders.records import (
    INVALID_UNICODE,
    MAXIMUM_VALUE_BYTES,
    VALUE_TOO_LONG,
    Chunk,
    RecordError,
    Reject,
    share_of,
)
from loaders.sqlite_database import TABLES, Row, as_texts, connect, quoted, storage_order
from lode.errors import LodeError, printable

CHUNK_ROWS = 100_000


@dataclass(frozen=True)
class SqliteTable:
    """A table or view: its name as the database spells it, and its columns with unique names."""

    name: str
    header: tuple[str, ...]


def find_table(path: Path, filename: str, table: str | None) -> SqliteTable:
    """Find the table to load; LodeError lists the tables if it is not named or does not exist."""
    try:
        with closing(connect(path)) as database:
            names = [row[0] for row in database.execute(TABLES)]
            chosen = _choose_table(names, filename, table)
            (count,) = database.execute(f"select count(*) from {quoted(chosen)}").fetchone()
            cursor = database.execute(f"select * from {quoted(chosen)} limit 0")
            header = unique_header([column[0] for column in cursor.description])
    except sqlite3.Error as error:
        raise LodeError(
            f"{filename} is not a whole SQLite database ({error}): copy it again from its source."
        ) from None
    if not count:
        raise LodeError(f"The table {chosen} of {filename} has no rows: nothing to load.")
    return SqliteTable(chosen, header)


def _choose_table(names: list[str], filename: str, table: str | None) -> str:
    listed = ", ".join(printable(name, 40) for name in names)
    if not names:
        raise LodeError(f"{filename} is a SQLite database without a table: nothing to load.")
    if table is None:
        if len(names) == 1:
            return names[0]
        raise LodeError(f"{filename} has several tables; name one with --table: {listed}.")
    for name in names:
        if name.lower() == table.lower():
            return name
    raise LodeError(f"{filename} has no table {printable(table, 40)}; it has {listed}.")


def count_rows(path: Path, table: str) -> int:
    """Return the database's own count of a table's rows."""
    with closing(connect(path)) as database:
        (count,) = database.execute(f"select count(*) from {quoted(table)}").fetchone()
    return int(count)


class SqliteSource:
    """The records of one table, in one read transaction, numbered from 1 in storage order."""

    def __init__(self, path: Path, table: SqliteTable, files: ChunkFiles) -> None:
        self.path = path
        self.table = table
        self.files = files
        self._count = 0

    @property
    def record_count(self) -> int:
        """Number of rows as the database itself counts them."""
        return self._count

    def chunks(self, after_record: int) -> Iterator[Chunk]:
        """Yield the chunks of the rows after the given number."""
        name = quoted(self.table.name)
        try:
            with closing(connect(self.path)) as database:
                database.execute("begin")
                (self._count,) = database.execute(f"select count(*) from {name}").fetchone()
                rows = database.execute(
                    f"select t.* from {name} as t {storage_order(database, self.table.name)}"
                    " limit -1 offset ?",
                    (after_record,),
                )
                first = after_record + 1
                while batch := rows.fetchmany(CHUNK_ROWS):
                    yield self._chunk(batch, first)
                    first += len(batch)
        except sqlite3.Error as error:
            raise LodeError(
                f"{self.path.name} is not a whole SQLite database ({error}): copy it again from"
                " its source."
            ) from None

    def _chunk(self, batch: list[Row], first: int) -> Chunk:
        columns = [as_texts(column) for column in zip(*batch, strict=True)]
        errors = self._errors(columns, len(batch))
        kept = [index for index in range(len(batch)) if index not in errors]
        if errors:
            columns = [[column[index] for index in kept] for column in columns]
        arrays = {f"c{i}": pa.array(column, pa.string()) for i, column in enumerate(columns)}
        numbers = pa.array([first + index for index in kept], pa.int64())
        self.files.connection.register("batch", pa.table({"number": numbers, **arrays}))
        try:
            path = self.files.from_relation("batch", "number")
        finally:
            self.files.connection.unregister("batch")
        rejects = tuple(
            Reject(first + index, None, None, tuple(errors[index]), _raw(batch[index]))
            for index in sorted(errors)
        )
        last = first + len(batch) - 1
        return Chunk(first, last, len(kept), path, rejects, share_of(last, self._count))

    def _errors(
        self, columns: list[list[str | None]], row_count: int
    ) -> dict[int, list[RecordError]]:
        errors: dict[int, list[RecordError]] = {}
        for header, target, column in zip(
            self.table.header, self.files.plan.targets, columns, strict=True
        ):
            for index in range(row_count):
                value = column[index]
                # Nearly every value is short and plain: one comparison and one look at a flag.
                if value is None or (len(value) <= MAXIMUM_VALUE_BYTES // 4 and value.isascii()):
                    continue
                error = _value_error(value, header, target)
                if error:
                    errors.setdefault(index, []).append(error)
        return errors


def _value_error(value: str, header: str, target: str) -> RecordError | None:
    try:
        size = len(value.encode("utf-8"))
    except UnicodeEncodeError:
        return RecordError(INVALID_UNICODE, "The value is not valid UTF-8", header)
    if target not in UNMAPPED and size > MAXIMUM_VALUE_BYTES:
        message = f"The value has {size} bytes, a column holds {MAXIMUM_VALUE_BYTES}"
        return RecordError(VALUE_TOO_LONG, message, header)
    return None


def _raw(row: Row) -> bytes:
    """Return a refused row as JSON; bytes that are no text stay as they were."""
    texts = as_texts(row)
    return json.dumps(texts, ensure_ascii=False).encode("utf-8", "surrogateescape")

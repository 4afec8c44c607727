"""Reading a table of a SQLite database: every value as text, rows in storage order.

The database is the immutable copy in the landing zone, opened so that SQLite neither writes nor
locks anything. Integers and reals become the shortest text that reads back equal, blobs become
hexadecimal digits, NULL stays NULL. The independent count is the database's own `count(*)`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa

from loaders.check import printable
from loaders.chunk_file import ChunkFiles
from loaders.mapping import EXTRA, unique_header
from loaders.records import (
    INVALID_UNICODE,
    MAXIMUM_VALUE_BYTES,
    VALUE_TOO_LONG,
    Chunk,
    RecordError,
    Reject,
)
from lode.errors import LodeError

CHUNK_ROWS = 100_000
Row = Sequence[object]


@dataclass(frozen=True)
class SqliteTable:
    """A table or view: its name as the database spells it, and its columns with unique names."""

    name: str
    header: tuple[str, ...]


def find_table(path: Path, filename: str, table: str | None) -> SqliteTable:
    """Find the table to load; LodeError lists the tables if it is not named or does not exist."""
    try:
        with closing(_connect(path)) as database:
            names = [row[0] for row in database.execute(_TABLES)]
            chosen = _choose_table(names, filename, table)
            (count,) = database.execute(f"select count(*) from {_name(chosen)}").fetchone()
            cursor = database.execute(f"select * from {_name(chosen)} limit 0")
            header = unique_header([column[0] for column in cursor.description])
    except sqlite3.Error as error:
        raise LodeError(
            f"{filename} is not a whole SQLite database ({error}): copy it again from its source."
        ) from None
    if not count:
        raise LodeError(f"The table {chosen} of {filename} has no rows: nothing to load.")
    return SqliteTable(chosen, header)


_TABLES = """
    select name from sqlite_master
    where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\'
    order by name
"""


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
        name = _name(self.table.name)
        try:
            with closing(_connect(self.path)) as database:
                database.execute("begin")
                (self._count,) = database.execute(f"select count(*) from {name}").fetchone()
                rows = database.execute(
                    f"select t.* from {name} as t {_order(database, self.table.name)}"
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
        columns = [_as_texts(column) for column in zip(*batch, strict=True)]
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
        return Chunk(first, first + len(batch) - 1, len(kept), path, rejects)

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
    if target != EXTRA and size > MAXIMUM_VALUE_BYTES:
        message = f"The value has {size} bytes, a column holds {MAXIMUM_VALUE_BYTES}"
        return RecordError(VALUE_TOO_LONG, message, header)
    return None


def _as_texts(column: Row) -> list[str | None]:
    return [
        value if value is None or isinstance(value, str) else _as_text(value) for value in column
    ]


def _as_text(value: object) -> str:
    """Return a value of SQLite as text, without loss."""
    return value.hex() if isinstance(value, bytes) else repr(value)


def _raw(row: Row) -> bytes:
    """Return a refused row as JSON; bytes that are no text stay as they were."""
    texts = _as_texts(row)
    return json.dumps(texts, ensure_ascii=False).encode("utf-8", "surrogateescape")


def _order(database: sqlite3.Connection, table: str) -> str:
    """Return the order by clause for storage order; a view has none of its own."""
    columns = database.execute(f"pragma table_info({_name(table)})").fetchall()
    taken = {str(column[1]).lower() for column in columns}
    for rowid in ("rowid", "_rowid_", "oid"):
        if rowid in taken:
            continue
        try:
            database.execute(f"select t.{rowid} from {_name(table)} as t limit 0")
        except sqlite3.OperationalError:
            break
        return f"order by t.{rowid}"
    key = sorted((column[5], column[1]) for column in columns if column[5])
    return "order by " + ", ".join(f"t.{_name(name)}" for _, name in key) if key else ""


def _connect(path: Path) -> sqlite3.Connection:
    """Open a database that nothing changes any more, without a lock and without a journal."""
    database = sqlite3.connect(
        f"file:{quote(str(path))}?mode=ro&immutable=1",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )
    database.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    return database


def _name(name: str) -> str:
    """Return a name as an SQL identifier for SQLite."""
    return '"' + name.replace('"', '""') + '"'

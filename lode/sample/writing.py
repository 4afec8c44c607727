"""Bytes of the files: CSV in each dialect, and SQLite that is the same byte for byte every time."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc

from lode.sample.sources import Dialect
from lode.sample.text import Text, join, replace

# Bytes of the SQLite header that name the library or count transactions:
# change counter, version-valid-for, library version (https://www.sqlite.org/fileformat.html, 1.3).
_COUNTERS = (24, 92)
_LIBRARY_VERSION = 96
_WRITTEN_AS = 3_040_000


class CsvFile:
    """A CSV file in the making: the header first, then columns of text chunk by chunk."""

    def __init__(self, directory: Path, dialect: Dialect) -> None:
        self._dialect = dialect
        self._path = directory / dialect.filename
        self._file: IO[bytes] | None = None

    def __enter__(self) -> CsvFile:
        self._file = self._path.open("wb")
        self.write([pa.array([name]) for name in self._dialect.header])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, columns: Sequence[Text]) -> None:
        """Append one record per row of the columns."""
        assert self._file is not None
        dialect = self._dialect
        fields = [_quoted(column, dialect) for column in columns]
        lines = pc.binary_join_element_wise(*fields, dialect.delimiter)
        text = "".join(join(lines, dialect.line_end).to_pylist())
        # The byte order mark belongs to the start of the file only.
        encoding = (
            dialect.encoding if self._file.tell() == 0 else dialect.encoding.removesuffix("-sig")
        )
        self._file.write(text.encode(encoding))


def _quoted(column: Text, dialect: Dialect) -> Text:
    doubled = replace(column, '"', '""')
    quoted = join('"', doubled, '"')
    if dialect.quotes_all:
        return quoted
    special = pc.match_substring_regex(column, pattern=f'["\r\n{re.escape(dialect.delimiter)}]')
    return pc.if_else(special, quoted, column)


class SqliteFile:
    """A SQLite file in the making."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in (
            "page_size = 4096",
            "auto_vacuum = none",
            "encoding = 'UTF-8'",
            "journal_mode = off",
            "synchronous = off",
        ):
            self._connection.execute(f"pragma {pragma}")
        self._connection.execute("begin")

    def create(self, statement: str) -> None:
        """Run one `create table`."""
        self._connection.execute(statement)

    def insert(self, table: str, rows: Iterable[Sequence[object]], width: int) -> None:
        """Append rows of `width` values."""
        marks = ", ".join("?" * width)
        self._connection.executemany(f"insert into {table} values ({marks})", rows)

    def finish(self) -> None:
        """Commit, close, and set the header bytes that depend on the library to fixed values."""
        self._connection.execute("commit")
        self._connection.close()
        with self._path.open("r+b") as file:
            for offset in _COUNTERS:
                file.seek(offset)
                file.write((1).to_bytes(4, "big"))
            file.seek(_LIBRARY_VERSION)
            file.write(_WRITTEN_AS.to_bytes(4, "big"))

    def abandon(self) -> None:
        """Close without finishing."""
        self._connection.close()

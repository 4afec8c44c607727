"""Files that hold tables: what is inside, and the rows of a table as text.

One place knows which format is read how; a further format is one more line in `_OPENERS`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa

from loaders import sqlite_database
from loaders.dump.reader import list_tables, read_table_batches
from loaders.mapping import unique_header
from loaders.tables import Container, Table
from loaders.workbook import open_workbook
from lode.errors import LodeError, printable


def open_container(path: Path, format_name: str, filename: str) -> Container:
    """Look into a file of tables; LodeError if it is damaged."""
    return _OPENERS[format_name](path, filename)


def is_container(format_name: str) -> bool:
    """Tell whether files of a format hold tables with names."""
    return format_name in _OPENERS


def _open_sqlite(path: Path, filename: str) -> Container:
    def batches(table: Table) -> Iterator[pa.Table]:
        try:
            yield from sqlite_database.text_batches(path, table.name)
        except sqlite3.Error as error:
            raise _damaged(filename, error) from None
        except UnicodeEncodeError:
            raise LodeError(
                f"The table {table.name} of {filename} holds text that is not valid UTF-8, so no"
                " query can read it: load the table by itself with --table, which refuses only"
                " the rows concerned."
            ) from None

    try:
        with closing(sqlite_database.connect(path)) as database:
            names = [row[0] for row in database.execute(sqlite_database.TABLES)]
            tables = tuple(_sqlite_table(database, name) for name in names)
    except sqlite3.Error as error:
        raise _damaged(filename, error) from None
    return Container(filename, tables, batches)


def _sqlite_table(database: sqlite3.Connection, name: str) -> Table:
    quoted = sqlite_database.quoted(name)
    (count,) = database.execute(f"select count(*) from {quoted}").fetchone()
    cursor = database.execute(f"select * from {quoted} limit 0")
    return Table(name, unique_header([column[0] for column in cursor.description]), count)


def _damaged(filename: str, error: sqlite3.Error) -> LodeError:
    return LodeError(
        f"{filename} is not a whole SQLite database ({error}): copy it again from its source."
    )


def _open_dump(path: Path, filename: str) -> Container:
    def batches(table: Table) -> Iterator[pa.Table]:
        for batch in read_table_batches(path, table.name):
            if batch.bad:
                raise LodeError(
                    f"The table {printable(table.name, 40)} of {filename} has rows that can't be"
                    " read, so no query can run over it: load the table by itself with --table,"
                    " which refuses only the rows concerned."
                )
            yield batch.data

    found = list_tables(path)
    tables = tuple(Table(one.name, one.columns, one.row_count) for one in found)
    return Container(filename, tables, batches)


_OPENERS: dict[str, Callable[[Path, str], Container]] = {
    "sqlite": _open_sqlite,
    "dump": _open_dump,
    "workbook": open_workbook,
}

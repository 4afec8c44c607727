"""A legacy database as a source: extracted for loading, looked into for everything else."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pymysql
from pymysql.connections import Connection

from loaders.legacy import statements
from loaders.legacy.address import LegacyAddress, parse
from loaders.legacy.catalog import SourceTable, find_table, read_catalog
from loaders.legacy.connection import legacy_connection
from loaders.legacy.extract import Extract, retrying
from loaders.legacy.statements import Span
from loaders.mapping import unique_header
from loaders.progress import Reporter
from loaders.reading import plan_of
from loaders.request import Request
from loaders.scratch import file_name
from loaders.tables import Container, Table
from loaders.writer import is_transient
from lode.errors import LodeError, printable
from lode.locks import file_lock
from lode.settings import Settings

LOCK_SECONDS = 5.0
SAMPLE_ROWS = 1000


@contextmanager
def extracted(text: str, settings: Settings, request: Request, teller: Reporter) -> Iterator[Path]:
    """Extract what is asked for of a database into a SQLite file for the block.

    If the block ends well the extract is deleted; otherwise what was fetched is kept, and the next
    run has only to compare it with the source.
    """
    address = parse(text, settings)
    _require_no_file_options(request, address)
    wish = _Wish(address, request)
    folder = settings.home / "extracts" / wish.digest
    with file_lock(folder.with_suffix(".lock"), LOCK_SECONDS):
        path = Extract(address, settings, wish.choose, wish.title, folder, teller).run()
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)
        shutil.rmtree(folder)


def look_into(text: str, settings: Settings, table: str | None) -> Container:
    """Return the tables of a database (or the one that is named) with their first rows only."""
    address = parse(text, settings)

    def look() -> Container:
        with legacy_connection(address, settings) as connection:
            tables = read_catalog(connection)
            if table is not None or not tables:
                found = [_look_at(connection, find_table(tables, table, address))]
            else:
                found = [_look_if_possible(connection, one) for one in tables.values()]
        samples = {one.name: batch for one, batch in found}
        return Container(
            str(address), tuple(one for one, _ in found), lambda one: iter([samples[one.name]])
        )

    return retrying(address, look)


def _look_at(connection: Connection[Any], table: SourceTable) -> tuple[Table, pa.Table]:
    with connection.cursor() as cursor:
        cursor.execute(statements.select_count(table))
        ((count,),) = cursor.fetchall()
        cursor.execute(statements.select_rows(table, Span()) + f" limit {SAMPLE_ROWS}")
        batch = _as_batch(table, cursor.fetchall())
    return Table(table.name, unique_header(list(table.header)), int(count)), batch


def _look_if_possible(connection: Connection[Any], table: SourceTable) -> tuple[Table, pa.Table]:
    """Look at one of many: a view that is broken does not hide the others."""
    try:
        return _look_at(connection, table)
    except pymysql.MySQLError as error:
        if is_transient(error):
            raise
        return Table(table.name, unique_header(list(table.header)), None), pa.table({})


class _Wish:
    """What is to be extracted: the tables of a mapping's query, or one table."""

    def __init__(self, address: LegacyAddress, request: Request) -> None:
        self.address = address
        self.request = request
        own = request.own_mapping
        self.query = own.query if own is not None else None
        self.query_name = f"query {own.name}" if own is not None and self.query else None
        part = self.query_name or (request.table or "").lower()
        self.digest = hashlib.sha256(f"{address}\0{part}".encode()).hexdigest()[:16]

    def choose(self, tables: dict[str, SourceTable]) -> Sequence[SourceTable]:
        """Return the tables that are meant; what can be wrong with them is said here.

        A header that fits no mapping is found out now, before hours of fetching.
        """
        if self.query is None:
            table = find_table(tables, self.request.table, self.address)
            title = f"The table {printable(table.name, 40)} of {self.address}"
            if table.columns:
                # A view that refers to what is gone has none; the server is about to say so.
                plan_of(self.request, unique_header(list(table.header)), title)
            return [table]
        if self.request.table is not None:
            raise LodeError(
                f"The mapping reads the tables of {self.address} by its query: leave --table out."
            )
        with duckdb.connect() as parser:
            named = parser.get_table_names(self.query)
        found = (find_table(tables, name, self.address) for name in sorted(named))
        # A query may spell the same table in two ways.
        return list(dict.fromkeys(found))

    def title(self, tables: Sequence[SourceTable]) -> str:
        """Return the name of the file that holds the tables."""
        return file_name(f"{self.address.database}.{self.query_name or tables[0].name}.sqlite")


def _require_no_file_options(request: Request, address: LegacyAddress) -> None:
    if request.member is not None or request.escape is not None:
        raise LodeError(f"{address} is a database and no file: leave --member and --escape out.")


def _as_batch(table: SourceTable, rows: Sequence[Sequence[bytes | None]]) -> pa.Table:
    columns: dict[str, pa.Array] = {}
    for index, column in enumerate(table.columns):
        values = [row[index] for row in rows]
        columns[f"c{index}"] = pa.array(
            [
                None if value is None
                else value.hex() if column.is_binary
                else printable(value.decode("utf-8", "replace"), 1 << 16)
                for value in values
            ],
            pa.string(),
        )  # fmt: skip
    return pa.table(columns)

"""Extracting tables: one snapshot, chunk by chunk, compared with the source at the end.

Chunks are spans between keys. An attempt that finds chunks of an earlier one has the server work
out their checksums in its own snapshot, and fetches anew what is not the same any more; so the
file is of one moment, however often the extract was killed or lost its connection.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pymysql
from pymysql.connections import Connection
from pymysql.cursors import SSCursor
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from loaders.legacy import statements
from loaders.legacy.address import LegacyAddress
from loaders.legacy.catalog import SourceTable, read_catalog
from loaders.legacy.checksum import Checksum
from loaders.legacy.connection import begin_snapshot, legacy_connection, lost_connection
from loaders.legacy.statements import Key, Span
from loaders.legacy.work_file import Row, WorkFile
from loaders.progress import Pace, Reporter
from loaders.writer import RETRIES, is_transient
from lode.db import close_quietly
from lode.errors import LodeError, printable
from lode.logs import get_logger
from lode.settings import Settings

CHUNK_ROWS = 50_000
WAIT_SECONDS = 0.5
# Raised when files of an older version of this code can't be gone on with.
FORMAT = 1

Result = TypeVar("Result")
Choice = Callable[[dict[str, SourceTable]], Sequence[SourceTable]]


def retrying(address: LegacyAddress, work: Callable[[], Result]) -> Result:
    """Do something that opens its own connection; after a network error do it again."""
    attempts = Retrying(
        stop=stop_after_attempt(1 + RETRIES),
        wait=wait_exponential_jitter(multiplier=WAIT_SECONDS, max=20, jitter=WAIT_SECONDS),
        retry=retry_if_exception(
            lambda error: not isinstance(error, LodeError) and is_transient(error)
        ),
        before_sleep=lambda state: get_logger("loaders").warning(
            "legacy server lost, attempt %d of %d", state.attempt_number, 1 + RETRIES
        ),
        reraise=True,
    )
    try:
        return attempts(work)
    except (pymysql.MySQLError, ConnectionError, TimeoutError) as error:
        raise lost_connection(address, error) from error


@dataclass(frozen=True)
class Extract:
    """What is to be extracted: of which database, which of its tables, into which folder.

    `choose` picks the tables, or raises a LodeError; `title` names the file that holds them.
    """

    address: LegacyAddress
    settings: Settings
    choose: Choice
    title: Callable[[Sequence[SourceTable]], str]
    folder: Path
    teller: Reporter

    def run(self) -> Path:
        """Extract the tables; returns the finished file, which the caller deletes."""
        try:
            return retrying(self.address, self._attempt)
        except (sqlite3.Error, OSError) as error:
            raise LodeError(
                f"The extract of {self.address} can't be written below {self.folder} ({error}):"
                " check the disk, then run the same command again."
            ) from error

    def _attempt(self) -> Path:
        self.teller.step(str(self.address), "connecting")
        with legacy_connection(self.address, self.settings) as connection:
            begin_snapshot(connection)
            tables = self.choose(read_catalog(connection))
            for table in tables:
                _require_all_columns(connection, table, self.address)
            path = self.folder / "work.sqlite"
            with closing(WorkFile(path, tables, _fingerprint(self.address, tables))) as work:
                name = self.title(tables)
                fetch = _Fetch(connection, work, self.teller, name)
                for number, table in enumerate(tables):
                    fetch.table(number, table)
                self.teller.step(name, "comparing with the source")
                whole = [_checksum(connection, table, Span()) for table in tables]
                connection.rollback()
                return self._finish(work, whole, self.folder / name)

    def _finish(self, work: WorkFile, whole: list[Checksum], target: Path) -> Path:
        """Write the file; it counts only if it holds what the source has."""
        for table, here, there in zip(work.tables, work.finish(target), whole, strict=True):
            if here == there:
                continue
            # Nothing in it can be trusted, so nothing is gone on with.
            work.remove()
            target.unlink()
            cause = (
                "report it if that happens again"
                if table.is_transactional
                else "its engine knows no snapshots: do it while nothing writes to it"
            )
            raise LodeError(
                f"The table {printable(table.name, 40)} of {self.address} has {there.row_count}"
                f" rows with the checksum {there.total:x}, the extract {here.row_count} with"
                f" {here.total:x}; nothing was loaded. Run the same command again; {cause}."
            )
        return target


class _Fetch:
    """Fetching tables in one snapshot into a working file."""

    def __init__(
        self, connection: Connection[Any], work: WorkFile, teller: Reporter, name: str
    ) -> None:
        self.connection = connection
        self.work = work
        self.teller = teller
        self.name = name
        self._row_count = 0
        self._pace = Pace(0)

    def table(self, number: int, table: SourceTable) -> None:
        """Have all rows of a table in the file, as they are in this snapshot."""
        next_chunk, after = self._keep(number, table)
        self.teller.step(self.name, f"extracting {printable(table.name, 40)}")
        while True:
            last = self._bound(table, after)
            self._fetch(number, table, next_chunk, Span(after, last))
            if last is None:
                return
            next_chunk, after = next_chunk + 1, last

    def _keep(self, number: int, table: SourceTable) -> tuple[int, Key | None]:
        """Bring the chunks that are there up to date; returns what is the next, and behind what."""
        chunks = self.work.chunks(number)
        if chunks:
            self.teller.step(self.name, f"comparing {printable(table.name, 40)}")
        next_chunk, after = 0, None
        for chunk in chunks:
            if chunk.span.last is None:
                # The end of the table is open: what has been added there may be many chunks.
                self.work.forget_from(number, chunk.number)
                break
            next_chunk, after = chunk.number + 1, chunk.span.last
            here = self.work.checksum(number, chunk.number)
            if here == _checksum(self.connection, table, chunk.span):
                self._count(here.row_count)
            else:
                self._fetch(number, table, chunk.number, chunk.span)
        return next_chunk, after

    def _bound(self, table: SourceTable, after: Key | None) -> Key | None:
        """Return the key that ends the next chunk, None if the rest of the table is one chunk."""
        if not table.key:
            return None
        with self.connection.cursor() as cursor:
            cursor.execute(statements.select_bound(table, after, CHUNK_ROWS))
            row = cursor.fetchone()
        return None if row is None else tuple(row)

    def _fetch(self, number: int, table: SourceTable, chunk: int, span: Span) -> None:
        rows = _stream(self.connection, statements.select_rows(table, span))
        self._count(self.work.write(number, chunk, span, rows))

    def _count(self, row_count: int) -> None:
        self._row_count += row_count
        self.teller.records(self.name, self._pace.at(self._row_count, 0, None))


def _stream(connection: Connection[Any], query: str) -> Iterator[Row]:
    """Yield the rows of a query as they come, none kept."""
    cursor = connection.cursor(SSCursor)
    cursor.execute(query)
    try:
        yield from iter(cursor.fetchone, None)
    except BaseException:
        # Closing the cursor would first read all that is still to come, or wait for a dead server.
        cursor._result.unbuffered_active = False  # type: ignore[attr-defined]
        close_quietly(connection)
        raise
    cursor.close()


def _checksum(connection: Connection[Any], table: SourceTable, span: Span) -> Checksum:
    with connection.cursor() as cursor:
        cursor.execute(statements.select_checksum(table, span))
        ((count, total),) = cursor.fetchall()
    return Checksum(int(count), int(total))


def _require_all_columns(
    connection: Connection[Any], table: SourceTable, address: LegacyAddress
) -> None:
    """Have the server refuse a table of which the account may read some columns only.

    The catalog would not show the others, and they would be lost without a word.
    """
    with connection.cursor() as cursor:
        cursor.execute(statements.select_all(table, 0))
        seen = [column[0] for column in cursor.description]
    if not set(seen) <= set(table.header):
        raise LodeError(
            f"The table {printable(table.name, 40)} of {address} was altered while it was read: run"
            " the same command again."
        )


def _fingerprint(address: LegacyAddress, tables: Sequence[SourceTable]) -> str:
    """Return what must be the same for chunks to fit together."""
    shapes = [
        [table.name, [column.name for column in table.key]]
        + [[str(value) for value in vars(column).values()] for column in table.columns]
        for table in tables
    ]
    return json.dumps([FORMAT, str(address), shapes])

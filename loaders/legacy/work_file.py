"""The working file of an extract: the rows fetched so far and how far that is, in SQLite.

A chunk's rows and its entry are one transaction, so after a kill what has an entry is whole. The
finished file is made out of it: the rows in the order of their key, nothing of how they were
fetched, so that the same rows always are the same bytes.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from loaders.check import MAXIMUM_FILE_BYTES
from loaders.legacy.catalog import SourceTable
from loaders.legacy.checksum import Checksum, checksum
from loaders.legacy.statements import Span
from loaders.sqlite_database import quoted
from lode.errors import LodeError

Row = Sequence[bytes | None]
# A row's number in the file: that of its chunk, then its own in the chunk.
_CHUNK_SPAN = 1 << 32
_SCHEMA = """
    create table source (fingerprint text not null);
    create table chunks (
        table_number integer, number integer, span text not null,
        primary key (table_number, number)
    );
"""


@dataclass(frozen=True)
class FetchedChunk:
    """A chunk that lies in the file whole."""

    number: int
    span: Span


class WorkFile:
    """The working file for some tables; what another state of them has left is thrown away."""

    def __init__(self, path: Path, tables: Sequence[SourceTable], fingerprint: str) -> None:
        self.path = path
        self.tables = tables
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._is_usable(fingerprint):
            self.remove()
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.execute("pragma journal_mode = wal")
        self.database.execute("pragma synchronous = normal")
        if not self.database.execute("select count(*) from sqlite_master").fetchone()[0]:
            self._create(fingerprint)

    def close(self) -> None:
        """Close the file; what is in it stays."""
        self.database.close()

    def remove(self) -> None:
        """Delete the file."""
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)

    def chunks(self, table_number: int) -> list[FetchedChunk]:
        """Return the chunks of a table that are there, in order."""
        rows = self.database.execute(
            "select number, span from chunks where table_number = ? order by number",
            (table_number,),
        )
        return [FetchedChunk(number, _span_of(span)) for number, span in rows.fetchall()]

    def checksum(self, table_number: int, number: int) -> Checksum:
        """Return the checksum of the rows of a chunk."""
        columns = self.tables[table_number].columns
        first = number * _CHUNK_SPAN
        rows = f"from rows_{table_number} where id >= {first} and id < {first + _CHUNK_SPAN}"
        names = [f"c{index}" for index in range(len(columns))]
        return checksum(self.database, rows, columns, names)

    def write(self, table_number: int, number: int, span: Span, rows: Iterable[Row]) -> int:
        """Put the rows of a chunk in the place of those that it had, all or none of them.

        Returns how many there are.
        """
        columns = self.tables[table_number].columns
        values = ", ".join("?" if column.is_binary else "cast(? as text)" for column in columns)
        numbers = itertools.count(number * _CHUNK_SPAN)
        with self._transaction():
            self._delete(table_number, number, number)
            before = self.database.total_changes
            self.database.executemany(
                f"insert into rows_{table_number} values (?, {values})",
                ((next(numbers), *row) for row in rows),
            )
            row_count = self.database.total_changes - before
            self.database.execute(
                "insert into chunks values (?, ?, ?)", (table_number, number, _span_text(span))
            )
        self._require_loadable()
        return row_count

    def forget_from(self, table_number: int, number: int) -> None:
        """Delete the chunks from this number on."""
        with self._transaction():
            self._delete(table_number, number, 1 << 30)

    def finish(self, target: Path) -> list[Checksum]:
        """Write the finished file, and return the checksum of what lies in it for every table."""
        target.unlink(missing_ok=True)
        with closing(sqlite3.connect(target, isolation_level=None)) as final:
            # A file cut off in the middle is made again; it needs no journal.
            for setting in ("page_size = 4096", "journal_mode = off", "synchronous = off"):
                final.execute(f"pragma {setting}")
            final.execute("attach ? as work", (str(self.path),))
            final.execute("begin")
            for number, table in enumerate(self.tables):
                self._copy_table(final, number, table)
            final.execute("commit")
            final.execute("detach work")
            return [
                checksum(
                    final,
                    f"from {quoted(table.name)}",
                    table.columns,
                    [quoted(name) for name in table.header],
                )
                for table in self.tables
            ]

    def _copy_table(self, final: sqlite3.Connection, number: int, table: SourceTable) -> None:
        names = ", ".join(quoted(name) for name in table.header)
        columns = ", ".join(f"c{index}" for index in range(len(table.columns)))
        # Rows without a key come in no order that the server promises.
        order = "id" if table.key else columns
        final.execute(f"create table main.{quoted(table.name)} ({names})")
        final.execute(
            f"insert into main.{quoted(table.name)} select {columns} from work.rows_{number}"
            f" order by {order}"
        )

    def _is_usable(self, fingerprint: str) -> bool:
        if not self.path.exists():
            return False
        try:
            with closing(sqlite3.connect(self.path)) as database:
                return database.execute("select fingerprint from source").fetchall() == [
                    (fingerprint,)
                ]
        except sqlite3.Error:
            return False

    def _create(self, fingerprint: str) -> None:
        self.path.chmod(0o600)
        with self._transaction():
            for statement in _SCHEMA.split(";")[:-1]:
                self.database.execute(statement)
            for number, table in enumerate(self.tables):
                columns = ", ".join(f"c{index}" for index in range(len(table.columns)))
                self.database.execute(
                    f"create table rows_{number} (id integer primary key, {columns})"
                )
            self.database.execute("insert into source values (?)", (fingerprint,))

    def _delete(self, table_number: int, first: int, last: int) -> None:
        self.database.execute(
            f"delete from rows_{table_number} where id >= ? and id < ?",
            (first * _CHUNK_SPAN, (last + 1) * _CHUNK_SPAN),
        )
        self.database.execute(
            "delete from chunks where table_number = ? and number between ? and ?",
            (table_number, first, last),
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.database.execute("begin immediate")
        try:
            yield
            self.database.execute("commit")
        except BaseException:
            if self.database.in_transaction:
                self.database.execute("rollback")
            raise

    def _require_loadable(self) -> None:
        if self.path.stat().st_size > MAXIMUM_FILE_BYTES:
            names = ", ".join(table.name for table in self.tables)
            raise LodeError(
                f"The rows of {names} are more than the {MAXIMUM_FILE_BYTES / 1024**3:.0f} GiB that"
                " can be loaded at once: make views of parts of it and load one after the other."
            )


def _span_text(span: Span) -> str:
    bounds = (span.after, span.last)
    return json.dumps([None if key is None else [part.hex() for part in key] for key in bounds])


def _span_of(text: str) -> Span:
    bounds = json.loads(text)
    return Span(
        *(None if key is None else tuple(bytes.fromhex(part) for part in key) for key in bounds)
    )

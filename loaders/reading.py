"""Readings: for every format how its tables are found, how a mapping is fitted, who reads the rows.

A further format is one more class and one more line in `_READINGS`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from pathlib import Path

from loaders import workbook
from loaders.chunk_file import ChunkFiles
from loaders.containers import is_container, open_container
from loaders.contract import under_contract
from loaders.counter import RecordBlock, RecordCounter
from loaders.dialect import Dialect, detect_dialect, sample_records
from loaders.dump.reader import count_rows
from loaders.mapping import Plan
from loaders.mapping_choice import choose, fit_to
from loaders.opening import OpenedFile
from loaders.readers import dump, query, sqlite
from loaders.readers import workbook as workbook_reader
from loaders.readers.csv import CsvSource
from loaders.records import Source
from loaders.request import Request
from lode.errors import LodeError, printable

MAXIMUM_TABLE_NAME = 128


def plan_of(wish: Request, header: tuple[str, ...], title: str) -> Plan:
    """Fit the mapping that is asked for, or the one that fits best, to a header."""
    if wish.own_mapping is not None:
        plan = fit_to(wish.own_mapping, header, title)
    else:
        plan = choose(header, title, name=wish.mapping)
    return under_contract(plan, title, wish.contract, is_users_own=wish.is_users_own)


class Reading(ABC):
    """How the records of one file are read."""

    def __init__(self, file: OpenedFile, request: Request) -> None:
        self.file = file
        self.request = request

    @property
    def table_name(self) -> str | None:
        """The name of the table in the file, None for plain text."""
        return None

    @property
    def source_table(self) -> str | None:
        """What tells this import from others of the same file: member, table or query."""
        parts = [part for part in (self.file.member, self.table_name) if part]
        name = ": ".join(parts) or None
        if name and len(name) > MAXIMUM_TABLE_NAME:
            raise LodeError(
                f"{self.file.name} has a part with a name of {len(name)} characters, the ledger"
                f" holds {MAXIMUM_TABLE_NAME}: rename it in the file."
            )
        return name

    @abstractmethod
    def plan(self) -> Plan:
        """Fit the mapping to the header; everything that can be wrong with the file is said."""

    def sample(self) -> list[list[str | None]]:
        """Return some rows to look at, where that takes no further pass over the file."""
        return []

    @abstractmethod
    def count(self) -> int:
        """Count the records with the independent counter."""

    def lines(self, records: Collection[int]) -> dict[int, int]:
        """Return the lines on which records start, by record number; none where none exist."""
        return {}

    @abstractmethod
    def source(self, path: Path, files: ChunkFiles) -> Source:
        """Return the records; `path` is where the file has come to lie since it was opened."""

    def close(self) -> None:  # noqa: B027 - most readings hold nothing open
        """Give back what the reading holds open."""

    def _path(self, landed: Path) -> Path:
        return self.file.path if self.file.is_scratch else landed

    def _choose(self, header: tuple[str, ...]) -> Plan:
        title = self.file.name
        if self.table_name:
            title = f"The table {printable(self.table_name, 40)} of {title}"
        return plan_of(self.request, header, title)


class TextReading(Reading):
    """Delimited text."""

    def __init__(self, file: OpenedFile, request: Request) -> None:
        super().__init__(file, request)
        if request.table is not None:
            raise LodeError(f"{file.name} is a text file and has no tables: leave --table out.")
        self._dialect: Dialect | None = None

    @property
    def dialect(self) -> Dialect:
        """How the text is written, found out at the first look."""
        if self._dialect is None:
            file = self.file
            self._dialect = detect_dialect(file.path, file.name, file.text_profile())
        return self._dialect

    def plan(self) -> Plan:
        """Fit the mapping to the first line."""
        return self._choose(self.dialect.header)

    def sample(self) -> list[list[str | None]]:
        """Return the first records."""
        return sample_records(self.file.path, self.dialect)

    def count(self) -> int:
        """Count the records behind the header."""
        counter = self._counter()
        for _ in self._blocks(counter):
            pass
        return counter.count - 1

    def lines(self, records: Collection[int]) -> dict[int, int]:
        """Return the physical lines on which records start; the header is record 0."""
        lines: dict[int, int] = {}
        for block in self._blocks(self._counter()):
            first = block.first_index
            wanted = sorted(number for number in records if first <= number < first + len(block))
            found = block.line_numbers(number - first for number in wanted)
            lines |= zip(wanted, found, strict=True)
            if len(lines) == len(records):
                break
        return lines

    def _counter(self) -> RecordCounter:
        return RecordCounter(self.dialect.delimiter, self.dialect.encoding.mark_bytes)

    def _blocks(self, counter: RecordCounter) -> Iterator[RecordBlock]:
        return counter.blocks(self.dialect.encoding.blocks(self.file.path))

    def source(self, path: Path, files: ChunkFiles) -> Source:
        """Return the records behind the header."""
        return CsvSource(self._path(path), self.dialect, files)


class SqliteReading(Reading):
    """A table of a SQLite database."""

    def __init__(self, file: OpenedFile, request: Request) -> None:
        super().__init__(file, request)
        self.table = sqlite.find_table(file.path, file.name, request.table)

    @property
    def table_name(self) -> str | None:
        """The table's name as the database spells it."""
        return self.table.name

    def plan(self) -> Plan:
        """Fit the mapping to the columns."""
        return self._choose(self.table.header)

    def count(self) -> int:
        """Return the database's own count."""
        return sqlite.count_rows(self.file.path, self.table.name)

    def source(self, path: Path, files: ChunkFiles) -> Source:
        """Return the rows in storage order."""
        return sqlite.SqliteSource(self._path(path), self.table, files)


class DumpReading(Reading):
    """A table of an SQL dump."""

    def __init__(self, file: OpenedFile, request: Request) -> None:
        super().__init__(file, request)
        self.table = dump.find_table(file.path, file.name, request.table)

    @property
    def table_name(self) -> str | None:
        """The table's name as the dump spells it."""
        return self.table.name

    def plan(self) -> Plan:
        """Fit the mapping to the columns."""
        return self._choose(self.table.columns)

    def count(self) -> int:
        """Count the rows without reading their values."""
        return count_rows(self.file.path).get(self.table.name, 0)

    def source(self, path: Path, files: ChunkFiles) -> Source:
        """Return the rows in the order of the file."""
        return dump.DumpSource(self._path(path), self.table, files)


class WorkbookReading(Reading):
    """A sheet of a workbook."""

    def __init__(self, file: OpenedFile, request: Request) -> None:
        super().__init__(file, request)
        self.table = workbook_reader.find_table(file.path, file.name, request.table)

    @property
    def table_name(self) -> str | None:
        """The sheet's name."""
        return self.table.name

    def plan(self) -> Plan:
        """Fit the mapping to the first line."""
        return self._choose(self.table.header)

    def count(self) -> int:
        """Count the rows without reading their values."""
        return workbook.count_rows(self.file.path, self.file.name, self.table.name)

    def source(self, path: Path, files: ChunkFiles) -> Source:
        """Return the rows below the header."""
        return workbook_reader.WorkbookSource(self._path(path), self.table, files)


class QueryReading(Reading):
    """The rows of a mapping's query over the tables of a file."""

    def __init__(self, file: OpenedFile, request: Request) -> None:
        super().__init__(file, request)
        assert request.own_mapping is not None
        self.mapping = request.own_mapping
        if request.table is not None:
            raise LodeError(
                f"The mapping {self.mapping.name} reads the tables of {file.name} by its query:"
                " leave --table out."
            )
        if not is_container(file.format):
            raise LodeError(f"{file.name} has no tables that the mapping's query could read.")
        self._result: query.QueryResult | None = None

    @property
    def table_name(self) -> str | None:
        """The name of the query."""
        return f"query {self.mapping.name}"

    @property
    def result(self) -> query.QueryResult:
        """The query's rows, once they are fetched."""
        if self._result is None:
            file = self.file
            container = open_container(file.path, file.format, file.name)
            self._result = query.QueryResult(container, str(self.mapping.query), file.folder)
        return self._result

    def close(self) -> None:
        """Close the result, if there is one."""
        if self._result is not None:
            self._result.close()

    def plan(self) -> Plan:
        """Run the query and fit the mapping to the columns of its result."""
        if not self.result.record_count:
            raise LodeError(
                f"The query of the mapping {self.mapping.name} finds no rows in {self.file.name}:"
                " nothing to load."
            )
        return self._choose(self.result.header)

    def count(self) -> int:
        """Return the count of a query of its own."""
        return self.result.record_count

    def source(self, path: Path, files: ChunkFiles) -> Source:
        """Return the rows of the result."""
        return query.QuerySource(self.result, files)


_READINGS: dict[str, type[Reading]] = {
    "csv": TextReading,
    "sqlite": SqliteReading,
    "dump": DumpReading,
    "workbook": WorkbookReading,
}


def reading_of(file: OpenedFile, request: Request) -> Reading:
    """Return how a file is to be read; LodeError if the table in question is not to be found."""
    own = request.own_mapping
    if own is not None and own.query is not None:
        return QueryReading(file, request)
    return _READINGS[file.format](file, request)

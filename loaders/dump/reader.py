"""Tables and rows of an SQL dump: which there are, and their rows as Arrow batches of text.

Every INSERT and REPLACE counts, in the order of the file; nothing else is followed: a DROP TABLE or
UPDATE changes no row, and two rows with one key are two rows. What would be lost silently (a dump
that is cut off, an INSERT without literal rows) is a LodeError with the line. A row with another
number of values than its table, or with text that its character set does not have, is a bad row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from loaders.dump.columns import NotUnderstoodError, Shape, block_columns
from loaders.dump.counter import count_rows, shown_names
from loaders.dump.detect import SAMPLE_BYTES, DumpDialect, detect_dialect, is_dump
from loaders.dump.fast_rows import Offsets
from loaders.dump.rows import RowBlock, RowReader
from loaders.dump.statements import SQLITE, DumpState
from loaders.dump.stream import Stream, opened
from loaders.dump.tables import Column, TableName
from loaders.mapping import unique_header
from loaders.records import RecordError
from lode.errors import LodeError, printable

__all__ = [
    "BadRow",
    "Batch",
    "DumpTable",
    "count_rows",
    "is_dump",
    "list_tables",
    "read_dialect",
    "read_table_batches",
]  # fmt: skip


@dataclass(frozen=True)
class DumpTable:
    """A table of a dump: its name, unique column names, rows, and the line of its first row.

    The line is that of CREATE TABLE where there are no rows. `dialect` is mysql or sqlite.
    """

    name: str
    columns: tuple[str, ...]
    row_count: int
    first_line: int
    dialect: str = "mysql"


@dataclass(frozen=True)
class BadRow:
    """A row that can't be taken as it is: its number from 1, all its errors, its own bytes."""

    number: int
    line_number: int
    byte_position: int
    errors: tuple[RecordError, ...]
    raw: bytes


@dataclass(frozen=True)
class Batch:
    """Consecutive rows of a table, numbered from 1.

    `data` holds the good ones, all columns text, and `numbers` their numbers; `bad` the others.
    `lines` has the line of every row, good or bad, from `first_record` to `last_record`, and
    `block` their bytes.
    """

    first_record: int
    last_record: int
    numbers: Offsets
    lines: Offsets
    data: pa.RecordBatch
    bad: tuple[BadRow, ...]
    block: RowBlock

    def bad_rows(self, more: Mapping[int, tuple[RecordError, ...]]) -> list[BadRow]:
        """Return the bad rows and, by their numbers, others that something else is wrong with."""
        if not more:
            return list(self.bad)
        starts, ends = self.block.bounds()
        found = [*self.bad]
        for number, errors in more.items():
            index = number - self.first_record
            found.append(_bad_row(self.block, number, int(self.lines[index]), errors,
                                  int(starts[index]), int(ends[index])))  # fmt: skip
        return sorted(found, key=lambda bad: bad.number)


def read_dialect(path: Path) -> DumpDialect:
    """Return whose dump it is and whether backslashes escape, as its first 64 KiB show."""
    with opened(path) as stream:
        return _dialect(stream)


def list_tables(path: Path) -> tuple[DumpTable, ...]:
    """Return the tables of a dump in the order in which they first occur, in one pass.

    Raises LodeError, one sentence with the line, where the dump can't be read.
    """
    with opened(path) as stream:
        state = _new_state(stream)
        counts: dict[TableName, int] = {}
        for block in RowReader(stream, state).blocks():
            table = block.insert.table
            _shape(stream, state, block)
            if table not in counts:
                counts[table] = 0
                state.lines[table] = block.first_line
            counts[table] += len(block)
    names = shown_names(list(state.tables), state.dialect == SQLITE)
    return tuple(
        DumpTable(
            name,
            unique_header([column.name for column in state.tables[table]]),
            counts.get(table, 0),
            state.lines[table],
            state.dialect,
        )
        for table, name in names.items()
    )


def read_table_batches(path: Path, table: str) -> Iterator[Batch]:
    """Yield the rows of one table in the order of the file; `table` as list_tables names it.

    Raises LodeError, one sentence with the line, where the dump can't be read.
    """
    with opened(path) as stream:
        state = _new_state(stream)
        found: TableName | None = None
        number = 1
        for block in _merged(RowReader(stream, state).blocks(), table):
            name = block.insert.table
            if found is not None and name != found:
                raise LodeError(
                    f"{stream.name} has the table {printable(table, 40)} in several databases:"
                    f" name it with its database, such as {printable(name.full, 80)}."
                )
            found = name
            batch = _batch(stream, block, _shape(stream, state, block), number)
            number += len(block)
            yield batch
    if found is None and not any(table in (name.table, name.full) for name in state.tables):
        raise LodeError(f"{stream.name} has no table {printable(table, 40)}: check the name.")


def _dialect(stream: Stream) -> DumpDialect:
    stream.fill_to(SAMPLE_BYTES)
    return detect_dialect(stream.data[stream.position :])


def _new_state(stream: Stream) -> DumpState:
    dialect = _dialect(stream)
    return DumpState(dialect.name, dialect.has_backslashes)


def _shape(stream: Stream, state: DumpState, block: RowBlock) -> Shape:
    """Return how the rows of a block fit the table, whose columns its first INSERT may settle."""
    insert = block.insert
    columns = state.tables.get(insert.table)
    if columns is None:
        named = insert.columns or [f"column_{i}" for i in range(1, block.first_width() + 1)]
        columns = tuple(Column(name) for name in named)
        state.tables[insert.table] = columns
    header = unique_header([column.name for column in columns])
    blobs = tuple(column.is_blob for column in columns)
    if insert.columns is None:
        return Shape(header, tuple(range(len(columns))), blobs, len(columns))
    return Shape(header, _sources(stream, block, columns), blobs, len(insert.columns))


def _sources(
    stream: Stream, block: RowBlock, columns: tuple[Column, ...]
) -> tuple[int | None, ...]:
    named = block.insert.columns or ()
    places = {name.lower(): place for place, name in enumerate(named)}
    unknown = places.keys() - {column.name.lower() for column in columns}
    if unknown or len(places) != len(named):
        raise stream.unreadable(
            "this INSERT names a column twice, or one that its table does not have",
            line=block.first_line,
        )
    return tuple(places.get(column.name.lower()) for column in columns)


def _merged(blocks: Iterator[RowBlock], table: str) -> Iterator[RowBlock]:
    """Yield the blocks of one table; rows that were read one by one are put together."""
    held: list[RowBlock] = []
    for block in blocks:
        if table not in (block.insert.table.table, block.insert.table.full):
            continue
        if held and not held[0].can_take(block):
            yield held[0].joined(held)
            held = []
        if block.fast is None:
            held.append(block)
        else:
            yield block
    if held:
        yield held[0].joined(held)


def _batch(stream: Stream, block: RowBlock, shape: Shape, first_row: int) -> Batch:
    lines = block.lines()
    try:
        columns = block_columns(block, shape)
    except NotUnderstoodError as error:
        raise LodeError(
            f"{stream.name}, line {int(lines[error.row])}: a value of this row is no literal (a"
            " function or expression, which is never run): replace it with its value."
        ) from None
    starts, ends = block.bounds()
    bad = tuple(
        _bad_row(
            block, first_row + row, int(lines[row]), columns.errors[row], int(starts[row]),
            int(ends[row]),
        )
        for row in sorted(columns.errors)
    )  # fmt: skip
    numbers = columns.kept.astype(np.int64) + first_row
    last_row = first_row + len(block) - 1
    return Batch(first_row, last_row, numbers, lines, columns.data, bad, block)


def _bad_row(
    block: RowBlock,
    number: int,
    line: int,
    errors: tuple[RecordError, ...],
    start: int,
    end: int,
) -> BadRow:
    return BadRow(number, line, block.offset + start, errors, block.data[start:end])

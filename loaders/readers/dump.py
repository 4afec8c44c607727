"""Reading a table of an SQL dump: every INSERT's rows as text, numbered in the order of the file.

The dump is never executed. The independent count is that of loaders.dump.counter, which runs over
the file once more, behind the last chunk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from loaders.chunk_file import ChunkFiles
from loaders.dump.reader import (
    BadRow,
    Batch,
    DumpTable,
    count_rows,
    list_tables,
    read_table_batches,
)
from loaders.mapping import UNMAPPED
from loaders.records import (
    MAXIMUM_VALUE_BYTES,
    VALUE_TOO_LONG,
    Chunk,
    RecordError,
    Reject,
    share_of,
)
from lode.errors import LodeError, printable

CHUNK_ROWS = 100_000
# Long rows make a chunk full before there are many of them.
CHUNK_BYTES = 16 * 1024 * 1024


def find_table(path: Path, filename: str, table: str | None) -> DumpTable:
    """Find the table to load; LodeError lists the tables if it is not named or does not exist."""
    tables = list_tables(path)
    if not tables:
        raise LodeError(f"{filename} is an SQL dump without a table: nothing to load.")
    filled = [found for found in tables if found.row_count]
    listed = ", ".join(printable(found.name, 40) for found in tables)
    if table is None:
        if len(filled) > 1:
            raise LodeError(f"{filename} has several tables; name one with --table: {listed}.")
        chosen = (filled or list(tables))[0]
    else:
        matching = [found for found in tables if found.name == table] or [
            found for found in tables if found.name.lower() == table.lower()
        ]
        if not matching:
            raise LodeError(f"{filename} has no table {printable(table, 40)}; it has {listed}.")
        chosen = matching[0]
    if not chosen.row_count:
        name = printable(chosen.name, 40)
        raise LodeError(f"The table {name} of {filename} has no rows: nothing to load.")
    return chosen


@dataclass
class _Pending:
    """Rows that are not yet a chunk."""

    first_record: int
    last_record: int
    byte_count: int = 0
    tables: list[pa.Table] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        rows = self.last_record - self.first_record + 1
        return rows >= CHUNK_ROWS or self.byte_count >= CHUNK_BYTES


class DumpSource:
    """The records of one table of a dump, numbered from 1 in the order of the file."""

    def __init__(self, path: Path, table: DumpTable, files: ChunkFiles) -> None:
        self.path = path
        self.table = table
        self.files = files
        self._count = 0

    @property
    def record_count(self) -> int:
        """Number of rows by the independent counter."""
        return self._count

    def chunks(self, after_record: int) -> Iterator[Chunk]:
        """Yield the chunks of the rows after the given number; LodeError where it is unreadable."""
        pending = _Pending(after_record + 1, after_record)
        for batch in read_table_batches(self.path, self.table.name):
            if batch.last_record <= after_record:
                continue
            self._add(pending, batch, after_record)
            if pending.is_full:
                yield self._chunk(pending)
                pending = _Pending(batch.last_record + 1, batch.last_record)
        if pending.last_record >= pending.first_record:
            yield self._chunk(pending)
        self._count = count_rows(self.path).get(self.table.name, 0)

    def _add(self, pending: _Pending, batch: Batch, after_record: int) -> None:
        numbers = pa.array(batch.numbers, pa.int64())
        names = [f"c{position}" for position in range(batch.data.num_columns)]
        rows = pa.table([numbers, *batch.data.columns], names=["number", *names])
        too_long = self._too_long(rows, batch)
        dropped = pa.array(sorted(too_long), pa.int64())
        is_kept = pc.and_(
            pc.greater(rows["number"], after_record),
            pc.invert(pc.is_in(rows["number"], value_set=dropped)),
        )
        rows = rows.filter(is_kept)
        pending.tables.append(rows)
        pending.rejects += [
            _reject(bad) for bad in batch.bad_rows(too_long) if bad.number > after_record
        ]
        pending.byte_count += rows.nbytes
        pending.last_record = batch.last_record

    def _too_long(self, rows: pa.Table, batch: Batch) -> dict[int, tuple[RecordError, ...]]:
        """Return, by their numbers, the good rows with a value that no column holds."""
        found: dict[int, tuple[RecordError, ...]] = {}
        targets = self.files.plan.targets
        for header, target, column in zip(
            self.table.columns, targets, batch.data.columns, strict=True
        ):
            lengths = pc.binary_length(column)
            if target in UNMAPPED or (pc.max(lengths).as_py() or 0) <= MAXIMUM_VALUE_BYTES:
                continue
            is_long = pc.fill_null(pc.greater(lengths, MAXIMUM_VALUE_BYTES), False)
            for index in pc.indices_nonzero(is_long).to_pylist():
                size = lengths[index].as_py()
                message = f"The value has {size} bytes, a column holds {MAXIMUM_VALUE_BYTES}"
                number = int(batch.numbers[index])
                error = RecordError(VALUE_TOO_LONG, message, header)
                found[number] = (*found.get(number, ()), error)
        return found

    def _chunk(self, pending: _Pending) -> Chunk:
        rows = pa.concat_tables(pending.tables)
        self.files.connection.register("batch", rows)
        try:
            path = self.files.from_relation("batch", "number")
        finally:
            self.files.connection.unregister("batch")
        return Chunk(
            pending.first_record,
            pending.last_record,
            rows.num_rows,
            path,
            tuple(pending.rejects),
            share_of(pending.last_record, self.table.row_count),
        )


def _reject(bad: BadRow) -> Reject:
    return Reject(bad.number, bad.line_number, bad.byte_position, bad.errors, bad.raw)

"""Reading a sheet of a workbook: its rows below the header as text, numbered from 1.

A sheet holds at most 1,048,576 rows and is kept in memory by the library that reads it.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from loaders import workbook
from loaders.chunk_file import ChunkFiles
from loaders.mapping import UNMAPPED
from loaders.records import (
    MAXIMUM_VALUE_BYTES,
    TOO_MANY_COLUMNS,
    VALUE_TOO_LONG,
    Chunk,
    RecordError,
    Reject,
    share_of,
)
from loaders.tables import Table
from lode.errors import LodeError, printable

CHUNK_ROWS = 50_000


def find_table(path: Path, filename: str, table: str | None) -> Table:
    """Find the sheet to load; LodeError lists the sheets if it is not named or does not exist."""
    tables = workbook.open_workbook(path, filename).tables
    filled = [one for one in tables if one.row_count]
    listed = ", ".join(printable(one.name, 40) for one in tables)
    if table is None:
        if len(filled) > 1:
            raise LodeError(f"{filename} has several sheets; name one with --table: {listed}.")
        if not filled:
            raise LodeError(f"{filename} has no sheet with a header and rows: nothing to load.")
        return filled[0]
    for one in tables:
        if one.name.lower() == table.lower():
            if not one.row_count:
                raise LodeError(
                    f"The sheet {printable(one.name, 40)} of {filename} has no rows below a header:"
                    " nothing to load."
                )
            return one
    raise LodeError(f"{filename} has no sheet {printable(table, 40)}; it has {listed}.")


class WorkbookSource:
    """The records of one sheet, numbered from 1 in the order of its rows."""

    def __init__(self, path: Path, table: Table, files: ChunkFiles) -> None:
        self.path = path
        self.table = table
        self.files = files
        self.record_count = table.row_count or 0

    def chunks(self, after_record: int) -> Iterator[Chunk]:
        """Yield the chunks of the rows after the given number."""
        rows = workbook.filled_rows(self.path, self.path.name, self.table.name)
        rows = itertools.islice(rows, 1 + after_record, None)
        first = after_record + 1
        while batch := list(itertools.islice(rows, CHUNK_ROWS)):
            yield self._chunk(batch, first)
            first += len(batch)

    def _chunk(self, batch: list[workbook.Row], first: int) -> Chunk:
        width = len(self.table.header)
        errors = {index: found for index, row in enumerate(batch) if (found := self._errors(row))}
        kept = [index for index in range(len(batch)) if index not in errors]
        arrays = workbook.as_arrays([batch[index][:width] for index in kept], width)
        numbers = pa.array([first + index for index in kept], pa.int64())
        self.files.connection.register("batch", pa.table({"number": numbers, **arrays}))
        try:
            path = self.files.from_relation("batch", "number")
        finally:
            self.files.connection.unregister("batch")
        rejects = tuple(
            Reject(first + index, None, None, tuple(found), _raw(batch[index]))
            for index, found in errors.items()
        )
        last = first + len(batch) - 1
        return Chunk(first, last, len(kept), path, rejects, share_of(last, self.record_count))

    def _errors(self, row: workbook.Row) -> list[RecordError]:
        header = self.table.header
        errors = []
        if any(value is not None for value in row[len(header) :]):
            used = max(position for position, value in enumerate(row, 1) if value is not None)
            message = f"The record has {used} fields, the header has {len(header)}"
            errors.append(RecordError(TOO_MANY_COLUMNS, message))
        for name, target, value in zip(header, self.files.plan.targets, row, strict=False):
            if value is None or target in UNMAPPED or len(value) <= MAXIMUM_VALUE_BYTES // 4:
                continue
            size = len(value.encode())
            if size > MAXIMUM_VALUE_BYTES:
                message = f"The value has {size} bytes, a column holds {MAXIMUM_VALUE_BYTES}"
                errors.append(RecordError(VALUE_TOO_LONG, message, name))
        return errors


def _raw(row: workbook.Row) -> bytes:
    """Return a refused row as JSON."""
    return json.dumps(row, ensure_ascii=False).encode()

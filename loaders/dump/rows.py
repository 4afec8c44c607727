"""The rows of a dump in file order, whole blocks of them where that works, else one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from loaders.dump import stream as stream_module
from loaders.dump.exact_rows import ExactRow, UnfinishedError, UnreadableRowError, read_row
from loaders.dump.fast_rows import FastRows, Offsets, find_rows
from loaders.dump.statements import DumpState, Insert, Statements
from loaders.dump.stream import Stream
from loaders.dump.tables import GAP

# Below these sizes reading row by row is quicker than numpy's calls.
FIRST_EXACT_BYTES = 4 * 1024
SMALLEST_WINDOW = 16 * 1024
LONGEST_EXACT_BYTES = 1024 * 1024
_NEXT = re.compile(
    GAP
    + rb"(?:(?P<more>,)"
    + GAP
    + rb"(?=\()|(?P<end>;)|(?P<tail>(?:ON\s+DUPLICATE|AS|RETURNING)\b))",
    re.I,
)
_SEPARATOR = re.compile(rb";(\s{0,4})(?=[A-Za-z])")
# What may stand between two rows takes no more than this.
_GAP_BYTES = 1024 * 1024


@dataclass(frozen=True)
class RowBlock:
    """Consecutive rows of one INSERT, or of several with the same head.

    Positions in `fast` count from `start` in `data`, those in `exact` from 0; `offset` is where
    `data` begins in the file, `first_line` the line of the first row.
    """

    insert: Insert
    data: bytes
    start: int
    offset: int
    first_line: int
    encoding: str
    has_backslashes: bool
    fast: FastRows | None
    exact: tuple[ExactRow, ...]

    def __len__(self) -> int:
        return len(self.exact) if self.fast is None else len(self.fast)

    def can_take(self, other: RowBlock) -> bool:
        """Tell whether the rows of another block can be put behind the ones of this block."""
        return self._reading() == other._reading() and self.data is other.data

    def _reading(self) -> tuple[object, ...]:
        is_fast = self.fast is not None
        return (self.insert.head, self.insert.table, self.encoding, self.has_backslashes, is_fast)

    def joined(self, blocks: list[RowBlock]) -> RowBlock:
        """Return one block of the rows of several that fit."""
        return replace(self, exact=tuple(row for block in blocks for row in block.exact))

    def bounds(self) -> tuple[Offsets, Offsets]:
        """Return where in `data` the rows start and end."""
        if self.fast is not None:
            return self.fast.row_starts + self.start, self.fast.row_ends + self.start
        starts = np.array([row.start for row in self.exact], dtype=np.int64)
        return starts, np.array([row.end for row in self.exact], dtype=np.int64)

    def lines(self) -> Offsets:
        """Return the line on which each row starts."""
        starts, _ = self.bounds()
        first, last = int(starts[0]), int(starts[-1])
        array = np.frombuffer(self.data, dtype=np.uint8, count=last - first, offset=first)
        breaks = np.flatnonzero(array == 10)
        return np.searchsorted(breaks, starts - first).astype(np.int64) + self.first_line

    def first_width(self) -> int:
        """Return the number of values of the first row."""
        if self.fast is not None:
            return int(self.fast.first_fields[1])
        return len(self.exact[0].values)


class RowReader:
    """Reads all rows of a dump."""

    def __init__(self, stream: Stream, state: DumpState) -> None:
        self.stream = stream
        self.state = state
        self._statements = Statements(stream, state)
        self._head = b""
        self._separator = b"\n"
        self._window = SMALLEST_WINDOW
        self._exact_left = 0
        self._exact_next = FIRST_EXACT_BYTES

    def blocks(self) -> Iterator[RowBlock]:
        """Yield the rows; raises LodeError with the line where the dump can't be read."""
        while insert := self._statements.next_insert():
            if insert.head != self._head:
                self._head = insert.head
                self._exact_left, self._exact_next = FIRST_EXACT_BYTES, FIRST_EXACT_BYTES
            has_more = True
            while has_more:
                block = self._fast_block(insert) if self._exact_left <= 0 else None
                if block is not None:
                    yield block
                    has_more = self._goes_on()
                else:
                    block, has_more = self._exact_block(insert)
                    yield block

    def _fast_block(self, insert: Insert) -> RowBlock | None:
        stream = self.stream
        most = max(stream_module.BLOCK_BYTES, SMALLEST_WINDOW)
        if len(stream.data) - stream.position < min(self._window, most) // 4:
            stream.fill()
        size = min(len(stream.data) - stream.position, self._window)
        array = np.frombuffer(stream.data, dtype=np.uint8, count=size, offset=stream.position)
        is_odd = b"'" in insert.head or b"\\" in insert.head
        glue = b"" if is_odd else b";" + self._separator + insert.head
        rows = find_rows(array, glue, self.state.has_backslashes)
        if rows is None:
            self._window = min(self._window * 4, most)
            self._exact_left = self._exact_next
            self._exact_next = min(self._exact_next * 2, LONGEST_EXACT_BYTES)
            return None
        taken = int(rows.row_ends[-1])
        if taken > size // 2:
            self._window = min(self._window * 4, most)
            self._exact_next = FIRST_EXACT_BYTES
        elif taken < size // 8:
            self._window = max(self._window // 4, SMALLEST_WINDOW)
        block = self._block(insert, rows, ())
        stream.position += taken
        return block

    def _block(
        self, insert: Insert, fast: FastRows | None, exact: tuple[ExactRow, ...]
    ) -> RowBlock:
        stream, state = self.stream, self.state
        start = stream.position
        first_line = stream.line(start if fast is not None else exact[0].start)
        return RowBlock(
            insert, stream.data, start, stream.offset, first_line, state.encoding,
            state.has_backslashes, fast, exact,
        )  # fmt: skip

    def _exact_block(self, insert: Insert) -> tuple[RowBlock, bool]:
        """Read rows one by one, as many as the bytes at hand have and the run allows."""
        rows = [self._exact_row()]
        stream = self.stream
        while True:
            self._exact_left -= rows[-1].end - rows[-1].start
            data = stream.data
            found = _NEXT.match(data, rows[-1].end)
            is_near = found is not None and found["more"] is not None
            if self._exact_left <= 0 or not is_near or found is None:
                break
            try:
                rows.append(read_row(data, found.end(), self.state.has_backslashes))
            except (UnfinishedError, UnreadableRowError):
                # Said again, with its line, when this row is the first.
                break
        block = self._block(insert, None, tuple(rows))
        stream.position = rows[-1].end
        return block, self._goes_on()

    def _exact_row(self) -> ExactRow:
        stream = self.stream
        while True:
            try:
                return read_row(stream.data, stream.position, self.state.has_backslashes)
            except UnreadableRowError as error:
                raise stream.unreadable("this row is not understood", error.place) from None
            except UnfinishedError:
                if not stream.fill():
                    raise stream.truncated("a row") from None

    def _goes_on(self) -> bool:
        """Go to the next row of the statement, or behind the statement; False if it has ended."""
        stream = self.stream
        while True:
            found = _NEXT.match(stream.data, stream.position)
            if found and (found["more"] or found["end"]):
                break
            if found:
                self._skip_tail(found.start("tail"))
                return False
            is_long = len(stream.data) - stream.position > _GAP_BYTES
            if is_long or not stream.fill():
                rest = stream.data[stream.position :].strip()
                if not rest or rest == b",":
                    raise stream.truncated("an INSERT")
                raise stream.unreadable("what follows this row is not understood")
        separator = _SEPARATOR.match(stream.data, found.start("end")) if found["end"] else None
        if separator:
            self._separator = separator[1]
        stream.position = found.end()
        return bool(found["more"])

    def _skip_tail(self, start: int) -> None:
        """Skip the clause after the rows, such as ON DUPLICATE KEY UPDATE."""
        self.stream.position = start
        self._statements.skip()

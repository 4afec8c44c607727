"""The independent record counter: finds, numbers and measures records without the CSV parser.

It works on whole blocks of bytes with numpy: a line end is the end of a record when the number of
quotes before it is even, which is exact as long as every quote stands where a quote may stand. That
is checked for every quote; where one does not, the record is read by loaders.grammar instead. So
the counter is fast on clean files, exact on broken ones, and shares no code with DuckDB's reader,
whose rows are checked against it.

Lines without a single byte are not records. Memory is a small multiple of the block size, whatever
the file's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from loaders.grammar import (
    CARRIAGE_RETURN,
    LINE_FEED,
    MAXIMUM_RECORD_BYTES,
    Record,
    read_record,
)
from loaders.marks import Bytes, Marks, Offsets, is_plain


@dataclass(frozen=True)
class RecordBlock:
    """Consecutive whole records: their bytes, where each starts and ends, how many fields each has.

    `ends` are the offsets of the line ends that close the records. `errors` holds, by index, what
    is wrong with the records that the grammar can't accept, `stray` the indexes of accepted ones
    with a quote inside an unquoted field. `is_uniform` says that every record
    ends with one LF and no line is blank.
    """

    data: bytes
    starts: Offsets
    ends: Offsets
    field_counts: Offsets
    errors: dict[int, tuple[str, ...]]
    stray: set[int]
    is_uniform: bool
    byte_position: int
    lines_before: int
    first_index: int

    def __len__(self) -> int:
        return len(self.starts)

    def raw(self, index: int) -> bytes:
        """Return the bytes of one record, without its line end."""
        return self.data[int(self.starts[index]) : int(self.ends[index])]

    def text(self, first: int) -> bytes:
        """Return the records from index `first` on, each ended by one LF, without blank lines."""
        start = int(self.starts[first])
        if self.is_uniform:
            return self.data[start:] if start else self.data
        array = np.frombuffer(self.data + b"\n", dtype=np.uint8).copy()
        array[self.ends[first:]] = LINE_FEED
        # A byte is kept from the start of a record to its end: +1 at the one, -1 behind the other.
        steps = np.zeros(len(array) + 1, dtype=np.int8)
        steps[self.starts[first:]] += 1
        steps[self.ends[first:] + 1] -= 1
        return bytes(array[np.cumsum(steps, dtype=np.int8)[:-1] == 1].tobytes())

    def line_numbers(self, indexes: Iterable[int]) -> list[int]:
        """Return the physical lines, from 1, on which the given records start."""
        array = np.frombuffer(self.data, dtype=np.uint8)
        ends = np.flatnonzero(array == LINE_FEED)
        returns = np.flatnonzero(array == CARRIAGE_RETURN)
        if len(returns):
            following = np.append(array, np.uint8(0))[returns + 1]
            ends = np.sort(np.concatenate([ends, returns[following != LINE_FEED]]))
        starts = self.starts[np.fromiter(indexes, dtype=np.int64)]
        lines = np.searchsorted(ends, starts) + self.lines_before + 1
        return [int(line) for line in lines]


class _Pieces:
    """What has been found in the bytes at hand, in order, before it becomes a block."""

    def __init__(self) -> None:
        self.starts: list[Offsets] = []
        self.ends: list[Offsets] = []
        self.field_counts: list[Offsets] = []
        self.errors: dict[int, tuple[str, ...]] = {}
        self.stray: set[int] = set()
        self.count = 0
        self.is_uniform = True
        self._slow: list[tuple[int, int, int]] = []

    def add(self, starts: Offsets, ends: Offsets, field_counts: Offsets) -> None:
        """Add what the vectorised reading found."""
        self.flush()
        self._append(starts, ends, field_counts)
        self.count += len(starts)

    def add_slow(self, record: Record) -> None:
        """Add a record that the grammar read; a blank line is none."""
        self.is_uniform = False
        if record.end > record.start:
            if record.errors:
                self.errors[self.count] = record.errors
            elif record.has_stray_quote:
                self.stray.add(self.count)
            self._slow.append((record.start, record.end, len(record.fields)))
            self.count += 1

    def flush(self) -> None:
        """Turn the records added one by one into arrays."""
        if self._slow:
            table = np.array(self._slow, dtype=np.int64)
            self._append(table[:, 0], table[:, 1], table[:, 2])
            self._slow = []

    def _append(self, starts: Offsets, ends: Offsets, field_counts: Offsets) -> None:
        self.starts.append(starts)
        self.ends.append(ends)
        self.field_counts.append(field_counts)


class RecordCounter:
    """Counts and cuts the records of a stream of byte blocks; `count` is the number so far."""

    def __init__(self, delimiter: str, byte_position: int = 0) -> None:
        """Take the delimiter (one ASCII character) and the file position of the first byte."""
        self.delimiter = ord(delimiter)
        self.count = 0
        self._byte_position = byte_position
        self._lines_before = 0
        self._is_skipping_line = False

    def blocks(self, source: Iterable[bytes]) -> Iterator[RecordBlock]:
        """Yield the records of the source in order, a block for about each block of bytes."""
        pending = b""
        for piece in source:
            data = pending + self._skip_rest_of_line(piece)
            block, consumed = self._read(data, is_last=False)
            pending = data[consumed:]
            if len(block):
                yield block
        block, _ = self._read(pending, is_last=True)
        if len(block):
            yield block

    def _skip_rest_of_line(self, piece: bytes) -> bytes:
        """Drop what is left of a line that was too long to keep; its record is counted already."""
        if not self._is_skipping_line:
            return piece
        found = [at for at in (piece.find(b"\n"), piece.find(b"\r")) if at >= 0]
        cut = min(found) if found else len(piece)
        self._is_skipping_line = not found
        self._byte_position += cut
        return piece[cut:]

    def _read(self, data: bytes, is_last: bool) -> tuple[RecordBlock, int]:
        """Read all whole records of `data`; return them and how many bytes they took."""
        pieces = _Pieces()
        position, slow_run = 0, 1
        while position < len(data):
            position, needs_slow = self._read_fast(data, position, is_last, pieces)
            if not needs_slow:
                break
            # Odd records seldom come alone: read twice as many slowly each time one is met, so
            # that a file full of them costs one slow pass and not a fast pass for each.
            read = self._read_slow(data, position, is_last, slow_run, pieces)
            if read is None:
                break
            position = read
            slow_run *= 2
        block = self._block(data[:position] if position < len(data) else data, pieces)
        self._byte_position += position
        self._lines_before += _line_count(block.data)
        self.count += len(block)
        return block, position

    def _read_slow(
        self, data: bytes, position: int, is_last: bool, records: int, pieces: _Pieces
    ) -> int | None:
        start = position
        for _ in range(records):
            if position >= len(data):
                break
            record = read_record(data, position, self.delimiter, is_last)
            if record is None:
                return None if position == start else position
            pieces.add_slow(record)
            position = record.next_start
            if position == len(data) and not is_last and record.end == position:
                # A line without an end so far, and too long to wait for one.
                self._is_skipping_line = True
        return position

    def _read_fast(
        self, data: bytes, start: int, is_last: bool, pieces: _Pieces
    ) -> tuple[int, bool]:
        """Add the records that the vectorised reading is sure of.

        Returns where the next record starts and whether it has to be read by the grammar.
        """
        array = np.frombuffer(data, dtype=np.uint8)[start:]
        marks = Marks.find(array, self.delimiter, is_last)
        ends, counts = marks.line_ends, marks.field_counts
        if is_last and marks.first_odd is None:
            ends, counts = np.append(ends, len(array)), np.append(counts, marks.rest_fields)
        starts = np.concatenate([np.zeros(1, dtype=np.int64), ends + 1])
        limit = marks.first_odd
        too_long = np.flatnonzero(np.diff(starts) > MAXIMUM_RECORD_BYTES)
        if len(too_long):
            limit = min(int(starts[too_long[0]]), len(array) if limit is None else limit)
        if limit is not None:
            ends = ends[: np.searchsorted(ends, limit)]
        starts = starts[: len(ends) + 1]
        rest = min(int(starts[-1]), len(array))
        self._add(starts[:-1], ends, counts[: len(ends)], array, start, pieces)
        is_tail_too_long = len(array) - rest >= MAXIMUM_RECORD_BYTES
        needs_slow = rest < len(array) and (limit is not None or is_tail_too_long)
        return start + rest, needs_slow

    def _add(
        self,
        starts: Offsets,
        ends: Offsets,
        counts: Offsets,
        array: Bytes,
        offset: int,
        pieces: _Pieces,
    ) -> None:
        if not len(ends):
            return
        filled = ends > starts
        if pieces.is_uniform:
            pieces.is_uniform = is_plain(array, ends, filled)
        pieces.add(starts[filled] + offset, ends[filled] + offset, counts[filled])

    def _block(self, data: bytes, pieces: _Pieces) -> RecordBlock:
        pieces.flush()
        empty = [np.zeros(0, dtype=np.int64)]
        return RecordBlock(
            data=data,
            starts=np.concatenate(pieces.starts or empty),
            ends=np.concatenate(pieces.ends or empty),
            field_counts=np.concatenate(pieces.field_counts or empty),
            errors=pieces.errors,
            stray=pieces.stray,
            is_uniform=pieces.is_uniform,
            byte_position=self._byte_position,
            lines_before=self._lines_before,
            first_index=self.count,
        )


def _line_count(data: bytes) -> int:
    # Not bytes.count: it stops at every line, and other threads wait for it.
    lines = int(np.count_nonzero(np.frombuffer(data, dtype=np.uint8) == LINE_FEED))
    if b"\r" in data:
        lines += data.count(b"\r") - data.count(b"\r\n")
    return lines

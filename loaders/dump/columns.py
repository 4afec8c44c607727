"""Blocks of rows turned into Arrow columns of text, and the rows that can't be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from loaders.dump.fast_rows import FastRows, Offsets
from loaders.dump.literals import NotALiteralError, value_of
from loaders.dump.rows import RowBlock
from loaders.records import INVALID_UNICODE, MISSING_COLUMNS, TOO_MANY_COLUMNS, RecordError

# What MySQL's latin1 has where Windows-1252 has nothing: control characters.
_CONTROLS = {code: chr(code) for code in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_CP1252 = "".join(_CONTROLS.get(code) or bytes([code]).decode("cp1252") for code in range(256))


class NotUnderstoodError(Exception):
    """A value that only a server could work out; `row` is the index of its row in the block."""

    def __init__(self, row: int) -> None:
        super().__init__()
        self.row = row


@dataclass(frozen=True)
class Shape:
    """How a row of an INSERT becomes a row of the table.

    `sources` has for every column of the table the index of its value, None where the INSERT leaves
    it out (it is NULL then); `width` is the number of values that a row must have.
    """

    header: tuple[str, ...]
    sources: tuple[int | None, ...]
    is_blob: tuple[bool, ...]
    width: int


@dataclass(frozen=True)
class BlockColumns:
    """The good rows of a block as text, their indexes in it, and what is wrong with the others."""

    data: pa.RecordBatch
    kept: Offsets
    errors: dict[int, tuple[RecordError, ...]]


def block_columns(block: RowBlock, shape: Shape) -> BlockColumns:
    """Turn a block into columns; raises NotUnderstoodError for a value that is no literal."""
    if block.fast is not None:
        counts = np.diff(block.fast.first_fields)
    else:
        counts = np.array([len(row.values) for row in block.exact], dtype=np.int64)
    good = np.flatnonzero(counts == shape.width)
    errors = {int(row): [_width_error(int(counts[row]), shape.width)]
              for row in np.flatnonzero(counts != shape.width)}  # fmt: skip
    if block.fast is not None:
        binary = _fast_columns(block, block.fast, shape, good)
    else:
        binary = _exact_columns(block, shape, good)
    arrays, is_whole = [], np.ones(len(good), dtype=np.bool_)
    for name, column in zip(shape.header, binary, strict=True):
        array, invalid = _as_text(column, block.encoding)
        arrays.append(array)
        for index in invalid:
            error = RecordError(INVALID_UNICODE, "The value is not valid UTF-8", name)
            errors.setdefault(int(good[index]), []).append(error)
            is_whole[index] = False
    # Columns may have the same names for Arrow only if they are told apart: the header is unique.
    data = pa.RecordBatch.from_arrays(arrays, names=list(shape.header))
    if not is_whole.all():
        data, good = data.filter(pa.array(is_whole)), good[is_whole]
    return BlockColumns(data, good, {row: tuple(found) for row, found in errors.items()})


def _width_error(count: int, width: int) -> RecordError:
    kind = MISSING_COLUMNS if count < width else TOO_MANY_COLUMNS
    return RecordError(kind, f"The row has {count} values, its table {width} columns")


def _exact_columns(block: RowBlock, shape: Shape, good: Offsets) -> list[pa.Array]:
    columns: list[list[bytes | None]] = [[] for _ in shape.sources]
    for row in good:
        values = block.exact[int(row)].values
        for column, source, is_blob in zip(columns, shape.sources, shape.is_blob, strict=True):
            try:
                text = b"NULL" if source is None else values[source]
                column.append(value_of(text, block.has_backslashes, is_blob))
            except NotALiteralError:
                raise NotUnderstoodError(int(row)) from None
    return [pa.array(column, pa.binary()) for column in columns]


def _fast_columns(block: RowBlock, rows: FastRows, shape: Shape, good: Offsets) -> list[pa.Array]:
    """Cut the columns out of the block itself; only special values are looked at one by one."""
    first = rows.first_fields[:-1][good]
    is_special, is_blob = rows.is_special.copy(), np.zeros(len(rows.starts), dtype=np.bool_)
    for source, holds_blobs in zip(shape.sources, shape.is_blob, strict=True):
        if holds_blobs and source is not None:
            is_blob[first + source] = True
    is_special |= rows.is_quoted & is_blob
    special = np.flatnonzero(is_special)
    values = _special_values(block, rows, special, is_blob)
    pieces, places = _pieces(block, rows, special, values)
    is_null = rows.is_null & ~is_special
    is_null[special[[value is None for value in values]]] = True
    columns = []
    for source in shape.sources:
        if source is None:
            columns.append(pa.nulls(len(good), pa.binary()))
            continue
        fields = first + source
        columns.append(pieces.take(pa.array(places[fields], mask=is_null[fields])))
    return columns


def _special_values(
    block: RowBlock, rows: FastRows, special: Offsets, is_blob: NDArray[np.bool_]
) -> list[bytes | None]:
    data, values = block.data, []
    starts = (rows.starts[special] + block.start).tolist()
    ends = (rows.ends[special] + block.start).tolist()
    for field, start, end, blob in zip(
        special.tolist(), starts, ends, is_blob[special].tolist(), strict=True
    ):
        try:
            values.append(value_of(data[start:end], block.has_backslashes, blob))
        except NotALiteralError:
            row = int(np.searchsorted(rows.first_fields, field, "right")) - 1
            raise NotUnderstoodError(row) from None
    return values


def _pieces(
    block: RowBlock, rows: FastRows, special: Offsets, values: list[bytes | None]
) -> tuple[pa.Array, Offsets]:
    """Return the values and the gaps between them as one array, and where in it each field is.

    Nothing is copied but the special values, which stand behind the block's own bytes.
    """
    last = int(rows.ends[-1])
    text = memoryview(block.data)[block.start : block.start + last]
    count = len(rows.starts)
    is_inner = rows.is_quoted.astype(np.int64)
    bounds = np.empty(2 * count, dtype=np.int64)
    bounds[0::2] = rows.starts + is_inner
    bounds[1::2] = rows.ends - is_inner
    places = 2 * np.arange(count, dtype=np.int64)
    if len(special):
        lengths = [len(value) if value is not None else 0 for value in values]
        behind = last + np.concatenate([[0], np.cumsum(lengths)])
        bounds = np.concatenate([bounds, behind])
        places[special] = 2 * count + np.arange(len(special))
        buffer = pa.py_buffer(b"".join([text, *(value or b"" for value in values)]))
    else:
        buffer = pa.py_buffer(text)
    offsets = pa.py_buffer(bounds.astype(np.int32))
    array = pa.Array.from_buffers(pa.binary(), len(bounds) - 1, [None, offsets, buffer])
    return array, places


def _as_text(column: pa.Array, encoding: str) -> tuple[pa.Array, list[int]]:
    """Return a column as text, and the indexes of the values that are none (they become NULL)."""
    if encoding == "cp1252":
        unchecked = column.cast(pa.string(), safe=False)
        if pc.all(pc.string_is_ascii(unchecked)).as_py() in (True, None):
            return unchecked, []
        texts = [
            value if value is None else value.decode("latin-1").translate(_CP1252_TABLE)
            for value in column.to_pylist()
        ]
        return pa.array(texts, pa.string()), []
    try:
        return column.cast(pa.string()), []
    except pa.ArrowInvalid:
        return _checked(column)


_CP1252_TABLE = {
    code: character for code, character in enumerate(_CP1252) if ord(character) != code
}


def _checked(column: pa.Array) -> tuple[pa.Array, list[int]]:
    texts: list[str | None] = []
    invalid = []
    for index, value in enumerate(column.to_pylist()):
        try:
            texts.append(None if value is None else value.decode("utf-8"))
        except UnicodeDecodeError:
            texts.append(None)
            invalid.append(index)
    return pa.array(texts, pa.string()), invalid

"""The independent counter: equal to the grammar and to Python's csv module, however it is fed."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from loaders import counter as counter_module
from loaders import grammar
from loaders.counter import RecordCounter
from loaders.grammar import read_record

Found = tuple[bytes, int, tuple[str, ...]]

NOISE = st.lists(
    st.sampled_from([b"a", b"b", b",", b'"', b'"', b"\n", b"\r", b"\r\n"]), max_size=60
)


def read_slowly(data: bytes, delimiter: str = ",") -> list[Found]:
    found, position = [], 0
    while position < len(data):
        record = read_record(data, position, ord(delimiter), True)
        assert record is not None
        if record.end > record.start:
            found.append((data[record.start : record.end], len(record.fields), record.errors))
        position = record.next_start
    return found


def read_fast(data: bytes, block_size: int, delimiter: str = ",") -> list[Found]:
    counter = RecordCounter(delimiter)
    found: list[Found] = []
    pieces = (data[i : i + block_size] for i in range(0, len(data), block_size))
    for block in counter.blocks(pieces):
        assert block.first_index == len(found)
        for index in range(len(block)):
            raw = block.raw(index)
            at = block.byte_position + int(block.starts[index])
            assert data[at : at + len(raw)] == raw
            found.append((raw, int(block.field_counts[index]), block.errors.get(index, ())))
    assert counter.count == len(found)
    return found


@given(NOISE, st.sampled_from([1, 2, 3, 7, 1000]))
@hypothesis_settings(max_examples=1500, deadline=None)
def test_any_bytes_are_cut_as_the_grammar_cuts_them(noise: list[bytes], block_size: int) -> None:
    data = b"".join(noise)
    assert read_fast(data, block_size) == read_slowly(data)


@given(NOISE, st.sampled_from([1, 2, 3, 7, 1000]))
@hypothesis_settings(max_examples=700, deadline=None)
def test_records_without_an_end_are_cut_alike_in_any_blocks(
    noise: list[bytes], block_size: int
) -> None:
    data = b"".join(noise)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grammar, "MAXIMUM_RECORD_BYTES", 12)
        patch.setattr(counter_module, "MAXIMUM_RECORD_BYTES", 12)
        slow, fast = read_slowly(data), read_fast(data, block_size)
    assert [found[1:] for found in fast] == [found[1:] for found in slow]
    # Of a line too long to wait for only the beginning is kept.
    assert all(long[0].startswith(kept[0]) for kept, long in zip(fast, slow, strict=True))
    assert all(kept == long for kept, long in zip(fast, slow, strict=True) if not long[2])


@given(NOISE)
@hypothesis_settings(max_examples=700, deadline=None)
def test_well_formed_text_has_the_records_of_the_csv_module(noise: list[bytes]) -> None:
    data = b"".join(noise)
    found = read_slowly(data)
    if any(errors for _, _, errors in found):
        return
    rows = [row for row in csv.reader(io.StringIO(data.decode(), newline="")) if row]
    assert [fields for _, fields, _ in found] == [len(row) for row in rows]


@given(NOISE, st.sampled_from([3, 1000]))
@hypothesis_settings(max_examples=500, deadline=None)
def test_text_is_the_records_with_one_line_feed_each(noise: list[bytes], size: int) -> None:
    data = b"".join(noise)
    pieces = (data[i : i + size] for i in range(0, len(data), size))
    for block in RecordCounter(",").blocks(pieces):
        for first in range(len(block)):
            expected = b"\n".join(block.raw(index) for index in range(first, len(block)))
            assert block.text(first).removesuffix(b"\n") == expected


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"a\nb\nc", [1, 2, 3]),
        (b'a\n"b\nb"\nc', [1, 2, 4]),
        (b"a\r\n\r\nb\rc\n", [1, 3, 4]),
        (b'"a\r\n\r\n"\r\nb', [1, 4]),
    ],
)
@pytest.mark.parametrize("block_size", [1, 2, 5, 100])
def test_line_numbers_are_those_of_an_editor(
    data: bytes, lines: list[int], block_size: int
) -> None:
    pieces = (data[i : i + block_size] for i in range(0, len(data), block_size))
    found = [
        line
        for block in RecordCounter(",").blocks(pieces)
        for line in block.line_numbers(range(len(block)))
    ]
    assert found == lines


def test_one_stray_quote_spoils_one_line() -> None:
    lines = [b"a,b"] * 10 + [b'"never closed,b'] + [b"c,d"] * 100_000
    data = b"\n".join(lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grammar, "MAXIMUM_RECORD_BYTES", 1000)
        patch.setattr(counter_module, "MAXIMUM_RECORD_BYTES", 1000)
        found = read_fast(data, 64 * 1024)
    assert len(found) == len(lines)
    assert [errors for _, _, errors in found if errors] == [("UNTERMINATED QUOTE",)]

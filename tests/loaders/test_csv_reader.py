"""DuckDB's fields against the grammar's, on bytes of any kind; every record is a row or refused."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from loaders import text as text_module
from loaders.chunk_file import ChunkFiles
from loaders.dialect import Dialect
from loaders.grammar import read_record
from loaders.mapping_choice import choose
from loaders.readers.csv import CsvSource
from loaders.text import TextEncoding

HEADER = ("email", "name", "other")
PIECES = [b"a", b"\xc3\xa9", b"\xe9", b"\0", b"NULL", b"\\", b"\t", b" ", b",", b",", b'"', b'"']
LINES = st.lists(
    st.one_of(
        st.lists(st.sampled_from([*PIECES, b"\n", b"\r\n", b"\r"]), max_size=12).map(b"".join),
        st.tuples(*[st.sampled_from([b"", b"x", b'"y,\n"', b'"""z"', b'5" w', b'""'])] * 3).map(
            b",".join
        ),
    ),
    max_size=8,
).map(b"\n".join)


def expected_rows(data: bytes, is_clean: bool) -> tuple[list[list[str | None]], int]:
    """Return the rows by the grammar alone, and how many records there are."""
    rows: list[list[str | None]] = []
    count = position = 0
    while position < len(data):
        record = read_record(data, position, ord(","), True)
        assert record is not None
        position = record.next_start
        if record.end == record.start:
            continue
        count += 1
        if record.errors or len(record.fields) != len(HEADER) or b"\0" in b"".join(record.fields):
            continue
        try:
            # What is not UTF-8 is refused, or else read as Windows-1252.
            fields = [
                field.decode("utf-8" if not is_clean else "cp1252") for field in record.fields
            ]
        except UnicodeDecodeError:
            continue
        rows.append([str(count), *(field or None for field in fields)])
    return rows, count


def written_rows(path: Path) -> list[list[str | None]]:
    """Read a chunk file as the server does: a bare NULL is no value."""
    rows: list[list[str | None]] = []
    with path.open(encoding="utf-8", newline="") as file:
        for record, name, email, extra in csv.reader(file):
            other = json.loads(extra).get("other") if extra != "NULL" else None
            rows.append([record, email, name, other])
    return rows


@given(data=LINES, is_clean=st.booleans(), block=st.sampled_from([5, 4096]))
@hypothesis_settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_fields_are_those_of_the_grammar_and_no_record_is_lost(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, is_clean: bool, block: int
) -> None:
    folder = tmp_path_factory.mktemp("noise")
    path = folder / "noise.csv"
    path.write_bytes(b"email,name,other\n" + data)
    encoding = TextEncoding("cp1252" if is_clean else "utf-8", 0, is_clean)
    plan = choose(HEADER, "noise.csv", name="people")
    rows: list[list[str | None]] = []
    refused = 0
    with (
        pytest.MonkeyPatch.context() as patch,
        closing(ChunkFiles(plan, 0, folder)) as files,
    ):
        patch.setattr(text_module, "BLOCK_BYTES", block)
        source = CsvSource(path, Dialect(encoding, ",", HEADER), files)
        for chunk in source.chunks(0):
            found = written_rows(chunk.path)
            assert len(found) == chunk.row_count
            assert chunk.last_record - chunk.first_record + 1 == len(found) + len(chunk.rejects)
            rows += found
            refused += len(chunk.rejects)
    expected, count = expected_rows(data, is_clean)
    assert source.record_count == count == len(rows) + refused
    # The file cannot tell a bare NULL from a quoted one to Python's csv module.
    plain = [[None if value == "NULL" else value for value in row] for row in rows]
    assert plain == [[None if value == "NULL" else value for value in row] for row in expected]

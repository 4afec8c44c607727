"""Noise: whatever bytes a file holds, it ends in a sentence or in an account of every record.

LODE_NOISE_CASES raises the number of cases.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from loaded_rows import query, rejects

from loaders import import_rows
from loaders.feeds import RECORD_NUMBER_SPAN, TABLES
from loaders.landing import landed_path
from loaders.load import load_file
from loaders.recount import count_records
from lode.db import connect
from lode.errors import LodeError
from lode.settings import Settings
from tests.loaders.odd_binaries import gzip_bytes, hostile_dump, workbook_bytes, zip_bytes
from tests.loaders.odd_files import MANY, QUOTES, TABLE

pytestmark = pytest.mark.database

CASES = int(os.environ.get("LODE_NOISE_CASES", "50"))
# What readers stumble over, between what they expect.
PIECES = [
    b",", b";", b"\t", b"|", b'"', b'""', b"\n", b"\r\n", b"\r", b"\\", b"\\N", b"NULL", b"\0",
    b" ", b"a", b"Ann", b"ann@example.com", b"512-555-0101", b"\xef\xbb\xbf", b"\xff", b"\xe9",
    "é😀".encode(),
    b"\xed\xa0\x80", b"\x1a", b"=1+1", b"'", b"--", b"/*", b"*/", b";\n", b"x" * 5000, b"\xf0\x9f",
]  # fmt: skip
HEADERS = [b"name,email\n", b"name;email;phone\r\n", b"email\n", b'"name","email"\r', b""]
WHOLE_FILES = [
    MANY.encode(), QUOTES.encode(), TABLE.encode("utf-16"), TABLE.encode("utf-16-be"),
    gzip_bytes(MANY), zip_bytes({"people.csv": MANY}), hostile_dump(),
    workbook_bytes([["name", "email"], ["Ann", "ann@example.com"], ["Bo", 1.5]]),
]  # fmt: skip
SOUPS = st.builds(
    lambda header, pieces: header + b"".join(pieces),
    st.sampled_from(HEADERS),
    st.lists(st.sampled_from(PIECES), max_size=60),
)
EDITS = st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=6))


def damaged(whole: bytes, edits: list[tuple[float, int, bytes]], cut: float) -> bytes:
    """Replace stretches of a file by others, then cut it somewhere."""
    for place, length, replacement in edits:
        start = int(place * len(whole))
        whole = whole[:start] + replacement + whole[start + length :]
    return whole[: int(cut * len(whole)) + 1]


DAMAGED = st.builds(
    damaged,
    st.sampled_from(WHOLE_FILES),
    st.lists(EDITS, max_size=4),
    st.one_of(st.just(1.0), st.floats(0, 1)),
)


@given(data=st.one_of(SOUPS, DAMAGED, st.binary(max_size=300)))
@hypothesis_settings(
    max_examples=CASES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_noise_ends_in_a_sentence_or_an_account(
    warehouse_module: Settings, tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp() / "noise"
    folder.mkdir(exist_ok=True)
    path = folder / "noise.csv"
    path.write_bytes(data)
    try:
        result = load_file(path, warehouse_module)
    except LodeError as error:
        sentence = str(error)
        assert "\n" not in sentence
        assert sentence.endswith(".")
        states = query(warehouse_module, "select distinct status from import_metadata")
        assert {row[0] for row in states} <= {"LOADED", "FAILED"}
        return
    assert result.status == "LOADED"
    base = result.import_seq * RECORD_NUMBER_SPAN
    numbers = query(
        warehouse_module,
        f"select record_id - %s from {TABLES[result.feed]} where import_seq = %s",
        (base, result.import_seq),
    )
    refused = {row[0] for row in rejects(warehouse_module, result)}
    assert sorted([*(int(row[0]) for row in numbers), *refused]) == list(
        range(1, (result.row_count or 0) + 1)
    )
    with connect("loader", warehouse_module, schema="raw") as connection:
        row = import_rows.read(connection, result.import_id)
    landed = landed_path(row.s3_location, warehouse_module)
    assert landed.read_bytes() == data
    assert count_records(Path(landed), row, warehouse_module) == result.row_count

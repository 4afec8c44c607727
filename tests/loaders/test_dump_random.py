"""Random rows, written as a dump by a writer of its own, read back in blocks of any size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dump_files import checked_tables, rows_of, write_dump
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from loaders.dump import rows as rows_module
from loaders.dump import stream as stream_module

TEXT = st.text(st.sampled_from("ab'\"\\\n\r\t\0\x1a;,()-/*#`é😀 N0"), max_size=8)
VALUES = st.one_of(
    TEXT, st.integers(-99, 99), st.none(), st.binary(max_size=4),
    st.sampled_from(["1.50", "-0.1", "1e9"]).map(lambda text: (text,)),
)  # fmt: skip
ROWS = st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=40)


def literal(value: object, is_sqlite: bool) -> str:
    """Return a value as SQL, written without any code of the reader."""
    if value is None:
        return "NULL"
    if isinstance(value, tuple):
        return str(value[0])
    if isinstance(value, bytes):
        return f"X'{value.hex().upper()}'" if is_sqlite or not value else f"0x{value.hex().upper()}"
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if is_sqlite:
        return "'" + text.replace("'", "''") + "'"
    for plain, escaped in (("\\", "\\\\"), ("'", "\\'"), ("\n", "\\n"), ("\0", "\\0")):
        text = text.replace(plain, escaped)
    return "'" + text + "'"


def expected_text(value: object) -> str | None:
    if isinstance(value, tuple):
        return str(value[0])
    return value.hex() if isinstance(value, bytes) else None if value is None else str(value)


def dump_text(rows: list[tuple[object, ...]], is_sqlite: bool, layout: int) -> str:
    tuples = ["(" + (", " if layout == 2 else ",").join(literal(v, is_sqlite) for v in row) + ")"
              for row in rows]  # fmt: skip
    name = '"t"' if is_sqlite else "`t`"
    head = f"INSERT INTO {name}{' (a,b,c)' if layout == 1 else ''} VALUES"
    start = "BEGIN TRANSACTION;\n" if is_sqlite else "/*!40101 SET NAMES utf8mb4 */;\n"
    start += f"CREATE TABLE {name} (a, b, c);\n"
    if is_sqlite or layout == 1:
        body = "".join(f"{head}{row};\n" for row in tuples)
    else:
        body = f"{head}\n" + ",\n".join(tuples) + ";\n"
    return start + body + ("COMMIT;\n" if is_sqlite else "")


@pytest.fixture(scope="module", autouse=True)
def _sizes() -> Iterator[None]:
    kept = (stream_module.BLOCK_BYTES, rows_module.FIRST_EXACT_BYTES, rows_module.SMALLEST_WINDOW)
    yield
    (stream_module.BLOCK_BYTES, rows_module.FIRST_EXACT_BYTES, rows_module.SMALLEST_WINDOW) = kept


@given(
    rows=ROWS, is_sqlite=st.booleans(), layout=st.integers(0, 2), block=st.integers(1, 300),
    exact=st.sampled_from([0, 40, 10_000]), window=st.integers(8, 400),
)  # fmt: skip
@hypothesis_settings(max_examples=150, deadline=None)
def test_random_rows_read_back_equal(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[object, ...]],
    is_sqlite: bool,
    layout: int,
    block: int,
    exact: int,
    window: int,
) -> None:
    stream_module.BLOCK_BYTES = block
    rows_module.FIRST_EXACT_BYTES, rows_module.SMALLEST_WINDOW = exact, window
    path: Path = write_dump(tmp_path_factory.mktemp("random"), dump_text(rows, is_sqlite, layout))
    assert checked_tables(path)["t"].row_count == len(rows)
    assert rows_of(path, "t") == [tuple(expected_text(v) for v in row) for row in rows]

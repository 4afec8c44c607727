"""Tables that DuckDB's COPY writes in any dialect load back equal."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from loaded_rows import loaded

from loaders.load import load_file
from lode.settings import Settings

pytestmark = pytest.mark.database

HEADER = ("first_name", "last_name", "email", "notes", 'odd, "one"')
VALUES = st.text(
    alphabet=st.one_of(
        st.sampled_from("ab\"'\\,;\t|\n\r NULL\\N0"),
        st.characters(blacklist_categories=["Cs", "Cc"]),
    ),
    max_size=12,
)
ROWS = st.lists(st.lists(VALUES, min_size=5, max_size=5), min_size=1, max_size=8)


@given(
    rows=ROWS,
    delimiter=st.sampled_from(",;\t|"),
    escape=st.sampled_from(['"', "\\"]),
    is_forced=st.booleans(),
    compression=st.sampled_from(["none", "gzip"]),
)
@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_duckdb_copies_out_loads_back_equal(
    warehouse_module: Settings,
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    delimiter: str,
    escape: str,
    is_forced: bool,
    compression: str,
) -> None:
    path = tmp_path_factory.mktemp("copies") / "copied.csv"
    copy_out(rows, path, delimiter, escape, is_forced, compression)
    result = load_file(
        path, warehouse_module, mapping="people", escape="backslash" if escape == "\\" else None
    )
    assert (result.row_count, result.parse_rejected_count) == (len(rows), 0)
    found = loaded(warehouse_module, result, "first_name", "last_name", "email_1", "extra")
    back = [
        (number, first, last, email, extra.get("notes"), extra.get('odd, "one"'))
        for number, first, last, email, extra in found
    ]
    assert back == [
        (number, *(value or None for value in row)) for number, row in enumerate(rows, start=1)
    ]


def copy_out(
    rows: list[list[str]],
    path: Path,
    delimiter: str,
    escape: str,
    is_forced: bool,
    compression: str,
) -> None:
    """Write rows with DuckDB's COPY; in files with backslashes every value is quoted."""
    columns = {
        name: pa.array([row[position] for row in rows], pa.string())
        for position, name in enumerate(HEADER)
    }
    quotes = ", force_quote *" if is_forced or escape == "\\" else ""
    with duckdb.connect() as connection:
        connection.register("copied", pa.table(columns))
        connection.execute(
            f"copy copied to '{path}' (format csv, header true, delimiter '{delimiter}',"
            f" quote '\"', escape '{escape}', nullstr '', compression {compression}{quotes})"
        )

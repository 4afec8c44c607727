"""Loading delimited text into the raw schema: every value, every record, every refusal."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from loaded_rows import loaded, query, rejects, write

from loaders import import_rows
from loaders.landing import landed_path
from loaders.load import load_file
from loaders.recount import find_lines
from lode.db import connect
from lode.errors import LodeError
from lode.settings import Settings

pytestmark = pytest.mark.database

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"
HEADER = ["first_name", "last_name", "email", "notes", "phone", 'weird, "col"']
VALUES = st.text(
    alphabet=st.one_of(
        st.sampled_from("ab\"'\\,;\t|\n\r NULL\\N0"),
        st.characters(blacklist_categories=["Cs", "Cc"]),
    ),
    max_size=12,
)
TABLES = st.lists(st.lists(VALUES, min_size=6, max_size=6), min_size=1, max_size=8)


@given(
    rows=TABLES,
    delimiter=st.sampled_from(",;\t|"),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_random_tables_in_random_dialects_load_back_equal(
    warehouse_module: Settings,
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    delimiter: str,
    line_end: str,
    quoting: int,
    encoding: str,
) -> None:
    if quoting == csv.QUOTE_MINIMAL:
        # Python before 3.13 leaves a CR or LF bare that is not part of the line end it writes.
        bare = str.maketrans("", "", "".join({"\r", "\n"} - set(line_end)))
        rows = [[value.translate(bare) for value in row] for row in rows]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
    writer.writerows([HEADER, *rows])
    path = write(tmp_path_factory.mktemp("random"), "x.csv", text.getvalue(), encoding)
    result = load_file(path, warehouse_module, mapping="people")
    assert (result.row_count, result.parse_rejected_count) == (len(rows), 0)
    found = loaded(
        warehouse_module, result, "first_name", "last_name", "email_1", "phone_1", "extra"
    )
    back = [
        (number, first, last, email, extra.get("notes"), phone, extra.get('weird, "col"'))
        for number, first, last, email, phone, extra in found
    ]
    assert back == [
        (number, *(value or None for value in row)) for number, row in enumerate(rows, start=1)
    ]


def test_refused_records_keep_their_number_and_their_bytes(
    warehouse: Settings, tmp_path: Path
) -> None:
    text = (
        "first_name,last_name,email\r\n"
        "Ann,Lee,ann@example.com\r\n"
        '"multi\r\nline",Lee,x@example.com\r\n'
        "too,few\r\n"
        "\r\n"
        "one,too,many,fields\r\n"
        '"quote"d,Lee,q@example.com,more\r\n'
        "N\x00L,Lee,n@example.com\r\n"
        'Bo,5" Nail,bo@example.com\r\n'
        "Last,One,last@example.com"
    )
    path = write(tmp_path, "ragged.csv", text)
    result = load_file(path, warehouse)
    assert (result.row_count, result.loaded_count, result.parse_rejected_count) == (8, 4, 4)
    assert loaded(warehouse, result, "first_name", "last_name") == [
        (1, "Ann", "Lee"),
        (2, "multi\r\nline", "Lee"),
        (7, "Bo", '5" Nail'),
        (8, "Last", "One"),
    ]
    found = rejects(warehouse, result)
    assert [row[0:2] + row[3:] for row in found] == [
        (3, 5, "MISSING COLUMNS", "email", b"too,few"),
        (4, 7, "TOO MANY COLUMNS", None, b"one,too,many,fields"),
        (5, 8, "UNQUOTED VALUE", None, b'"quote"d,Lee,q@example.com,more'),
        (5, 8, "TOO MANY COLUMNS", None, b'"quote"d,Lee,q@example.com,more'),
        (6, 9, "NUL BYTE", None, b"N\x00L,Lee,n@example.com"),
    ]
    data = path.read_bytes()
    assert all(data[row[2] :].startswith(row[5]) for row in found)


def test_windows_1252_becomes_unicode_and_refusals_keep_the_files_bytes(
    warehouse: Settings, tmp_path: Path
) -> None:
    text = "name;email;city\nJosé Núñez;jose@example.com;Málaga\nÀ;b\n€ Co;e@example.com;Köln\n"
    path = write(tmp_path, "old.csv", text, "cp1252")
    result = load_file(path, warehouse)
    assert loaded(warehouse, result, "full_name", "city") == [
        (1, "José Núñez", "Málaga"),
        (3, "€ Co", "Köln"),
    ]
    assert [row[5] for row in rejects(warehouse, result)] == ["À;b".encode("cp1252")]


def test_broken_utf_8_is_refused_record_by_record(warehouse: Settings, tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    lines = ["name,email", *["Zoë,z@example.com"] * 5]
    path.write_bytes("\n".join(lines).encode() + b"\nJos\xe9,j@example.com\nEnd,e@example.com\n")
    result = load_file(path, warehouse)
    assert (result.loaded_count, result.parse_rejected_count) == (6, 1)
    assert [row[0:4:3] for row in rejects(warehouse, result)] == [(6, "INVALID UNICODE")]
    assert loaded(warehouse, result, "full_name")[-1] == (7, "End")


def test_values_too_long_for_a_column_are_refused_not_cut(
    warehouse: Settings, tmp_path: Path
) -> None:
    long, longest = "x" * 70_000, "ä" * 32_767
    rows = [f"{long},a@example.com,1", f"{longest},b@example.com,2", f"C,c@example.com,{long}"]
    path = write(tmp_path, "long.csv", "name,email,notes\n" + "\n".join(rows) + "\n")
    result = load_file(path, warehouse)
    assert [row[0:1] + row[3:5] for row in rejects(warehouse, result)] == [
        (1, "VALUE TOO LONG", "name")
    ]
    assert loaded(warehouse, result, "full_name", "extra") == [
        (2, longest, {"notes": "2"}),
        (3, "C", {"notes": long}),
    ]


def test_a_quote_that_never_closes_costs_one_record(warehouse: Settings, tmp_path: Path) -> None:
    rows = [f"P{number},p{number}@example.com" for number in range(40_000)]
    rows[10] = '"P10,p10@example.com'
    path = write(tmp_path, "open.csv", "name,email\n" + "\n".join(rows) + "\n")
    result = load_file(path, warehouse)
    assert (result.row_count, result.parse_rejected_count) == (40_000, 1)
    assert [row[3] for row in rejects(warehouse, result)] == ["UNTERMINATED QUOTE"]
    assert query(warehouse, "select count(*) from staging_raw_import")[0] == (39_999,)


def test_nothing_is_guessed_and_nothing_trimmed(warehouse: Settings, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "types.csv",
        "name,email,zip,phone,date\n  Ann ,NULL,01234,+1 212 555 0100,01/02/03\n"
        'true,\\N,1e5,"""quoted""",\n',
    )
    result = load_file(path, warehouse, mapping="people")
    assert loaded(warehouse, result, "full_name", "email_1", "zip", "phone_1", "source_date") == [
        (1, "  Ann ", "NULL", "01234", "+1 212 555 0100", "01/02/03"),
        (2, "true", "\\N", "1e5", '"quoted"', None),
    ]


def test_the_type_that_a_header_tells_goes_with_the_phones_that_are_there(
    warehouse: Settings, tmp_path: Path
) -> None:
    path = write(tmp_path, "cells.csv", "name,home phone,cell\nA,212-555-0100,\nB,,212-555-0101\n")
    result = load_file(path, warehouse)
    assert loaded(warehouse, result, "phone_1", "phone_1_type", "phone_2", "phone_2_type") == [
        (1, "212-555-0100", None, None, None),
        (2, None, None, "212-555-0101", "mobile"),
    ]


def test_an_import_and_its_lineage(warehouse: Settings, tmp_path: Path) -> None:
    path = write(tmp_path, "Leads Q1.csv", "name,email,shoe size\nA,a@example.com,43\n")
    result = load_file(path, warehouse, uploaded_by="jane@example.com")
    row = query(
        warehouse,
        "select id, import_id, filename, source_type, feed, format, source_table, uploaded_by,"
        " file_size_bytes, status, attempt, row_count, loaded_count, parse_rejected_count,"
        " loaded_at >= uploaded_at, mapping, s3_location from import_metadata",
    )[0]
    assert row[:15] == (
        1,
        result.import_id,
        "Leads Q1.csv",
        "people",
        "people",
        "csv",
        None,
        "jane@example.com",
        path.stat().st_size,
        "LOADED",
        1,
        1,
        1,
        0,
        1,
    )
    assert row[15].replace(" ", "").startswith('{"')
    assert '"extra"' in row[15]
    assert landed_path(row[16], warehouse).read_bytes() == path.read_bytes()
    assert result.import_id.startswith("imp_20")
    assert result.import_id.endswith("_001")


def test_the_same_bytes_under_another_name_are_the_same_file(
    warehouse: Settings, tmp_path: Path
) -> None:
    text = "name,email\nA,a@example.com\n"
    first = load_file(write(tmp_path, "a.csv", text), warehouse)
    again = load_file(write(tmp_path, "b.csv", text), warehouse)
    assert (first.is_duplicate, again.is_duplicate) == (False, True)
    assert (again.import_id, again.row_count) == (first.import_id, 1)
    assert query(warehouse, "select count(*) from import_metadata")[0] == (1,)
    assert query(warehouse, "select count(*) from staging_raw_import")[0] == (1,)


def test_a_file_that_is_refused_leaves_nothing(warehouse: Settings, tmp_path: Path) -> None:
    for number, text in enumerate(["title,isbn\nA,1\n", "name,email\n", "\n\n", '"a\nb,c\n']):
        path = write(tmp_path, f"bad{number}.csv", text)
        with pytest.raises(LodeError) as raised:
            load_file(path, warehouse)
        assert "\n" not in str(raised.value)
        assert query(warehouse, "select count(*) from import_metadata")[0] == (0,)
        assert not list((warehouse.home / "landing").rglob(f"bad{number}*"))


@pytest.mark.skipif(not REAL.exists(), reason="the shared sample files are not here")
def test_the_500_people(warehouse: Settings) -> None:
    result = load_file(REAL / "us-500.csv", warehouse)
    assert (result.row_count, result.loaded_count, result.parse_rejected_count) == (500, 500, 0)
    rows = loaded(warehouse, result, "phone_1", "phone_2", "zip", "extra")
    assert all(row[1] and row[2] and row[3] and "web" in row[4] for row in rows)


def test_records_are_found_again_on_their_physical_lines(
    warehouse_module: Settings, tmp_path: Path
) -> None:
    """Blank lines, quoted line ends and CR LF count as lines, and not as records."""
    text = (
        'email,first_name\r\n\r\na@lines.example.com,"one\ntwo"\r\nb@lines.example.com,\r\nbroken\r\n'
        "c@lines.example.com,x"
    )
    result = load_file(write(tmp_path, "lines.csv", text, "utf-16"), warehouse_module)
    with connect("auditor", warehouse_module, schema="raw") as connection:
        row = import_rows.read(connection, result.import_id)
    assert find_lines(row, [4, 1, 2, 3], warehouse_module) == {1: 3, 2: 5, 3: 6, 4: 7}
    assert find_lines(row, [9], warehouse_module) == {}
    landed_path(row.s3_location, warehouse_module).unlink()
    with pytest.raises(LodeError, match=r"is no more at .* restore it there"):
        find_lines(row, [1], warehouse_module)

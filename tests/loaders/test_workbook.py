"""Workbooks: cells as text, sheets as tables, two counters that agree, XML that may not do harm."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from loaders import workbook as module
from loaders.readers.workbook import find_table
from loaders.workbook import count_rows, filled_rows, open_workbook
from loaders.workbook_count import count_filled_rows
from lode.errors import LodeError

VALUES = st.one_of(
    st.none(),
    st.just(""),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.sampled_from([" ", "\xa0", "_x000D_", "_x0041_", "\n"]),
    st.text(st.characters(blacklist_categories=["Cs", "Cc"], max_codepoint=0x2FFF), max_size=8),
)


def save(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def rows_of(path: Path, sheet: str = "Leads") -> list[list[str | None]]:
    return list(filled_rows(path, path.name, sheet))


def test_cells_become_text(tmp_path: Path) -> None:
    cells: list[object] = [
        5, -0.1, 1e300, 2**53 + 2, True, False, "x", " ", datetime.date(2026, 1, 2),
        datetime.datetime(2026, 1, 2, 3, 4, 5), datetime.time(3, 4), datetime.timedelta(hours=30),
        "#N/A", None, "=1+1", "00123", "<b>&amp;",
    ]  # fmt: skip
    path = save(tmp_path / "a.xlsx", {"Leads": [[f"c{i}" for i in range(len(cells))], cells]})
    assert rows_of(path)[1] == [
        "5", "-0.1", "1e+300", "9007199254740994.0", "TRUE", "FALSE", "x", None, "2026-01-02",
        "2026-01-02 03:04:05", "03:04:00", "30:00:00", None, None, None, "00123", "<b>&amp;",
    ]  # fmt: skip


def test_sheets_are_tables(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.xlsx",
        {
            "Leads": [[], [None, "email", None, "city"], ["x", "a@example.com"], [None], ["y"]],
            "Empty": [],
            "Header only": [["email"]],
        },
    )
    container = open_workbook(path, "a.xlsx")
    assert [(one.name, one.header, one.row_count) for one in container.tables] == [
        ("Leads", ("column_1", "email", "column_3", "city"), 2),
        ("Empty", (), 0),
        ("Header only", ("email",), 0),
    ]
    (batch,) = container.batches(container.tables[0])
    assert batch.to_pylist() == [
        {"c0": "x", "c1": "a@example.com", "c2": None, "c3": None},
        {"c0": "y", "c1": None, "c2": None, "c3": None},
    ]
    assert find_table(path, "a.xlsx", None).name == "Leads"
    assert find_table(path, "a.xlsx", "LEADS").name == "Leads"
    with pytest.raises(LodeError, match=r"has no sheet x; it has Leads, Empty, Header only\."):
        find_table(path, "a.xlsx", "x")
    with pytest.raises(LodeError, match=r"The sheet Empty of a\.xlsx has no rows below a header"):
        find_table(path, "a.xlsx", "Empty")
    two = save(tmp_path / "b.xlsx", {"A": [["x"], [1]], "B": [["x"], [1]]})
    with pytest.raises(LodeError, match=r"several sheets; name one with --table: A, B\."):
        find_table(two, "b.xlsx", None)
    none = save(tmp_path / "c.xlsx", {"A": [["x"]]})
    with pytest.raises(LodeError, match="has no sheet with a header and rows"):
        find_table(none, "c.xlsx", None)


@given(rows=st.lists(st.lists(VALUES, min_size=1, max_size=4), max_size=8))
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_both_counters_find_the_same_rows(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[object]]
) -> None:
    path = save(tmp_path_factory.mktemp("random") / "a.xlsx", {"Leads": [["h"], *rows]})
    assert count_filled_rows(path, "a.xlsx", "Leads") == len(rows_of(path))
    assert count_rows(path, "a.xlsx", "Leads") == len(rows_of(path)) - 1


def replaced(path: Path, part: str, old: bytes, new: bytes) -> Path:
    target = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
        for info in source.infolist():
            data = source.read(info)
            copy.writestr(info, data.replace(old, new, 1) if info.filename == part else data)
    return target


def test_entities_are_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", {"Leads": [["email"], ["a@example.com"]]})
    bomb = b'<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet'
    evil = replaced(path, "xl/worksheets/sheet1.xml", b"<worksheet", bomb)
    with pytest.raises(LodeError, match="document type in its XML"):
        count_filled_rows(evil, "a.xlsx", "Leads")
    with pytest.raises(LodeError, match=r"a\.xlsx"):
        find_table(evil, "a.xlsx", "Leads")


def test_damaged_and_too_large_workbooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path / "a.xlsx", {"Leads": [["email"], ["a@example.com"]]})
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(LodeError, match=r"cut\.xlsx"):
        open_workbook(cut, "cut.xlsx")
    broken = replaced(path, "xl/worksheets/sheet1.xml", b"</row>", b"</rwo>")
    with pytest.raises(LodeError, match=r"can't be read|broken XML"):
        open_workbook(broken, "broken.xlsx")
    old = tmp_path / "old.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    with pytest.raises(LodeError, match=r"old\.xls is no workbook that can be read"):
        open_workbook(old, "old.xls")
    monkeypatch.setattr(module, "MAXIMUM_BYTES", 500)
    with pytest.raises(LodeError, match="MiB when unpacked: save its sheets as CSV"):
        open_workbook(path, "a.xlsx")

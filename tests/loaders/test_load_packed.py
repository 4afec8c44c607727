"""Packed files, workbooks and backslash text on the whole way, as users hand them in."""

from __future__ import annotations

import gzip
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from loaded_rows import loaded, query, rejects, write

from loaders import import_rows
from loaders.import_result import ImportResult
from loaders.landing import landed_path
from loaders.load import load_file
from loaders.recount import count_records
from lode.db import connect
from lode.errors import LodeError
from lode.settings import Settings

pytestmark = pytest.mark.database

TEXT = "email,city\na@example.com,Zürich\nb@example.com\nc@example.com,\n"


def recount(settings: Settings, result: ImportResult) -> int:
    with connect("loader", settings, schema="raw") as connection:
        row = import_rows.read(connection, result.import_id)
    return count_records(landed_path(row.s3_location, settings), row, settings)


def test_gzip_lands_as_it_came(warehouse: Settings, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode("cp1252")))
    result = load_file(path, warehouse, mapping="people")
    assert (result.row_count, result.loaded_count, result.source_table) == (3, 2, None)
    assert loaded(warehouse, result, "email_1", "city") == [
        (1, "a@example.com", "Zürich"),
        (3, "c@example.com", None),
    ]
    assert [row[:2] for row in rejects(warehouse, result)] == [(2, 3)]
    assert recount(warehouse, result) == 3
    ((place, name, kind),) = query(
        warehouse, "select s3_location, filename, format from import_metadata"
    )
    assert (name, kind, place.endswith(".gz")) == ("leads.csv.gz", "csv", True)
    assert landed_path(place, warehouse).read_bytes() == path.read_bytes()
    assert load_file(path, warehouse).is_duplicate


def test_files_of_one_archive_are_imports_of_their_own(warehouse: Settings, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "crm.sqlite")) as database:
        database.execute("create table people (email text)")
        database.execute("create table others (email text)")
        database.execute("insert into people values ('d@example.com')")
        database.execute("insert into others values ('e@example.com')")
        database.commit()
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x/leads.csv", TEXT)
        archive.write(tmp_path / "crm.sqlite", "crm.sqlite")
        archive.writestr("inner.csv.gz", gzip.compress(TEXT.encode()))
    first = load_file(path, warehouse, member="x/leads.csv", mapping="people")
    second = load_file(path, warehouse, member="crm.sqlite", table="people", mapping="people")
    assert [one.source_table for one in (first, second)] == ["x/leads.csv", "crm.sqlite: people"]
    assert [recount(warehouse, one) for one in (first, second)] == [3, 1]
    assert loaded(warehouse, second, "email_1") == [(1, "d@example.com")]
    assert load_file(path, warehouse, member="x/leads.csv").is_duplicate
    with pytest.raises(LodeError, match=r"inner\.csv\.gz in all\.zip is an archive itself"):
        load_file(path, warehouse, member="inner.csv.gz")
    with pytest.raises(LodeError, match="several files; name one with --member"):
        load_file(path, warehouse)
    with pytest.raises(LodeError, match="is not an archive: leave --member out"):
        load_file(write(tmp_path, "a.csv", TEXT), warehouse, member="x")


def test_a_workbook(warehouse: Settings, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Leads"
    for row in (
        ["E-mail", "Phone", "Birth date", "Notes"],
        ["a@example.com", 5125550101, "=HYPERLINK(1)", "<x>"],
        [],
        ["b@example.com", "512-555-0102", None, "'; drop table x; --", "beyond"],
        ["c@example.com"],
    ):
        sheet.append(row)
    book.create_sheet("Empty")
    book.save(tmp_path / "leads.xlsx")
    result = load_file(tmp_path / "leads.xlsx", warehouse)
    assert (result.row_count, result.loaded_count, result.source_table) == (3, 2, "Leads")
    assert loaded(warehouse, result, "email_1", "phone_1", "extra") == [
        (1, "a@example.com", "5125550101", {"Notes": "<x>"}),
        (3, "c@example.com", None, {}),
    ]
    ((number, _, _, kind, _, raw),) = rejects(warehouse, result)
    assert (number, kind) == (2, "TOO MANY COLUMNS")
    assert b"beyond" in raw
    assert recount(warehouse, result) == 3


def test_backslash_text(warehouse: Settings, tmp_path: Path) -> None:
    path = write(
        tmp_path, "out.tsv", "email\tcity\na@example.com\tSt\\\tGallen\nb@example.com\t\\N\n"
    )
    result = load_file(path, warehouse, mapping="people", escape="backslash")
    assert loaded(warehouse, result, "email_1", "city") == [
        (1, "a@example.com", "St\tGallen"),
        (2, "b@example.com", None),
    ]
    assert recount(warehouse, result) == 2
    with pytest.raises(LodeError, match="--escape is 'slash': the one known is backslash"):
        load_file(write(tmp_path, "b.csv", TEXT), warehouse, escape="slash")

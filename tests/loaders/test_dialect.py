"""Detecting encoding, delimiter and header of a text file."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.dialect import Dialect, detect_dialect
from loaders.text import TextProfile
from lode.errors import LodeError


def detect(folder: Path, data: bytes) -> Dialect:
    path = folder / "leads.csv"
    path.write_bytes(data)
    profile = TextProfile()
    for start in range(0, len(data), 7):
        profile.feed(data[start : start + 7])
    profile.feed(b"", is_last=True)
    return detect_dialect(path, path.name, profile)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_gives_known_columns(tmp_path: Path, delimiter: str) -> None:
    rows = [
        ["Name", "Email", "Notes"],
        ["Doe, Jane", "jane@example.com", '"a;b;c|d|e"'],
        ["Roe, Rick", "rick@example.com", '"x,y,z;w"'],
    ]
    if delimiter == ",":
        rows = [
            [f'"{cell}"' if "," in cell and cell[0] != '"' else cell for cell in r] for r in rows
        ]
    text = "\n".join(delimiter.join(row) for row in rows)
    found = detect(tmp_path, text.encode())
    assert found.delimiter == delimiter
    assert found.header == ("Name", "Email", "Notes")


def test_unknown_columns_are_told_apart_by_agreement(tmp_path: Path) -> None:
    found = detect(tmp_path, b"x1;x2;x3,x4\n1;2;3,4\n5;6;7\n")
    assert (found.delimiter, len(found.header)) == (";", 3)


def test_header_names_become_unique(tmp_path: Path) -> None:
    found = detect(tmp_path, b"email,,email,\xc3\x89tat,email_2\n1,2,3,4,5\n")
    assert found.header == ("email", "column_2", "email_2", "État", "email_2_2")


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("email,city\na@example.com,Zürich\n".encode(), "utf-8"),
        (b"\xef\xbb\xbfemail,city\na@example.com,Bern\n", "utf-8"),
        ("email,city\na@example.com,Zürich\n".encode("cp1252"), "cp1252"),
        (b"email,city\na@example.com,\x80 \x9d \xff\n", "cp1252"),
        ("email,city\na@example.com,Zürich\n".encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + "email,city\na@example.com,Zürich\n".encode("utf-16-be"), "utf-16-be"),
        ("email,city\na@example.com,Zug\n".encode("utf-16-le"), "utf-16-le"),
    ],
)
def test_encodings(tmp_path: Path, data: bytes, encoding: str) -> None:
    found = detect(tmp_path, data)
    assert found.encoding.name == encoding
    assert found.encoding.is_clean
    assert found.header == ("email", "city")


def test_a_few_broken_bytes_do_not_make_utf_8_something_else(tmp_path: Path) -> None:
    rows = ["email,city"] + ["a@example.com,Zürich"] * 50
    found = detect(tmp_path, "\n".join(rows).encode() + b"\nb@example.com,Z\xfcrich\n")
    assert (found.encoding.name, found.encoding.is_clean) == ("utf-8", False)


def test_every_byte_of_windows_1252_can_be_turned_back(tmp_path: Path) -> None:
    found = detect(tmp_path, b"email\n\xe9\n")
    every = bytes(range(256))
    text = found.encoding.to_utf_8(every).decode("utf-8")
    assert len(set(text)) == 256
    assert text.encode("cp1252", "replace").count(b"?") == 1 + 5


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"email,city\n", "a header but no data"),
        (b"email,city\n\r\n\n", "a header but no data"),
        (b"email,city", "a header but no data"),
        (b"\n\n\n", "no header"),
        (b"\xef\xbb\xbf", "no header"),
        (b'"email,city\na,b\n', "header that can't be read"),
        (b"\xff\xfee\x00m\x00a\x00i\x00l\x00\n\x00a", "not well-formed UTF-16-LE"),
    ],
)
def test_what_has_no_header_or_no_data_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(LodeError, match=words):
        detect(tmp_path, data)

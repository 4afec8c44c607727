"""Odd files that are not text, made of fixed content: archives, workbooks, databases, dumps."""

from __future__ import annotations

import gzip
import io
import random
import sqlite3
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import openpyxl

WORKBOOK_SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


def noise(size: int) -> bytes:
    """Return bytes that look like nothing, the same ones every time."""
    return random.Random(size).randbytes(size)


def gzip_bytes(content: str | bytes) -> bytes:
    """Return content as gzip."""
    return gzip.compress(_bytes(content), mtime=0)


def zip_bytes(members: Mapping[str, str | bytes]) -> bytes:
    """Return files as a zip archive, under whatever names."""
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")
        for name, content in members.items():
            archive.writestr(name, _bytes(content))
    return target.getvalue()


def encrypted_zip(content: str) -> bytes:
    """Return an archive whose one member says that it is encrypted."""
    data = bytearray(zip_bytes({"a.csv": content}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def workbook_bytes(rows: Sequence[Sequence[object]]) -> bytes:
    """Return a workbook of one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def formula_workbook() -> bytes:
    """Return a sheet with formulas that nobody evaluates, a blank row, a row that is too long."""
    return workbook_bytes(
        [
            ["name", "email", "notes"],
            ["Ann", "x1@example.com", '=HYPERLINK("http://example.com")'],
            [],
            ["Bo", "x2@example.com", "=WEBSERVICE(1)", "beyond"],
            ["=cmd|' /C calc'!A0", "x3@example.com", None],
        ]
    )


def entity_workbook(*, external: bool) -> bytes:
    """Return a sheet whose XML declares entities: a file of the machine, or ever more text."""
    declared = (
        '<!ENTITY l11 SYSTEM "file:///etc/hostname">' if external else f'<!ENTITY l0 "ha">{LAUGHS}'
    )
    whole = workbook_bytes([["name", "email"], ["PAYLOAD", "e1@example.com"]])
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            data = source.read(name)
            if name in (WORKBOOK_SHEET, "xl/sharedStrings.xml"):
                head = f'<?xml version="1.0"?><!DOCTYPE x [{declared}]>'.encode()
                data = head + data.removeprefix(b'<?xml version="1.0"?>').replace(
                    b"PAYLOAD", b"&l11;"
                )
            archive.writestr(name, data)
    return target.getvalue()


def odf_of_blanks() -> bytes:
    """Return an .ods by its type, with nothing in it that is one."""
    return zip_bytes(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": b" " * 100}
    )


def hostile_dump() -> bytes:
    """Return a dump whose other statements would do harm if anybody ran them."""
    return b"""-- MySQL dump 10.13  Distrib 8.0.40, for Linux (x86_64)
/*!50503 SET NAMES utf8mb4 */;
DROP DATABASE IF EXISTS mysql;
CREATE TABLE `people` (`name` text, `email` text);
GRANT ALL ON *.* TO 'evil'@'%';
INSERT INTO `people` VALUES ('Ann\\'); DROP TABLE staging_raw_import; -- ','d1@example.com');
SET GLOBAL local_infile = 1;
SELECT 1 INTO OUTFILE '/tmp/evil';
LOAD DATA INFILE '/etc/passwd' INTO TABLE people;
INSERT INTO `people` VALUES ('Bo','d2@example.com');
DELIMITER ;;
CREATE TRIGGER evil AFTER INSERT ON people FOR EACH ROW BEGIN DELETE FROM people; END ;;
DELIMITER ;
SHUTDOWN;
-- Dump completed on 2026-01-01  0:00:00
"""


def hostile_database(path: Path) -> None:
    """Make a database with a trigger, a view that never ends, and SQL for a column's name."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            """
            create table people (name text, email text, "x'); drop table people; --" text);
            insert into people values ('Ann', 'q1@example.com', '1'), ('Bo', 'q2@example.com', '2');
            create trigger evil after insert on people begin delete from people; end;
            create view endless as
                with recursive n(i) as (select 1 union all select i + 1 from n)
                select i as email from n;
            """
        )


def half_a_database(path: Path) -> None:
    """Make a database and cut it in the middle."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table people (name text, email text)")
        rows = [(f"P{n}", f"h{n}@example.com") for n in range(5000)]
        database.executemany("insert into people values (?, ?)", rows)
        database.commit()
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content

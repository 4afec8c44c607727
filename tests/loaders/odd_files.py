"""Odd files, each with the accounting line it must give or the sentence it is refused with."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.loaders.odd_binaries import (
    encrypted_zip,
    entity_workbook,
    formula_workbook,
    gzip_bytes,
    half_a_database,
    hostile_database,
    hostile_dump,
    noise,
    odf_of_blanks,
    workbook_bytes,
    zip_bytes,
)

BOMB = b"0" * 110_000_000
LINE = "Ann Lee,ann@example.com,512-555-0101\n"
TABLE = "name,email,phone\n" + LINE + "Bo Ray,bo@example.com,512-555-0102\n"
ROWS = [f"P{n} Roe,p{n}@example.net,512-555-01{n:02d}" for n in range(30)]
MANY = "name,email,phone\n" + "\n".join(ROWS) + "\n"


@dataclass(frozen=True)
class Loads:
    """What a file gives: records = loaded + refused, the refusals by error type."""

    records: int
    loaded: int
    errors: dict[str, int] = field(default_factory=dict)

    @property
    def refused(self) -> int:
        return self.records - self.loaded


@dataclass(frozen=True)
class OddFile:
    """A file (bytes, text in UTF-8, or a function that makes it), its options, what it must give.

    `expected` is an accounting line, or words of the one sentence with which it is refused.
    """

    name: str
    content: bytes | str | Callable[[Path], None]
    expected: Loads | str
    options: dict[str, Any] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        """Put the file into a folder."""
        path = folder / self.name
        if callable(self.content):
            self.content(path)
        else:
            data = self.content
            path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path


def _directory(path: Path) -> None:
    path.mkdir()


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _symlink(path: Path) -> None:
    target = path.with_name("target.txt")
    target.write_text("name,email\nCy Fox,cy@example.com\n", encoding="utf-8")
    path.symlink_to(target)


def _dangling(path: Path) -> None:
    path.symlink_to(path.with_name("gone.csv"))


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _absent(path: Path) -> None:
    assert not path.exists()


def _gzip_bomb(path: Path) -> None:
    path.write_bytes(gzip_bytes(BOMB))


def _zip_bomb(path: Path) -> None:
    path.write_bytes(zip_bytes({"a.csv": BOMB}))


PEOPLE = {"mapping": "people"}
QUOTES = (
    'name,notes,email\n"Lee, Ann","said ""hi""",a1@example.com\n"Ray\nBo","",b1@example.com\n'
    "O'Hara,5\" nail,c1@example.com\n"
)
BACKSLASHES = r"""name,notes,email
"Ann \"A\" Lee",C:\\temp,a2@example.com
Bo\, Ray,\N,b2@example.com
"""
RAGGED = (
    "name,email,phone\nAnn,a3@example.com\nBo,b3@example.com,512-555-0103,more\n"
    "Cy,c3@example.com,512-555-0104\n,,\n"
)
INJECTION = "'); drop table staging_raw_import; --"
FORMULAS = (
    "name,email,notes\n=cmd|' /C calc'!A0,f1@example.com,@SUM(1+1)\n"
    '+1+1,f2@example.com,"=HYPERLINK(""http://example.com"")"\n'
)
WIDE = ",".join(["name", "email", *(f"c{n}" for n in range(3000))])
HTML = "<!DOCTYPE html>\n<table>\n<tr><td>name, email</td></tr>\n<tr><td>Ann</td></tr>\n</table>\n"
JSON = (
    '[\n {"name": "Ann", "email": "a@example.com"},\n {"name": "B", "email": "b@example.com"}\n]\n'
)

TEXTS = [
    OddFile("quotes.csv", QUOTES, Loads(3, 3)),
    OddFile("backslashes.csv", BACKSLASHES, Loads(2, 2), {"escape": "backslash"}),
    OddFile("ragged.csv", RAGGED, Loads(4, 2, {"MISSING COLUMNS": 1, "TOO MANY COLUMNS": 1})),
    OddFile(
        "text-after-quote.csv",
        'name,email\n"Ann"x,a4@example.com\nBo,b4@example.com\n',
        Loads(2, 1, {"UNQUOTED VALUE": 1}),
    ),
    OddFile(
        "open-quote.csv",
        'name,email\nAnn,a5@example.com\n"Bo,b5@example.com\nCy,c5@example.com\n',
        Loads(3, 2, {"UNTERMINATED QUOTE": 1}),
    ),
    OddFile(
        "open-quote-at-the-end.csv",
        'name,email\nAnn,a6@example.com\nBo,"',
        Loads(2, 1, {"UNTERMINATED QUOTE": 1}),
    ),
    OddFile("only-quotes.csv", 'name,email\n"""""",""""\n"",""\n', Loads(2, 2)),
    OddFile("crlf.csv", TABLE.replace("\n", "\r\n"), Loads(2, 2)),
    OddFile("cr.csv", MANY.replace("\n", "\r"), Loads(30, 30)),
    OddFile(
        "mixed-ends.csv",
        "name,email\r\nAnn,a7@example.com\nBo,b7@example.com\rCy,c7@example.com\r\n\r\n\n\r",
        Loads(3, 3),
    ),
    OddFile(
        "blank-lines.csv",
        "\n\r\n\n" + MANY.replace("\n", "\n\n").replace("P0", "Q0"),
        Loads(30, 30),
    ),
    OddFile(
        "lines-of-blanks.csv",
        "name,email\n   \n\t\nAnn,a8@example.com\n",
        Loads(3, 1, {"MISSING COLUMNS": 2}),
    ),
    OddFile("no-last-line-end.csv", TABLE.replace("Ann", "Una").strip(), Loads(2, 2)),
    OddFile(
        "nul.csv",
        "name,email\nA\0nn,a9@example.com\nBo,b9@example.com\n",
        Loads(2, 1, {"NUL BYTE": 1}),
    ),
    OddFile(
        "nul-padding.csv",
        b"name,email\nAnn,a10@example.com\n" + b"\0" * 400,
        "binary file of unknown kind",
    ),
    OddFile(
        "long-value.csv",
        f"name,email,notes\n{'x' * 70_000},a11@example.com,1\nBo,b11@example.com,{'y' * 70_000}\n",
        Loads(2, 1, {"VALUE TOO LONG": 1}),
    ),
    OddFile(
        "long-line.csv",
        "name,email\nAnn,a12@example.com\n" + "z" * 1_200_000 + "\nBo,b12@example.com\n",
        Loads(3, 2, {"LINE SIZE OVER MAXIMUM": 1}),
    ),
    OddFile("semicolons.csv", TABLE.replace(",", ";"), Loads(2, 2)),
    OddFile("tabs.tsv", TABLE.replace(",", "\t"), Loads(2, 2)),
    OddFile("pipes.txt", TABLE.replace(",", "|"), Loads(2, 2)),
    OddFile("carets.csv", TABLE.replace(",", "^"), "columns of no known set"),
    OddFile("one-column.csv", "email\nsolo1@example.com\nsolo2@example.com\n", Loads(2, 2)),
    OddFile(
        "same-names.csv",
        "name,email,email,email\nAnn,a13@example.com,a14@example.com,x\n",
        Loads(1, 1),
    ),
    OddFile("no-names.csv", "name,email,,\nAnn,a15@example.com,x,y\n", Loads(1, 1)),
    OddFile(
        "wide.csv",
        f"{WIDE}\nAnn,a16@example.com{',' * 3000}\nBo,b16@example.com\n",
        Loads(2, 1, {"MISSING COLUMNS": 1}),
    ),
    OddFile(
        "sql-in-the-header.csv",
        f'name,email,"x{INJECTION}","`y` = 1"\nAnn,a17@example.com,1,2\n',
        Loads(1, 1),
    ),
    OddFile("sql-in-values.csv", f'name,email\n"{INJECTION}",a18@example.com\n', Loads(1, 1)),
    OddFile("formulas.csv", FORMULAS, Loads(2, 2)),
    OddFile("trailing-commas.csv", TABLE.replace("Ann", "Eva").replace("\n", ",\n"), Loads(2, 2)),
    OddFile(
        "garbage-behind.csv",
        TABLE.replace("Ann", "Ina") + "-- 2 rows exported\n\x1a",
        Loads(4, 2, {"MISSING COLUMNS": 2}),
    ),
    OddFile("title-above.csv", "Export of 2026-01-01\n" + TABLE, "columns of no known set"),
    OddFile(
        "million-character-header.csv",
        "name,email," + "h" * 1_100_000 + "\nAnn,a19@example.com,1\n",
        "header that can't be read",
    ),
]

UTF_16 = "name,email\nJosé Núñez,j1@example.com\nZoë 😀,z1@example.com\n"
ENCODINGS = [
    OddFile("bom.csv", b"\xef\xbb\xbf" + TABLE.replace("Ann", "Isa").encode(), Loads(2, 2)),
    OddFile(
        "two-boms.csv",
        b"\xef\xbb\xbf" * 2 + b"name,email\nAnn,a20@example.com\n",
        Loads(1, 1),
        PEOPLE,
    ),
    OddFile("utf-16-le.csv", UTF_16.encode("utf-16"), Loads(2, 2)),
    OddFile("utf-16-be.csv", b"\xfe\xff" + UTF_16.encode("utf-16-be"), Loads(2, 2)),
    OddFile("utf-16-no-mark.csv", TABLE.replace("Ann", "Kim").encode("utf-16-le"), Loads(2, 2)),
    OddFile("utf-16-cut.csv", UTF_16.encode("utf-16")[:-1], "not well-formed UTF-16"),
    OddFile(
        "utf-16-half-pair.csv",
        b"\xff\xfe" + "name,email\nA".encode("utf-16-le") + b"\x00\xd8,\0x\0\n\0",
        "not well-formed UTF-16",
    ),
    OddFile("utf-32.csv", b"\xff\xfe\0\0" + TABLE.encode("utf-32-le"), "UTF-32 text"),
    OddFile(
        "cp1252.csv",
        "name,city,email\nJosé,Málaga,j2@example.com\n€ Co,Köln,e2@example.com\n".encode("cp1252"),
        Loads(2, 2),
    ),
    OddFile("latin-1.csv", b"name,email\nJos\xe9 \x81,j3@example.com\n", Loads(1, 1)),
    OddFile(
        "broken-utf-8.csv",
        b"name,email\n" + "Zoë,z4@example.com\n".encode() * 3 + b"Jos\xe9,j4@example.com\n",
        Loads(4, 3, {"INVALID UNICODE": 1}),
    ),
    OddFile("mojibake.csv", "name,email\nJosÃ© NÃºÃ±ez,j5@example.com\n", Loads(1, 1)),
    OddFile(
        "surrogates.csv",
        b"name,email\n\xed\xa0\x80,s1@example.com\n" + "Zoë éèàçüñöä,s2@example.com\n".encode(),
        Loads(2, 1, {"INVALID UNICODE": 1}),
    ),
    OddFile(
        "odd-characters.csv", "name,email\n\u202eA\u0301\u200b\u2028,o1@example.com\n", Loads(1, 1)
    ),
]

NO_TABLES = [
    OddFile("empty.csv", b"", "is empty (0 bytes)"),
    OddFile("header-only.csv", "name,email\n", "a header but no data"),
    OddFile("only-line-ends.csv", "\r\n\n\r" * 50, "has no header"),
    OddFile("only-blanks.csv", "   \n  \n", "has no header"),
    OddFile("only-commas.csv", ",,,\n,,,\n", "has no header"),
    OddFile("only-mark.csv", b"\xef\xbb\xbf", "has no header"),
    OddFile("one-nul.csv", b"\0", "not well-formed UTF-16"),
    OddFile("one-quote.csv", b'"', "header that can't be read"),
    OddFile("noise.csv", noise(5000), "binary file of unknown kind"),
    OddFile("report.csv", b"%PDF-1.7\n%\xe2\xe3\n", "a PDF document"),
    OddFile("photo.csv", b"\xff\xd8\xff\xe0\0\x10JFIF\0", "a picture"),
    OddFile("people.parquet", b"PAR1" + noise(200) + b"PAR1", "a Parquet file"),
    OddFile("program.csv", b"\x7fELF" + noise(100), "a program"),
    OddFile("people.json.csv", JSON, "a JSON document"),
    OddFile("page.csv", HTML, "an HTML page"),
    OddFile("lines.json", JSON.replace("[", "").replace("]", "").strip(), "a JSON document"),
    OddFile(
        "people.xml",
        '<?xml version="1.0"?>\n<people><name>Ann</name></people>\n',
        "an XML document",
    ),
    OddFile("unknown.csv", "alpha,beta\n1,2\n", "columns of no known set"),
    OddFile("folder.csv", _directory, "is a directory"),
    OddFile("pipe.csv", _fifo, "not a regular file"),
    OddFile("absent.csv", _absent, "does not exist"),
    OddFile("link.csv", _symlink, Loads(1, 1)),
    OddFile("dangling.csv", _dangling, "does not exist"),
    OddFile("loop.csv", _loop, "can't be read"),
]

NAMES = [
    OddFile("new\nline\x1b[31m.csv", TABLE.replace("Ann", "Lea"), Loads(2, 2)),
    OddFile("😀 Ünï 'q\" `b`.csv", TABLE.replace("Ann", "Mia"), Loads(2, 2)),
    OddFile("x" * 245 + ".csv", TABLE.replace("Ann", "Noa"), Loads(2, 2)),
    OddFile(f"a{INJECTION}.csv", TABLE.replace("Ann", "Pia"), Loads(2, 2)),
    OddFile("%s %(x)s {0}.csv", TABLE.replace("Ann", "Ria"), Loads(2, 2)),
    OddFile("-rf.csv", TABLE.replace("Ann", "Sia"), Loads(2, 2)),
    OddFile("..csv", TABLE.replace("Ann", "Tia"), Loads(2, 2)),
    OddFile(os.fsdecode(b"\xff\xfe.csv"), TABLE.replace("Ann", "Via"), Loads(2, 2)),
]

ARCHIVES = [
    OddFile("people.csv.gz", gzip_bytes(TABLE.replace("Ann", "Gus")), Loads(2, 2)),
    OddFile("wrong-name.csv", gzip_bytes(TABLE.replace("Ann", "Hal")), Loads(2, 2)),
    OddFile("cut.csv.gz", gzip_bytes(MANY)[:-20], "damaged archive"),
    OddFile("garbage.csv.gz", gzip_bytes(TABLE) + b"rubbish", "damaged gzip archive"),
    OddFile("twice.csv.gz", gzip_bytes(gzip_bytes(TABLE)), "an archive itself"),
    OddFile("bomb.csv.gz", _gzip_bomb, "300 times its size"),
    OddFile("empty.csv.gz", gzip_bytes(b""), "is empty"),
    OddFile("one.zip", zip_bytes({"people.csv": TABLE.replace("Ann", "Ivo")}), Loads(2, 2)),
    OddFile(
        "paths.zip", zip_bytes({"../../../evil.csv": TABLE.replace("Ann", "Jan")}), Loads(2, 2)
    ),
    OddFile("absolute.zip", zip_bytes({"/etc/evil.csv": TABLE.replace("Ann", "Ken")}), Loads(2, 2)),
    OddFile("several.zip", zip_bytes({"a.csv": TABLE, "b\x1b\n.csv": TABLE}), "several files"),
    OddFile("nested.zip", zip_bytes({"in.zip": zip_bytes({"a.csv": TABLE})}), "an archive itself"),
    OddFile("no-files.zip", zip_bytes({}), "has no file in it"),
    OddFile("cut.zip", zip_bytes({"a.csv": MANY})[:-30], "damaged archive"),
    OddFile("bomb.zip", _zip_bomb, "300 times its size"),
    OddFile("locked.zip", encrypted_zip(TABLE), "protected with a password"),
    OddFile("picture.zip", zip_bytes({"a.png": b"\x89PNG" + noise(100)}), "a picture"),
    OddFile("wrong-member.zip", zip_bytes({"a.csv": TABLE}), "has no file", {"member": "b.csv"}),
    OddFile(
        "member-of-text.csv", TABLE.replace("Ann", "Wim"), "not an archive", {"member": "b.csv"}
    ),
]

TABLES = [
    OddFile("formulas.xlsx", formula_workbook(), Loads(3, 2, {"TOO MANY COLUMNS": 1})),
    OddFile("entities.xlsx", entity_workbook(external=True), "can't be read"),
    OddFile("billion-laughs.xlsx", entity_workbook(external=False), "can't be read"),
    OddFile("empty.xlsx", workbook_bytes([]), "nothing to load"),
    OddFile("header-only.xlsx", workbook_bytes([["name", "email"]]), "nothing to load"),
    OddFile("cut.xlsx", workbook_bytes([["name", "email"]])[:-40], "damaged"),
    OddFile("no-workbook.xlsx", TABLE.replace("Ann", "Xia"), Loads(2, 2)),
    OddFile("no-document.ods", odf_of_blanks(), "no workbook that can be read"),
    OddFile("hostile.sql", hostile_dump(), Loads(2, 2), {"table": "people"}),
    OddFile("cut.sql", hostile_dump()[:-30], "cut"),
    OddFile("no-rows.sql", "CREATE TABLE people (name text, email text);\n", "no rows"),
    OddFile("only-hostile.sql", "DROP DATABASE mysql;\nDROP TABLE t;\n", "dump without a table"),
    OddFile("hostile.sqlite", hostile_database, Loads(2, 2), {"table": "people"}),
    OddFile("cut.sqlite", half_a_database, "not a whole SQLite database"),
    OddFile("only-a-head.sqlite", b"SQLite format 3\0" + b"\0" * 84, "SQLite"),
    OddFile("wrong-name.csv.sqlite", TABLE.replace("Ann", "Yua"), Loads(2, 2)),
    OddFile("table-of-text.csv", TABLE.replace("Ann", "Zia"), "has no tables", {"table": "people"}),
]

ODD_FILES = [*TEXTS, *ENCODINGS, *NO_TABLES, *NAMES, *ARCHIVES, *TABLES]

"""Is a text file an SQL dump, and who wrote it?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from loaders.dump.literals import COMMENT
from loaders.dump.statements import MYSQL, SQLITE

SAMPLE_BYTES = 64 * 1024
_MARK = b"\xef\xbb\xbf"
# The beginning: blanks and comments; the last comment may be cut by the end of the sample.
_LEAD = re.compile(rb"(?:\s|;|" + COMMENT + rb")*")
_STATEMENT = re.compile(
    rb"(?:CREATE\s+(?:OR\s+REPLACE\s+)?(?:TEMP(?:ORARY)?\s+)?(?:TABLE|DATABASE|SCHEMA)\s"
    rb"|DROP\s+(?:TABLE|DATABASE|SCHEMA|VIEW)\s|(?:INSERT|REPLACE)\b[^;]{0,1000}?\bVALUES?\b"
    rb"|(?:INSERT|REPLACE)\s+(?:IGNORE\s+|OR\s+\w+\s+)?INTO\s|USE\s+[`\"\w]+\s*;|SET\s+[@\w]+\s*[^,\n;]*;"
    rb"|PRAGMA\s+\w+\s*=|BEGIN(?:\s+TRANSACTION)?\s*;|START\s+TRANSACTION\s*;|LOCK\s+TABLES\s)",
    re.I,
)
_HEADERS = re.compile(
    rb"/\*M?!\d|-- (?:MySQL|MariaDB|PostgreSQL database) dump|-- phpMyAdmin SQL Dump|-- Adminer"
    rb"|-- Host:.*\n"
)
_MYSQL_SIGNS = re.compile(
    rb"/\*M?!\d{0,6}|^-- (?:MySQL|MariaDB) dump|^-- phpMyAdmin|\bENGINE\s*=|`|\bAUTO_INCREMENT\b"
    rb"|\bLOCK\s+TABLES\b|\bSET\s+(?:NAMES|SQL_MODE)\b",
    re.I | re.M,
)
_SQLITE_SIGNS = re.compile(
    rb"^PRAGMA\s+\w+|\A\s*BEGIN(?:\s+TRANSACTION)?\s*;|\bsqlite_\w+|\bAUTOINCREMENT\b"
    rb"|INSERT\s+INTO\s+\"",
    re.I | re.M,
)
_DATA = re.compile(rb"'(?:[^'\\]|\\.|'')*'?", re.S)


@dataclass(frozen=True)
class DumpDialect:
    """Whose SQL it is (`mysql` or `sqlite`) and whether a backslash escapes in its strings."""

    name: str
    has_backslashes: bool


def is_dump(sample: bytes) -> bool:
    """Tell from the first 64 KiB whether a file is an SQL dump rather than a table of text."""
    sample = sample[:SAMPLE_BYTES].removeprefix(_MARK)
    lead = _LEAD.match(sample)
    start = lead.end() if lead else 0
    if _STATEMENT.match(sample, start):
        return True
    # Nothing but comments so far, or a statement of another kind below a header that dumps have.
    return bool(_HEADERS.search(sample[: max(start, 200)]))


def detect_dialect(sample: bytes) -> DumpDialect:
    """Find out from the first 64 KiB who wrote a dump; MySQL unless there are signs of SQLite."""
    sample = sample[:SAMPLE_BYTES].removeprefix(_MARK)
    if re.match(rb"\s*(?:PRAGMA\s+foreign_keys|BEGIN\s+TRANSACTION\s*;)", sample, re.I):
        return DumpDialect(SQLITE, False)
    bare = _DATA.sub(b"''", sample)
    if not _MYSQL_SIGNS.search(bare) and _SQLITE_SIGNS.search(bare):
        return DumpDialect(SQLITE, False)
    return DumpDialect(MYSQL, True)

"""The independent counter of rows: one regular expression per row, nothing is unescaped or kept.

It shares the reading of names and files with the parser, but neither of its ways to find rows: the
pattern below takes a whole row with all its strings, comments and nested parentheses at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from loaders.dump.detect import SAMPLE_BYTES, detect_dialect
from loaders.dump.literals import REPEATED
from loaders.dump.statements import SQLITE
from loaders.dump.stream import Stream, opened
from loaders.dump.tables import TableName, plain_name, table_name

_COMMENT = rb"(?:--[^\n]*(?:\n|\Z)|\#[^\n]*(?:\n|\Z)|/\*(?:[^*]|\*(?!/))*\*/)"
_LEFT_OUT = rb"[^'\"`()/#;-]*"
_IDENTIFIER = rb"(?:`[^`]*`(?:`[^`]*`)*|\"[^\"]*\"(?:\"[^\"]*\")*|\[[^\]]*\]|[^\s`\"'().,;\[\]]+)"
_NAME = _IDENTIFIER + rb"(?:\s*\.\s*" + _IDENTIFIER + rb")?"
_BLANK = rb"(?:\s|" + _COMMENT + rb")*"
_HEAD = re.compile(
    rb"(?:INSERT|REPLACE)\s(?:\s*(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE|OR\s+[A-Z]+)\s)*"
    rb"(?:\s*INTO\b)?" + _BLANK + rb"(" + _NAME + rb")" + _BLANK
    + rb"(?:\((?:[^`\"()]|`[^`]*`|\"[^\"]*\")*\)" + _BLANK + rb")?VALUES?" + _BLANK + rb"(?=\()",
    re.I,
)  # fmt: skip
_DELIMITER = re.compile(rb"DELIMITER[ \t]+\S+[ \t]*\r?\n", re.I)
_DELIMITER_BACK = re.compile(rb"^DELIMITER[ \t]+;[ \t]*\r?$", re.I | re.M)
_MODE = re.compile(rb"(?<![@\w])SQL_MODE\s*=\s*(?:'([^']*)'|\"([^\"]*)\"|[^@\s])", re.I)
_MODE_BACK = re.compile(rb"(?<![@\w])SQL_MODE\s*=\s*(?:IFNULL\()?@(?!@)", re.I)
_TRIGGER = re.compile(rb"CREATE\s+(?:TEMP\w*\s+)?TRIGGER\b", re.I)
_TRIGGER_BACK = re.compile(rb";\s*END\s*;", re.I)


def _row_pattern(strings: bytes) -> re.Pattern[bytes]:
    """Return the pattern of a row with functions nested four deep, and of what follows it."""
    inner = strings + rb"|" + _COMMENT + rb"|-(?!-)|/(?!\*)"
    level = _LEFT_OUT + rb"(?:(?:" + inner + rb")" + _LEFT_OUT + rb")" + REPEATED
    for _ in range(4):
        level = (
            _LEFT_OUT
            + rb"(?:(?:"
            + inner
            + rb"|\("
            + level
            + rb"\))"
            + _LEFT_OUT
            + rb")"
            + REPEATED
        )
    return re.compile(
        rb"\(" + level + rb"\)" + _BLANK
        + rb"(?:,(?P<more>" + _BLANK + rb")(?=\()|;|(?P<tail>[A-Z]))",
        re.I | re.S,
    )  # fmt: skip


def _skip_pattern(strings: bytes) -> re.Pattern[bytes]:
    inner = strings + rb"|" + _COMMENT + rb"|-(?!-)|/(?!\*)|[()]"
    return re.compile(
        _LEFT_OUT + rb"(?:(?:" + inner + rb")" + _LEFT_OUT + rb")" + REPEATED + rb";", re.S
    )


_ESCAPING = (
    rb"'[^'\\]*(?:\\.[^'\\]*)" + REPEATED + rb"'|\"[^\"\\]*(?:\\.[^\"\\]*)" + REPEATED
    + rb"\"|`[^`]*`"
)  # fmt: skip
_DOUBLING = rb"'[^']*'|\"[^\"]*\"|`[^`]*`"
_ROWS = {True: _row_pattern(_ESCAPING), False: _row_pattern(_DOUBLING)}
_SKIPS = {True: _skip_pattern(_ESCAPING), False: _skip_pattern(_DOUBLING)}
_TRIVIA = re.compile(rb"[\s;]+|" + _COMMENT)


def count_rows(path: Path) -> dict[str, int]:
    """Return the number of rows of every table that has any, by its name as list_tables gives it.

    Raises LodeError, one sentence, where the dump ends too early or can't be read.
    """
    with opened(path) as stream:
        counts: dict[TableName, int] = {}
        counter = _Counter(stream)
        for table, count in counter.runs():
            counts[table] = counts.get(table, 0) + count
    names = shown_names(list(counts), counter.is_sqlite)
    return {names[table]: count for table, count in counts.items() if table in names}


def shown_names(tables: list[TableName], is_sqlite: bool) -> dict[TableName, str]:
    """Return the name of each table: with its database only where two have the same one.

    SQLite's own tables are left out.
    """
    plain = [table.table for table in tables]
    return {
        table: table.full if plain.count(table.table) > 1 else table.table
        for table in tables
        if not (is_sqlite and table.table.lower().startswith("sqlite_"))
    }


class _Counter:
    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        stream.fill_to(SAMPLE_BYTES)
        dialect = detect_dialect(stream.data)
        self.is_sqlite = dialect.name == SQLITE
        self.escapes = self.usual = dialect.has_backslashes
        self.database: str | None = None

    def runs(self) -> Iterator[tuple[TableName, int]]:
        """Yield the number of rows of each INSERT, or of several with the same head."""
        stream = self.stream
        while True:
            stream.fill_to(64)
            trivia = _TRIVIA.match(stream.data, stream.position)
            if trivia and (trivia.end() < len(stream.data) or not stream.fill()):
                self._note(trivia[0])
                stream.position = trivia.end()
            elif trivia:
                continue
            elif stream.position == len(stream.data):
                return
            elif (
                stream.data[stream.position : stream.position + 8]
                .upper()
                .startswith((b"INSERT", b"REPLACE"))
            ):
                yield self._insert()
            else:
                self._other()

    def _insert(self) -> tuple[TableName, int]:
        stream = self.stream
        while not (found := _HEAD.match(stream.data, stream.position)):
            if not stream.fill():
                raise stream.unreadable("this INSERT has no rows that can be counted")
        head, count = found[0], 0
        table = table_name(found[1], self.database)
        stream.position = found.end()
        row = _ROWS[self.escapes].match
        while True:
            match = row(stream.data, stream.position)
            if not match:
                if not stream.fill():
                    raise stream.unreadable("a row that can't be counted begins here")
                continue
            count += 1
            stream.position = match.end()
            if match.lastgroup == "more":
                continue
            if match.lastgroup == "tail":
                self._other()
                return table, count
            start = match.end()
            while stream.data[start : start + 1] in (b"\n", b"\r"):
                start += 1
            if not stream.data.startswith(head, start):
                return table, count
            stream.position = start + len(head)

    def _other(self) -> None:
        """Go behind a statement that is no INSERT."""
        stream = self.stream
        if _DELIMITER.match(stream.data, stream.position):
            self._go_behind(_DELIMITER_BACK, search=True)
            return
        if _TRIGGER.match(stream.data, stream.position) and self.is_sqlite:
            self._go_behind(_TRIGGER_BACK, search=True)
            return
        start = stream.position
        text = self._go_behind(_SKIPS[self.escapes], search=False)
        if text[:3].upper() == b"USE" and start is not None:
            self.database = plain_name(text[3:-1])
        elif text[:3].upper() == b"SET":
            self._note(text)

    def _go_behind(self, pattern: re.Pattern[bytes], *, search: bool) -> bytes:
        stream = self.stream
        while True:
            position = stream.position
            find = pattern.search if search else pattern.match
            found = find(stream.data, position)
            if found:
                stream.position = found.end()
                return stream.data[position : found.end()]
            if not stream.fill():
                raise stream.truncated("a statement")

    def _note(self, text: bytes) -> None:
        """Note the mode in which backslashes are ordinary characters."""
        if b"MODE" not in text.upper() or text.startswith((b"--", b"#")):
            return
        if _MODE_BACK.search(text):
            self.escapes = self.usual
        mode = _MODE.search(text)
        if mode:
            self.escapes = b"NO_BACKSLASH_ESCAPES" not in (mode[1] or mode[2] or b"").upper()
            self.usual = self.escapes if b"OLD_SQL_MODE" in text.upper() else self.usual

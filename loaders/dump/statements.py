"""The statements of a dump one after the other: what matters of them, and where rows begin."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from loaders.dump.literals import BACKTICK, COMMENT, DOUBLE, DOUBLE_PLAIN, SINGLE, SINGLE_PLAIN
from loaders.dump.stream import Stream
from loaders.dump.tables import (
    GAP,
    NAME,
    TABLE_NAME,
    Column,
    TableName,
    created_table,
    names_in,
    plain_name,
    table_name,
    without_blobs,
)
from lode.errors import LodeError

SQLITE, MYSQL = "sqlite", "mysql"
# Character sets whose bytes are read; MySQL's latin1 is Windows-1252.
ENCODINGS = {
    "utf8": "utf-8", "utf8mb3": "utf-8", "utf8mb4": "utf-8", "binary": "utf-8", "ascii": "utf-8",
    "latin1": "cp1252",
}  # fmt: skip
# A head of an INSERT is not longer than this.
_HEAD_BYTES = 1024 * 1024
_TRIVIA = re.compile(rb"\s+|;|(?P<comment>" + COMMENT + rb")")
_END_COMMENT = re.compile(rb"(?:--|#)[^\n]*\Z")
_HEAD = re.compile(
    rb"(?:INSERT|REPLACE)\b(?:\s+(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE|OR\s+\w+))*"
    rb"(?:\s+INTO\b)?" + GAP + rb"(?P<table>" + TABLE_NAME + rb")" + GAP
    + rb"(?P<columns>\(" + GAP + NAME + rb"(?:" + GAP + rb"," + GAP + NAME + rb")*" + GAP
    + rb"\))?" + GAP + rb"VALUES?" + GAP + rb"(?=\()",
    re.I,
)  # fmt: skip
_WORD = re.compile(rb"[A-Za-z_]+")
_INSERT_INSIDE = re.compile(rb"/\*M?!\d*\s*(?:INSERT|REPLACE)\b", re.I)
_SET = re.compile(rb"SET\b|/\*M?!\d*\s*SET\b", re.I)
_SET_NAMES = re.compile(rb"\bNAMES\s+['\"]?(\w+)", re.I)
_SQL_MODE = re.compile(rb"\bSQL_MODE\s*:?=\s*(?:'([^']*)'|\"([^\"]*)\")", re.I)
_SAVED = re.compile(rb"@OLD_(\w+)\s*=\s*@@", re.I)
_RESTORED = re.compile(rb"=\s*(?:IFNULL\s*\(\s*)?@OLD_(\w+)", re.I)
_MODE_SAVED = re.compile(rb"@\w+\s*=\s*@@SQL_MODE\b", re.I)
_MODE_RESTORED = re.compile(rb"\bSQL_MODE\s*=\s*(?:IFNULL\s*\(\s*)?@(?!@)", re.I)
_DELIMITER = re.compile(rb"DELIMITER[ \t]+(\S+)[ \t]*\r?(?:\n|\Z)", re.I)
# Statements that another one ends; a dump without that one is cut off.
_PAIRS = (
    (re.compile(rb"(?:BEGIN(?:\s+TRANSACTION)?|START\s+TRANSACTION)\s*\Z", re.I), "COMMIT"),
    (re.compile(rb"LOCK\s+TABLES\b", re.I), "UNLOCK TABLE"),
)
_TRIGGER = re.compile(rb"CREATE\s+(?:TEMP(?:ORARY)?\s+)?TRIGGER\b", re.I)
_TRIGGER_END = re.compile(rb";\s*(?:(?:" + COMMENT + rb")\s*)*END\s*\Z", re.I)
_QUOTED = {
    True: SINGLE + rb"|" + DOUBLE + rb"|" + BACKTICK,
    False: SINGLE_PLAIN + rb"|" + DOUBLE_PLAIN + rb"|" + BACKTICK,
}


@dataclass(frozen=True)
class Insert:
    """An INSERT whose rows begin: the table, the columns that it names, its own text up to them."""

    table: TableName
    columns: tuple[str, ...] | None
    head: bytes


@dataclass
class DumpState:
    """What the statements so far said: the dialect, the character set, the tables."""

    dialect: str
    has_backslashes: bool
    encoding: str = "utf-8"
    database: str | None = None
    tables: dict[TableName, tuple[Column, ...]] = field(default_factory=dict)
    delimiter: bytes = b";"
    pending: set[str] = field(default_factory=set)
    lines: dict[TableName, int] = field(default_factory=dict)
    saved_backslashes: bool = True


class Statements:
    """Walks over a stream from statement to statement."""

    def __init__(self, stream: Stream, state: DumpState) -> None:
        self.stream = stream
        self.state = state

    def next_insert(self) -> Insert | None:
        """Go to the next row of data: the stream stands on its parenthesis. None at the end.

        Raises LodeError for a file that ends too early and for INSERTs that have no rows to read.
        """
        while self._skip_trivia():
            data, position = self.stream.data, self.stream.position
            word = _WORD.match(data, position)
            name = word[0].upper() if word else b""
            if name == b"DELIMITER" and self._take_delimiter():
                continue
            if name in (b"INSERT", b"REPLACE"):
                if self.state.delimiter != b";":
                    raise self.stream.unreadable("an INSERT within DELIMITER is not read")
                return self._insert()
            self._take(self._statement(name))
        if self.state.pending:
            what = " and ".join(sorted(self.state.pending))
            raise LodeError(
                f"{self.stream.name} ends on line {self.stream.line()} without {what}: the dump is"
                " cut off, make or copy it again."
            )
        return None

    def skip(self) -> None:
        """Go behind the end of the statement at hand."""
        self._statement(b"")

    def _skip_trivia(self) -> bool:
        """Skip blanks, comments and lone semicolons; False at the end of the file."""
        stream = self.stream
        while True:
            is_body = stream.data.startswith((b"/*!", b"/*M!"), stream.position)
            if is_body and self.state.delimiter != b";":
                # A routine: it may hold comments of its own, so it ends at the delimiter only.
                return True
            found = _TRIVIA.match(stream.data, stream.position)
            if not found and stream.is_complete:
                found = _END_COMMENT.match(stream.data, stream.position)
                if found:
                    self._comment(found[0])
            if found and (found.end() < len(stream.data) or stream.is_complete):
                if found.re is _TRIVIA and found["comment"]:
                    self._comment(found["comment"])
                stream.position = found.end()
                continue
            rest = len(stream.data) - stream.position
            begins_comment = stream.data.startswith((b"/*", b"--", b"#"), stream.position)
            if rest > 64 and not begins_comment and not found:
                return True
            if stream.is_complete:
                if begins_comment:
                    raise stream.truncated("a comment")
                return rest > 0
            stream.fill()

    def _comment(self, text: bytes) -> None:
        state = self.state
        if text.startswith((b"-- MySQL dump ", b"-- MariaDB dump ")):
            state.pending.add('its last line "Dump completed"')
        elif text.startswith(b"-- Dump completed"):
            state.pending.discard('its last line "Dump completed"')
        elif text.startswith(b"-- PostgreSQL database dump"):
            raise self.stream.unreadable("this is a dump of PostgreSQL")
        elif text.startswith((b"/*!", b"/*M!")):
            if _INSERT_INSIDE.match(text):
                raise self.stream.unreadable("an INSERT within a comment is not read")
            self._set(text)

    def _take_delimiter(self) -> bool:
        stream = self.stream
        while b"\n" not in stream.data[stream.position : stream.position + 200]:
            if not stream.fill():
                break
        found = _DELIMITER.match(stream.data, stream.position)
        if found:
            self.state.delimiter = found[1]
            stream.position = found.end()
        return bool(found)

    def _insert(self) -> Insert:
        stream, state = self.stream, self.state
        while True:
            found = _HEAD.match(stream.data, stream.position)
            if found:
                break
            is_long = len(stream.data) - stream.position > _HEAD_BYTES
            if is_long or not stream.fill():
                if is_long or b";" in stream.data[stream.position :]:
                    raise stream.unreadable("this INSERT is none of VALUES with rows")
                raise stream.truncated("an INSERT")
        columns = tuple(names_in(found["columns"][1:-1])) if found["columns"] else None
        insert = Insert(table_name(found["table"], state.database), columns, found[0])
        stream.position = found.end()
        return insert

    def _statement(self, name: bytes) -> bytes:
        """Return the statement at hand without its delimiter, and go behind it."""
        stream, delimiter = self.stream, self.state.delimiter
        is_trigger = False
        pattern = re.compile(
            rb"(?P<end>" + re.escape(delimiter) + rb")|(?:" + _QUOTED[self.state.has_backslashes]
            + rb"|" + COMMENT + rb")|[^'\"`/\-#\s" + re.escape(delimiter[:1]) + rb"]+|\s+"
            + rb"|-(?!-)|/(?!\*)|" + re.escape(delimiter[:1]),
            re.S,
        )  # fmt: skip
        place = stream.position
        while True:
            token = pattern.match(stream.data, place)
            if not token or (token.end() == len(stream.data) and not stream.is_complete):
                done = place - stream.position
                if not stream.fill():
                    raise stream.truncated("a statement")
                place = stream.position + done
                continue
            place = token.end()
            if not token["end"]:
                continue
            text = stream.data[stream.position : token.start()]
            is_trigger = is_trigger or (name == b"CREATE" and bool(_TRIGGER.match(text)))
            if is_trigger and delimiter == b";" and not _TRIGGER_END.search(text):
                continue
            stream.position = place
            return text

    def _take(self, text: bytes) -> None:
        """Note what a statement says about those that follow."""
        state, word = self.state, text[:12].upper()
        if state.delimiter != b";":
            return
        if word.startswith(b"CREATE"):
            self._create(text)
        elif word.startswith(b"USE"):
            state.database = plain_name(text[3:])
        elif word.startswith(b"SET"):
            self._set(text)
        elif word.startswith(b"ROLLBACK") and state.dialect == SQLITE:
            raise self.stream.unreadable("SQLite met errors while it wrote this dump and says so")
        elif word.startswith(b"COPY ") and re.search(rb"FROM\s+stdin\s*\Z", text, re.I):
            raise self.stream.unreadable("rows of COPY, as PostgreSQL writes them, are not read")
        for begin, end in _PAIRS:
            if begin.match(text):
                state.pending.add(end)
            elif word.startswith(end.encode()):
                state.pending.discard(end)

    def _create(self, text: bytes) -> None:
        created = created_table(text, self.state.database)
        if created is None:
            return
        table, columns = created
        if self.state.dialect == SQLITE:
            columns = tuple(c for c in without_blobs(columns) if not c.is_generated)
        known = self.state.tables.get(table)
        if known and known != columns:
            raise self.stream.unreadable("a table is created twice, with different columns")
        self.state.tables[table] = columns
        self.state.lines.setdefault(table, self.stream.line())

    def _set(self, text: bytes) -> None:
        if not _SET.match(text):
            return
        state = self.state
        names = _SET_NAMES.search(text)
        if names:
            name = names[1].decode("ascii", "replace").lower()
            if name not in ENCODINGS:
                raise self.stream.unreadable(
                    f"the character set {name[:20]} is not read, only utf8mb4 and latin1"
                )
            state.encoding = ENCODINGS[name]
        self._set_mode(text)
        for found in _SAVED.finditer(text):
            state.pending.add(f"restoring {found[1].decode('ascii', 'replace').upper()}")
        for found in _RESTORED.finditer(text):
            state.pending.discard(f"restoring {found[1].decode('ascii', 'replace').upper()}")

    def _set_mode(self, text: bytes) -> None:
        """Note whether backslashes escape; triggers are dumped between other modes."""
        state = self.state
        if _MODE_SAVED.search(text):
            state.saved_backslashes = state.has_backslashes
        if _MODE_RESTORED.search(text):
            state.has_backslashes = state.saved_backslashes
        mode = _SQL_MODE.search(text)
        if mode:
            words = (mode[1] or mode[2] or b"").upper()
            state.has_backslashes = b"NO_BACKSLASH_ESCAPES" not in words

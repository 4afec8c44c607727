"""The grammar of a delimited text record, read one record at a time.

This is the slow, exact reading. The scanner in loaders.counter uses it only for what its vectorised
reading can't decide: quotes in odd places, quotes that never close, records that are too long.

The rules are those of RFC 4180 as common readers apply them:

- A field is quoted when its first byte is the quote. Inside, two quotes are one, and every other
  byte, line ends too, stands for itself. The next single quote closes the field.
- A quote anywhere else in an unquoted field is an ordinary byte.
- Text after a closing quote is an error; the record ends at the next line end.
- Outside quotes, LF, CR LF and a lone CR end a record.
- A record whose end is not found within MAXIMUM_RECORD_BYTES is cut at its first line end, so that
  one stray quote spoils one line and not the rest of the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

MAXIMUM_RECORD_BYTES = 1024 * 1024
QUOTE = 0x22
LINE_FEED = 0x0A
CARRIAGE_RETURN = 0x0D

UNQUOTED_VALUE = "UNQUOTED VALUE"
UNTERMINATED_QUOTE = "UNTERMINATED QUOTE"
LINE_TOO_LONG = "LINE SIZE OVER MAXIMUM"

_LINE_END = re.compile(rb"[\r\n]")


@dataclass(frozen=True)
class Record:
    """One record: the offsets of its content and of what follows it, its fields, what is wrong.

    `has_stray_quote` says that a quote stands inside an unquoted field, where it is an ordinary
    byte to us and not to every reader.
    """

    start: int
    end: int
    next_start: int
    fields: tuple[bytes, ...]
    errors: tuple[str, ...]
    has_stray_quote: bool = False

    def quoted(self, delimiter: bytes) -> bytes:
        """Return the record with every field quoted, so that no reader can mistake it."""
        return delimiter.join(b'"' + value.replace(b'"', b'""') + b'"' for value in self.fields)


@lru_cache(maxsize=16)
def _field_end(delimiter: int) -> re.Pattern[bytes]:
    return re.compile(rb"[\r\n" + re.escape(bytes([delimiter])) + rb"]")


def read_record(data: bytes, start: int, delimiter: int, is_last: bool) -> Record | None:
    """Read the record that begins at `start`; None when it needs bytes after the end of `data`.

    `is_last` says that nothing follows `data`. A record cut because it has no end has one error and
    its first line as its content; `end` may then be the end of `data` without a line end there.
    """
    limit = start + MAXIMUM_RECORD_BYTES
    window_end = min(limit, len(data))
    can_grow = not is_last and len(data) < limit
    plain = _read_plain(data, start, window_end, delimiter)
    if plain is not None:
        return plain
    reader = _RecordReader(data, window_end, delimiter)
    position = start
    while True:
        stop = reader.read_field(position)
        is_at_end = is_last and stop == len(data) and len(data) < limit
        if stop is None or (stop >= window_end and not is_at_end):
            if can_grow:
                return None
            return _cut(data, start, is_last, reader.is_inside_quotes)
        if stop < len(data) and data[stop] == delimiter:
            position = stop + 1
            continue
        next_start = _after_line_end(data, stop, is_last)
        if next_start is None:
            return None
        fields, errors = tuple(reader.fields), tuple(reader.errors)
        return Record(start, stop, next_start, fields, errors, reader.has_stray_quote)


def _read_plain(data: bytes, start: int, window_end: int, delimiter: int) -> Record | None:
    """Read a record none of whose fields is quoted, the common case; None if it is not one."""
    found = _LINE_END.search(data, start, window_end)
    if found is None or found.start() + 1 >= len(data):
        return None
    line = data[start : found.start()]
    separator = bytes([delimiter])
    if line.startswith(b'"') or separator + b'"' in line:
        return None
    next_start = found.start() + (2 if data.startswith(b"\r\n", found.start()) else 1)
    return Record(start, found.start(), next_start, tuple(line.split(separator)), (), b'"' in line)


class _RecordReader:
    """Reads fields one after the other and remembers them and their errors."""

    def __init__(self, data: bytes, window_end: int, delimiter: int) -> None:
        self.data = data
        self.window_end = window_end
        self.pattern = _field_end(delimiter)
        self.fields: list[bytes] = []
        self.errors: list[str] = []
        self.is_inside_quotes = False
        self.has_stray_quote = False

    def read_field(self, position: int) -> int | None:
        """Read the field at `position`; return the offset of what ends it, None if nothing does."""
        if position < self.window_end and self.data[position] == QUOTE:
            return self._read_quoted(position)
        stop = self._find_end(position)
        value = self.data[position:stop]
        self.has_stray_quote = self.has_stray_quote or b'"' in value
        self.fields.append(value)
        return stop

    def _read_quoted(self, position: int) -> int | None:
        search = position + 1
        while True:
            close = self.data.find(b'"', search, self.window_end)
            if close < 0:
                self.is_inside_quotes = True
                return None
            if close + 1 < self.window_end and self.data[close + 1] == QUOTE:
                search = close + 2
                continue
            break
        value = self.data[position + 1 : close].replace(b'""', b'"')
        stop = self._find_end(close + 1)
        if stop > close + 1:
            self.errors.append(UNQUOTED_VALUE)
            value += self.data[close + 1 : stop]
        self.fields.append(value)
        return stop

    def _find_end(self, position: int) -> int:
        found = self.pattern.search(self.data, position, self.window_end)
        return found.start() if found else self.window_end


def _cut(data: bytes, start: int, is_last: bool, is_inside_quotes: bool) -> Record | None:
    """Return the first line alone as the record, refused."""
    found = _LINE_END.search(data, start)
    stop = found.start() if found else len(data)
    next_start = _after_line_end(data, stop, is_last)
    if next_start is None:
        return None
    # Bytes that run to the end of the file inside quotes have no end to be too far away.
    error = UNTERMINATED_QUOTE if is_inside_quotes else LINE_TOO_LONG
    return Record(start, stop, next_start, (), (error,))


def _after_line_end(data: bytes, stop: int, is_last: bool) -> int | None:
    if stop >= len(data):
        return stop
    if data[stop] != CARRIAGE_RETURN:
        return stop + 1
    if stop + 1 >= len(data):
        return stop + 1 if is_last else None
    return stop + 2 if data[stop + 1] == LINE_FEED else stop + 1

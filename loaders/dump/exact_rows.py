"""One row at a time, token by token: whatever loaders.dump.fast_rows leaves."""

from __future__ import annotations

import re
from dataclasses import dataclass

from loaders.dump.literals import BACKTICK, COMMENT, DOUBLE, DOUBLE_PLAIN, SINGLE, SINGLE_PLAIN

_REST = rb"|(?P<comment>" + COMMENT + rb")|(?P<mark>[(),;])|[^'\"`/\-#(),;]+|-(?!-)|/(?!\*)"
_TOKENS = {
    True: re.compile(SINGLE + rb"|" + DOUBLE + rb"|" + BACKTICK + _REST, re.S),
    False: re.compile(SINGLE_PLAIN + rb"|" + DOUBLE_PLAIN + rb"|" + BACKTICK + _REST, re.S),
}


class UnfinishedError(Exception):
    """The bytes at hand end before the row does."""


class UnreadableRowError(Exception):
    """The row is no list of values in parentheses; `place` is where that shows."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place


@dataclass(frozen=True)
class ExactRow:
    """A row: where it starts and ends, and the text of its values."""

    start: int
    end: int
    values: tuple[bytes, ...]


def read_row(data: bytes, start: int, has_backslashes: bool) -> ExactRow:
    """Read the row whose parenthesis opens at `start`."""
    match = _TOKENS[has_backslashes].match
    place, depth = start, 0
    values: list[bytes] = []
    value: list[bytes] = []
    while True:
        token = match(data, place)
        if not token or (token.end() == len(data) and token[0] != b")"):
            raise UnfinishedError
        text, place = token[0], token.end()
        if token["comment"]:
            text = b" "
        if not token["mark"]:
            value.append(text)
            continue
        depth += (text == b"(") - (text == b")")
        if text == b";":
            raise UnreadableRowError(place - 1)
        if depth == 0 or (text == b"," and depth == 1):
            values.append(b"".join(value))
            value = []
            if depth == 0:
                return ExactRow(start, place, tuple(values))
        elif (text, depth) != (b"(", 1):
            value.append(text)

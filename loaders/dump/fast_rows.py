"""Rows of an INSERT found in a whole block at once, with numpy.

A byte is outside strings when the number of quotes before it that no backslash escapes is even.
Outside, the few bytes that are neither digits nor quotes give the structure: parentheses, commas,
ends of statements, and what makes a value more than a plain number or string. Where the structure
is not just what it should be (a comment, another kind of quote, a mistake), the rows before that
place are taken and loaders.dump.exact_rows reads on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Offsets = NDArray[np.int64]
Flags = NDArray[np.bool_]

_QUOTE, _BACKSLASH, _BLANK = 39, 92, 32
# Kinds of bytes outside strings; PLAIN ones need no look.
_PLAIN, _OPEN, _CLOSE, _COMMA, _END, _SPACE, _NULL, _SIGN, _DOT, _WORD, _DANGER = range(11)


def _kinds() -> Bytes:
    kinds = np.full(256, _WORD, dtype=np.uint8)
    kinds[[_QUOTE, *range(48, 58)]] = _PLAIN
    for characters, kind in (
        (b"(", _OPEN),
        (b")", _CLOSE),
        (b",", _COMMA),
        (b";", _END),
        (b" \t\r\n", _SPACE),
        (b"NUL", _NULL),
        (b"+-", _SIGN),
        (b".", _DOT),
        (b'"`/#\\', _DANGER),
    ):
        kinds[list(characters)] = kind
    return kinds


_KINDS = _kinds()
_IS_MARK = _KINDS != _PLAIN


@dataclass(frozen=True)
class FastRows:
    """Consecutive rows: where they and their fields are in the bytes that were searched.

    `first_fields` holds the index of the first field of each row, and one more at the end. A field
    in `is_special` must be read as a literal; of the others `is_null` are NULL, `is_quoted` plain
    strings within their quotes, and the rest plain numbers.
    """

    row_starts: Offsets
    row_ends: Offsets
    first_fields: Offsets
    starts: Offsets
    ends: Offsets
    is_quoted: Flags
    is_null: Flags
    is_special: Flags

    def __len__(self) -> int:
        return len(self.row_starts)


@dataclass(frozen=True)
class _Marks:
    """Bytes outside strings that are no digits, their kinds and depths, and all the quotes."""

    places: Offsets
    kinds: Bytes
    depths: NDArray[np.int32]
    quotes: Offsets
    backslashes: Offsets


def find_rows(array: Bytes, glue: bytes, has_backslashes: bool) -> FastRows | None:
    """Find the whole rows in bytes that begin with the parenthesis of a row; None if there is none.

    `glue` is what may stand between two rows besides a comma: the end of the statement and the
    head of the next one into the same table.
    """
    quotes, is_inside, backslashes = _strings(array, has_backslashes)
    places = np.flatnonzero(_IS_MARK[array] & ~is_inside)
    kinds = _KINDS[array[places]]
    places, kinds = _without_glue(array, places, kinds, glue)
    depths = np.cumsum(
        (kinds == _OPEN).astype(np.int8) - (kinds == _CLOSE).astype(np.int8), dtype=np.int32
    )
    marks = _Marks(places, kinds, depths, quotes, backslashes)
    opens = np.flatnonzero((kinds == _OPEN) & (depths == 1))
    closes = np.flatnonzero((kinds == _CLOSE) & (depths == 0))
    count = min(len(opens), len(closes))
    count = _joined_rows(marks, opens[:count], closes[:count], len(glue))
    return _fields(array, marks, opens[:count], closes[:count]) if count else None


def _strings(array: Bytes, has_backslashes: bool) -> tuple[Offsets, Flags, Offsets]:
    """Return the quotes that open and close, which bytes are inside, and the backslashes."""
    is_quote = array == _QUOTE
    backslashes = np.flatnonzero(array == _BACKSLASH) if has_backslashes else np.empty(0, np.int64)
    if len(backslashes):
        index = np.arange(len(backslashes))
        starts_run = np.concatenate([[True], np.diff(backslashes) != 1])
        within_run = index - np.maximum.accumulate(np.where(starts_run, index, 0))
        escaped = backslashes[within_run % 2 == 0] + 1
        is_quote[escaped[escaped < len(array)]] = False
    is_inside = (np.cumsum(is_quote, dtype=np.uint8) & 1).view(np.bool_)
    return np.flatnonzero(is_quote), is_inside, backslashes


def _without_glue(
    array: Bytes, places: Offsets, kinds: Bytes, glue: bytes
) -> tuple[Offsets, Bytes]:
    """Drop the marks of repeated heads, and all from the first one on that can't be handled."""
    limit = len(array)
    ends = np.flatnonzero(kinds == _END)
    pattern = np.frombuffer(glue, dtype=np.uint8)
    if len(ends):
        fits = places[ends] + len(glue) < len(array)
        is_glue = np.zeros(len(ends), dtype=np.bool_)
        if glue:
            windows = places[ends[fits], None] + np.arange(len(glue))
            is_glue[fits] = (array[windows] == pattern).all(axis=1)
        if not is_glue.all():
            first = int(np.argmin(is_glue))
            limit, ends = int(places[ends[first]]), ends[:first]
        keep = np.ones(len(places), dtype=np.bool_)
        inner = np.arange(1, int(_IS_MARK[pattern].sum()))
        keep[(ends[:, None] + inner).ravel()] = False
        keep[np.searchsorted(places, limit) :] = False
        places, kinds = places[keep], kinds[keep]
    return _before_danger(places, kinds)


def _before_danger(places: Offsets, kinds: Bytes) -> tuple[Offsets, Bytes]:
    """Cut where a comment or another kind of quote begins: what follows may be misread."""
    is_danger = kinds == _DANGER
    signs = np.flatnonzero(kinds == _SIGN)
    # Two signs side by side begin a comment.
    is_danger[signs[1:][np.diff(places[signs]) == 1]] = True
    found = np.flatnonzero(is_danger)
    return (places[: found[0]], kinds[: found[0]]) if len(found) else (places, kinds)


def _joined_rows(marks: _Marks, opens: Offsets, closes: Offsets, glue_bytes: int) -> int:
    """Return how many rows follow one another with a comma or the glue, and blanks, between."""
    if not len(opens) or opens[0] != 0 or marks.places[0] != 0:
        return 0
    if not (opens < closes).all():
        return 0
    if len(opens) == 1:
        return 1
    left, right = closes[:-1], opens[1:]
    distance = marks.places[right] - marks.places[left]
    between = right - left - 1
    separators = np.cumsum((marks.kinds == _COMMA) | (marks.kinds == _END))
    blanks = np.cumsum(marks.kinds == _SPACE)
    one_separator = separators[right] - separators[left] == 1
    only_blanks = blanks[right] - blanks[left] == between - 1
    last = right - 1
    ends_statement = marks.kinds[left + 1] == _END
    is_comma_gap = ~ends_statement & (distance == between + 1)
    is_glue_gap = ends_statement & (distance == glue_bytes + 1) & (last == left + 1)
    is_good = (right > left) & one_separator & only_blanks & (is_comma_gap | is_glue_gap)
    return len(opens) if is_good.all() else int(np.argmin(is_good)) + 1


def _fields(array: Bytes, marks: _Marks, opens: Offsets, closes: Offsets) -> FastRows:
    stop = int(closes[-1]) + 1
    places, kinds, depths = marks.places[:stop], marks.kinds[:stop], marks.depths[:stop]
    is_edge = (kinds == _COMMA) & (depths == 1)
    is_start, is_end = is_edge.copy(), is_edge
    is_start[opens] = True
    is_end[closes] = True
    starts, ends = places[is_start] + 1, places[is_end]
    field_of = np.cumsum(is_start) - 1
    first_fields = np.append(field_of[opens], len(starts))
    while True:
        # A blank before a value, as phpMyAdmin writes it after commas.
        is_blank = (array[starts] == _BLANK) & (starts < ends)
        if not is_blank.any():
            break
        starts = starts + is_blank
    first = array[np.minimum(starts, len(array) - 1)]
    is_quoted = (first == _QUOTE) & (ends - starts >= 2)
    is_null = _nulls(array, starts, ends)
    last_digit = array[ends - 1] - np.uint8(48) < 10
    is_special = ~is_quoted & ~is_null & ~last_digit | (starts >= ends)
    fields = (starts, ends, is_null)
    is_special[_odd_fields(places, kinds, depths, field_of, is_start | is_end, fields)] = True
    end = int(places[-1])
    quotes = marks.quotes[: np.searchsorted(marks.quotes, end)]
    is_special[_fields_with_odd_quotes(quotes, starts, ends, is_quoted)] = True
    backslashes = marks.backslashes[: np.searchsorted(marks.backslashes, end)]
    if len(backslashes):
        is_special[np.searchsorted(starts, backslashes, "right") - 1] = True
    return FastRows(
        places[opens], places[closes] + 1, first_fields, starts, ends,
        is_quoted & ~is_special, is_null, is_special,
    )  # fmt: skip


def _nulls(array: Bytes, starts: Offsets, ends: Offsets) -> Flags:
    is_null: Flags = ends - starts == 4
    for distance, letter in enumerate(b"NULL"):
        found = np.flatnonzero(is_null)
        is_null[found] = array[starts[found] + distance] == letter
    return is_null


def _odd_fields(
    places: Offsets,
    kinds: Bytes,
    depths: NDArray[np.int32],
    field_of: Offsets,
    is_boundary: Flags,
    fields: tuple[Offsets, Offsets, Flags],
) -> Offsets:
    """Return the fields with anything outside strings but a plain number or NULL."""
    starts, ends, is_null = fields
    odd = [field_of[(kinds == _WORD) | ((depths >= 1) & (kinds == _END))]]
    odd.append(field_of[(depths >= 2) | ((depths == 1) & (kinds == _CLOSE) & ~is_boundary)])
    letters = field_of[kinds == _NULL]
    odd.append(letters[~is_null[letters]])
    signs = np.flatnonzero(kinds == _SIGN)
    odd.append(field_of[signs][places[signs] != starts[field_of[signs]]])
    dots = field_of[kinds == _DOT]
    odd.append(dots[1:][np.diff(dots) == 0])
    blanks = np.flatnonzero((kinds == _SPACE) & (depths >= 1))
    owners = field_of[blanks]
    odd.append(owners[(places[blanks] >= starts[owners]) & (places[blanks] < ends[owners])])
    found: Offsets = np.concatenate(odd)
    return found


def _fields_with_odd_quotes(
    quotes: Offsets, starts: Offsets, ends: Offsets, is_quoted: Flags
) -> Offsets:
    """Return the fields whose quotes are not just one at the start and one at the end."""
    opening, closing = quotes[0::2], quotes[1::2]
    is_double = closing[:-1] + 1 == opening[1:]
    doubled = closing[:-1][is_double]
    opening = opening[np.concatenate([[True], ~is_double])] if len(opening) else opening
    closing = closing[np.concatenate([~is_double, [True]])] if len(closing) else closing
    odd: Offsets = np.searchsorted(starts, doubled, "right") - 1
    plain_starts, plain_ends = starts[is_quoted], ends[is_quoted] - 1
    if np.array_equal(opening, plain_starts) and np.array_equal(closing, plain_ends):
        return odd
    owners = np.searchsorted(starts, opening, "right") - 1
    is_odd = (opening != starts[owners]) | (closing != ends[owners] - 1)
    found: Offsets = np.concatenate([odd, owners[is_odd]])
    return found

"""Where the delimiters and line ends outside quotes are, found for a whole block at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loaders.grammar import CARRIAGE_RETURN, LINE_FEED, QUOTE

Bytes = NDArray[np.uint8]
Offsets = NDArray[np.int64]


@dataclass(frozen=True)
class Marks:
    """Delimiters and line ends outside quotes, and the first quote that stands where none may."""

    delimiters: Offsets
    line_ends: Offsets
    first_odd: int | None

    @staticmethod
    def find(array: Bytes, delimiter: int, is_last: bool) -> Marks:
        """Find them in bytes that begin where a record begins."""
        is_line_end = (array == LINE_FEED) | (array == CARRIAGE_RETURN)
        is_delimiter = array == delimiter
        is_quote = array == QUOTE
        quotes = np.flatnonzero(is_quote)
        first_odd = None
        if len(quotes):
            is_outside = (np.cumsum(is_quote, dtype=np.uint8) & 1) == 0
            first_odd = _first_odd_quote(array, quotes, is_line_end | is_delimiter, is_last)
            is_line_end &= is_outside
            is_delimiter &= is_outside
        line_ends = np.flatnonzero(is_line_end)
        ends_with_end = len(line_ends) > 0 and line_ends[-1] == len(array) - 1
        if ends_with_end and not is_last and array[-1] == CARRIAGE_RETURN:
            # It may be the first half of CR LF: leave it to the next block.
            line_ends = line_ends[:-1]
        return Marks(np.flatnonzero(is_delimiter), line_ends, first_odd)


def _first_odd_quote(
    array: Bytes, quotes: Offsets, is_edge: NDArray[np.bool_], is_last: bool
) -> int | None:
    """Return the offset of the first quote that neither opens, closes nor doubles; None if none.

    Quotes are taken in turn as opening and closing. An opening one must follow an edge (delimiter,
    line end, start) or the closing one that it doubles; a closing one must stand before an edge,
    before the quote that doubles it, or at the end.
    """
    opening, closing = quotes[0::2], quotes[1::2]
    before = np.maximum(opening - 1, 0)
    is_open_ok = (opening == 0) | is_edge[before] | (array[before] == QUOTE)
    after = np.minimum(closing + 1, len(array) - 1)
    is_close_ok = (closing == len(array) - 1) | is_edge[after] | (array[after] == QUOTE)
    found = []
    if not is_open_ok.all():
        found.append(int(opening[int(np.argmin(is_open_ok))]))
    if not is_close_ok.all():
        found.append(int(closing[int(np.argmin(is_close_ok))]))
    if is_last and len(quotes) % 2:
        found.append(int(quotes[-1]))
    return min(found) if found else None


def is_plain(array: Bytes, ends: Offsets, filled: NDArray[np.bool_]) -> bool:
    """Tell whether every record ends with one LF and no line is blank."""
    is_inside = ends < len(array)
    has_blank = bool((~filled & is_inside).any())
    return not has_blank and bool((array[ends[is_inside]] == LINE_FEED).all())

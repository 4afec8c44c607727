"""Where the line ends outside quotes are, and how many fields between, found for a whole block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loaders.grammar import CARRIAGE_RETURN, LINE_FEED, QUOTE

Bytes = NDArray[np.uint8]
Offsets = NDArray[np.int64]


@dataclass(frozen=True)
class Marks:
    """The line ends outside quotes, and the first quote that stands where none may.

    `field_counts` has the fields between each line end and the one before. `rest_fields` is the
    number of fields behind the last line end.
    """

    line_ends: Offsets
    field_counts: Offsets
    rest_fields: int
    first_odd: int | None

    @staticmethod
    def find(array: Bytes, delimiter: int, is_last: bool) -> Marks:
        """Find them in bytes that begin where a record begins."""
        is_mark = array == delimiter
        for other in (LINE_FEED, CARRIAGE_RETURN, QUOTE):
            is_mark |= array == other
        # Few bytes are marks: what comes now costs little, where on all bytes it would cost most.
        places = np.flatnonzero(is_mark)
        kinds = array[places]
        is_quote = kinds == QUOTE
        quotes = np.flatnonzero(is_quote)
        first_odd = None
        if len(quotes):
            first_odd = _first_odd_quote(places, quotes, len(array), is_last)
            is_outside = (np.cumsum(is_quote, dtype=np.uint8) & 1) == 0
            is_outside[quotes] = False
            places, kinds = places[is_outside], kinds[is_outside]
        at_ends = np.flatnonzero(kinds != delimiter)
        line_ends = places[at_ends]
        ends_with_end = len(line_ends) > 0 and line_ends[-1] == len(array) - 1
        if ends_with_end and not is_last and array[-1] == CARRIAGE_RETURN:
            # It may be the first half of CR LF: leave it to the next block.
            at_ends, line_ends = at_ends[:-1], line_ends[:-1]
        field_counts = np.diff(at_ends, prepend=-1)
        rest_fields = len(places) - (int(at_ends[-1]) if len(at_ends) else -1)
        return Marks(line_ends, field_counts, rest_fields, first_odd)


def _first_odd_quote(places: Offsets, quotes: Offsets, length: int, is_last: bool) -> int | None:
    """Return the offset of the first quote that neither opens, closes nor doubles; None if none.

    `places` are those of all marks, `quotes` the indexes of the quotes among them. Quotes are taken
    in turn as opening and closing. An opening one must follow an edge (delimiter, line end, start)
    or the closing one that it doubles; a closing one must stand before an edge, before the quote
    that doubles it, or at the end. So both need a neighbour that is a mark, whichever.
    """
    opening, closing = quotes[0::2], quotes[1::2]
    follows = np.empty(len(places), dtype=np.bool_)
    follows[0] = places[0] == 0
    np.equal(places[1:], places[:-1] + 1, out=follows[1:])
    is_open_ok = follows[opening]
    is_close_ok = np.append(follows[1:], places[-1] == length - 1)[closing]
    found = []
    if not is_open_ok.all():
        found.append(int(places[opening[int(np.argmin(is_open_ok))]]))
    if not is_close_ok.all():
        found.append(int(places[closing[int(np.argmin(is_close_ok))]]))
    if is_last and len(quotes) % 2:
        found.append(int(places[quotes[-1]]))
    return min(found) if found else None


def is_plain(array: Bytes, ends: Offsets, filled: NDArray[np.bool_]) -> bool:
    """Tell whether every record ends with one LF and no line is blank."""
    is_inside = ends < len(array)
    has_blank = bool((~filled & is_inside).any())
    return not has_blank and bool((array[ends[is_inside]] == LINE_FEED).all())

"""Telephone numbers: given out without collision, written in the ways that lists write them.

Sets of up to FICTION_ONLY_PEOPLE use only numbers reserved for fiction (NPA-555-0100 to 0199 of
346 real area codes). They are given out as a parity code: of each area code first the ten lines
whose digits, together with the code's, add up to 0 modulo 10, then those that add up to 1, … As
long as one class is enough (some 3,400 numbers) no two numbers differ in a single digit, just as
on a real list. Larger sets would pack the reserved lines so densely that every slip of a finger
hits another person; they use other numbers of valid form, spread over the whole of each area code.
Those may exist.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lode.sample.randomness import Integers, Randomness
from lode.sample.text import Text, choose, join, part

FICTION_ONLY_PEOPLE = 10_000
_LINES_PER_CODE = 100
# Exchanges that no subscriber has, or that belong to services: N11, 555, test and access codes.
_EXCHANGES = np.array(
    [
        code
        for code in range(200, 1000)
        if code % 100 != 11 and code not in (555, 950, 958, 959, 976)
    ],
    dtype=np.int64,
)
_STEP = 3_141_593  # coprime to the 7.8 million numbers of an area code
# Values that clerks type to get past a required field; the last one is a real-looking switchboard
# (the only toll-free number reserved for fiction).
PLACEHOLDER_PHONES = (
    "0000000000",
    "9999999999",
    "1111111111",
    "1234567890",
    "5555555555",
    "8005550199",
)


@dataclass(frozen=True)
class NumberPlan:
    """Which numbers a set may use."""

    area_codes: Integers
    is_fiction: bool

    def give_out(self, wanted: Integers) -> Integers:
        """A number of its own (10 digits) for each wish; wanted: position of an area code.

        Fiction: a wish beyond an area code's share gets a number of another code.
        """
        rank = _rank_within(wanted)
        if not self.is_fiction:
            code = self.area_codes[wanted]
            return _any_line(code, rank * _STEP + code * 7_919)
        codes = len(self.area_codes)
        share = min(_LINES_PER_CODE, 10 * -(-len(wanted) // (10 * codes)))
        slot = wanted * share + rank
        spilled = rank >= share
        taken = np.zeros(codes * share, dtype=np.bool_)
        taken[slot[~spilled]] = True
        free = np.flatnonzero(~taken)
        free = free[np.argsort(free * 48_271 % 2_147_483_647, kind="stable")]
        slot[spilled] = free[: int(spilled.sum())]
        return self._fiction_number(slot // share, slot % share)

    def any_number(self, random: Randomness, stream: str, index: Integers) -> Integers:
        """Some number of the plan for each index, which may or may not be somebody's."""
        position = random.below(f"{stream}/code", index, len(self.area_codes))
        if self.is_fiction:
            line = random.below(f"{stream}/line", index, _LINES_PER_CODE)
            return self._fiction_number(position, line)
        place = random.below(f"{stream}/line", index, len(_EXCHANGES) * 10_000)
        return _any_line(self.area_codes[position], place)

    def _fiction_number(self, position: Integers, line: Integers) -> Integers:
        code = self.area_codes[position]
        tens = line % 10
        parity = line // 10 - tens - (code // 100 + code // 10 % 10 + code % 10)
        number: Integers = code * 10_000_000 + 5_550_100 + tens * 10 + parity % 10
        return number


def _any_line(code: Integers, place: Integers) -> Integers:
    """The number at a place (taken round and round) of all that an area code can have."""
    place = place % (len(_EXCHANGES) * 10_000)
    number: Integers = code * 10_000_000 + _EXCHANGES[place // 10_000] * 10_000 + place % 10_000
    return number


def _rank_within(groups: Integers) -> Integers:
    """0, 1, 2, … within each group, in the order of the rows."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    lengths = np.diff(np.r_[starts, len(groups)])
    rank = np.empty(len(groups), dtype=np.int64)
    rank[order] = np.arange(len(groups)) - np.repeat(starts, lengths)
    return rank


def spoil(is_fiction: bool) -> _Spoiler:
    """The typing slip for this set's numbers: text of 10 digits, random bits → wrong number."""
    return _Spoiler((0, 1, 2, 8, 9) if is_fiction else tuple(range(10)))


@dataclass(frozen=True)
class _Spoiler:
    places: tuple[int, ...]  # digits that may change without leaving the reserved block

    def __call__(self, number: str, bits: int) -> str:
        if len(number) != 10:
            return number
        kind, bits = bits % 10, bits // 16
        if kind == 0:  # a digit left out
            place = bits % 10
            return number[:place] + number[place + 1 :]
        place = self.places[bits // 16 % len(self.places)]
        after = place + 1
        if kind <= 3 and after in self.places and number[place] != number[after]:
            return number[:place] + number[after] + number[place] + number[after + 1 :]
        digit = (int(number[place]) + 1 + bits // 4096 % 9) % 10
        return number[:place] + str(digit) + number[place + 1 :]


def write_numbers(numbers: Text, style: Integers) -> Text:
    """Numbers of 10 digits in the given styles (position in STYLE_WEIGHTS)."""
    code, exchange, line = part(numbers, 0, 3), part(numbers, 3, 6), part(numbers, 6)
    options = [
        join("(", code, ") ", exchange, "-", line),
        join(code, "-", exchange, "-", line),
        numbers,
        join(code, ".", exchange, ".", line),
        join("+1 ", code, " ", exchange, " ", line),
        join("1-", code, "-", exchange, "-", line),
        join(code, " ", exchange, line),
        join("(", code, ")", exchange, "-", line),
        join("+1", numbers),
        join(numbers, ".0"),
        join(" ", code, "-", exchange, "-", line, " "),
        join(exchange, "-", line),
    ]
    return choose(style, options)


STYLE_WEIGHTS: Integers = np.array([26, 26, 20, 7, 4, 4, 3, 4, 3, 1, 1, 1], dtype=np.int64)
STYLE_WITHOUT_AREA_CODE = 11

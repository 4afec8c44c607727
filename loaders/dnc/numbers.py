"""Telephone numbers of ten digits as integers, in blocks of a file's records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]

AREA = 10_000_000
MOMENT = re.compile(r"([0-9]{4}-[01][0-9]-[0-3][0-9])(?:[T ]([0-9:.]{5,15})Z?)?")
PHONE = re.compile(rb"\(?([0-9]{3})\)?[-,. ]?([0-9]{3})-?([0-9]{4})")
POWERS = 10 ** np.arange(9, -1, -1, dtype=np.int64)
ADD, DELETE = "A", "D"


@dataclass(frozen=True)
class Change:
    """One record of a change file: a number, added or deleted, and when, if it says so."""

    phone: int
    action: str
    moment: str

    @property
    def day(self) -> date | None:
        """The day of the change, None if the file does not say."""
        return date.fromisoformat(self.moment[:10]) if self.moment else None


def moment_in(text: str) -> str:
    """Return a day, with its time if there is one, as text that sorts by time; "" for other texts.

    Raises ValueError for a day that no calendar has, such as 2026-02-30.
    """
    found = MOMENT.fullmatch(text)
    if found is None:
        return ""
    day = date.fromisoformat(found[1]).isoformat()
    return f"{day}T{found[2]}" if found[2] else day


@dataclass
class Block:
    """Numbers of neighbouring records; the first is record `first` of its file, from 1."""

    first: int
    numbers: Numbers


def first_invalid(numbers: Numbers) -> int | None:
    """Return the place of the first number that can't be one of the North American plan."""
    wrong = (numbers < 2_000_000_000) | (numbers // 1_000_000 % 10 < 2)
    return int(np.argmax(wrong)) if wrong.any() else None


def first_outside(numbers: Numbers, area_codes: Any) -> int | None:
    """Return the place of the first number whose area code is not among the given ones."""
    outside = ~np.isin(numbers // AREA, area_codes)
    return int(np.argmax(outside)) if outside.any() else None


def chunk_lines(numbers: Numbers, before: str, behind: str) -> bytes:
    """Return one line of CSV for each number, with the same text before and behind it.

    Made as one matrix of characters: a Python loop over a quarter of a billion numbers takes long.
    """
    head = np.frombuffer(before.encode(), dtype=np.uint8)
    tail = np.frombuffer(f"{behind}\n".encode(), dtype=np.uint8)
    lines = np.empty((len(numbers), len(head) + 10 + len(tail)), dtype=np.uint8)
    lines[:, : len(head)] = head
    lines[:, len(head) : len(head) + 10] = numbers[:, None] // POWERS % 10 + ord("0")
    lines[:, len(head) + 10 :] = tail
    return lines.tobytes()


def blocks_of(values: Iterator[int], size: int = 100_000) -> Iterator[Block]:
    """Gather numbers that come one by one into blocks."""
    first, gathered = 1, []
    for value in values:
        gathered.append(value)
        if len(gathered) == size:
            yield Block(first, np.array(gathered, dtype=np.int64))
            first, gathered = first + size, []
    if gathered:
        yield Block(first, np.array(gathered, dtype=np.int64))

"""What a registry file says, checked to its last record before a single row is written.

The numbers of a full list lie in a file of eight bytes each, so that a list of any size takes
little memory; they are sorted there if the list is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from loaders.dnc import flat, xml
from loaders.dnc.numbers import (
    AREA,
    Block,
    Change,
    Numbers,
    blocks_of,
    first_invalid,
    first_outside,
)
from lode.errors import LodeError

FULL, CHANGE = "full", "change"


@dataclass(frozen=True)
class Form:
    """Which kind of file it is, and the area codes that it names itself."""

    kind: str
    is_xml: bool
    area_codes: tuple[int, ...]


def form_of(path: Path, name: str) -> Form:
    """Find out the form of an unpacked registry file."""
    if xml.is_xml(path):
        is_change, codes = xml.head(path, name)
        return Form(CHANGE if is_change else FULL, True, codes)
    return Form(CHANGE if flat.has_changes(path) else FULL, False, ())


def full_list(
    path: Path, name: str, form: Form, area_codes: tuple[int, ...], spool: Path
) -> Numbers:
    """Return the numbers of a full list in ascending order; LodeError unless all of it is good."""
    blocks = (
        blocks_of(change.phone for change in xml.records(path, name))
        if form.is_xml
        else flat.full_blocks(path, name)
    )
    is_sorted, last = True, 0
    with spool.open("wb") as file:
        for block in blocks:
            _check(block, name, area_codes)
            gaps = np.diff(block.numbers, prepend=last)
            is_sorted = is_sorted and bool((gaps > 0).all())
            last = int(block.numbers[-1])
            block.numbers.tofile(file)
    if not spool.stat().st_size:
        raise LodeError(f"{name} holds no telephone number: download it again.")
    numbers: Numbers = np.memmap(spool, dtype=np.int64, mode="r+")
    if not is_sorted:
        numbers.sort()
        twice = np.flatnonzero(numbers[1:] == numbers[:-1])
        if len(twice):
            raise _duplicate(spool, numbers, int(numbers[twice[0]]), name, path, form)
    return numbers


def change_list(
    path: Path, name: str, form: Form, area_codes: tuple[int, ...]
) -> dict[int, Change]:
    """Return what a change file leaves of each number: its last action, by moment and order."""
    records = list(xml.records(path, name) if form.is_xml else flat.changes(path, name))
    if not records:
        raise LodeError(f"{name} holds no change: download it again.")
    for block in blocks_of(change.phone for change in records):
        _check(block, name, area_codes)
    seen: set[Change] = set()
    for number, change in enumerate(records, start=1):
        if change in seen:
            raise LodeError(
                f"{name}, record {number} says the same as one before it: a registry file has each"
                " change once, so nothing of it was taken."
            )
        seen.add(change)
    records.sort(key=lambda change: change.moment)
    return {change.phone: change for change in records}


def _check(block: Block, name: str, area_codes: tuple[int, ...]) -> None:
    place = first_invalid(block.numbers)
    if place is not None:
        raise LodeError(
            f"{name}, record {block.first + place} is no number of the North American plan:"
            " nothing of the file was taken."
        )
    if not area_codes:
        return
    place = first_outside(block.numbers, area_codes)
    if place is not None:
        code = int(block.numbers[place]) // AREA
        raise LodeError(
            f"{name}, record {block.first + place} has area code {code}, which is not among the"
            " area codes of this download: name them all with --area-codes."
        )


def _duplicate(
    spool: Path, numbers: Numbers, phone: int, name: str, path: Path, form: Form
) -> LodeError:
    """Say which records hold the same number: the file is read once more, the order is gone."""
    places: list[int] = []
    for block in _again(path, name, form):
        found = np.flatnonzero(block.numbers == phone)
        places += [block.first + int(place) for place in found]
    return LodeError(
        f"{name}, records {places[0]} and {places[1]} are the same number: a registry file has each"
        " once, so nothing of it was taken."
    )


def _again(path: Path, name: str, form: Form) -> Iterator[Block]:
    if form.is_xml:
        return blocks_of(change.phone for change in xml.records(path, name))
    return flat.full_blocks(path, name)

"""Mappings: which column of a file is which column of a raw table.

A mapping is a versioned YAML file with the aliases of every column. It is fitted to a file's
header; what it does not know stays, under the header's own name, in the JSON column `extra`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

EXTRA = "extra"
QUARANTINED = "quarantined"
# Where values of columns go that a mapping does not know.
UNMAPPED = (EXTRA, QUARANTINED)
EVOLVE, FREEZE, DISCARD = "evolve", "freeze", "discard"
CONTRACTS = (EVOLVE, FREEZE, DISCARD)
# Header words that make a column the second choice among those of its kind.
SECOND_CHOICES = ("secondary", "alternate", "other")


@dataclass(frozen=True)
class Slots:
    """A row of places for columns of one kind, and the types that headers tell by themselves."""

    columns: tuple[str, ...]
    type_columns: tuple[str, ...]
    aliases: dict[str, str | None]


@dataclass(frozen=True)
class Mapping:
    """A mapping as its file says it; of every group in `requires` one column must exist.

    With a `query` the header is that of its result over the file's own tables. `contract` says
    what becomes of columns that are unknown (see contract.py), None if the file does not say.
    `content` is all of the file as JSON, `hash` the SHA-256 of that.
    """

    name: str
    version: str
    feed: str
    description: str
    requires: tuple[tuple[str, ...], ...]
    columns: dict[str, tuple[str, ...]]
    slots: tuple[Slots, ...]
    hash: str
    content: str
    query: str | None = None
    contract: str | None = None

    def needs(self) -> str:
        """Say what a file must have to fit, in words."""
        return " and ".join(
            group[0] if len(group) == 1 else f"one of {', '.join(group)}" for group in self.requires
        )


@dataclass(frozen=True)
class Plan:
    """A mapping fitted to a header: for every header its column, and the types headers told."""

    mapping: Mapping
    header: tuple[str, ...]
    targets: tuple[str, ...]
    constants: dict[str, str]
    missing: tuple[tuple[str, ...], ...]

    @property
    def recognised(self) -> int:
        """How many columns of the file have a column of the table."""
        return len(self.targets) - len(self.unmapped)

    @property
    def unmapped(self) -> tuple[str, ...]:
        """The headers that no column of the table is for."""
        pairs = zip(self.header, self.targets, strict=True)
        return tuple(header for header, target in pairs if target in UNMAPPED)

    @property
    def confidence(self) -> float:
        """The share of the file's columns that the mapping knows."""
        return self.recognised / len(self.targets)

    @property
    def is_plausible(self) -> bool:
        """Whether the header alone is reason enough to take the file for one of this feed."""
        return not self.missing and (self.recognised >= 2 or self.recognised == len(self.targets))

    def as_json(self) -> str:
        """Return header → column as JSON, for the lineage."""
        return json.dumps(dict(zip(self.header, self.targets, strict=True)), ensure_ascii=False)


def normalise(header: str) -> str:
    """Return what of a header counts when it is compared: lower-case letters and digits."""
    return re.sub(r"[\W_]+", "", header.lower())


def unique_header(names: list[str]) -> tuple[str, ...]:
    """Make header names unique and not empty: `column_3` for none, `Email_2` for a second one."""
    taken: set[str] = set()
    result = []
    for position, name in enumerate(names, start=1):
        base = name.strip() or f"column_{position}"
        chosen, number = base, 2
        while chosen in taken:
            chosen, number = f"{base}_{number}", number + 1
        taken.add(chosen)
        result.append(chosen)
    return tuple(result)


def fit(mapping: Mapping, header: tuple[str, ...]) -> Plan:
    """Fit a mapping to a header of unique names."""
    normalised = [normalise(name) for name in header]
    targets = [EXTRA] * len(header)
    constants: dict[str, str] = {}
    for column, aliases in mapping.columns.items():
        for alias in aliases:
            if alias in normalised and targets[normalised.index(alias)] == EXTRA:
                targets[normalised.index(alias)] = column
                break
    for slots in mapping.slots:
        _fill_slots(slots, normalised, targets, constants)
    found = set(targets)
    missing = tuple(group for group in mapping.requires if not found.intersection(group))
    return Plan(mapping, header, tuple(targets), constants, missing)


def _fill_slots(
    slots: Slots, normalised: list[str], targets: list[str], constants: dict[str, str]
) -> None:
    wanted = [
        position
        for position, name in enumerate(normalised)
        if name in slots.aliases and targets[position] == EXTRA
    ]
    free = list(slots.columns)
    numbered = {
        position: slots.columns[int(normalised[position][-1]) - 1]
        for position in wanted
        if normalised[position][-1] in "123"[: len(slots.columns)]
    }
    for position, column in numbered.items():
        if column in free:
            free.remove(column)
            targets[position] = column
    others = [position for position in wanted if targets[position] == EXTRA]
    others.sort(key=lambda position: normalised[position].startswith(SECOND_CHOICES))
    for position, column in zip(others, free, strict=False):
        targets[position] = column
        told = slots.aliases[normalised[position]]
        if told and slots.type_columns:
            type_column = slots.type_columns[slots.columns.index(column)]
            if type_column not in targets:
                constants[type_column] = told

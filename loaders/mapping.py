"""Mappings: which column of a file is which column of a raw table.

A mapping is a versioned YAML file with the aliases of every column. It is fitted to a file's
header; what it does not know stays, under the header's own name, in the JSON column `extra`.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from loaders.feeds import COLUMNS
from lode.errors import LodeError

FOLDER = Path(__file__).resolve().parent / "mappings"
EXTRA = "extra"
# Header words that make a column the second choice among those of its kind.
SECOND_CHOICES = ("secondary", "alternate", "other")
_KEYS = {"name", "version", "feed", "description", "requires", "columns", "slots"}


@dataclass(frozen=True)
class Slots:
    """A row of places for columns of one kind, and the types that headers tell by themselves."""

    columns: tuple[str, ...]
    type_columns: tuple[str, ...]
    aliases: dict[str, str | None]


@dataclass(frozen=True)
class Mapping:
    """A mapping as its file says it; of every group in `requires` one column must exist."""

    name: str
    version: str
    feed: str
    description: str
    requires: tuple[tuple[str, ...], ...]
    columns: dict[str, tuple[str, ...]]
    slots: tuple[Slots, ...]
    hash: str

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
        return sum(target != EXTRA for target in self.targets)

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


def choose(
    header: tuple[str, ...], filename: str, *, name: str | None = None, file: Path | None = None
) -> Plan:
    """Choose and fit the mapping for a header; LodeError if none fits or more than one does.

    `name` forces one of the built-in mappings, `file` a mapping of the user's own.
    """
    if name or file:
        mapping = read_mapping(file) if file else built_in(str(name))
        plan = fit(mapping, header)
        if plan.missing:
            raise LodeError(
                f"{filename} does not fit the mapping {mapping.name}, which needs"
                f" {mapping.needs()}; its columns are {_listed(header)}."
            )
        return plan
    plans = [plan for plan in (fit(one, header) for one in built_ins()) if plan.is_plausible]
    if not plans:
        known = "; ".join(f"{one.description}: {_short_needs(one)}" for one in built_ins())
        raise LodeError(
            f"{filename} has columns of no known set ({_listed(header)}). Recognised are {known}."
            " Rename its columns, or say what it is with --as NAME or --mapping FILE."
        )
    best = max(plan.confidence for plan in plans)
    tied = [plan for plan in plans if plan.confidence > best - 0.001]
    hinted = [plan for plan in tied if normalise(plan.mapping.name) in normalise(filename)]
    if len(tied) > 1 and len(hinted) != 1:
        names = " or ".join(plan.mapping.name for plan in tied)
        raise LodeError(
            f"{filename} could be {names} ({_listed(header)}): say which with --as NAME."
        )
    return hinted[0] if len(tied) > 1 else tied[0]


def recognised_columns(header: tuple[str, ...]) -> int:
    """Return how many of the columns the best built-in mapping knows."""
    return max(fit(mapping, header).recognised for mapping in built_ins())


def _short_needs(mapping: Mapping) -> str:
    return " and ".join(
        group[0] if len(group) == 1 else "/".join(group[:4]) for group in mapping.requires
    )


def _listed(header: tuple[str, ...]) -> str:
    from loaders.check import printable

    shown = ", ".join(printable(name, 40) for name in header[:20])
    return shown if len(header) <= 20 else f"{shown} and {len(header) - 20} more"


@lru_cache(maxsize=1)
def built_ins() -> tuple[Mapping, ...]:
    """Return the mappings that come with the loaders, by name."""
    return tuple(read_mapping(path) for path in sorted(FOLDER.glob("*.yml")))


def built_in(name: str) -> Mapping:
    """Return the built-in mapping of that name; LodeError if there is none."""
    for mapping in built_ins():
        if mapping.name == name:
            return mapping
    names = ", ".join(mapping.name for mapping in built_ins())
    raise LodeError(f"There is no mapping {name}: choose one of {names}, or give --mapping FILE.")


def read_mapping(path: Path) -> Mapping:
    """Read and check a mapping file; LodeError says what is wrong with it."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError) as error:
        raise LodeError(f"The mapping file {path} can't be read ({error}).") from None
    except yaml.YAMLError as error:
        reason = str(error).split("\n")[0]
        raise LodeError(f"The mapping file {path} is not well-formed YAML ({reason}).") from None
    problem = _problem(content)
    if problem:
        raise LodeError(f"The mapping file {path} can't be used: {problem}.")
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
    return Mapping(
        name=str(content["name"]),
        version=f"v{content['version']}",
        feed=content["feed"],
        description=str(content.get("description", content["name"])),
        requires=tuple(tuple(group) for group in content["requires"]),
        columns={
            column: tuple(normalise(str(alias)) for alias in aliases)
            for column, aliases in (content.get("columns") or {}).items()
        },
        slots=tuple(_slots(one) for one in content.get("slots") or ()),
        hash=digest,
    )


def _slots(content: dict[str, Any]) -> Slots:
    return Slots(
        columns=tuple(content["columns"]),
        type_columns=tuple(content.get("type_columns") or ()),
        aliases={normalise(str(alias)): told for alias, told in content["aliases"].items()},
    )


def _problem(content: object) -> str | None:
    """Say what is wrong with a mapping's content, None if nothing is."""
    if not isinstance(content, dict):
        return "it must be a table of name, version, feed, requires, columns, slots"
    unknown = sorted(str(key) for key in set(content) - _KEYS)
    if unknown:
        return f"it has the unknown key {unknown[0]}"
    absent = sorted({"name", "version", "feed", "requires"} - set(content))
    if absent:
        return f"it has no {absent[0]}"
    if content["feed"] not in COLUMNS:
        return f"its feed must be one of {', '.join(COLUMNS)}"
    try:
        named = _named_columns(content)
    except (AttributeError, KeyError, TypeError):
        return "requires must be lists of columns, columns and slots tables of aliases"
    wrong = [column for column in named if column not in COLUMNS[content["feed"]]]
    return f"{content['feed']} has no column {wrong[0]}" if wrong else None


def _named_columns(content: dict[str, Any]) -> list[str]:
    """Return all columns a mapping names; raises TypeError and the like if its shape is wrong."""
    named = [column for group in content["requires"] for column in list(group)]
    for column, aliases in (content.get("columns") or {}).items():
        if not isinstance(aliases, list):
            raise TypeError
        named.append(column)
    for slots in content.get("slots") or ():
        slots["aliases"].items()
        named += [*slots["columns"], *(slots.get("type_columns") or ())]
    return named

"""Choosing the mapping for a header: one of the built-in ones, or the one that the user names."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from loaders.contract import listed
from loaders.mapping import Mapping, Plan, fit, normalise
from loaders.mapping_file import read_mapping
from lode.errors import LodeError

FOLDER = Path(__file__).resolve().parent / "mappings"


def choose(header: tuple[str, ...], filename: str, *, name: str | None = None) -> Plan:
    """Choose and fit the mapping for a header; LodeError if none fits or more than one does.

    `name` forces one of the built-in mappings.
    """
    if name is not None:
        return fit_to(built_in(name), header, filename)
    plans = [plan for plan in (fit(one, header) for one in built_ins()) if plan.is_plausible]
    if not plans:
        known = "; ".join(f"{one.description}: {_short_needs(one)}" for one in built_ins())
        raise LodeError(
            f"{filename} has columns of no known set ({listed(header)}). Recognised are {known}."
            " Rename its columns, or say what it is with --as NAME or --mapping FILE."
        )
    best = max(plan.confidence for plan in plans)
    tied = [plan for plan in plans if plan.confidence > best - 0.001]
    hinted = [plan for plan in tied if normalise(plan.mapping.name) in normalise(filename)]
    if len(tied) > 1 and len(hinted) != 1:
        names = " or ".join(plan.mapping.name for plan in tied)
        raise LodeError(
            f"{filename} could be {names} ({listed(header)}): say which with --as NAME."
        )
    return hinted[0] if len(tied) > 1 else tied[0]


def fit_to(mapping: Mapping, header: tuple[str, ...], filename: str) -> Plan:
    """Fit a mapping that was named to a header; LodeError if a column is absent that it needs."""
    plan = fit(mapping, header)
    if plan.missing:
        raise LodeError(
            f"{filename} does not fit the mapping {mapping.name}, which needs"
            f" {mapping.needs()}; its columns are {listed(header)}."
        )
    return plan


def recognised_columns(header: tuple[str, ...]) -> int:
    """Return how many of the columns the best built-in mapping knows."""
    return max(fit(mapping, header).recognised for mapping in built_ins())


def _short_needs(mapping: Mapping) -> str:
    return " and ".join(
        group[0] if len(group) == 1 else "/".join(group[:4]) for group in mapping.requires
    )


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

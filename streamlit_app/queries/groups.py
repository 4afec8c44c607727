"""The group of a golden person: members, what links them, and what taking it apart would leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from dedup.split import split
from streamlit_app.queries.group_statements import (
    GROUP_DECISIONS,
    GROUP_LINKS,
    GROUP_MEMBERS,
    MAXIMUM_LINKS,
    MAXIMUM_MEMBERS,
)
from streamlit_app.queries.statement import fetch


@dataclass(frozen=True)
class Member:
    """A person of a group; `number` is its place on the page, from 1."""

    number: int
    person_id: int
    name: str
    records: int
    is_golden: bool


@dataclass(frozen=True)
class Link:
    """Two persons that the model or people linked; without a bridge the group falls in two."""

    first: int
    second: int
    weight: float
    is_decided: bool
    is_bridge: bool


@dataclass(frozen=True)
class Said:
    """A decision that stands about persons of the group, a part of a split one of them."""

    number: int
    split: int
    kind: str
    first: int
    second: int


@dataclass(frozen=True)
class Group:
    """The living persons of a golden person; `is_cut` where there is more than a page reads."""

    golden_id: int
    members: tuple[Member, ...]
    links: tuple[Link, ...]
    said: tuple[Said, ...]
    is_cut: bool

    @property
    def ids(self) -> tuple[int, ...]:
        """The members' ids."""
        return tuple(one.person_id for one in self.members)


@dataclass(frozen=True)
class Part:
    """What would be one person after a split: who stands for it, its persons and records."""

    golden_id: int
    persons: tuple[int, ...]
    records: int
    is_new: bool


def read_group(engine: Engine, golden: int) -> Group | None:
    """Return the group of a golden person, None if nobody living stands behind that id."""
    rows = fetch(engine, GROUP_MEMBERS, {"golden": golden})
    if not rows:
        return None
    members = tuple(
        Member(
            number,
            int(row["person_id"]),
            row["full_name"] or "(no name)",
            int(row["record_count"]),
            int(row["person_id"]) == golden,
        )
        for number, row in enumerate(
            sorted(rows[:MAXIMUM_MEMBERS], key=lambda row: int(row["person_id"])), start=1
        )
    )
    found = fetch(engine, GROUP_LINKS, {"golden": golden})
    said = tuple(_said(row) for row in fetch(engine, GROUP_DECISIONS, {"golden": golden}))
    is_cut = len(rows) > MAXIMUM_MEMBERS or len(found) > MAXIMUM_LINKS
    links = _links(found[:MAXIMUM_LINKS], {one.person_id for one in members})
    return Group(golden, members, links, said, is_cut)


def parts_without(group: Group, taken: Iterable[int]) -> tuple[Part, ...]:
    """Return what the next run would make of a group whose `taken` are kept from all others.

    It is the run's own way to cut: links strongest first, but none across what is kept apart.
    """
    out = set(taken)
    across = {(min(one, other), max(one, other)) for one in out for other in set(group.ids) - out}
    kept = [one for one in group.said if one.first in group.ids and one.second in group.ids]
    apart = across | {_pair(one) for one in kept if one.kind == "apart"}
    must = {_pair(one) for one in kept if one.kind == "link"} - across
    roots = split([(one.first, one.second, one.weight) for one in group.links], must, apart)
    parts: dict[int, list[Member]] = {}
    for member in group.members:
        parts.setdefault(roots.get(member.person_id, member.person_id), []).append(member)
    return tuple(
        sorted((_part(group, some) for some in parts.values()), key=lambda one: one.is_new)
    )


def chosen_of(group: Group) -> Said | None:
    """Return the decision by which a member stands for the group: of several the newest."""
    chosen = [one for one in group.said if one.kind == "golden"]
    return chosen[-1] if chosen else None


def _part(group: Group, members: list[Member]) -> Part:
    ids = tuple(one.person_id for one in members)
    chosen = [one.first for one in group.said if one.kind == "golden" and one.first in ids]
    golden = chosen[-1] if chosen else group.golden_id if group.golden_id in ids else min(ids)
    records = sum(one.records for one in members)
    return Part(golden, ids, records, group.golden_id not in ids)


def _pair(said: Said) -> tuple[int, int]:
    return min(said.first, said.second), max(said.first, said.second)


def _said(row: dict[str, Any]) -> Said:
    return Said(
        int(row["decision_id"]),
        int(row["split_id"]),
        row["kind"],
        int(row["first_person_id"] or 0),
        int(row["second_person_id"] or 0),
    )


def _links(rows: list[dict[str, Any]], ids: set[int]) -> tuple[Link, ...]:
    pairs = [
        (int(row["person_id_l"]), int(row["person_id_r"]), float(row["match_weight"]),
         row["match_reason"] == "decision")
        for row in rows
        if {int(row["person_id_l"]), int(row["person_id_r"])} <= ids
    ]  # fmt: skip
    return tuple(
        Link(first, second, weight, is_decided, _is_bridge(pairs, (first, second)))
        for first, second, weight, is_decided in pairs
    )


def _is_bridge(pairs: list[tuple[int, int, float, bool]], of: tuple[int, int]) -> bool:
    """Tell whether two persons are one through this link alone."""
    others = [(low, high, weight) for low, high, weight, _ in pairs if (low, high) != of]
    roots = split(others, [], [])
    return roots.get(of[0], of[0]) != roots.get(of[1], of[1])

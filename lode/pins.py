"""Pins: a person who reviews lets one value that a record gives win, by a decision of ours.

What is asked for names the record and not the value, so that no job, page or log holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pymysql.connections import Connection

from lode import overrides
from lode.db import connect
from lode.decisions import check_signature
from lode.errors import LodeError
from lode.person import fetch, find_identity
from lode.settings import Settings

FIELDS = tuple(overrides.SIZES)


@dataclass(frozen=True)
class PinnedValue:
    """Which value is meant: the one of a record for a field, the best first of several."""

    field: str
    record_id: int
    position: int = 0


def pin(
    settings: Settings,
    pinned: PinnedValue,
    reviewed: Sequence[int],
    *,
    by: str,
    reason: str,
) -> tuple[int, bool]:
    """Let a value of a record win for its person, and for both `reviewed` if they become one.

    Returns the decision and whether it is new: nothing is written where it wins already. Raises
    LodeError for a record that nobody has (any more) or that has no such value.
    """
    check_field(pinned.field)
    check_signature(by, reason)
    with connect("loader", settings, schema="canonical") as connection:
        person, value = _value_of(connection, pinned)
        members = _members(connection, reviewed)
    standing = [
        (one.number, member, one.value)
        for member in {person, *members}
        for one in overrides.standing_values(settings, member, pinned.field)
    ]
    number, holder, said = max(standing, default=(0, 0, ""))
    if (holder, said) == (person, value):
        return number, False
    number = overrides.decide(settings, person, pinned.field, value, by=by, reason=reason)
    return number, True


def unpin(
    settings: Settings, reviewed: Sequence[int], field: str, *, by: str, reason: str
) -> list[int]:
    """End what stands for a field of some persons and those they are one with; return what ended.

    Once more it ends nothing.
    """
    check_field(field)
    check_signature(by, reason)
    with connect("loader", settings, schema="canonical") as connection:
        members = _members(connection, reviewed)
    ended: list[int] = []
    for member in members:
        if overrides.standing_values(settings, member, field):
            ended += overrides.revoke(settings, member, field, by=by, reason=reason)
    return sorted(ended)


def check_field(field: object) -> None:
    """Raise LodeError for what is no field that people decide."""
    if field not in FIELDS:
        raise LodeError(f"A pin is for one of {', '.join(FIELDS)}.")


def _value_of(connection: Connection[Any], pinned: PinnedValue) -> tuple[int, str]:
    """Return whose record it is, and what it says."""
    named = f"Record {pinned.record_id}"
    holder = fetch(
        connection, "select person_id from person_records where record_id = %s", pinned.record_id
    )
    if not holder:
        raise LodeError(f"{named} is nobody's (any more): nothing to pin.")
    person = int(holder[0]["person_id"])
    given = fetch(
        connection,
        "select cell_value from person_provenance where person_id = %s and field_name = %s"
        " and record_id = %s order by preference",
        (person, pinned.field, pinned.record_id),
    )
    if len(given) <= pinned.position:
        raise LodeError(f"{named} gives no such {pinned.field}: nothing to pin.")
    return person, str(given[pinned.position]["cell_value"])


def _members(connection: Connection[Any], reviewed: Sequence[int]) -> list[int]:
    """Return the living persons of the groups of some persons."""
    return sorted({one for id_ in reviewed for one in find_identity(connection, id_).members})

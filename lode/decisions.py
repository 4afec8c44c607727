"""What all decisions by people have in common: they are signed, and hold on to records.

A person's id may retire and come back; its records are what every run maps anew. So a decision
names the records that its person had, and speaks of whoever holds the smallest one left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pymysql.connections import Connection

from lode.errors import LodeError
from lode.person import fetch, find_identity
from lode.settings import Settings


@dataclass(frozen=True)
class Holding:
    """A raw table of the records that decisions hold on to: its key, and the side, if it has one.

    A decision about two persons has two sides; no record may be held by both.
    """

    table: str
    decision: str
    side: str | None = None


OVERRIDES = Holding("person_override_records", "override_id")
IDENTITIES = Holding("dedup_decision_records", "decision_id", "side")


def check_signature(by: str, reason: str) -> None:
    """Raise LodeError unless a decision says who made it and why."""
    for name, text, limit in (("--by", by, 128), ("--reason", reason, 1024)):
        if not text.strip() or len(text) > limit:
            raise LodeError(f"{name} needs a text of 1 to {limit} characters.")


def living_person(connection: Connection[Any], person_id: int) -> int:
    """Return the person that an id stands for: itself if it lives, else who holds its record."""
    identity = find_identity(connection, person_id)
    if person_id in identity.members:
        return person_id
    holder = fetch(
        connection, "select person_id from person_records where record_id = %s", person_id
    )
    return int(holder[0]["person_id"]) if holder else identity.golden_id


def hold_records(
    connection: Connection[Any],
    settings: Settings,
    holding: Holding,
    number: int,
    person: int,
    side: int = 1,
) -> None:
    """Let a decision hold on to all records that a person has; part of the caller's transaction."""
    keys = [holding.decision, *([holding.side] if holding.side else [])]
    values = [number, *([side] if holding.side else [])]
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into `{settings.schema('raw')}`.{holding.table}"
            f" ({', '.join(keys)}, record_id)"
            f" select {', '.join(['%s'] * len(keys))}, record_id from person_records"
            " where person_id = %s",
            (*values, person),
        )


def hold_by_other_records(
    connection: Connection[Any], settings: Settings, first: int, last: int
) -> None:
    """Let decisions hold on to all records of their persons before records are taken out.

    Otherwise a decision about a person known from the import alone at its time would wait for it,
    though others know the person by now.
    """
    for holding in (OVERRIDES, IDENTITIES):
        _hold_more(connection, settings, holding, first, last)


def _hold_more(
    connection: Connection[Any], settings: Settings, holding: Holding, first: int, last: int
) -> None:
    raw, canonical = settings.schema("raw"), settings.schema("canonical")
    keys = [holding.decision, *([holding.side] if holding.side else [])]
    held = ", ".join(f"held.{key}" for key in keys)
    condition = ""
    if holding.side:
        condition = (
            f" and not exists (select 1 from `{raw}`.{holding.table} as across"
            f" where across.{holding.decision} = held.{holding.decision}"
            f" and across.{holding.side} <> held.{holding.side}"
            " and across.record_id = other.record_id)"
        )
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert ignore into `{raw}`.{holding.table} ({', '.join(keys)}, record_id)"
            f" select distinct {held}, other.record_id"
            f" from `{raw}`.{holding.table} as held"
            f" inner join `{canonical}`.person_records as own on held.record_id = own.record_id"
            f" inner join `{canonical}`.person_records as other on own.person_id = other.person_id"
            f" where held.record_id between %s and %s{condition}",
            (first, last),
        )

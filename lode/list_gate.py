"""The gate: of the people of a list, who may be contacted now, at which point, and why not else.

Each chunk of people is decided by the statements of `lode comply explain`, over all who hold a
contact point, at the one moment of the export. Hours keep nobody back who is within them in the
next two weeks: the line says from when on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymysql.connections import Connection

from lode.comply import ALLOWING, ENFORCED, EXEMPT, WINDOW, Contact
from lode.comply_hours import WITH_HOURS, Hours, hours_of
from lode.decision_statements import ask
from lode.list_definitions import Definition
from lode.list_filters import filter_sql
from lode.person import fetch
from lode.settings import Settings

CHUNK = 500
KINDS = {"call": "phone", "sms": "phone", "email": "email", "mail": "address"}
NO_CONTACT, IN_LIST = "NO_CONTACT", "ALREADY_IN_LIST"
PEOPLE = (
    "golden_person_id, first_name, last_name, full_name, company_name, street, unit, city, state,"
    " zip"
)


@dataclass(frozen=True)
class Point:
    """A contact point of a golden person, with what the decision says about it."""

    golden_person_id: int
    value: str
    digest: str
    phone_type: str
    is_primary: int
    is_verified: int
    reasons: tuple[str, ...]
    advice: tuple[str, ...]
    next_allowed_at: datetime | None
    rests_on_exemption: bool

    @property
    def preference(self) -> tuple[Any, ...]:
        """As the mart contactability ranks points: allowed, soonest, primary, verified, value."""
        return (
            bool(self.reasons), self.next_allowed_at is None,
            self.next_allowed_at or datetime.min, -self.is_primary, -self.is_verified, self.value,
        )  # fmt: skip


@dataclass(frozen=True)
class Allowed:
    """Somebody who may be contacted: a line of the file."""

    person: dict[str, Any]
    point: Point
    hours: Hours | None


@dataclass(frozen=True)
class LeftOut:
    """Somebody who is kept back by a first reason, and the best contact point if there is one."""

    person: dict[str, Any]
    point: Point | None
    code: str


@dataclass
class Chunk:
    """What became of some people of the list: let out, or kept back by their first reason."""

    checked: int
    allowed: list[Allowed] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def blocked(self) -> Counter[str]:
        """How many were kept back by each first reason."""
        return Counter(one.code for one in self.left_out)


def people_of(
    connection: Connection[Any], settings: Settings, definition: Definition, at: datetime
) -> Iterator[list[dict[str, Any]]]:
    """Yield the golden persons of a list at a moment in chunks, by their ids; keeps one chunk."""
    conditions, values = filter_sql(definition, settings, at)
    columns = ", ".join(f"golden.{name.strip()}" for name in PEOPLE.split(","))
    query = (
        f"select {columns} from `{settings.schema('marts')}`.golden_persons as golden"
        f" where golden.golden_person_id > %(after)s and {conditions}"
        f" order by golden.golden_person_id limit {CHUNK}"
    )
    after = 0
    while people := fetch(connection, query, {**values, "after": after}):
        yield people
        after = int(people[-1]["golden_person_id"])


def count_people(
    connection: Connection[Any], settings: Settings, definition: Definition, at: datetime
) -> int:
    """Return how many golden persons are in a list at a moment: one look at each, no decision."""
    conditions, values = filter_sql(definition, settings, at)
    query = (
        f"select count(*) as people from `{settings.schema('marts')}`.golden_persons as golden"
        f" where {conditions}"
    )
    return int(fetch(connection, query, values)[0]["people"])


def decide(
    connection: Connection[Any],
    people: list[dict[str, Any]],
    channel: str,
    at: datetime,
    written: Callable[[list[str]], set[str]],
) -> Chunk:
    """Decide about a chunk of people at a moment; `written` tells which points have a line."""
    chunk = Chunk(len(people))
    points = points_of(connection, [int(one["golden_person_id"]) for one in people], channel, at)
    taken = written([point.digest for own in points.values() for point in own])
    found: list[tuple[dict[str, Any], Point]] = []
    for person in people:
        own = points.get(int(person["golden_person_id"]), [])
        best = min(own, key=lambda point: point.preference, default=None)
        if best is None:
            chunk.left_out.append(LeftOut(person, None, NO_CONTACT))
        elif best.reasons:
            chunk.left_out.append(LeftOut(person, best, best.reasons[0]))
        elif best.digest in taken:
            chunk.left_out.append(LeftOut(person, best, IN_LIST))
        else:
            taken.add(best.digest)
            found.append((person, best))
    contacts = [Contact(KINDS[channel], point.value) for _, point in found]
    asked = hours_of(connection, [(one, channel, at) for one in contacts], at)
    for person, point in found:
        hours = asked.get((point.digest, channel, at))
        if channel in WITH_HOURS and (hours is None or hours.enforced_from is None):
            chunk.left_out.append(LeftOut(person, point, WINDOW))
            continue
        chunk.allowed.append(Allowed(person, point, hours))
    return chunk


def points_of(
    connection: Connection[Any], persons: list[int], channel: str, at: datetime
) -> dict[int, list[Point]]:
    """Return the contact points of golden persons that a channel can use, with their verdicts."""
    rows = fetch(
        connection,
        "select golden_person_id, contact_value, lower(hex(contact_hash)) as digest, phone_type,"
        " is_primary, is_verified from int_golden_contacts"
        " where golden_person_id in %(persons)s and contact_kind = %(kind)s",
        {"persons": persons, "kind": KINDS[channel]},
    )
    values = sorted({str(row["contact_value"]) for row in rows})
    reasons = _reasons(connection, values, channel, at)
    points: dict[int, list[Point]] = {}
    for row in rows:
        why = reasons.get(str(row["digest"]), [])
        against = [one for one in why if one["enforcement"] == ENFORCED]
        ends = [one["blocks_until"] for one in against]
        point = Point(
            int(row["golden_person_id"]), row["contact_value"], str(row["digest"]),
            row["phone_type"] or "", row["is_primary"] or 0, row["is_verified"] or 0,
            _codes(against), _codes([one for one in why if one["enforcement"] == "advise"]),
            max(ends) if ends and None not in ends else None,
            any(one["enforcement"] in (EXEMPT, ALLOWING) for one in why),
        )  # fmt: skip
        points.setdefault(point.golden_person_id, []).append(point)
    return points


def _reasons(
    connection: Connection[Any], values: list[str], channel: str, at: datetime
) -> dict[str, list[dict[str, Any]]]:
    """Return the reasons of one channel by contact point, in the order of the reason codes."""
    found: dict[str, list[dict[str, Any]]] = {}
    if values:
        marks = {"kind": KINDS[channel], "values": values, "at": at}
        for row in ask(connection, "points", marks):
            if row["channel"] == channel:
                found.setdefault(str(row["contact_hash"]), []).append(row)
    return found


def _codes(reasons: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(one["reason_code"]) for one in reasons))

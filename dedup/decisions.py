"""People decide who is who: one person, two persons, this one is golden, and the end of that.

A decision is a row that is never changed. The next run honours it, and every later one, until
another row ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pymysql.connections import Connection

from dedup.constraints import APART, GOLDEN, LINK, REVOKE, Standing, standing_decisions
from dedup.decision_audit import note_decided, note_ended
from dedup.split import Pair
from lode.db import connect, transaction
from lode.decisions import IDENTITIES, check_signature, hold_records, living_person
from lode.errors import LodeError
from lode.person import fetch, find_identity
from lode.reviews import wait_again
from lode.settings import Settings


class NoDecisionError(LodeError):
    """A decision that was to end does not stand."""


@dataclass(frozen=True)
class Signature:
    """Who decides, and why."""

    by: str
    reason: str


@dataclass(frozen=True)
class Unmerge:
    """What taking a person out of its group wrote down: the decision, and those that it ends."""

    number: int
    person: int
    other: int
    ended: tuple[int, ...]


def decide_pair(
    settings: Settings, first: int, second: int, kind: str, signature: Signature
) -> int:
    """Write down that two persons are one (`link`) or two (`apart`); return the number.

    Raises LodeError where a decision that stands says the opposite.
    """
    check_signature(signature.by, signature.reason)
    with connect("loader", settings, schema="canonical") as connection:
        pair = _two_persons(connection, first, second)
        standing = standing_decisions(connection, settings)
        require_agreement(standing, pair, kind)
        with transaction(connection):
            number = write_decision(connection, settings, kind, signature, pair)
            note_decided(
                connection, settings, by=signature.by, reason=signature.reason, verdict=kind,
                decisions=[number], sides=[pair[:1], pair[1:]],
            )  # fmt: skip
    return number


def choose_as_golden(settings: Settings, person_id: int, signature: Signature) -> int:
    """Write down that a person stands for its group from now on; return the number."""
    check_signature(signature.by, signature.reason)
    with connect("loader", settings, schema="canonical") as connection:
        person = living_person(connection, person_id)
        with transaction(connection):
            number = write_decision(connection, settings, GOLDEN, signature, (person,))
            note_decided(
                connection, settings, by=signature.by, reason=signature.reason, verdict=GOLDEN,
                decisions=[number], sides=[[person]],
            )  # fmt: skip
    return number


def golden_choice(settings: Settings, person_id: int) -> int | None:
    """Return the number of the decision by which a person stands for its group, if one does."""
    with connect("loader", settings, schema="canonical") as connection:
        person = living_person(connection, person_id)
        group = find_identity(connection, person).members
        chosen = [
            one
            for one in standing_decisions(connection, settings)
            if one.kind == GOLDEN and one.first in group
        ]
    # Of two for one group the newer one wins.
    return chosen[-1].number if chosen and chosen[-1].first == person else None


def revoke(settings: Settings, number: int, signature: Signature) -> int:
    """End a decision, with the number of a split all parts of it; return how many ended.

    Raises LodeError if none of that number stands.
    """
    check_signature(signature.by, signature.reason)
    with connect("loader", settings, schema="canonical") as connection:
        parts = {
            int(row["id"])
            for row in fetch(
                connection,
                f"select id from `{settings.schema('raw')}`.dedup_decisions"
                " where id = %s or split_id = %s",
                (number, number),
            )
        }
        ending = [one for one in standing_decisions(connection, settings) if one.number in parts]
        if not ending:
            raise NoDecisionError(
                f"There is no decision {number} that stands: see `lode dedup decisions`."
            )
        ended = sorted({one.number for one in ending})
        with transaction(connection):
            for part in ended:
                end_decision(connection, settings, part, signature)
            for one in ending:
                if one.kind != GOLDEN and not one.is_waiting:
                    wait_again(connection, settings, one.pair)
            note_ended(
                connection, settings, number, by=signature.by, reason=signature.reason,
                ended=ending,
            )  # fmt: skip
    return len(ended)


def unmerge(
    settings: Settings, person_id: int, other_id: int | None, signature: Signature
) -> Unmerge:
    """Take a person out of its group, or apart from one other member of it.

    Decisions that made it one with others of the group, or with that other member, are ended with
    it; where others still hold the two together it is refused with their numbers.
    """
    check_signature(signature.by, signature.reason)
    with connect("loader", settings, schema="canonical") as connection:
        person = living_person(connection, person_id)
        golden = find_identity(connection, person).golden_id
        other = golden if other_id is None else living_person(connection, other_id)
        if person == other:
            raise LodeError(
                f"Person {person} is the golden one of its group: say with --from who is not."
                if other_id is None
                else f"{person_id} and {other_id} are one by their keys: see"
                f" `lode lineage {person}`."
            )
        if find_identity(connection, other).golden_id != golden:
            raise LodeError(f"Persons {person} and {other} are not one: nothing to take apart.")
        low, high = sorted((person, other))
        standing = standing_decisions(connection, settings)
        ended = [
            one
            for one in standing
            if one.kind == LINK
            and (one.pair == (low, high) or (other_id is None and person in one.pair))
        ]
        require_agreement([one for one in standing if one not in ended], (low, high), APART)
        with transaction(connection):
            for one in ended:
                end_decision(connection, settings, one.number, signature)
            number = write_decision(connection, settings, APART, signature, (low, high))
            note_decided(
                connection, settings, by=signature.by, reason=signature.reason, verdict=APART,
                decisions=[number], sides=[[low], [high]], ended=ended,
            )  # fmt: skip
    return Unmerge(number, person, other, tuple(one.number for one in ended))


def all_standing(settings: Settings) -> list[Standing]:
    """The decisions that nobody has ended, oldest first. Raises LodeError."""
    with connect("loader", settings, schema="canonical") as connection:
        return standing_decisions(connection, settings)


def _two_persons(connection: Connection[Any], first: int, second: int) -> Pair:
    persons = sorted({living_person(connection, first), living_person(connection, second)})
    if len(persons) == 1:
        raise LodeError(
            f"{first} and {second} are both person {persons[0]}: their records share a key, which"
            " no decision about persons changes."
        )
    return persons[0], persons[1]


def require_agreement(standing: list[Standing], pair: Pair, kind: str) -> None:
    """Raise LodeError if decisions that stand already say the opposite about two persons."""
    links = [one for one in standing if one.kind == LINK and not one.is_waiting]
    apart = [one for one in standing if one.kind == APART and not one.is_waiting]
    groups = _groups(links, [pair] if kind == LINK else [])
    if kind == LINK:
        against = [one for one in apart if groups(one.pair[0]) == groups(one.pair[1])]
    else:
        is_held = groups(pair[0]) == groups(pair[1])
        against = [one for one in links if groups(one.pair[0]) == groups(pair[0])] * is_held
    if against:
        numbers = ", ".join(map(str, sorted({one.number for one in against})))
        said = "one person" if kind == APART else "two persons"
        raise LodeError(
            f"Decision {numbers} says that {pair[0]} and {pair[1]}, or those they are one with, are"
            f" {said}: end it first with `lode dedup revoke`."
        )


def _groups(links: list[Standing], more: list[Pair]) -> Any:
    """Return a function from person to the group that decisions make."""
    root: dict[int, int] = {}

    def find(node: int) -> int:
        while root.setdefault(node, node) != node:
            node = root[node]
        return node

    for low, high in [*(one.pair for one in links), *more]:
        root[find(high)] = find(low)
    return find


def end_decision(
    connection: Connection[Any], settings: Settings, number: int, signature: Signature
) -> None:
    """Write down that a decision ends, within the caller's transaction."""
    write_decision(connection, settings, REVOKE, signature, (), number)


def write_decision(
    connection: Connection[Any],
    settings: Settings,
    kind: str,
    signature: Signature,
    persons: tuple[int, ...],
    revokes: int | None = None,
    split: int | None = None,
) -> int:
    """Write a decision down with the records of its persons, within the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into `{settings.schema('raw')}`.dedup_decisions"
            " (kind, revokes_id, split_id, decided_by, reason, decided_at)"
            " values (%s, %s, %s, %s, %s, utc_timestamp(6))",
            (kind, revokes, split, signature.by.strip(), signature.reason.strip()),
        )
        number = int(cursor.lastrowid)
    for side, person in enumerate(persons, 1):
        hold_records(connection, settings, IDENTITIES, number, person, side)
    return number

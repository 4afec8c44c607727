"""Slots of contacts: given if the decision allows the contact and a cap has room, in one step.

The caps are counted and the slot is written in one transaction, in which all who ask about the same
point or person wait for each other; the whole decision is taken within it, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pymysql
from pymysql.connections import Connection

from lode import comply, reservations
from lode.comply import ENFORCED, Reason, Verdict, explain_contact, explain_person
from lode.db import connect, error_code, transaction
from lode.errors import LodeError
from lode.fact_audit import note_slot, note_slot_end
from lode.lock_holders import current_user
from lode.person import fetch, find_identity
from lode.reservations import LOST_RACE, TRIES, Refusal, Slot, deciding, reserve
from lode.settings import Settings

MAIL = "mail"
MAXIMUM_CAMPAIGN_CHARACTERS = 255


@dataclass(frozen=True)
class Wanted:
    """The contact that somebody is about to make: a point, a person, or both, on a channel."""

    channel: str
    contact: comply.Contact | None
    person_id: int | None
    campaign: str | None = None


@dataclass(frozen=True)
class Taken:
    """A slot, and what only warns against the contact."""

    slot: Slot
    at: datetime
    advice: tuple[Reason, ...]


@dataclass(frozen=True)
class Refused:
    """Why there is no slot, and the next moment at which there may be one; None if unknown."""

    at: datetime
    reasons: tuple[Reason, ...]
    next_allowed_at: datetime | None

    def sentence(self) -> str:
        """Say it."""
        said = "; ".join(
            f"{one.code}: {one.meaning} [{one.rule_id}: {one.citation}]" for one in self.reasons
        )
        when = f"{self.next_allowed_at.isoformat()}Z" if self.next_allowed_at else "no end is known"
        return f"No contact may be made: {said}. Next allowed: {when}."


class _BlockedError(Exception):
    """Takes the slot back with its transaction."""

    def __init__(self, refused: Refused) -> None:
        super().__init__()
        self.refused = refused


def take(
    settings: Settings, wanted: Wanted, *, by: str, minutes: int = 15, at: datetime | None = None
) -> Taken | Refused:
    """Decide about a contact and take its slot, or say why not; see take_with."""
    with connect("loader", settings, schema="canonical") as connection:
        return take_with(connection, settings, wanted, by=by, minutes=minutes, at=at)


def take_with(
    connection: Connection[Any],
    settings: Settings,
    wanted: Wanted,
    *,
    by: str,
    minutes: int = 15,
    at: datetime | None = None,
) -> Taken | Refused:
    """Decide about a contact and take its slot; one that loses a race asks again.

    `connection` is the loader's, in the canonical schema, outside of a transaction. `at` is the
    moment of the contact (UTC), now if it is not given. A cap that is used up is told alone,
    anything else with all that stands against the contact. LodeError for what can't be asked.
    """
    _check(wanted)
    asked = _asked(connection, wanted)
    for remaining in reversed(range(TRIES)):
        try:
            return _take(connection, settings, wanted, asked, by, minutes, at)
        except _BlockedError as blocked:
            return blocked.refused
        except pymysql.MySQLError as error:
            if error_code(error) not in LOST_RACE or not remaining:
                raise
    raise AssertionError("unreachable")


def use(settings: Settings, number: int, at: datetime, by: str | None = None) -> bool:
    """Note that the contact of a slot was made; False if the slot had ended by then.

    It counts all the same. LodeError for a moment before the slot was taken, or still to come.
    """
    who = by or current_user()
    with connect("loader", settings, schema="raw") as connection, transaction(connection):
        rows = fetch(
            connection,
            "select reserved_at, expires_at, utc_timestamp(6) as now from contact_reservations"
            " where id = %s",
            number,
        )
        if rows and not rows[0]["reserved_at"] <= at <= max(rows[0]["now"], rows[0]["expires_at"]):
            raise LodeError(
                f"Slot {number} was taken at {rows[0]['reserved_at'].isoformat()}Z: --at needs a"
                " moment since then that has come."
            )
        reservations.use(connection, settings, number, at)
        note_slot_end(connection, settings, "slot.use", number, who)
        return bool(at < rows[0]["expires_at"])


def release(settings: Settings, number: int, by: str | None = None) -> None:
    """Give a slot back; LodeError if it is not held."""
    who = by or current_user()
    with connect("loader", settings, schema="raw") as connection, transaction(connection):
        reservations.release(connection, settings, number)
        note_slot_end(connection, settings, "slot.release", number, who)


def _check(wanted: Wanted) -> None:
    if wanted.contact is None and wanted.channel != MAIL:
        raise LodeError("Only a letter goes to a person: name the phone or the mailbox for others.")
    if wanted.contact is not None:
        served = comply.CHANNELS[wanted.contact.kind]
        if wanted.channel not in served:
            word = comply.KINDS[wanted.contact.kind]
            raise LodeError(f"--channel needs {' or '.join(served)}: no other goes to {word}.")
    if wanted.campaign is not None and not (
        0 < len(wanted.campaign.strip()) <= MAXIMUM_CAMPAIGN_CHARACTERS
    ):
        raise LodeError(f"--campaign needs 1 to {MAXIMUM_CAMPAIGN_CHARACTERS} characters.")


def _asked(connection: Connection[Any], wanted: Wanted) -> reservations.Contact:
    """Return for whom the slot counts: the golden person who holds the contact point."""
    if wanted.contact is None:
        return reservations.Contact(wanted.channel, None, wanted.person_id)
    person = wanted.person_id
    with transaction(connection):
        holders = fetch(
            connection,
            "select distinct golden_person_id from int_golden_contacts"
            " where contact_kind = %s and contact_value = %s",
            (wanted.contact.kind, wanted.contact.value),
        )
        if person is not None:
            person = find_identity(connection, person).golden_id
    golden = {int(row["golden_person_id"]) for row in holders}
    if person is None and len(golden) > 1:
        raise LodeError(
            f"{len(golden)} persons hold it: say with --person whom you want to contact."
        )
    if person is not None and person not in golden:
        raise LodeError(f"Person {wanted.person_id} does not hold it: `lode person show` tells.")
    return reservations.Contact(
        wanted.channel, wanted.contact.value, person or next(iter(golden), None)
    )


def _take(
    connection: Connection[Any],
    settings: Settings,
    wanted: Wanted,
    asked: reservations.Contact,
    by: str,
    minutes: int,
    at: datetime | None,
) -> Taken | Refused:
    with deciding(connection):
        answer = reserve(
            connection, settings, asked, by=by, minutes=minutes, at=at, campaign=wanted.campaign
        )
        if isinstance(answer, Refusal):
            return _over_cap(answer, at)
        moment = answer.expires_at - timedelta(minutes=minutes)
        # Read by a session of its own, to which the slot is not there yet: it is no contact made.
        verdict = _verdict(settings, wanted, moment)
        if not verdict.is_allowed:
            raise _BlockedError(
                Refused(moment, _of(verdict.reasons, ENFORCED), verdict.next_allowed_at)
            )
        # Last: the end of the log is locked from here to the commit.
        note_slot(connection, settings, answer.id, by, wanted.contact)
        return Taken(answer, moment, _of(verdict.reasons, "advise"))


def _verdict(settings: Settings, wanted: Wanted, at: datetime) -> Verdict:
    """Return the verdict on the point, or for a letter on the best address of the person."""
    if wanted.contact is not None:
        (verdict,) = explain_contact(settings, wanted.contact, at, (wanted.channel,))
        return verdict
    assert wanted.person_id is not None
    found = explain_person(settings, wanted.person_id, at, (wanted.channel,))
    if not found:
        raise LodeError(f"Person {wanted.person_id} has no postal address.")
    return next((one for one in found if one.is_allowed), found[0])


def _of(reasons: Sequence[Reason], enforcement: str) -> tuple[Reason, ...]:
    return tuple(one for one in reasons if one.enforcement == enforcement)


def _over_cap(refusal: Refusal, at: datetime | None) -> Refused:
    reason = Reason(
        "FREQUENCY_CAP", refusal.rule, "", refusal.cap_id, refusal.citation, ENFORCED, None,
        refusal.next_allowed_at,
    )  # fmt: skip
    moment = at or comply.utc_moment(None, "")
    return Refused(moment, (reason,), refusal.next_allowed_at)

"""Requests not to be contacted that somebody writes down at the dashboard: with a right, at once.

The contact point is named by its digest, so that none is sent to the page and back; the service
finds it among those of the golden person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from pymysql.connections import Connection

from lode.comply import CHANNELS as CHANNELS_OF
from lode.comply import KINDS, Contact
from lode.db import transaction
from lode.errors import LodeError
from lode.person import fetch
from lode.rights import Principal, Right, require
from lode.settings import Settings
from lode.suppression import CHANNELS, OptOut, insert_opt_out, typed_columns

EVERYWHERE = "all"
ORIGIN = "dashboard"
REASON_MINIMUM, REASON_MAXIMUM = 5, 255
# A second click within this time writes nothing down again.
SAME_SECONDS = 60
POINTS = """
select distinct contact_kind, contact_value
from `{marts}`.contact_points
where golden_person_id = %s
"""
SAME = """
select id from `{raw}`.opt_out_requests
where
    recorded_by = %(by)s and origin = %(origin)s and channel = %(channel)s
    and phone_e164 <=> %(phone)s and email <=> %(email)s and address <=> %(address)s
    and person_id <=> %(person)s
    and reason = %(reason)s and recorded_at > utc_timestamp(6) - interval %(seconds)s second
order by id limit 1
"""


def tell_request(
    connection: Connection[Any],
    settings: Settings,
    who: Principal,
    person_id: int,
    point: str | None,
    channels: Sequence[str],
    reason: str,
) -> list[int]:
    """Write a request down for each channel, all or none; return their numbers.

    `point` is the digest of a contact point of the golden person, None for the person: all of its
    points. Raises LodeError, one sentence, without the right, or for what can't be a request.
    """
    require(who, Right.TELL_REQUESTS)
    why = reason.strip()
    if not REASON_MINIMUM <= len(why) <= REASON_MAXIMUM:
        raise LodeError(
            f"Say what they asked and how, in {REASON_MINIMUM} to {REASON_MAXIMUM} characters: it"
            " is kept as evidence."
        )
    contact = _contact(connection, settings, person_id, point)
    wanted = [EVERYWHERE] if EVERYWHERE in channels else list(dict.fromkeys(channels))
    _check_channels(contact, wanted)
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    person = None if contact else person_id
    with transaction(connection):
        return [
            _same(connection, settings, who, contact, person, channel, why)
            or insert_opt_out(
                connection,
                settings,
                OptOut(contact, person, channel, ORIGIN, why, now),
                who.subject,
            )
            for channel in wanted
        ]


def _contact(
    connection: Connection[Any], settings: Settings, person_id: int, point: str | None
) -> Contact | None:
    marts = settings.schema("marts")
    query = f"select 1 from `{marts}`.golden_persons where golden_person_id = %s"
    if not fetch(connection, query, person_id):
        raise LodeError(f"There is no golden person {person_id}: open the person anew.")
    if point is None:
        return None
    for row in fetch(connection, POINTS.format(marts=marts), person_id):
        contact = Contact(row["contact_kind"], row["contact_value"])
        if contact.digest == point:
            return contact
    raise LodeError(f"Person {person_id} has that contact point no more: open the person anew.")


def _check_channels(contact: Contact | None, channels: Sequence[str]) -> None:
    if not channels or not set(channels) <= set(CHANNELS):
        raise LodeError("Say which channels they want no more: at least one of them.")
    served = CHANNELS if contact is None else (*CHANNELS_OF[contact.kind], EVERYWHERE)
    for channel in channels:
        if channel not in served:
            word = KINDS[contact.kind] if contact else "a person"
            raise LodeError(f"The channel {channel} does not go to {word}: leave it out.")


def _same(
    connection: Connection[Any],
    settings: Settings,
    who: Principal,
    contact: Contact | None,
    person: int | None,
    channel: str,
    reason: str,
) -> int | None:
    """Return the number of the same request of a moment ago: a click that came twice."""
    phone, email, address = typed_columns(contact)
    marks = {
        "by": who.subject, "origin": ORIGIN, "channel": channel, "person": person, "phone": phone,
        "email": email, "address": address, "reason": reason, "seconds": SAME_SECONDS,
    }  # fmt: skip
    found = fetch(connection, SAME.format(raw=settings.schema("raw")), marks)
    return int(found[0]["id"]) if found else None

"""May we contact a number, mailbox, address or person, why, and what would it have been earlier.

The decision is made by the macro decide_contact, and by calling_hours what the clock says; their
statements the last run left in canonical.decision_statements. This fills in what is asked and
carries the answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import phonenumbers
from pymysql.connections import Connection

from lode.comply_hours import Hours, hours_of
from lode.db import connect
from lode.decision_statements import ask
from lode.errors import LodeError
from lode.person import fetch, golden_at
from lode.settings import Settings

# The longest mailbox of RFC 5321, and of the warehouse's columns.
MAXIMUM_EMAIL_CHARACTERS = 254
# What is around or between mailboxes and in none.
APART = frozenset(' ;,<>()[]":\\')
CHANNELS = {"phone": ("call", "sms"), "email": ("email",), "address": ("mail",)}
KINDS = {"phone": "a telephone number", "email": "a mailbox", "address": "a postal address"}
ENFORCED, EXEMPT, ALLOWING = "enforce", "exempt", "allow"
IN_ORDER = (ENFORCED, "advise", EXEMPT, ALLOWING)
WINDOW = "CALLING_WINDOW"


@dataclass(frozen=True)
class Contact:
    """A contact point as the warehouse spells it; `display` is how a person reads it."""

    kind: str
    value: str

    @property
    def digest(self) -> str:
        """The digest by which the warehouse joins it (macro content_hash)."""
        return hashlib.sha256(self.value.encode()).hexdigest()

    @property
    def phone(self) -> int | None:
        """The ten digits of a North American number."""
        is_national = self.kind == "phone" and self.value.startswith("+1")
        return int(self.value[2:]) if is_national and len(self.value) == 12 else None


@dataclass(frozen=True)
class Reason:
    """One reason for or against a use, with the rule that it follows from."""

    code: str
    meaning: str
    letter: str
    rule_id: str
    citation: str
    enforcement: str
    blocks_from: datetime | None
    blocks_until: datetime | None


@dataclass
class Verdict:
    """The answer about one contact point on one channel at a moment.

    `identity_at` is the moment as of which it takes who was who: later than `at` if that is older
    than what is kept. `opens` are the hours from the end of the last other block on, without a
    moment if nobody knows that end; None for a channel without hours, or if they were left out.
    """

    contact: Contact
    channel: str
    at: datetime
    identity_at: datetime
    reasons: list[Reason] = field(default_factory=list)
    opens: Hours | None = None

    @property
    def is_allowed(self) -> bool:
        """Nothing that is enforced speaks against it."""
        return not any(reason.enforcement == ENFORCED for reason in self.reasons)

    @property
    def is_free(self) -> bool:
        """Nothing that is enforced speaks against it but, at most, the hours of the day."""
        return not self._blocks()

    @property
    def free_at(self) -> datetime | None:
        """The end of the last block but hours; the moment itself without, None if unknown."""
        ends = [one.blocks_until for one in self._blocks()]
        known = [end for end in ends if end is not None]
        return max([self.at, *known]) if len(known) == len(ends) else None

    @property
    def next_allowed_at(self) -> datetime | None:
        """The moment itself if allowed, else the next free one within hours; None if unknown."""
        if self.is_allowed:
            return self.at
        return self.free_at if self.opens is None else self.opens.enforced_from

    @property
    def time_zones(self) -> tuple[str, ...]:
        """All zones in which the contact may be; empty where hours do not matter."""
        return () if self.opens is None else self.opens.time_zones

    def _blocks(self) -> list[Reason]:
        return [one for one in self.reasons if one.enforcement == ENFORCED and one.code != WINDOW]


def contact_of(phone: str | None, email: str | None) -> Contact:
    """Return the contact point that the user names; LodeError if it is none."""
    if phone is not None:
        try:
            number = phonenumbers.parse(phone, "US")
        except phonenumbers.NumberParseException:
            raise LodeError("--phone needs one telephone number, such as 512-555-0134.") from None
        text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if text.startswith("+1") and len(text) != 12:
            raise LodeError("--phone needs one number of ten digits, such as 512-555-0134.")
        return Contact("phone", text)
    value = (email or "").strip().lower()
    # A sign that nobody sees, as copied text has it, would make it another mailbox.
    is_odd = not value.isprintable() or value.count("@") != 1 or bool(set(value) & APART)
    is_odd = is_odd or value.startswith("@") or value.endswith("@")
    if is_odd or len(value) > MAXIMUM_EMAIL_CHARACTERS:
        raise LodeError("--email needs one mail address, such as ann@example.com.")
    return Contact("email", value)


def explain_contact(
    settings: Settings,
    contact: Contact,
    at: datetime,
    channels: Sequence[str],
    *,
    used_at: datetime | None = None,
    with_hours: bool = True,
) -> list[Verdict]:
    """Return the verdict on a contact point for each channel that it could serve."""
    return explain_contacts(
        settings, [contact], at, channels, used_at=used_at, with_hours=with_hours
    )


def explain_contacts(
    settings: Settings,
    contacts: Sequence[Contact],
    at: datetime,
    channels: Sequence[str],
    *,
    used_at: datetime | None = None,
    with_hours: bool = True,
) -> list[Verdict]:
    """Return the verdicts on contact points at a moment (UTC); a thousand at most at a time.

    `used_at` is the moment of use, whose hours count, if it is not `at`; without `with_hours` the
    hours are left out, as the marts leave them out.
    """
    asked = [(one.kind, one.value, one.digest, one.phone) for one in contacts]
    with connect("auditor", settings, schema="canonical") as connection:
        rows = ask(connection, "contact", {"asked": json.dumps(asked), "at": at})
        verdicts = _verdicts(connection, contacts, at, channels)
        _gather(rows, verdicts)
        if with_hours:
            _add_hours(connection, verdicts.values(), at, used_at or at)
    return list(verdicts.values())


def explain_person(
    settings: Settings,
    person_id: int,
    at: datetime,
    channels: Sequence[str],
    *,
    with_hours: bool = True,
) -> list[Verdict]:
    """Return the verdicts on every contact point that the golden person behind an id had then.

    Hours are those of the contact point, with the places of all who held it.
    """
    with connect("auditor", settings, schema="canonical") as connection:
        marks = {"person": golden_at(connection, person_id, at), "at": at}
        rows = ask(connection, "person", marks)
        points = ask(connection, "person_points", marks)
        points.sort(key=lambda one: (one["contact_kind"], -one["is_primary"], one["contact_value"]))
        contacts = [Contact(point["contact_kind"], point["contact_value"]) for point in points]
        verdicts = _verdicts(connection, contacts, at, channels)
        _gather(rows, verdicts)
        if with_hours:
            _add_hours(connection, verdicts.values(), at, at)
    return list(verdicts.values())


def _verdicts(
    connection: Connection[Any], contacts: Sequence[Contact], at: datetime, channels: Sequence[str]
) -> dict[tuple[str, str], Verdict]:
    """Return a verdict without reasons for each contact point and channel that it could serve."""
    identity_at = _identity_at(connection, at)
    return {
        (one.digest, channel): Verdict(one, channel, at, identity_at)
        for one in contacts
        for channel in CHANNELS[one.kind]
        if channel in channels
    }


def _add_hours(
    connection: Connection[Any], verdicts: Collection[Verdict], at: datetime, used_at: datetime
) -> None:
    """Give each verdict the rules of hours that its use breaks, and when it is allowed again."""
    moments = {id(one): one.free_at and max(one.free_at, used_at) for one in verdicts}
    asks = [(one.contact, one.channel, used_at) for one in verdicts]
    asks += [(one.contact, one.channel, moment) for one in verdicts if (moment := moments[id(one)])]
    found = hours_of(connection, asks, at)
    for one in verdicts:
        hours = found.get((one.contact.digest, one.channel, used_at))
        if hours is None:
            continue
        one.reasons += [_window(row, used_at) for row in hours.broken]
        one.reasons.sort(key=lambda reason: IN_ORDER.index(reason.enforcement))
        then = moments[id(one)]
        one.opens = (
            Hours(None, None, hours.time_zones)
            if then is None
            else found[one.contact.digest, one.channel, then]
        )


def _window(row: dict[str, Any], at: datetime) -> Reason:
    return Reason(
        row["reason_code"], row["meaning"], row["dnc_com_letter"] or "", row["rule_id"],
        row["citation"], row["strictness"], at, row["next_allowed_at"],
    )  # fmt: skip


def _identity_at(connection: Connection[Any], at: datetime) -> datetime:
    """Return the moment as of which it is known who was who at another one."""
    kept = fetch(connection, "select kept_since from identity_kept_since")
    known: list[datetime] = [row["kept_since"] for row in kept]
    return max([at, *known])


def _gather(rows: Sequence[dict[str, Any]], verdicts: dict[tuple[str, str], Verdict]) -> None:
    """Give each verdict its reasons, each once: several persons may hold one contact point."""
    for row in rows:
        verdict = verdicts.get((str(row["contact_hash"]), str(row["channel"])))
        reason = Reason(
            row["reason_code"], row["meaning"] or "", row["dnc_com_letter"] or "", row["rule_id"],
            row["citation"] or "", row["enforcement"], row["blocks_from"], row["blocks_until"],
        )  # fmt: skip
        if verdict is not None and reason not in verdict.reasons:
            verdict.reasons.append(reason)


def utc_moment(text: str | None, option: str) -> datetime:
    """Return a moment that the user names, in UTC without a zone; now if there is none."""
    if text is None:
        return datetime.now(timezone.utc).replace(tzinfo=None)
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
        if moment.tzinfo is not None:
            moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    except (ValueError, OverflowError):
        # The latter within a day of the years 1 and 9999.
        raise LodeError(f"{option} needs a moment such as 2026-01-05T14:30:00Z.") from None
    return moment

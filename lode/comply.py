"""May we contact this number, mailbox or person, why, and what would it have been at a past moment.

The decision is made by the macro decide_contact, whose statement the last run left in
canonical.decision_statements; this fills in what is asked and carries the answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import phonenumbers
from pymysql.connections import Connection

from lode.db import connect
from lode.errors import LodeError
from lode.person import fetch, golden_at
from lode.settings import Settings

# The longest mailbox of RFC 5321, and of the warehouse's columns.
MAXIMUM_EMAIL_CHARACTERS = 254
CHANNELS = {"phone": ("call", "sms"), "email": ("email",), "address": ("mail",)}
ENFORCED, EXEMPT, ALLOWING = "enforce", "exempt", "allow"


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
    than what is kept.
    """

    contact: Contact
    channel: str
    at: datetime
    identity_at: datetime
    reasons: list[Reason] = field(default_factory=list)

    @property
    def is_allowed(self) -> bool:
        """Nothing that is enforced speaks against it."""
        return not any(reason.enforcement == ENFORCED for reason in self.reasons)

    @property
    def next_allowed_at(self) -> datetime | None:
        """The moment itself if allowed, the end of the last block, None if nobody knows it."""
        if self.is_allowed:
            return self.at
        ends = [one.blocks_until for one in self.reasons if one.enforcement == ENFORCED]
        known = [end for end in ends if end is not None]
        return max(known) if len(known) == len(ends) else None


def contact_of(phone: str | None, email: str | None) -> Contact:
    """Return the contact point that the user names; LodeError if it is none."""
    if phone is not None:
        try:
            number = phonenumbers.parse(phone, "US")
        except phonenumbers.NumberParseException:
            raise LodeError("--phone needs a telephone number, such as 512-555-0134.") from None
        text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if text.startswith("+1") and len(text) != 12:
            raise LodeError("--phone needs a number of ten digits, such as 512-555-0134.")
        return Contact("phone", text)
    value = (email or "").strip().lower()
    is_odd = value.count("@") != 1 or value.startswith("@") or value.endswith("@") or " " in value
    if is_odd or len(value) > MAXIMUM_EMAIL_CHARACTERS:
        raise LodeError("--email needs a mail address, such as ann@example.com.")
    return Contact("email", value)


def explain_contact(
    settings: Settings, contact: Contact, at: datetime, channels: Sequence[str]
) -> list[Verdict]:
    """Return the verdict on a contact point for each channel that it could serve."""
    return explain_contacts(settings, [contact], at, channels)


def explain_contacts(
    settings: Settings, contacts: Sequence[Contact], at: datetime, channels: Sequence[str]
) -> list[Verdict]:
    """Return the verdicts on contact points, by one statement; a thousand at most at a time."""
    asked = [(one.kind, one.value, one.digest, one.phone) for one in contacts]
    with connect("auditor", settings, schema="canonical") as connection:
        rows = ask(connection, "contact", {"asked": json.dumps(asked), "at": at})
        identity_at = _identity_at(connection, at)
    verdicts = {
        (one.digest, channel): Verdict(one, channel, at, identity_at)
        for one in contacts
        for channel in CHANNELS[one.kind]
        if channel in channels
    }
    _gather(rows, verdicts)
    return list(verdicts.values())


def explain_person(
    settings: Settings, person_id: int, at: datetime, channels: Sequence[str]
) -> list[Verdict]:
    """Return the verdicts on every contact point that the golden person behind an id had then."""
    with connect("auditor", settings, schema="canonical") as connection:
        marks = {"person": golden_at(connection, person_id, at), "at": at}
        rows = ask(connection, "person", marks)
        points = ask(connection, "person_points", marks)
        identity_at = _identity_at(connection, at)
    points.sort(key=lambda one: (one["contact_kind"], -one["is_primary"], one["contact_value"]))
    verdicts: dict[tuple[str, str], Verdict] = {}
    for point in points:
        contact = Contact(point["contact_kind"], point["contact_value"])
        for channel in CHANNELS[contact.kind]:
            if channel in channels:
                one = Verdict(contact, channel, at, identity_at)
                verdicts[(contact.digest, channel)] = one
    _gather(rows, verdicts)
    return list(verdicts.values())


def ask(
    connection: Connection[Any], name: str, marks: dict[str, Any], schema: str | None = None
) -> list[dict[str, Any]]:
    """Run a statement that the last run left, with its marks replaced by parameters.

    A list of values stands for a mark in brackets. `schema` is where the statements are, if the
    connection is in another one.
    """
    table = f"`{schema}`.decision_statements" if schema else "decision_statements"
    found = fetch(connection, f"select statement from {table} where statement_name = %s", (name,))
    if not found:
        raise LodeError("This warehouse can't decide yet: run `lode run` first.")
    statement = str(found[0]["statement"]).replace("%", "%%")
    for mark, value in marks.items():
        quoted = f"('lode:{mark}')" if isinstance(value, list) else f"'lode:{mark}'"
        statement = statement.replace(quoted, f"%({mark})s")
    return fetch(connection, statement, marks)


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
    except ValueError:
        raise LodeError(f"{option} needs a moment such as 2026-01-05T14:30:00Z.") from None
    if moment.tzinfo is not None:
        moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    return moment

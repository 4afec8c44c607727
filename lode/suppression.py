"""Writing down requests not to be contacted, consents and relationships: append-only, at once."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from pymysql.connections import Connection

from lode import audit
from lode.addresses import address_contacts, not_an_address
from lode.comply import Contact, contact_of, utc_moment
from lode.db import connect, transaction
from lode.errors import LodeError, printable
from lode.fact_audit import masked, note_request
from lode.fact_digest import digest_of_rows, file_key
from lode.lock_holders import current_user
from lode.person import fetch
from lode.settings import Settings

CHANNELS = ("call", "sms", "email", "mail", "all")
KINDS = ("consent", "purchase", "inquiry")
ORIGINS = ("text", "call", "crm", "dashboard", "letter", "other")
MAXIMUM_NAME_CHARACTERS = 128
CONSENT_COLUMNS = ("phone", "email", "address", "kind", "channel", "happened_at", "expires_at",
                   "purpose", "evidence")  # fmt: skip
# The columns of raw tables that hold a contact point, one for each kind.
COLUMNS = {"phone": "phone_e164", "email": "email", "address": "address"}


@dataclass(frozen=True)
class OptOut:
    """A request not to be contacted: at a contact point, or as a person."""

    contact: Contact | None
    person_id: int | None
    channel: str
    origin: str
    reason: str | None
    opted_out_at: datetime


@dataclass(frozen=True)
class Consent:
    """A consent for one channel, or business (a purchase, an inquiry), of a contact point."""

    contact: Contact
    kind: str
    channel: str | None
    happened_at: datetime
    expires_at: datetime | None
    purpose: str | None
    evidence: str | None

    @property
    def content_hash(self) -> bytes:
        """What makes it another record: all that it says."""
        said = (self.contact.kind, self.contact.value, self.kind, self.channel, self.happened_at,
                self.expires_at, self.purpose, self.evidence)  # fmt: skip
        return hashlib.sha256("\x1f".join(map(str, said)).encode()).digest()


def add_opt_out(settings: Settings, request: OptOut, by: str | None = None) -> int:
    """Write a request down; it counts from the next decision on. Returns its number."""
    with connect("loader", settings, schema="raw") as connection, transaction(connection):
        return write_opt_out(connection, settings, request, by or current_user())


def write_opt_out(
    connection: Connection[Any],
    settings: Settings,
    request: OptOut,
    by: str,
    answer: int | None = None,
) -> int:
    """Write a request down in the caller's transaction, as its last statement; see add_opt_out.

    `answer` is the answer to a text that it was read out of. Raises LodeError, one sentence, if the
    request can't be one.
    """
    person = request.person_id
    if person is not None and not fetch(
        connection,
        f"select id from `{settings.schema('canonical')}`.persons where id = %s",
        person,
    ):
        raise LodeError(f"There is no person {person}: find people by name first.")
    return insert_opt_out(connection, settings, request, by, answer)


def insert_opt_out(
    connection: Connection[Any],
    settings: Settings,
    request: OptOut,
    by: str,
    answer: int | None = None,
) -> int:
    """Write down a request of a person who is known to be there; see write_opt_out."""
    _one_of("--channel", request.channel, CHANNELS)
    _one_of("--origin", request.origin, ORIGINS)
    not_later(request.opted_out_at)
    check_name(by)
    person = request.person_id
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into `{settings.schema('raw')}`.opt_out_requests (phone_e164, email, address,"
            " person_id, channel, origin, reason, opted_out_at, recorded_by, recorded_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                *typed_columns(request.contact), person, request.channel, request.origin,
                request.reason and request.reason[:255], request.opted_out_at, by, _now(),
            ),
        )  # fmt: skip
        number = int(cursor.lastrowid)
    note_request(
        connection, settings, number, by=by, contact=request.contact, person=person,
        channel=request.channel, origin=request.origin, opted_out_at=request.opted_out_at,
        answer=answer,
    )  # fmt: skip
    return number


def add_consents(settings: Settings, records: list[Consent], by: str | None = None) -> int:
    """Write consents down, all or none; what is there already stays. Returns how many are new."""
    who, now = (by or current_user()).strip(), _now()
    check_name(who)
    with (
        connect("loader", settings, schema="raw") as connection,
        transaction(connection),
        connection.cursor() as cursor,
    ):
        numbers = [
            int(cursor.lastrowid) for one in records if _insert_consent(cursor, one, who, now)
        ]
        if numbers:
            written = fetch(
                connection,
                "select * from consent_records where id between %s and %s and recorded_at = %s"
                " and recorded_by = %s order by id",
                (numbers[0], numbers[-1], now, who),
            )
            payload = {
                "given": len(records), "new": len(numbers), "first": numbers[0],
                "last": numbers[-1], "kinds": sorted({one.kind for one in records}),
                "contact": masked(records[0].contact) if len(records) == 1 else None,
                "file": file_key(now, who), "row": digest_of_rows(written)[1],
            }  # fmt: skip
            audit.append(
                connection,
                settings,
                "consent.add",
                actor=who,
                subject=f"consent {numbers[0]}",
                payload=payload,
            )
    return len(numbers)


def _insert_consent(cursor: Any, record: Consent, by: str, now: datetime) -> int:
    evidence = record.evidence
    return int(
        cursor.execute(
            "insert ignore into consent_records (phone_e164, email, address, kind, channel,"
            " happened_at, expires_at, purpose, evidence, evidence_hash, content_hash, recorded_by,"
            " recorded_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                *typed_columns(record.contact), record.kind, record.channel, record.happened_at,
                record.expires_at, record.purpose and record.purpose[:255],
                evidence and evidence[:1024],
                evidence and hashlib.sha256(evidence.encode()).hexdigest(),
                record.content_hash, by, now,
            ),
        )
    )  # fmt: skip


def check_name(by: str) -> None:
    """Raise LodeError unless a name can be one of who writes something down."""
    if not by.strip() or len(by) > MAXIMUM_NAME_CHARACTERS:
        raise LodeError(f"--by needs a name of 1 to {MAXIMUM_NAME_CHARACTERS} characters.")


def consents_in(path: Path, settings: Settings) -> list[Consent]:
    """Return the records of a CSV file of consents; LodeError, with the line, if one is wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            # Strict: a quote that is not closed would take in all records behind it.
            rows = list(_consent_rows(csv.DictReader(file, strict=True), path.name))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LodeError(f"{printable(path.name)} can't be read as CSV in UTF-8.") from error
    homes = iter(
        address_contacts(settings, [text for _, said in rows if (text := said.get("address"))])
    )
    records = []
    for line, said in rows:
        try:
            home = next(homes) if said.get("address") else None
            if said.get("address") and home is None:
                raise LodeError(not_an_address("address"))
            if sum(bool(said.get(kind)) for kind in ("phone", "email", "address")) > 1:
                raise LodeError("A phone, an email and an address need a line each of their own.")
            records.append(consent_of(said, home))
        except LodeError as error:
            raise LodeError(f"{printable(path.name)}, line {line}: {error}") from None
    return records


def _consent_rows(
    rows: csv.DictReader[str], name: str
) -> Iterator[tuple[int, dict[str, str | None]]]:
    header = rows.fieldnames or []
    if len(set(header)) < len(header):
        raise LodeError(f"{printable(name)} has two columns of one name: leave one out.")
    unknown = sorted(set(header) - set(CONSENT_COLUMNS))
    if unknown or not {"kind", "happened_at"} <= set(header):
        named = f"does not know {printable(unknown[0], 40)}" if unknown else "lacks one"
        raise LodeError(
            f"{printable(name)}: a file of consents has the columns {', '.join(CONSENT_COLUMNS)}"
            f" (kind and happened_at at least) and {named}."
        )
    for row in rows:
        if None in row:
            raise LodeError(
                f"{printable(name)}, line {rows.line_num} has more fields than the heading: put"
                " texts with commas in quotes."
            )
        yield rows.line_num, {key: (row.get(key) or "").strip() or None for key in header}


def consent_of(said: Mapping[str, str | None], contact: Contact | None = None) -> Consent:
    """Return a consent from texts; LodeError says what is wrong with them.

    `contact` is the contact point if it is known; else it is the phone or the email among them.
    """
    kind, channel = said.get("kind") or "", said.get("channel")
    if not said.get("happened_at"):
        raise LodeError("--at needs the day or moment when it was given.")
    expires = said.get("expires_at")
    contact = contact or contact_of(said.get("phone"), said.get("email"))
    happened_at = utc_moment(said["happened_at"], "--at")
    _one_of("--kind", kind, KINDS)
    if (kind == "consent") != (channel in CHANNELS[:-1]):
        raise LodeError("A consent needs its one channel; a purchase or an inquiry has none.")
    not_later(happened_at)
    expires_at = utc_moment(expires, "--expires") if expires else None
    if expires_at is not None and expires_at <= happened_at:
        raise LodeError(
            f"It would end on {expires_at:%Y-%m-%d}, before it began: correct --expires or --at."
        )
    return Consent(
        contact,
        kind,
        channel,
        happened_at,
        expires_at,
        said.get("purpose"),
        said.get("evidence"),
    )


def typed_columns(contact: Contact | None) -> tuple[str | None, ...]:
    """Return a contact point as the values of phone_e164, email and address."""
    return tuple(contact.value if contact and contact.kind == kind else None for kind in COLUMNS)


def _one_of(option: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise LodeError(f"{option} needs one of {', '.join(known)}.")


def not_later(moment: datetime) -> None:
    """Raise LodeError for a moment that is still to come."""
    if moment > _now():
        raise LodeError(f"{moment:%Y-%m-%d} is still to come: give the moment when it was said.")


def _now() -> datetime:
    return datetime.now(timezone.utc).replace(tzinfo=None)

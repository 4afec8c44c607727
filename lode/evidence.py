"""The evidence pack of a contact point or person: what was known, decided and done in five years.

Everything is read as it is kept; decisions are asked again, as of the moment of each contact and
each export, and are the same as then, since every fact has the date when it was learnt.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from pymysql.connections import Connection

from lode import audit
from lode.comply import Contact, Verdict, explain_contact
from lode.db import connect, transaction
from lode.errors import LodeError
from lode.evidence_queries import (
    CONSENT_FILES,
    ENTRIES,
    EVENTS,
    INCIDENTS,
    LOGGED,
    PERSONS,
    POINTS,
    SECTIONS,
)
from lode.fact_digest import file_key
from lode.person import fetch, find_identity
from lode.settings import Settings

YEARS = 5
MICROSECOND = timedelta(microseconds=1)


@dataclass
class Subject:
    """Whom a pack is about: contact points, and the persons who hold them."""

    contacts: list[Contact]
    golden_persons: list[int] = field(default_factory=list)
    persons: list[int] = field(default_factory=list)


@dataclass
class Pack:
    """The sections of a pack, and the digest of all that they say."""

    subject: Subject
    since: datetime
    until: datetime
    sections: dict[str, list[dict[str, Any]]]

    @property
    def digest(self) -> str:
        """SHA-256 of the pack without its digest, as `text` writes it."""
        return hashlib.sha256(_json(self._content()).encode()).hexdigest()

    @property
    def text(self) -> str:
        """The pack as JSON; the digest is that of the text without the line of the digest."""
        return _json({**self._content(), "sha256": self.digest})

    def _content(self) -> dict[str, Any]:
        return {
            "contacts": [{"kind": one.kind, "value": one.value, "hash": one.digest}
                         for one in self.subject.contacts],
            "golden_persons": self.subject.golden_persons,
            "persons": self.subject.persons,
            "since": _plain(self.since), "until": _plain(self.until), "sections": self.sections,
        }  # fmt: skip


def collect(
    settings: Settings, contact: Contact | None, person: int | None, until: datetime, by: str
) -> Pack:
    """Return the pack of a contact point or of a golden person; that it was read is logged."""
    since = _years_before(until)
    with connect("auditor", settings, schema="canonical", autocommit=True) as connection:
        subject = _subject(connection, settings, contact, person)
        marks = _marks(subject, since)
        sections = {
            name: _rows(connection, query, marks, settings) for name, query in SECTIONS.items()
        }
        _add_incidents(connection, settings, sections["contacts"])
        sections["audit_entries"] = _entries(connection, settings, subject, sections)
    for row in sections["contacts"]:
        row["decision"] = _as_of_contact(settings, row)
    for row in sections["exports"]:
        row["decision"] = _as_of_export(settings, subject, row)
    pack = Pack(subject, since, until, _plain(sections))
    _log(settings, pack, by)
    return pack


def write_pack(pack: Pack, target: Path) -> Path:
    """Write a pack into a file, or into a folder under a name of its own; whole or not at all."""
    from loaders.reports import write_whole

    if target.is_dir():
        target = target / f"evidence_{pack.until:%Y%m%d}_{pack.digest[:12]}.json"
    if target.exists():
        raise LodeError(f"{target} is there already: give --out another name.")
    write_whole(target, lambda file: file.write(pack.text))
    return target


def _subject(
    connection: Connection[Any], settings: Settings, contact: Contact | None, person: int | None
) -> Subject:
    canonical = settings.schema("canonical")
    if person is not None:
        golden = find_identity(connection, person).golden_id
        query = POINTS.format(canonical=canonical, condition="golden_person_id = %(golden)s")
        rows = fetch(connection, query, {"golden": golden})
        contacts = [Contact(row["contact_kind"], row["contact_value"]) for row in rows]
        subject = Subject(contacts, [golden])
    else:
        assert contact is not None
        query = POINTS.format(
            canonical=canonical, condition="contact_kind = %(kind)s and contact_value = %(value)s"
        )
        marks = {"kind": contact.kind, "value": contact.value}
        rows = fetch(connection, query, marks)
        subject = Subject([contact], sorted({int(row["golden_person_id"]) for row in rows}))
    if subject.golden_persons:
        query = PERSONS.format(canonical=canonical)
        members = fetch(connection, query, {"golden": subject.golden_persons})
        subject.persons = [int(row["id"]) for row in members]
    return subject


def _marks(subject: Subject, since: datetime) -> dict[str, Any]:
    """Return the parameters of the queries; a list is never empty, as SQL knows no empty one."""
    numbers = [one.phone for one in subject.contacts if one.phone]
    return {
        "phones": [one.value for one in subject.contacts if one.kind == "phone"] or [""],
        "emails": [one.value for one in subject.contacts if one.kind == "email"] or [""],
        "addresses": [one.value for one in subject.contacts if one.kind == "address"] or [""],
        "numbers": numbers or [0],
        "area_codes": [0, *sorted({number // 10**7 for number in numbers})],
        "hashes": [bytes.fromhex(one.digest) for one in subject.contacts] or [b""],
        "persons": subject.persons or [0],
        "since": since,
    }  # fmt: skip


def _rows(
    connection: Connection[Any], query: str, marks: dict[str, Any], settings: Settings
) -> list[dict[str, Any]]:
    names = {layer: settings.schema(layer) for layer in ("raw", "staging", "canonical", "audit")}
    return fetch(connection, query.format(**names), marks)


def _add_incidents(
    connection: Connection[Any], settings: Settings, contacts: list[dict[str, Any]]
) -> None:
    found = _rows(
        connection, INCIDENTS, {"touchpoints": [row["touchpoint_id"] for row in contacts] or [0]},
        settings,
    )  # fmt: skip
    for row in contacts:
        row["incidents"] = [
            {name: value for name, value in one.items() if name != "touchpoint_id"}
            for one in found
            if one["touchpoint_id"] == row["touchpoint_id"]
        ]


def _entries(
    connection: Connection[Any],
    settings: Settings,
    subject: Subject,
    sections: dict[str, list[dict[str, Any]]],
) -> list[dict[str, Any]]:
    """Return the entries of the audit log about what a pack shows, and about the persons."""
    subjects = [
        f"{word} {row[column]}"
        for section, (word, column) in LOGGED.items()
        for row in sections[section]
    ]
    subjects += [f"person {person}" for person in subject.persons]
    marks = {"events": EVENTS, "subjects": subjects or [""]}
    entries = _rows(connection, ENTRIES, marks, settings)
    for row in sections["consents"]:
        entries += _consent_files(connection, settings, row)
    found = {entry["sequence"]: entry for entry in entries}
    return [found[sequence] for sequence in sorted(found)]


def _consent_files(
    connection: Connection[Any], settings: Settings, row: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return the entry of the file that a consent came by, if it is not the first one in it."""
    found = _rows(connection, CONSENT_FILES, {"record": row["record"]}, settings)
    file = file_key(row["known_at"], row["recorded_by"])
    # Another file that was written down at the same time may have numbers in between.
    return [one for one in found if json.loads(one["payload"]).get("file", file) == file]


def _as_of_contact(settings: Settings, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the decision about a contact a moment before it was made, by the hours of its moment.

    A file that gives a day without a time of day says midnight; the moment before would be another
    day, so that such a contact counts against its own cap here, and breaks no hours.
    """
    value = row["email"] if row["channel"] == "email" else row["phone"]
    if row["channel"] == "mail" or not value:
        return []
    made_at: datetime = row["made_at"]
    has_time = made_at.time() != time()
    contact = Contact("email" if row["channel"] == "email" else "phone", value)
    verdicts = explain_contact(
        settings, contact, made_at - MICROSECOND if has_time else made_at, (row["channel"],),
        used_at=made_at, with_hours=has_time,
    )  # fmt: skip
    return [_decision(one, one.is_allowed) for one in verdicts]


def _as_of_export(
    settings: Settings, subject: Subject, row: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return the decision about a line of a file at the moment of the export."""
    contact = next(
        (one for one in subject.contacts if one.digest == row["contact_hash"]), None
    )  # fmt: skip
    if contact is None:
        return []
    # A list may leave outside the hours: its line says from when on.
    verdicts = explain_contact(settings, contact, row["decided_at"], (row["channel"],))
    return [
        {**_decision(one, one.is_free), "contact_from": one.next_allowed_at} for one in verdicts
    ]


def _decision(verdict: Verdict, is_allowed: bool) -> dict[str, Any]:
    return {
        "as_of": verdict.at, "identity_as_of": verdict.identity_at, "is_allowed": is_allowed,
        "time_zones": list(verdict.time_zones),
        "reasons": [
            {"code": why.code, "rule": why.rule_id, "citation": why.citation,
             "enforcement": why.enforcement, "from": why.blocks_from, "until": why.blocks_until}
            for why in verdict.reasons
        ],
    }  # fmt: skip


def _log(settings: Settings, pack: Pack, by: str) -> None:
    contacts = [one.digest for one in pack.subject.contacts][:100]
    with connect("loader", settings, schema="raw") as connection, transaction(connection):
        audit.append(
            connection, settings, "evidence.read", actor=by,
            subject=f"evidence {pack.digest[:16]}",
            payload={"contacts": contacts, "golden_persons": pack.subject.golden_persons,
                     "sha256": pack.digest},
        )  # fmt: skip


def _years_before(moment: datetime) -> datetime:
    try:
        return moment.replace(year=moment.year - YEARS)
    except ValueError:
        # 29 February.
        return moment.replace(year=moment.year - YEARS, day=28)


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return f"{value.isoformat(timespec='microseconds')}Z"
    if isinstance(value, Decimal):
        return int(value)
    return value if value is None or isinstance(value, (int, float, bool)) else str(value)

"""The audit log: entries by who, what, about what and when, and whether its chain is intact."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from lode.audit_chain import BEGINNING, Entry, Head, verify
from lode.logs import redact
from streamlit_app.queries.audit_statements import (
    BY_ACTOR,
    BY_EVENT,
    BY_SUBJECT,
    BY_TIME,
    CHAIN,
    HEAD,
    PAGE_SIZE,
    VERIFIED_ENTRIES,
)
from streamlit_app.queries.statement import Statement, fetch

# The longest span of one question: a log of years is not read in one page.
MAXIMUM_DAYS = 92
LATEST = (datetime(9999, 1, 1), 2**63)
# What of a question may stand in an address: what only the log itself writes. Neither a phone nor a
# name has such a form; logins that are e-mail addresses are left out.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ADDRESSABLE = {
    "actor": re.compile(r"local:[a-z_][a-z0-9_-]{0,31}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "event": re.compile(
        r"(access|audit|consent|evidence|facts|import|job|lines|list|person|reply|request|review|slot)"
        r"\.[a-z_]{1,40}"
    ),
    "subject": re.compile(
        r"imp(_[0-9]{2,6}){4}|(person|job|export|entries to) [0-9]{1,20}"
        r"|pair [0-9]{1,20}-[0-9]{1,20}|list [a-z0-9][a-z0-9_-]{0,63}|evidence [0-9a-f]{16}"
    ),
    "from": _DAY,
    "to": _DAY,
}


@dataclass(frozen=True)
class AuditEntry:
    """An entry as a page shows it; `details` are its payload's fields, free of contact values."""

    sequence: int
    recorded_at: datetime
    account: str
    actor: str
    event: str
    subject: str
    details: tuple[tuple[str, str], ...]
    entry_hash: str
    previous_hash: str

    @property
    def position(self) -> tuple[datetime, int]:
        """Where it stands in the order: what `before` takes to go on behind it."""
        return self.recorded_at, self.sequence


@dataclass(frozen=True)
class Question:
    """What is asked of the log; an empty text asks for everything, days are whole (UTC)."""

    begin: date
    end: date
    actor: str = ""
    event: str = ""
    subject: str = ""


def is_addressable(name: str, text: str) -> bool:
    """Tell whether what was typed for a qualifier or a day may stand in the page's address."""
    return ADDRESSABLE[name].fullmatch(text) is not None


@dataclass(frozen=True)
class ChainState:
    """What verifying came to: the sentence, whether all is well, and how much was looked at."""

    is_intact: bool
    sentence: str


def read_entries(
    engine: Engine, question: Question, before: tuple[datetime, int] | None = None
) -> tuple[list[AuditEntry], bool]:
    """Return a page of entries, newest first, and whether there are older ones."""
    rows = fetch(engine, statement_for(question), {**parameters_of(question), **after(before)})
    return [entry_of(row) for row in rows[:PAGE_SIZE]], len(rows) > PAGE_SIZE


def after(before: tuple[datetime, int] | None) -> dict[str, object]:
    """Return the parameters that go on behind a position, or begin with the newest entry."""
    moment, sequence = before or LATEST
    return {"before_moment": moment, "before_sequence": sequence}


def parameters_of(question: Question) -> dict[str, Any]:
    """Return a question's parameters; never more days than are allowed, whatever was asked."""
    begin = max(question.begin, question.end - timedelta(days=MAXIMUM_DAYS - 1))
    return {
        "begin": datetime(begin.year, begin.month, begin.day),
        "end": datetime(question.end.year, question.end.month, question.end.day)
        + timedelta(days=1),
        "actor": question.actor,
        "event": question.event,
        "subject": question.subject,
    }


def statement_for(question: Question) -> Statement:
    """Return the statement whose index narrows the question most."""
    if question.subject:
        return BY_SUBJECT
    if question.actor:
        return BY_ACTOR
    return BY_EVENT if question.event else BY_TIME


def verify_chain(engine: Engine, maximum: int = VERIFIED_ENTRIES) -> ChainState:
    """Follow the chain over the newest entries up to its noted end; raises QueryError.

    The entry before them is taken for good: only `lode audit verify` begins at the first.
    """
    heads = fetch(engine, HEAD)
    if not heads:
        return ChainState(False, "The end of the audit log is not noted: it can't be verified.")
    head = Head(int(heads[0]["sequence"]), str(heads[0]["entry_hash"]))
    first = max(head.sequence - maximum + 1, 1)
    # One more in front, whose digest the first one has to follow. What came since is not looked at.
    rows = fetch(engine, CHAIN, {"first": max(first - 1, 1), "last": head.sequence})
    entries = [_chained(row) for row in rows]
    start = BEGINNING
    if first > 1 and entries:
        start = Head(entries[0].sequence, entries[0].entry_hash)
        entries = entries[1:]
    verdict = verify(entries, head, {}, start)
    if verdict.fault is not None:
        return ChainState(False, f"{verdict.fault.sentence()} Tell the administrator at once.")
    if not entries:
        return ChainState(True, "The audit log is empty.")
    rest = "" if first == 1 else " What is older: `lode audit verify`."
    return ChainState(
        True,
        f"Entries {first:,} to {head.sequence:,} are intact; the last digest is"
        f" {head.entry_hash[:16]}….{rest}",
    )


def details_of(payload: str) -> tuple[tuple[str, str], ...]:
    """Return a payload field by field, before and after as two of them, contact values masked."""
    try:
        content = json.loads(payload)
    except ValueError:
        return (("payload", redact(payload)),)
    if not isinstance(content, Mapping):
        return (("payload", redact(json.dumps(content))),)
    return tuple(
        (str(name), redact(value if isinstance(value, str) else json.dumps(value)))
        for name, value in content.items()
    )


def _chained(row: Mapping[str, Any]) -> Entry:
    return Entry(**{**row, "sequence": int(row["sequence"])})


def entry_of(row: dict[str, Any]) -> AuditEntry:
    """Return an entry as it may be shown."""
    return AuditEntry(
        sequence=int(row["sequence"]),
        recorded_at=row["recorded_at"],
        account=row["account"] or "",
        actor=row["actor"] or "",
        event=row["event"] or "",
        subject=row["subject"] or "",
        details=details_of(row["payload"] or "{}"),
        entry_hash=row["entry_hash"] or "",
        previous_hash=row["previous_hash"] or "",
    )

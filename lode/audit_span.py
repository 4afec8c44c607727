"""A part of the audit log: from an entry or a day to another, and what verifying it came to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from pymysql.connections import Connection

from lode.audit_chain import Head, Verdict
from lode.errors import LodeError, printable
from lode.settings import Settings

ENTRY = re.compile(r"[0-9]{1,18}")
LATEST_DAY = date(9998, 12, 31)


@dataclass(frozen=True)
class Span:
    """Where a part begins and ends: the number of an entry, a day (UTC), or None for all."""

    begin: int | date | None = None
    end: int | date | None = None

    @property
    def is_all(self) -> bool:
        """Whether the whole log is asked for."""
        return self.begin is None and self.end is None


@dataclass(frozen=True)
class PartVerdict:
    """What following the chain from one entry to another came to."""

    first: int
    last: int
    verdict: Verdict

    def sentence(self) -> str:
        """Say what was verified, up to which entry, and the first fault if there is one."""
        fault, seen = self.verdict.fault, self.verdict.head
        if fault is not None:
            before = (
                f" Entries {self.first:,} to {seen.sequence:,} before it are intact."
                if self.first <= seen.sequence < fault.sequence
                else ""
            )
            return f"{fault.sentence()}{before}"
        trusted = (
            f" Entry {self.first - 1:,} was taken for good, and what is before it."
            if self.first > 1
            else ""
        )
        return (
            f"Entries {self.first:,} to {self.last:,} are intact, each follows the one before; the"
            f" last digest is {seen.entry_hash[:16]}….{trusted} Nothing was asked about entries"
            f" after {self.last:,}, nor about the ledger of exports."
        )


def span_of(begin: str, end: str) -> Span:
    """Return a part from what somebody wrote; LodeError for what is neither entry nor day."""
    span = Span(_bound(begin), _bound(end))
    one, other = span.begin, span.end
    is_backwards = (isinstance(one, int) and isinstance(other, int) and one > other) or (
        isinstance(one, date) and isinstance(other, date) and one > other
    )
    if is_backwards:
        raise LodeError(f"The part of the audit log ends before it begins: {begin} to {end}.")
    return span


def numbers_of(
    connection: Connection[Any], settings: Settings, span: Span, head: Head | None
) -> tuple[int, int]:
    """Return the numbers of the first and last entry of a part; LodeError where none is in it.

    Days take in the entry before and the one after them, so that an entry of theirs that was dated
    into another day is found.
    """
    if head is None:
        raise LodeError("The end of the audit log is not noted: verify all of it.")
    log_end = head.sequence
    first = span.begin if isinstance(span.begin, int) else 1
    last = min(span.end, log_end) if isinstance(span.end, int) else log_end
    if isinstance(span.begin, date):
        first = _number_at(connection, settings, ">=", span.begin, "asc") or log_end + 1
    if isinstance(span.end, date):
        day = span.end + timedelta(days=1)
        last = _number_at(connection, settings, "<", day, "desc") or 0
    if not 1 <= first <= last:
        raise LodeError(
            f"No entry of the audit log is in that part: it ends with entry {log_end:,}."
        )
    if isinstance(span.begin, date):
        first = max(first - 1, 1)
    if isinstance(span.end, date):
        last = min(last + 1, max(log_end, last))
    return first, last


def _number_at(
    connection: Connection[Any], settings: Settings, operator: str, day: date, order: str
) -> int | None:
    """Return the entry nearest to the beginning of a day, on one of its sides."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select sequence from `{settings.schema('audit')}`.audit_log"
            f" where recorded_at {operator} %s order by recorded_at {order}, sequence {order}"
            " limit 1",
            (datetime.combine(day, time()),),
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _bound(text: str) -> int | date | None:
    given = text.strip().replace(",", "")
    if not given:
        return None
    if ENTRY.fullmatch(given) and int(given) > 0:
        return int(given)
    try:
        found = date.fromisoformat(given)
    except ValueError:
        found = None
    if found is None or not date(1970, 1, 1) <= found <= LATEST_DAY:
        raise LodeError(
            "A part of the audit log begins and ends with the number of an entry, or with a day"
            f" such as 2026-01-31, not with {printable(text, 40)}."
        )
    return found

"""The audit log in numbers by day, and as a file that is read piece by piece."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import Engine

from lode.errors import LodeError
from streamlit_app.queries.audit_log import (
    AuditEntry,
    Question,
    after,
    entry_of,
    parameters_of,
    statement_for,
)
from streamlit_app.queries.audit_statements import (
    COUNTED_UNTIL,
    COUNTS,
    COUNTS_OF_DAYS,
    EXPORT_COUNT,
    EXPORT_STEP,
    HEAD,
    MAXIMUM_EXPORTED,
    MAXIMUM_SINGLE_DAYS,
)
from streamlit_app.queries.statement import fetch


@dataclass(frozen=True)
class DayCount:
    """How many entries of a kind a day has, or the week that begins with it (UTC)."""

    first_day: date
    kind: str
    count: int


@dataclass(frozen=True)
class Export:
    """What an export holds: the question, the newest entry that is a part of it, how many are."""

    question: Question
    last: int
    rows: int


def is_by_week(question: Question) -> bool:
    """Tell whether a span is too long to be counted day by day."""
    return (question.end - question.begin).days >= MAXIMUM_SINGLE_DAYS


def bars_of(question: Question) -> list[date]:
    """Return the first day of each bar of a span, those without an entry too."""
    step = 7 if is_by_week(question) else 1
    first = question.begin - timedelta(days=question.begin.weekday() if step == 7 else 0)
    return [first + timedelta(days=n) for n in range(0, (question.end - first).days + 1, step)]


def read_counts(engine: Engine, question: Question) -> list[DayCount]:
    """Return how many entries of which kind each day or week has; raises QueryError."""
    parameters = {**parameters_of(question), "is_by_week": int(is_by_week(question))}
    statement = COUNTS
    if not question.actor and not question.subject:
        statement = COUNTS_OF_DAYS
        parameters |= _counted_until(engine, question)
    return [
        DayCount(_day(row["first_day"]), row["kind"], int(row["entry_count"]))
        for row in fetch(engine, statement, parameters)
    ]


def _counted_until(engine: Engine, question: Question) -> dict[str, object]:
    """Return up to which day the last run has counted, and from when on entries are counted now."""
    found = fetch(engine, COUNTED_UNTIL)[0]["day_on"]
    until = _day(found) if found else date(1970, 1, 1)
    return {
        "counted_until": until,
        "live_from": datetime.combine(max(until, parameters_of(question)["begin"].date()), time()),
    }


def last_sequence(engine: Engine) -> int:
    """Return the number of the newest entry, 0 for an empty log; raises QueryError."""
    heads = fetch(engine, HEAD)
    return int(heads[0]["sequence"]) if heads else 0


def plan_export(engine: Engine, question: Question) -> Export:
    """Count what an export will hold as of now; LodeError for nothing, and for too much."""
    last = last_sequence(engine)
    (row,) = fetch(engine, EXPORT_COUNT, {**parameters_of(question), "last": last})
    count = int(row["entry_count"])
    if not count:
        raise LodeError("Nothing was noted that this asks for: there is nothing to export.")
    if count > MAXIMUM_EXPORTED:
        raise LodeError(
            f"That is more than {MAXIMUM_EXPORTED:,} entries: choose fewer days, or ask `lode audit"
            " show`."
        )
    return Export(question, last, count)


def export_lines(engine: Engine, export: Export) -> Iterator[bytes]:
    """Yield the entries as JSON lines, newest first, some thousands at a time in memory."""
    statement = replace(
        statement_for(export.question), row_cap=EXPORT_STEP, timeout_milliseconds=10_000
    )
    before: tuple[datetime, int] | None = None
    while True:
        rows = fetch(engine, statement, {**parameters_of(export.question), **after(before)})
        entries = [entry_of(row) for row in rows]
        yield b"".join(_line(one) for one in entries if one.sequence <= export.last)
        if len(rows) < EXPORT_STEP:
            return
        before = entries[-1].position


def _line(entry: AuditEntry) -> bytes:
    """Return an entry as the page shows it: contact values masked, digests as they are."""
    content = {
        "sequence": entry.sequence,
        "recorded_at": entry.recorded_at.isoformat(timespec="microseconds"),
        "account": entry.account,
        "actor": entry.actor,
        "event": entry.event,
        "subject": entry.subject,
        "payload": dict(entry.details),
        "previous_hash": entry.previous_hash,
        "entry_hash": entry.entry_hash,
    }
    return json.dumps(content).encode() + b"\n"


def _day(value: date | datetime | str) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(value[:10])

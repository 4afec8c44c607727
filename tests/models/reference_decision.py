"""Decisions about numbers, written a second time: slow, from the rules' text, with no SQL.

Months are counted by the calendar, days one by one, and every fact is looked at for every answer.
"""

from __future__ import annotations

import calendar
import csv
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
STATES = {"512": "TX", "213": "CA", "317": "IN", "303": "CO", "504": "LA", "212": "NY"}


@dataclass(frozen=True)
class Request:
    """A request not to be contacted."""

    channel: str
    said: datetime
    known: datetime


@dataclass(frozen=True)
class Fact:
    """A consent (for a channel), a purchase or an inquiry."""

    kind: str
    channel: str | None
    happened: datetime
    expires: datetime | None
    known: datetime


@dataclass(frozen=True)
class Stay:
    """A stay on a list, as we learnt of its begin and its end."""

    list_name: str
    known: datetime
    gone: datetime | None


@dataclass
class History:
    """All that was ever learnt about a number."""

    phone: int
    requests: list[Request] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    lines: list[tuple[date, str, datetime]] = field(default_factory=list)


def seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed."""
    with (SEEDS / "compliance" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


RULES, REACH, LINES = seed("compliance_rules"), seed("opt_out_reach"), seed("line_type_policies")
LISTS = {row["list_kind"]: row for row in seed("dnc_list_policies")}


def months_later(day: date, months: int) -> date:
    """The same day so many months on, or the last one of a shorter month."""
    for _ in range(months):
        year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
        day = date(year, month, 1)
    return day


def federal_holidays(year: int) -> set[date]:
    """The days on which the eleven holidays of 5 USC 6103 are observed, by the calendar alone."""

    def mondays(month: int) -> list[date]:
        weeks = calendar.monthcalendar(year, month)
        return [date(year, month, week[0]) for week in weeks if week[0]]

    thursdays = [week[3] for week in calendar.monthcalendar(year, 11) if week[3]]
    found = {mondays(1)[2], mondays(2)[2], mondays(5)[-1], mondays(9)[0], mondays(10)[1],
             date(year, 11, thursdays[3])}  # fmt: skip
    for month, number in ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25)):
        day = date(year, month, number)
        found.add(day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0)))
    return found


OBSERVED = {day for year in range(2023, 2036) for day in federal_holidays(year)}
# Where the holidays of a year are not known, only weekends are left out.
KNOWN_YEARS = range(2024, 2034)


def business_days_later(start: date, count: int) -> date:
    """So many business days after a day, one day at a time."""
    for holidays in (OBSERVED, set[date]()):
        day, left = start, count
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5 and day not in holidays
        if start.year in KNOWN_YEARS and day.year in KNOWN_YEARS:
            break
    return day


def last_day(start: date, value: int, unit: str) -> date:
    """The last day of a rule's length."""
    if value == 0:
        return start - timedelta(days=1)
    if unit == "days":
        return start + timedelta(days=value)
    if unit == "business_days":
        return business_days_later(start, value)
    first = months_later(start.replace(day=1), value)
    return first.replace(day=min(start.day, calendar.monthrange(first.year, first.month)[1]))


def in_force(fact: Fact, at: datetime, state: str, enforcements: tuple[str, ...]) -> bool:
    """Known, begun, not over by itself, and by no rule of its scope."""
    if fact.known > at or fact.happened > at or (fact.expires and fact.expires <= at):
        return False
    topic = fact.kind if fact.kind == "consent" else f"ebr_{fact.kind}"
    for rule in RULES:
        applies = rule["topic"] == topic and rule["scope"] in ("US", "house", state)
        if applies and rule["enforcement"] in enforcements:
            end = last_day(fact.happened.date(), int(rule["value"]), rule["unit"])
            if at.date() > end:
                return False
    return True


def reached(channel: str) -> set[str]:
    """The channels that a request stops."""
    return {row["reached_channel"] for row in REACH if row["requested_channel"] == channel}


def latest(request: Request) -> datetime:
    """When a request was made at the latest: midnight sharp stands for a day without a time."""
    is_day = request.said.time() == time()
    return request.said + timedelta(days=1, microseconds=-1) if is_day else request.said


def is_exempt(history: History, at: datetime, channel: str, kinds: tuple[str, ...]) -> bool:
    """Whether a relationship or a consent exempts, and no request has ended it."""
    for fact in history.facts:
        if fact.kind not in kinds or fact.channel not in (None, channel):
            continue
        ended = any(
            request.known <= at and latest(request) >= fact.happened
            for request in history.requests
            if request.channel in ("call", "sms", "all")
        )
        if in_force(fact, at, STATES[str(history.phone)[:3]], ("enforce",)) and not ended:
            return True
    return False


def kind_of(name: str) -> str:
    """The kind of a list."""
    kind = "state" if name.startswith("state_") else name
    return kind if kind in LISTS else "other"


Copies = list[tuple[int, date, datetime]]
Reasons = set[tuple[str, str]]


def decide(history: History, channel: str, at: datetime, copies: Copies) -> Reasons:
    """Every reason with what it does; `copies` are area code (0: all), accessed, known."""
    return (
        of_requests(history, channel, at)
        | of_lists(history, channel, at)
        | of_registry(history, at, copies)
        | of_facts(history, channel, at)
        | of_line(history, channel, at)
    )


def of_requests(history: History, channel: str, at: datetime) -> Reasons:
    """Requests not lifted by a consent for the channel that came after them."""
    found: Reasons = set()
    for request in history.requests:
        lifted = any(
            fact.kind == "consent"
            and fact.channel == channel
            and fact.happened > latest(request)
            and in_force(fact, at, "", ("enforce",))
            for fact in history.facts
        )
        if request.known <= at and channel in reached(request.channel) and not lifted:
            found.add(("OPT_OUT", "enforce"))
    return found


def of_lists(history: History, channel: str, at: datetime) -> Reasons:
    """Lists the number is on."""
    found: Reasons = set()
    for stay in history.stays:
        if stay.known <= at and not (stay.gone and stay.gone <= at):
            policy = LISTS[kind_of(stay.list_name)]
            by_business = policy["is_lifted_by_relationship"] == "1" and is_exempt(
                history, at, channel, ("purchase", "inquiry")
            )
            by_consent = policy["is_lifted_by_consent"] == "1" and is_exempt(
                history, at, channel, ("consent",)
            )
            word = "exempt" if by_business or by_consent else policy["enforcement"]
            found.add((policy["reason_code"], word))
    return found


def of_registry(history: History, at: datetime, copies: Copies) -> Reasons:
    """The age of the registry's copy for the area code."""
    codes = (0, history.phone // 10**7)
    accessed = [day for code, day, known in copies if code in codes and known <= at]
    if not accessed or (at.date() - max(accessed)).days > 31:
        return {("REGISTRY_NOT_CURRENT", "enforce")}
    return set()


def of_facts(history: History, channel: str, at: datetime) -> Reasons:
    """Consents and relationships, and what became of them."""
    found: Reasons = set()
    state = STATES[str(history.phone)[:3]]
    for fact in history.facts:
        if fact.known > at or fact.channel not in (None, channel):
            continue
        if not in_force(fact, at, state, ("enforce",)):
            found |= set() if fact.kind == "consent" else {("EBR_EXPIRED", "advise")}
        elif fact.kind == "consent":
            found.add(("CONSENT_VALID", "allow"))
        elif in_force(fact, at, state, ("enforce", "advise")):
            found.add(("EBR_VALID", "allow"))
        else:
            found.add(("EBR_STATE_SHORT", "advise"))
    return found


def of_line(history: History, channel: str, at: datetime) -> Reasons:
    """What the type of the line means."""
    told = [line for line in history.lines if line[2] <= at and line[0] <= at.date()]
    # Of two feeds that say so of one day, learnt at one moment, the later name counts.
    kind = max(told, key=lambda line: (line[0], line[2], line[1]))[1] if told else "unknown"
    return {
        (row["reason_code"], row["enforcement"])
        for row in LINES
        if row["line_type"] == kind and row["channel"] == channel
    }

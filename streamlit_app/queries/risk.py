"""Contacts made against the rules: sums by rule and week, and the contacts behind a sum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine

from lode.masking import mask_contact
from streamlit_app.queries.risk_statements import (
    CONTACTS,
    MAXIMUM_RULES,
    MAXIMUM_WEEKS,
    OF_RULE,
    PAGE_SIZE,
    RULES,
    TOTALS,
    WEEKS,
)
from streamlit_app.queries.statement import fetch

LATEST = (datetime(9999, 1, 1), 2**63)
WEEK = timedelta(days=7)
DEFAULT_WEEKS = 13


@dataclass(frozen=True)
class Weeks:
    """Whole weeks, from the Monday of the first to the Monday of the last (UTC)."""

    first: date
    last: date

    @property
    def begin(self) -> datetime:
        """The first moment of them."""
        return datetime.combine(self.first, time())

    @property
    def end(self) -> datetime:
        """The first moment after them."""
        return datetime.combine(self.last, time()) + WEEK


@dataclass(frozen=True)
class Rule:
    """A rule as it was broken: by contacts of a channel, for a reason."""

    channel: str
    reason: str
    rule_id: str

    @property
    def key(self) -> str:
        """Its name in an address."""
        return f"{self.channel}.{self.reason}.{self.rule_id}"


@dataclass(frozen=True)
class Sums:
    """Incidents, contacts counted once, and amounts in dollars."""

    incidents: int
    contacts: int
    minimum_usd: int
    maximum_usd: int


@dataclass(frozen=True)
class RuleRisk:
    """What came of one rule; `days` are those with an incident."""

    rule: Rule
    citation: str
    penalty_citation: str
    days: int
    sums: Sums


@dataclass(frozen=True)
class WeekRisk:
    """What came of one reason in one week."""

    week: date
    reason: str
    sums: Sums


@dataclass(frozen=True)
class Incident:
    """A contact made against a rule; `shown_contact` is masked, "" where the life lacks it."""

    touchpoint_id: int
    golden_person_id: int | None
    rule: Rule
    citation: str
    minimum_usd: int
    maximum_usd: int
    made_at: datetime
    shown_contact: str
    campaign: str
    import_id: str

    @property
    def position(self) -> tuple[datetime, int]:
        """Where it stands in the order: what `before` takes to go on behind it."""
        return self.made_at, self.touchpoint_id


def weeks_of(begin: date, end: date) -> Weeks:
    """Return the weeks that two days, in this order, are in."""
    return Weeks(monday_of(begin), monday_of(end))


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def newest_weeks(today: date) -> Weeks:
    """Return the weeks that are shown where none are asked for, with the one of today."""
    return Weeks(monday_of(today) - WEEK * (DEFAULT_WEEKS - 1), monday_of(today))


def read_totals(engine: Engine, weeks: Weeks) -> Sums:
    """Return the sums over all rules; raises QueryError."""
    return _sums_of(fetch(engine, TOTALS, _span(weeks))[0])


def read_rules(engine: Engine, weeks: Weeks) -> tuple[list[RuleRisk], bool]:
    """Return the rules that were broken, the dearest first, and whether there are more."""
    rows = fetch(engine, RULES, _span(weeks))
    found = [
        RuleRisk(
            _rule_of(row),
            row["citation"] or "",
            row["penalty_citation"] or "",
            int(row["day_count"] or 0),
            _sums_of(row),
        )
        for row in rows[:MAXIMUM_RULES]
    ]
    return found, len(rows) > MAXIMUM_RULES


def read_weeks(engine: Engine, weeks: Weeks, rule: Rule | None) -> tuple[list[WeekRisk], bool]:
    """Return sums by week and reason, newest first, of one rule or all; whether there are more."""
    rows = fetch(engine, WEEKS, {**_span(weeks), **_asked(rule)})
    found = [
        WeekRisk(row["week_start"], row["reason_code"], _sums_of(row))
        for row in rows[:MAXIMUM_WEEKS]
    ]
    return found, len(rows) > MAXIMUM_WEEKS


def read_incidents(
    engine: Engine, weeks: Weeks, rule: Rule | None, before: tuple[datetime, int] | None = None
) -> tuple[list[Incident], bool]:
    """Return a page of incidents of a rule, newest first, and whether there are older ones.

    Without a rule each contact is there once, under the dearest rule it broke.
    """
    moment, touchpoint = before or LATEST
    parameters: dict[str, object] = {
        "begin": weeks.begin,
        "end": weeks.end,
        "before_moment": moment,
        "before_touchpoint": touchpoint,
    }
    if rule is None:
        rows = fetch(engine, CONTACTS, parameters)
    else:
        rows = fetch(engine, OF_RULE, {**parameters, **_asked(rule)})
    return [_incident_of(row) for row in rows[:PAGE_SIZE]], len(rows) > PAGE_SIZE


def _span(weeks: Weeks) -> dict[str, object]:
    return {"first_week": weeks.first, "last_week": weeks.last}


def _asked(rule: Rule | None) -> dict[str, object]:
    if rule is None:
        return {"channel": "", "reason_code": "", "rule_id": ""}
    return {"channel": rule.channel, "reason_code": rule.reason, "rule_id": rule.rule_id}


def _rule_of(row: Mapping[str, Any]) -> Rule:
    return Rule(row["channel"], row["reason_code"], row["rule_id"])


def _sums_of(row: Mapping[str, Any]) -> Sums:
    return Sums(
        int(row["incident_count"]),
        int(row["counted_count"]),
        int(row["minimum_usd"]),
        int(row["maximum_usd"]),
    )


def _incident_of(row: Mapping[str, Any]) -> Incident:
    value = row["contact_value"] or ""
    person = row["golden_person_id"]
    return Incident(
        touchpoint_id=int(row["touchpoint_id"]),
        golden_person_id=None if person is None else int(person),
        rule=_rule_of(row),
        citation=row["citation"] or "",
        minimum_usd=int(row["minimum_usd"] or 0),
        maximum_usd=int(row["maximum_usd"] or 0),
        made_at=row["made_at"],
        shown_contact=mask_contact(row["contact_kind"] or "", value) if value else "",
        campaign=row["campaign"] or "",
        import_id=row["import_id"] or "",
    )

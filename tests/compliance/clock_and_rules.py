"""A slow evaluator of calling windows, written apart from the SQL: one instant at a time."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)


def seed(name: str) -> list[dict[str, str]]:
    """Return the rows of a seed's file."""
    with (ROOT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Place:
    """Where a contact may be, as the test says it: no table is asked."""

    zones: tuple[str, ...]
    states: tuple[str, ...] = ()
    channel: str = "call"


@cache
def holidays() -> frozenset[tuple[str, date]]:
    """Return (jurisdiction, day) of all holidays."""
    rows = seed("compliance/holidays")
    return frozenset((r["jurisdiction"], date.fromisoformat(r["holiday_date"])) for r in rows)


@cache
def rules_of_day(place: Place, day: date, advice: bool) -> tuple[tuple[time, time, str, str], ...]:
    """Return (start, end, name, enforcement) of the rules that hold for a place on a local day."""
    found = []
    for rule in seed_rules():
        own = rule["jurisdiction"]
        is_holiday = ("US", day) in holidays() or (own, day) in holidays()
        days = rule["days"].split(",")
        if (
            own in ("US", *place.states)
            and place.channel in rule["channels"].split(",")
            and (advice or rule["enforcement"] == "enforce")
            and rule["valid_from"] <= day.isoformat() <= rule["valid_to"]
            and (WEEKDAYS[day.weekday()] in days or ("holiday" in days and is_holiday))
        ):
            start, end = (
                time.fromisoformat(rule["start_time"]),
                time.fromisoformat(rule["end_time"]),
            )
            found.append((start, end, rule["rule_id"], rule["enforcement"]))
    return tuple(found)


@cache
def seed_rules() -> tuple[dict[str, str], ...]:
    """Return the rows of seed calling_windows."""
    return tuple(seed("compliance/calling_windows"))


def broken_rules(place: Place, at: datetime, advice: bool) -> set[str]:
    """Return the rules that are broken by a contact at a moment (naive, UTC)."""
    broken = set()
    for zone in place.zones:
        local = at.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(zone))
        for start, end, name, _ in rules_of_day(place, local.date(), advice):
            if not start <= local.time() < end:
                broken.add(name)
    return broken


def is_inside(place: Place, at: datetime, advice: bool = False) -> bool:
    """Tell whether a contact is allowed at a moment (naive, UTC)."""
    return not broken_rules(place, at, advice)


def next_inside(place: Place, at: datetime, advice: bool = False) -> datetime | None:
    """Return the first allowed moment within two weeks; rules begin and end on whole minutes."""
    if is_inside(place, at, advice):
        return at
    moment = at.replace(second=0, microsecond=0)
    while moment < at + timedelta(days=14):
        if moment >= at and is_inside(place, moment, advice):
            return moment
        moment += MINUTE
    return None

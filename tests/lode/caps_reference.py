"""Frequency caps, written a second time: slow, from the rules' text, with no SQL.

Every contact is looked at for every answer; a contact counts for the whole window and its last
instant. With random histories whose edges it is asked about.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

CAPS = Path(__file__).resolve().parents[2] / "seeds" / "compliance" / "frequency_caps.csv"
NOON = datetime(2026, 7, 1, 12)
SECOND, MICROSECOND = timedelta(seconds=1), timedelta(microseconds=1)
GOLDEN = {1: 1, 2: 1, 3: 3}
PHONES = ["+15125550101", "+15125550102", "+15125550103"]
EMAILS = ["a@example.com", "b@example.com"]
CHANNELS = ("call", "sms", "email", "mail")


@dataclass(frozen=True)
class Made:
    """A touchpoint."""

    person: int | None
    channel: str
    value: str | None
    at: datetime


@dataclass(frozen=True)
class Taken:
    """A slot, with what became of it."""

    person: int | None
    channel: str
    value: str | None
    reserved: datetime
    expires: datetime
    used: datetime | None
    released: datetime | None


@dataclass(frozen=True)
class Asked:
    """Who is about to be contacted."""

    channel: str
    value: str | None
    person: int


def free_at(
    asked: Asked, at: datetime, made: Iterable[Made], slots: Iterable[Taken]
) -> datetime | None:
    """Return when the enforced caps allow the next contact; None if it is now."""
    made, slots = list(made), list(slots)
    ends = []
    for is_person in (False, True):
        moments = _moments(asked, is_person, at, made, slots)
        for cap in _caps(asked.channel):
            window, most = timedelta(hours=int(cap["window_hours"])), int(cap["max_contacts"])
            counted = sorted(moment for moment in moments if moment >= at - window)
            if len(counted) >= most:
                ends.append(counted[-most] + window + MICROSECOND)
    return max(ends, default=None)


def _caps(channel: str) -> list[dict[str, str]]:
    with CAPS.open(encoding="utf-8", newline="") as file:
        return [
            row
            for row in csv.DictReader(file)
            if row["channel"] == channel and row["enforcement"] == "enforce"
        ]


def _moments(
    asked: Asked, is_person: bool, at: datetime, made: list[Made], slots: list[Taken]
) -> list[datetime]:
    """Return when the point, or the person, was contacted or will be by a slot held."""

    def is_about(one: Made | Taken) -> bool:
        if one.channel != asked.channel:
            return False
        if is_person:
            return one.person is not None and GOLDEN[one.person] == asked.person
        return asked.value is not None and one.value == asked.value

    done = Counter((one.value, one.at) for one in made if is_about(one) and one.at <= at)
    used = Counter(
        (one.value, one.used) for one in slots if is_about(one) and one.used and one.used <= at
    )
    held = [
        one.reserved
        for one in slots
        if is_about(one)
        and one.reserved <= at < one.expires
        and not (one.used and one.used <= at)
        and not (one.released and one.released <= at)
    ]
    # A slot that was used and its touchpoint are one contact: the larger count, not the sum.
    return [moment for _, moment in (done | used).elements() if moment] + held


def random_history(chance: random.Random) -> tuple[list[Made], list[Taken]]:
    """Return touchpoints and slots: held, used with and without their touchpoint, released."""
    made: list[Made] = []
    slots: list[Taken] = []
    for number in range(120):
        channel = chance.choice(CHANNELS)
        values: dict[str, list[str]] = {"call": PHONES, "sms": PHONES, "email": EMAILS}
        value = chance.choice(values[channel]) if channel in values else None
        days = {"mail": 30, "call": 1}.get(channel, 7)
        at = NOON - timedelta(seconds=chance.randint(0, days * 86_400 * 3 // 2))
        person = chance.choice((1, 2, 3, None)) if channel != "mail" else chance.choice((1, 2, 3))
        if number % 4:
            made.append(Made(person, channel, value, at))
        end = chance.choice((at, None))
        golden = GOLDEN[person] if person else None
        if number % 3 == 0 and (value or golden):
            slots.append(Taken(golden, channel, value, at, at + timedelta(hours=2), end, None))
    hour = timedelta(hours=1)
    slots.append(Taken(1, "call", PHONES[0], NOON, NOON + hour, None, NOON))
    return made, slots


def edges(chance: random.Random, made: list[Made]) -> list[datetime]:
    """Return moments after the last contact, most of them where one leaves a window, ± 1 s."""
    ends = [one.at + timedelta(days=days) for one in made for days in (1, 7, 30)]
    chosen = chance.sample(sorted(end for end in ends if end > NOON + SECOND), 6)
    steps = (-SECOND, 0 * SECOND, SECOND)
    return [NOON + SECOND, *(end + step for end in chosen for step in steps)]


def asked_about() -> list[Asked]:
    """Return every channel, point and person that a test asks about."""
    found = [
        Asked(channel, value, person)
        for channel, values in (("call", PHONES), ("sms", PHONES), ("email", EMAILS))
        for value in values
        for person in (1, 3)
    ]
    return [*found, Asked("mail", None, 1), Asked("mail", None, 3)]

"""What a frequency cap would have meant for the contacts that were made; reads, changes nothing.

Contacts count by golden person, or by number or mailbox where nobody is known; the window has its
last instant in it, as in the decision.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from pymysql.connections import Connection
from pymysql.cursors import SSCursor

from lode.db import connect
from lode.errors import LodeError
from lode.list_definitions import CHANNELS
from lode.look_backs import OverCap
from lode.masking import mask_contact
from lode.person import fetch
from lode.settings import Settings

MAXIMUM_CONTACTS, MAXIMUM_DAYS = 100, 366
MADE = """
with

made as (

    select
        touchpoints.id,
        touchpoints.touchpoint_date,
        persons.golden_person_id,
        touchpoints.phone_e164,
        touchpoints.email,
        coalesce(
            concat('person ', persons.golden_person_id), touchpoints.phone_e164, touchpoints.email
        ) as holder
    from touchpoints
    left join persons on touchpoints.person_id = persons.id
    where
        touchpoints.touchpoint_type = %(channel)s
        and touchpoints.touchpoint_date >= %(since)s - interval %(window_hours)s hour
        and touchpoints.touchpoint_date < %(until)s

),

judged as (

    select
        id,
        holder,
        golden_person_id,
        phone_e164,
        email,
        touchpoint_date,
        touchpoint_date >= %(since)s as is_in_period,
        coalesce(
            lag(touchpoint_date, {contacts}) over (
                partition by holder
                order by touchpoint_date, id
            ) >= touchpoint_date - interval %(window_hours)s hour,
            false
        ) as is_over
    from made
    where holder is not null

)
"""
BY_WEEK = """
select
    date(touchpoint_date) - interval weekday(touchpoint_date) day as week_start,
    count(*) as contact_count,
    sum(is_over) as over_count
from judged
where is_in_period = 1
group by week_start
order by week_start
"""
PEOPLE = """
select
    count(distinct holder) as holder_count,
    count(distinct case when is_over = 1 then holder end) as over_holder_count
from judged
where is_in_period = 1
"""
OF_THOSE_OVER = """
, exceeded as (

    select distinct holder from judged
    where is_over = 1

)

select
    judged.holder,
    judged.touchpoint_date,
    judged.id,
    judged.golden_person_id,
    judged.phone_e164,
    judged.email,
    judged.is_over = 1 and judged.is_in_period = 1 as is_listed
from judged
inner join exceeded on judged.holder = exceeded.holder
order by judged.holder, judged.touchpoint_date, judged.id
"""


@dataclass(frozen=True)
class Cap:
    """At most so many contacts by a channel in so many hours."""

    channel: str
    max_contacts: int
    window_hours: int

    def in_words(self) -> str:
        """Say it, such as `at most 3 in 24 hours`."""
        return f"at most {self.max_contacts:,} in {window_words(self.window_hours)}"


@dataclass
class Simulation:
    """What a cap would have meant in a period (UTC).

    `broken_count` is the contacts made that were over the cap; `blocked_count` those that would not
    have been made if it had been kept, which is less: what was not made uses nothing up.
    """

    cap: Cap
    since: datetime
    until: datetime
    contact_count: int = 0
    broken_count: int = 0
    blocked_count: int = 0
    holder_count: int = 0
    over_holder_count: int = 0
    weeks: list[tuple[date, int, int]] = field(default_factory=list)
    kept_count: int | None = None

    def as_facts(self) -> dict[str, Any]:
        """What the page shows of it."""
        return {
            "channel": self.cap.channel, "max_contacts": self.cap.max_contacts,
            "window_hours": self.cap.window_hours, "since": self.since.isoformat(),
            "until": self.until.isoformat(), "contacts": self.contact_count,
            "broken": self.broken_count, "blocked": self.blocked_count,
            "holders": self.holder_count, "over_holders": self.over_holder_count,
            "kept": self.kept_count,
            "weeks": [[week.isoformat(), made, over] for week, made, over in self.weeks],
        }  # fmt: skip


def window_words(hours: int) -> str:
    """Return the length of a window in words: days from two on, where they are whole ones."""
    if hours % 24 == 0 and hours > 24:
        return f"{hours // 24:,} days"
    return "1 hour" if hours == 1 else f"{hours:,} hours"


def cap_of(channel: object, max_contacts: object, window_hours: object) -> Cap:
    """Return a cap; LodeError for one that can't be."""
    if channel not in CHANNELS:
        raise LodeError(f"A cap is for one of {', '.join(CHANNELS)}.")
    for value, limit, what in (
        (max_contacts, MAXIMUM_CONTACTS, "contacts"),
        (window_hours, MAXIMUM_DAYS * 24, "hours"),
    ):
        if type(value) is not int or not 0 < value <= limit:
            raise LodeError(f"A cap is of 1 to {limit:,} {what}.")
    assert isinstance(max_contacts, int)
    assert isinstance(window_hours, int)
    return Cap(str(channel), max_contacts, window_hours)


def check_period(days: object) -> None:
    """Raise LodeError for a number of days that is no period to look back over."""
    if type(days) is not int or not 0 < days <= MAXIMUM_DAYS:
        raise LodeError(f"A period is of 1 to {MAXIMUM_DAYS} days.")


def simulate(
    settings: Settings,
    cap: Cap,
    days: int,
    tell: Callable[[str], None] = lambda _phase: None,
    keep: Callable[[Iterable[OverCap]], int] | None = None,
) -> Simulation:
    """Return what a cap would have meant for the contacts of the last so many days.

    `keep` takes in the contacts that were over it, by their holders, and returns how many it keeps.
    """
    check_period(days)
    with connect("auditor", settings, schema="canonical", autocommit=True) as connection:
        until = fetch(connection, "select utc_timestamp(6) as at")[0]["at"]
        found = Simulation(cap, until - timedelta(days=days), until)
        marks = {
            "channel": cap.channel, "since": found.since, "until": until,
            "window_hours": cap.window_hours,
        }  # fmt: skip
        made = MADE.format(contacts=cap.max_contacts)
        tell("counting contacts over the cap")
        for row in fetch(connection, made + BY_WEEK, marks):
            week = (row["week_start"], int(row["contact_count"]), int(row["over_count"]))
            found.weeks.append(week)
        found.contact_count = sum(one[1] for one in found.weeks)
        found.broken_count = sum(one[2] for one in found.weeks)
        (row,) = fetch(connection, made + PEOPLE, marks)
        found.holder_count = int(row["holder_count"])
        found.over_holder_count = int(row["over_holder_count"])
        tell("keeping the cap")
        over = _over_cap(_streamed(connection, made + OF_THOSE_OVER, marks), found)
        if keep is None:
            deque(over, maxlen=0)
        else:
            found.kept_count = keep(over)
    return found


def judged(
    rows: Iterable[tuple[Any, ...]], cap: Cap, since: datetime
) -> Iterator[tuple[tuple[Any, ...], bool]]:
    """Yield each contact with whether it would not have been made under a cap.

    `rows` begin with holder and moment, and are sorted by both. Contacts before `since` were made;
    memory holds the contacts of one window.
    """
    window = timedelta(hours=cap.window_hours)
    kept: deque[datetime] = deque()
    last: object = None
    for row in rows:
        holder, moment = row[:2]
        if holder != last:
            kept.clear()
            last = holder
        while kept and kept[0] < moment - window:
            kept.popleft()
        is_blocked = moment >= since and len(kept) >= cap.max_contacts
        if not is_blocked:
            kept.append(moment)
        yield row, is_blocked


def blocked_count(rows: Iterable[tuple[str, datetime]], cap: Cap, since: datetime) -> int:
    """Return how many contacts from a moment on would not have been made; rows as for `judged`."""
    return sum(is_blocked for _, is_blocked in judged(rows, cap, since))


def _over_cap(rows: Iterable[tuple[Any, ...]], found: Simulation) -> Iterator[OverCap]:
    """Yield the contacts over the cap, and count in `found` those that would not have been made."""
    by_holder = groupby(judged(rows, found.cap, found.since), key=lambda one: one[0][0])
    for _, own in by_holder:
        # Of one holder all are there at once: the first one says how many.
        listed = [one for one in own if one[0][-1]]
        for number, (row, is_blocked) in enumerate(listed):
            found.blocked_count += is_blocked
            _, made_at, touchpoint, person, phone, email, _ = row
            kind, value = ("phone", phone) if phone else ("email", email)
            shown = mask_contact(kind, value) if value else ""
            yield OverCap(
                made_at, int(touchpoint), None if person is None else int(person), shown,
                is_blocked, number == 0, len(listed),
            )  # fmt: skip


def _streamed(
    connection: Connection[Any], query: str, marks: dict[str, Any]
) -> Iterable[tuple[Any, ...]]:
    with connection.cursor(SSCursor) as cursor:
        cursor.execute(query, marks)
        yield from cursor

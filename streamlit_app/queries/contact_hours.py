"""When contacts were made: how many there were to check, and by hour of the week on a clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from streamlit_app.queries.risk import Weeks
from streamlit_app.queries.statement import Statement, fetch

HOURS_OF_WEEK = 7 * 24
# As often as a clock is put forward or back within the longest span, and once more.
MAXIMUM_CHANGES = 4
_IN_WEEKS = "day_on >= :first_day and day_on <= :last_day"
_NEVER = datetime(9999, 1, 1)
_CHANGES = f"\n{16 * ' '}".join(
    f"when day_on + interval hour_of_day hour < :until_{n} then :offset_{n}"
    for n in range(1, MAXIMUM_CHANGES + 1)
)

MADE = Statement(
    name="contacts made",
    sql=f"""
select /*+ time limit */ coalesce(sum(contact_count), 0) as contact_count
from contact_hours
where {_IN_WEEKS}
limit :row_cap
""",
    tables=("contact_hours",),
    index="PRIMARY: days; a row per hour and channel, not per contact",
    row_cap=1,
)

BY_HOUR = Statement(
    name="contacts by hour of the week",
    sql=f"""
select /*+ time limit */
    weekday(made_at) as weekday,
    hour(made_at) as hour_of_day,
    sum(timed_count) as timed_count,
    sum(day_only_count) as day_only_count
from (
    select
        day_on + interval hour_of_day hour + interval
            case
                {_CHANGES}
                else :offset_last
            end second as made_at,
        contact_count - day_only_count as timed_count,
        day_only_count
    from contact_hours
    where
        {_IN_WEEKS}
        and (:channel = '' or channel = :channel)
) as hours
group by weekday, hour_of_day
order by weekday, hour_of_day
limit :row_cap
""",
    tables=("contact_hours",),
    index="PRIMARY: days; a row per hour and channel, not per contact",
    row_cap=HOURS_OF_WEEK,
)


@dataclass(frozen=True)
class HourOfWeek:
    """How many contacts were made in an hour of the week; weekday 0 is Monday."""

    weekday: int
    hour: int
    contacts: int


@dataclass(frozen=True)
class WeekHours:
    """Contacts by hour of the week, and how many of which the day alone is known."""

    hours: tuple[HourOfWeek, ...]
    day_only: int

    @property
    def contacts(self) -> int:
        """How many have a time of day."""
        return sum(one.contacts for one in self.hours)


def read_made(engine: Engine, weeks: Weeks) -> int:
    """Return how many contacts were made in some weeks; raises QueryError."""
    return int(fetch(engine, MADE, _span(weeks))[0]["contact_count"])


def read_hours(engine: Engine, weeks: Weeks, channel: str, zone: ZoneInfo) -> WeekHours:
    """Return the contacts of some weeks by hour of the week on a zone's clock; raises QueryError.

    An empty `channel` stands for all of them.
    """
    given = {**_span(weeks), **_clock(zone, weeks), "channel": channel}
    rows = fetch(engine, BY_HOUR, given)
    return WeekHours(
        tuple(
            HourOfWeek(int(row["weekday"]), int(row["hour_of_day"]), int(row["timed_count"]))
            for row in rows
        ),
        sum(int(row["day_only_count"]) for row in rows),
    )


def offsets_of(zone: ZoneInfo, begin: datetime, end: datetime) -> list[tuple[datetime, int]]:
    """Return until when (UTC) a zone's clock is how many seconds ahead; the last until the end."""
    found: list[tuple[datetime, int]] = []
    hour = begin
    offset = _offset(zone, begin)
    while hour < end:
        # A day without a change is left in one step.
        step = timedelta(days=1) if _offset(zone, hour + timedelta(days=1)) == offset else None
        hour += step or timedelta(hours=1)
        if step is None and (now := _offset(zone, hour)) != offset:
            found.append((hour, offset))
            offset = now
    return [*found, (end, offset)]


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    try:
        ahead = moment.replace(tzinfo=timezone.utc).astimezone(zone).utcoffset()
    except OverflowError:
        # The ends of the calendar have no neighbour for another zone's clock.
        return 0
    return int(ahead.total_seconds()) if ahead is not None else 0


def _clock(zone: ZoneInfo, weeks: Weeks) -> dict[str, object]:
    *changes, (_, last) = offsets_of(zone, weeks.begin, weeks.end)
    padded = [*changes, *[(_NEVER, last)] * MAXIMUM_CHANGES][:MAXIMUM_CHANGES]
    said: dict[str, object] = {"offset_last": last}
    for number, (until, offset) in enumerate(padded, start=1):
        said |= {f"until_{number}": until, f"offset_{number}": offset}
    return said


def _span(weeks: Weeks) -> dict[str, object]:
    return {"first_day": weeks.first, "last_day": weeks.last + timedelta(days=6)}

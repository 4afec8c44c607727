"""How far caps are used up, and whether requests not to be contacted were applied in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine

from streamlit_app.queries.risk import Weeks
from streamlit_app.queries.statement import Statement, fetch

MAXIMUM_STEPS = 200
PAGE_SIZE = 50

CAP_USAGE = Statement(
    name="how far caps are used up",
    sql="""
select /*+ time limit */
    cap_id,
    used_count,
    channel,
    max_contacts,
    window_hours,
    enforcement,
    person_count,
    blocked_count
from cap_usage
order by cap_id, used_count
limit :row_cap
""",
    tables=("cap_usage",),
    index="PRIMARY: a row per cap and number of contacts",
    row_cap=MAXIMUM_STEPS,
)

CAPPED = Statement(
    name="people with so many contacts of a cap",
    sql="""
select /*+ time limit */
    golden_person_id,
    used_count,
    last_contacted_at,
    free_at
from caps_used
where cap_id = :cap_id and used_count = :used_count and golden_person_id > :after
order by golden_person_id
limit :row_cap
""",
    tables=("caps_used",),
    index="cap_id, used_count, golden_person_id",
    row_cap=PAGE_SIZE + 1,
)

OPT_OUTS = Statement(
    name="opt-outs applied in time",
    sql="""
select /*+ time limit */
    week_start,
    channel,
    request_count,
    contacted_count,
    late_count,
    contact_count,
    longest_days,
    longest_until_known_days,
    deadline_days,
    deadline_citation
from opt_outs_applied
where week_start >= :first_week and week_start <= :last_week
order by week_start desc, channel desc
limit :row_cap
""",
    tables=("opt_outs_applied",),
    index="PRIMARY: weeks, read backwards",
    row_cap=MAXIMUM_STEPS,
)

OPT_OUT_SUMS = Statement(
    name="opt-outs applied in time, in all",
    sql="""
select /*+ time limit */
    coalesce(sum(request_count), 0) as request_count,
    coalesce(sum(contacted_count), 0) as contacted_count,
    coalesce(sum(late_count), 0) as late_count,
    min(deadline_days) as least_days,
    max(deadline_days) as most_days
from opt_outs_applied
where week_start >= :first_week and week_start <= :last_week
limit :row_cap
""",
    tables=("opt_outs_applied",),
    index="PRIMARY: weeks",
    row_cap=1,
)


@dataclass(frozen=True)
class CapStep:
    """How many people were contacted so many times within the window of a cap."""

    cap_id: str
    channel: str
    allowed: int
    window_hours: int
    used: int
    people: int
    blocked: int
    is_enforced: bool = True


@dataclass(frozen=True)
class CappedPerson:
    """Somebody with contacts within the window of a cap; `free_at` is None for who is free."""

    golden_person_id: int
    used: int
    last_contacted_at: datetime | None
    free_at: datetime | None


@dataclass(frozen=True)
class OptOutWeek:
    """What became of the requests of a week for a channel; days are whole ones, None for none."""

    week: date
    channel: str
    requests: int
    contacted: int
    late: int
    contacts: int
    longest_days: int | None
    longest_until_known_days: int | None
    deadline_days: int
    citation: str


@dataclass(frozen=True)
class OptOutSums:
    """What became of all requests of some weeks; the days are those that the law gave."""

    requests: int
    contacted: int
    late: int
    least_days: int
    most_days: int


def read_cap_usage(engine: Engine) -> list[CapStep]:
    """Return how far each cap is used up, by cap and number of contacts; raises QueryError."""
    return [
        CapStep(
            row["cap_id"],
            row["channel"] or "",
            int(row["max_contacts"] or 0),
            int(row["window_hours"] or 0),
            int(row["used_count"]),
            int(row["person_count"] or 0),
            int(row["blocked_count"] or 0),
            row["enforcement"] != "advise",
        )
        for row in fetch(engine, CAP_USAGE)
    ]


def read_capped(
    engine: Engine, cap_id: str, used: int, after: int = 0
) -> tuple[list[CappedPerson], bool]:
    """Return a page of the people with so many contacts of a cap, by id; whether there are more."""
    rows = fetch(engine, CAPPED, {"cap_id": cap_id, "used_count": used, "after": after})
    found = [
        CappedPerson(
            int(row["golden_person_id"]),
            int(row["used_count"]),
            row["last_contacted_at"],
            row["free_at"],
        )
        for row in rows[:PAGE_SIZE]
    ]
    return found, len(rows) > PAGE_SIZE


def read_opt_outs(engine: Engine, weeks: Weeks) -> list[OptOutWeek]:
    """Return what became of the requests of some weeks, newest first; raises QueryError."""
    return [
        OptOutWeek(
            row["week_start"],
            row["channel"],
            int(row["request_count"] or 0),
            int(row["contacted_count"] or 0),
            int(row["late_count"] or 0),
            int(row["contact_count"] or 0),
            None if row["longest_days"] is None else int(row["longest_days"]),
            None
            if row["longest_until_known_days"] is None
            else int(row["longest_until_known_days"]),
            int(row["deadline_days"] or 0),
            row["deadline_citation"] or "",
        )
        for row in fetch(engine, OPT_OUTS, _span(weeks))
    ]


def read_opt_out_sums(engine: Engine, weeks: Weeks) -> OptOutSums:
    """Return the sums over all weeks and channels, of however many rows; raises QueryError."""
    (row,) = fetch(engine, OPT_OUT_SUMS, _span(weeks))
    return OptOutSums(
        int(row["request_count"]),
        int(row["contacted_count"]),
        int(row["late_count"]),
        int(row["least_days"] or 0),
        int(row["most_days"] or 0),
    )


def _span(weeks: Weeks) -> dict[str, object]:
    return {"first_week": weeks.first, "last_week": weeks.last}

"""What waits for somebody, counted, and the numbers of the warehouse day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine

from streamlit_app.queries.lists import HELD_CONDITION
from streamlit_app.queries.risk import Weeks
from streamlit_app.queries.statement import Statement, fetch

# The newest days with a run; a page shows changes and a line of them.
MAXIMUM_DAYS = 60

# Sums over marts of a row per week, and over ledgers of a row per run and export.
ATTENTION = Statement(
    name="what waits for somebody",
    sql=f"""
select /*+ time limit */
    (
        select max(id)
        from `{{raw}}`.dbt_runs
    ) as run_id,
    (
        select bad_count
        from `{{raw}}`.dbt_runs
        order by id desc
        limit 1
    ) as bad_count,
    (
        select exit_code
        from `{{raw}}`.dbt_runs
        order by id desc
        limit 1
    ) as exit_code,
    (
        select count(*)
        from `{{raw}}`.list_exports as exports
        left join `{{raw}}`.list_releases as releases on exports.id = releases.export_id
        where {HELD_CONDITION}
    ) as held_count,
    (
        select coalesce(sum(counted_incident_count), 0)
        from compliance_risk
        where week_start >= :first_week and week_start <= :last_week
    ) as incident_count,
    (
        select coalesce(sum(late_count), 0)
        from opt_outs_applied
        where week_start >= :first_week and week_start <= :last_week
    ) as late_count
limit :row_cap
""",
    tables=("compliance_risk", "opt_outs_applied"),
    index="PRIMARY of the sums by week and of the runs; a row per export",
    row_cap=1,
)

KPI_DAYS = Statement(
    name="numbers by day",
    sql="""
select /*+ time limit */
    day_on,
    records,
    rejected,
    persons,
    golden_persons,
    callable,
    textable,
    emailable,
    mailable,
    incidents,
    opt_outs,
    late_opt_outs
from kpi_days
order by day_on desc
limit :row_cap
""",
    tables=("kpi_days",),
    index="PRIMARY, read backwards: a row per day with a run",
    row_cap=MAXIMUM_DAYS,
)


@dataclass(frozen=True)
class Attention:
    """What waits: of the newest run of dbt, of exports, and of some weeks of contacts.

    A run that `broke_off` did not end well although nothing in it is known to have failed.
    """

    run: int | None
    failed: int
    broke_off: bool
    held: int
    incidents: int
    late_opt_outs: int


@dataclass(frozen=True)
class KpiDay:
    """The numbers of the warehouse as the last run of a day left them; None for those not kept."""

    day: date
    numbers: dict[str, int | None]


def read_attention(engine: Engine, weeks: Weeks, release_above: int, now: datetime) -> Attention:
    """Return what waits as of now, contacts and requests of some weeks; raises QueryError."""
    (row,) = fetch(
        engine,
        ATTENTION,
        {
            "first_week": weeks.first,
            "last_week": weeks.last,
            "release_above": release_above,
            "now": now,
        },
    )
    return Attention(
        None if row["run_id"] is None else int(row["run_id"]),
        int(row["bad_count"] or 0),
        bool(row["exit_code"]) and not row["bad_count"],
        int(row["held_count"]),
        int(row["incident_count"]),
        int(row["late_count"]),
    )


def read_kpi_days(engine: Engine) -> list[KpiDay]:
    """Return the newest days with a run, newest first; raises QueryError."""
    return [
        KpiDay(
            row["day_on"],
            {
                name: None if value is None else int(value)
                for name, value in row.items()
                if name != "day_on"
            },
        )
        for row in fetch(engine, KPI_DAYS)
    ]

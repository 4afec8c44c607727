"""Jobs as their rows say: what waits, what runs and how far, what the newest came to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from lode.jobs import OPEN_STATES, content_of
from streamlit_app.queries.statement import Statement, fetch

MAXIMUM_JOBS = 20
# Open jobs of who asks that are behind the newest ones.
MAXIMUM_OWN = 10

_COLUMNS = """
    id,
    kind,
    parameters,
    asked_by,
    asked_at,
    state,
    attempt,
    phase,
    done_count,
    total_count,
    message,
    result,
    lease_until,
    started_at,
    ended_at
"""

NEWEST_JOBS = Statement(
    name="newest jobs",
    sql=f"""
with

wanted as (

    (
        select id
        from `{{raw}}`.app_jobs
        where find_in_set(kind, :kinds)
        order by id desc
        limit {MAXIMUM_JOBS}
    )
    union distinct
    (
        select id
        from `{{raw}}`.app_jobs
        where
            state in ('WAITING', 'RUNNING')
            and asked_by = :who
            and find_in_set(kind, :kinds)
        order by id desc
        limit {MAXIMUM_OWN}
    )

)

select /*+ time limit */ {_COLUMNS}
from wanted
inner join `{{raw}}`.app_jobs using (id)
order by id desc
limit :row_cap
""",
    tables=("app_jobs",),
    index="PRIMARY, read backwards; app_jobs_state for the open ones of who asks",
    row_cap=MAXIMUM_JOBS + MAXIMUM_OWN,
)

ONE_JOB = Statement(
    name="one job",
    sql=f"""
select /*+ time limit */ {_COLUMNS}
from `{{raw}}`.app_jobs
where id = :number
limit :row_cap
""",
    tables=("app_jobs",),
    index="PRIMARY",
    row_cap=1,
)


@dataclass(frozen=True)
class JobState:
    """One job; times are UTC without a zone. `facts` is what it came to, for the page."""

    number: int
    kind: str
    parameters: dict[str, Any]
    asked_by: str
    asked_at: datetime
    state: str
    attempt: int
    phase: str
    done_count: int | None
    total_count: int | None
    message: str
    facts: dict[str, Any]
    lease_until: datetime | None
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in OPEN_STATES

    @property
    def share(self) -> float | None:
        """How much of its step is done, 0 to 1; None where that is not known."""
        if not self.total_count or self.done_count is None:
            return None
        return min(1.0, self.done_count / self.total_count)


def list_jobs(engine: Engine, kinds: Iterable[str], who: str) -> list[JobState]:
    """Return the newest jobs of some kinds, and the open ones of who asks, newest first.

    Jobs of other kinds are left out by the server: many decisions hide no import that runs.
    Raises QueryError.
    """
    given = {"kinds": ",".join(kinds), "who": who}
    return [_job_of(row) for row in fetch(engine, NEWEST_JOBS, given)]


def read_job(engine: Engine, number: int) -> JobState | None:
    """Return one job, None if there is none of that number; raises QueryError."""
    for row in fetch(engine, ONE_JOB, {"number": number}):
        return _job_of(row)
    return None


def _job_of(row: dict[str, Any]) -> JobState:
    return JobState(
        number=int(row["id"]),
        kind=row["kind"],
        parameters=content_of(row["parameters"]) or {},
        asked_by=row["asked_by"],
        asked_at=row["asked_at"],
        state=row["state"],
        attempt=int(row["attempt"]),
        phase=row["phase"] or "",
        done_count=None if row["done_count"] is None else int(row["done_count"]),
        total_count=None if row["total_count"] is None else int(row["total_count"]),
        message=row["message"] or "",
        facts=content_of(row["result"]) or {},
        lease_until=row["lease_until"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
    )

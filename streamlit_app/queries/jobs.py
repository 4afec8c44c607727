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
select /*+ time limit */ {_COLUMNS}
from `{{raw}}`.app_jobs
where find_in_set(kind, :kinds)
order by id desc
limit :row_cap
""",
    tables=("app_jobs",),
    index="PRIMARY, read backwards",
    row_cap=MAXIMUM_JOBS,
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


def list_jobs(engine: Engine, kinds: Iterable[str]) -> list[JobState]:
    """Return the newest jobs of some kinds, newest first, at most MAXIMUM_JOBS; raises QueryError.

    Jobs of other kinds are left out by the server: many decisions hide no import that runs.
    """
    return [_job_of(row) for row in fetch(engine, NEWEST_JOBS, {"kinds": ",".join(kinds)})]


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

"""The database server as far as the dashboard's account may see it: sessions, slow statements."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from streamlit_app.queries.statement import Statement, fetch

# Without the right `process` an account sees its own sessions; the text of a statement, which may
# hold a name that somebody searched for, is never read.
SESSIONS = Statement(
    name="sessions of the server",
    sql="""
select /*+ time limit */
    id,
    user as account,
    command,
    state,
    time as seconds
from information_schema.processlist
order by command = 'Sleep', seconds desc
limit :row_cap
""",
    tables=(),
    index="none: a row per session",
    row_cap=30,
)

# Digests have marks where values were.
DIGESTS = Statement(
    name="slowest statements of the server",
    sql="""
select /*+ time limit */
    digest_text,
    count_star,
    avg_timer_wait / 1000000000000 as mean_seconds,
    max_timer_wait / 1000000000000 as most_seconds
from performance_schema.events_statements_summary_by_digest
where schema_name = database() and digest_text is not null
order by max_timer_wait desc
limit :row_cap
""",
    tables=(),
    index="none: the server's own statistics, bounded by it",
    row_cap=15,
)


@dataclass(frozen=True)
class Session:
    """A session of the server and for how many seconds it has been in its state."""

    number: int
    account: str
    command: str
    state: str
    seconds: int

    @property
    def is_idle(self) -> bool:
        """Whether it waits for its client."""
        return self.command == "Sleep"


@dataclass(frozen=True)
class Digest:
    """A form of statement over the marts, without values, as the server has measured it."""

    text: str
    count: int
    mean_seconds: float
    most_seconds: float


def read_sessions(engine: Engine) -> list[Session]:
    """Return the sessions that the account may see, those at work first; raises QueryError."""
    return [
        Session(
            int(row["id"]),
            row["account"] or "",
            row["command"] or "",
            row["state"] or "",
            max(int(row["seconds"] or 0), 0),
        )
        for row in fetch(engine, SESSIONS)
    ]


def read_digests(engine: Engine) -> list[Digest]:
    """Return the statements whose slowest run took longest; NotAllowedError without the right."""
    return [
        Digest(
            row["digest_text"],
            int(row["count_star"]),
            float(row["mean_seconds"]),
            float(row["most_seconds"]),
        )
        for row in fetch(engine, DIGESTS)
    ]

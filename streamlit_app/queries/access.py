"""The roles that somebody has at this moment."""

from __future__ import annotations

from sqlalchemy import Engine

from lode.access import AT_PRESENT, NOT_ENDED
from streamlit_app.queries.statement import Statement, fetch

ROLES = Statement(
    name="roles of a login",
    sql=f"""
select /*+ time limit */ distinct granted.role
{NOT_ENDED}
{AT_PRESENT}
and granted.subject = :subject
limit :row_cap
""",
    tables=("app_roles",),
    index="app_roles_subject",
    row_cap=20,
)


def read_roles(engine: Engine, subject: str) -> frozenset[str]:
    """Return the roles of a login, which is in lower case; raises QueryError."""
    return frozenset(str(row["role"]) for row in fetch(engine, ROLES, {"subject": subject}))

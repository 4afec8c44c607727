"""The bridge to the audit log: only who may read it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import streamlit as st

from lode.rights import Right
from streamlit_app.auth import tickets
from streamlit_app.auth.identity import needs
from streamlit_app.queries import audit_log
from streamlit_app.queries.audit_export import DayCount, last_sequence, read_counts
from streamlit_app.queries.audit_log import AuditEntry, ChainState, Question
from streamlit_app.queries.jobs import JobState
from streamlit_app.ui import work
from streamlit_app.ui.connections import engine
from streamlit_app.ui.uploaded import ticket_for


@needs(Right.SEE_AUDIT)
def entries(
    question: Question, before: tuple[datetime, int] | None
) -> tuple[list[AuditEntry], bool]:
    """Return a page of entries, newest first, and whether there are older ones."""
    return audit_log.read_entries(engine(), question, before)


@needs(Right.SEE_AUDIT)
def counts(question: Question) -> list[DayCount]:
    """Return how many entries of which kind each day or week has."""
    return _counts(question, last_sequence(engine()))


@st.cache_data(max_entries=50, show_spinner=False)
def _counts(question: Question, last: int) -> list[DayCount]:
    """Count, once until another entry was noted behind `last`."""
    return read_counts(engine(), question)


@needs(Right.SEE_AUDIT)
def export_link(question: Question) -> str:
    """Return an address of the entries as a file, good once and in this browser only."""
    detail = {name: str(value) for name, value in asdict(question).items()}
    return f"/audit-log/{ticket_for(tickets.AUDIT, detail)}"


@needs(Right.SEE_AUDIT)
def ask_verify(begin: str = "", end: str = "") -> int:
    """Ask for the log to be verified as a job, all of it or a part; return the job's number.

    LodeError where a part begins or ends with neither an entry nor a day.
    """
    given = {"from": begin, "to": end} if begin or end else {}
    return work.ask("audit_verify", given)


@needs(Right.SEE_AUDIT)
def verify_jobs() -> list[JobState]:
    """Return the newest jobs that verify the log, or a part of it."""
    return work.jobs_of(["audit_verify"])


@needs(Right.SEE_AUDIT)
def verify() -> ChainState:
    """Return whether the newest part of the log is intact."""
    return audit_log.verify_chain(engine())

"""The bridge to the audit log: only who may read it."""

from __future__ import annotations

from datetime import datetime

from lode.rights import Right
from streamlit_app.auth.identity import needs
from streamlit_app.queries import audit_log
from streamlit_app.queries.audit_log import AuditEntry, ChainState, Question
from streamlit_app.ui.connections import engine


@needs(Right.SEE_AUDIT)
def entries(
    question: Question, before: tuple[datetime, int] | None
) -> tuple[list[AuditEntry], bool]:
    """Return a page of entries, newest first, and whether there are older ones."""
    return audit_log.read_entries(engine(), question, before)


@needs(Right.SEE_AUDIT)
def verify() -> ChainState:
    """Return whether the newest part of the log is intact."""
    return audit_log.verify_chain(engine())

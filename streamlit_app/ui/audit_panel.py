"""Parts of the page Audit log: what days have, and all that is asked for as a file."""

from __future__ import annotations

import streamlit as st

from lode.errors import LodeError
from streamlit_app.queries.audit_export import bars_of, is_by_week
from streamlit_app.queries.audit_log import Question
from streamlit_app.ui import audit_charts, audit_data
from streamlit_app.ui.format import esc


def show_counts(question: Question) -> None:
    """Show how many entries of which kind each day has."""
    counts = audit_data.counts(question)
    if counts:
        audit_charts.show_counts(counts, bars_of(question), is_by_week(question))


def show_export(question: Question) -> None:
    """Offer all entries that are asked for as a file."""
    try:
        link = audit_data.export_link(question)
    except LodeError as problem:
        st.caption(esc(problem.sentence, 300))
        return
    st.link_button("Take these entries", link, icon=":material/download:")
    st.caption(
        "All of them as JSON lines, contact values masked. The link works once, for ten minutes, in"
        " this browser; the log notes who took how many."
    )

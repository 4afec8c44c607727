"""What can be done with a list: a new export, and taking the file of one."""

from __future__ import annotations

import streamlit as st

from lode.errors import LodeError
from streamlit_app.queries.errors import QueryError
from streamlit_app.queries.lists import ListExport, ListVersion
from streamlit_app.ui import list_data
from streamlit_app.ui.format import esc, utc_now, whole

POLL_FLAG = "exports_are_running"


def show_form(name: str, newest: ListVersion) -> None:
    """Offer an export of the newest version, for a reason."""
    with st.form("export", border=False):
        reason = st.text_input("What is it for?", key="export_reason", max_chars=500)
        is_asked = st.form_submit_button(f"Export version {newest.version}", type="primary")
    if not is_asked:
        return
    try:
        number = list_data.ask(name, newest.version, reason)
    except (LodeError, QueryError) as problem:
        st.error(esc(problem.sentence, 500), icon=":material/error:")
        return
    st.session_state[POLL_FLAG] = True
    st.success(f"Job {number} is asked for.", icon=":material/check_circle:")


def show_download(export: ListExport) -> None:
    """Offer the file of an export, or say why it can't be taken."""
    try:
        link = list_data.download_link(export)
    except LodeError as problem:
        st.caption(esc(problem.sentence, 500))
        return
    st.link_button("Take the file", link, icon=":material/download:")
    if export.valid_until is not None:
        minutes = int((export.valid_until - utc_now()).total_seconds() // 60)
        st.caption(
            f"Good for another {whole(minutes)} minutes. The link works once, for ten minutes, in"
            " this browser; the audit log notes it."
        )

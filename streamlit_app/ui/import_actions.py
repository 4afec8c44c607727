"""What can be done with an import: its reports, a replay, undoing it after a look at what goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lode.errors import LodeError
from lode.rights import Right
from streamlit_app.queries.errors import QueryError
from streamlit_app.queries.imports import ImportHealth
from streamlit_app.ui import data, states, uploaded, work
from streamlit_app.ui.accounting import COMPLETED
from streamlit_app.ui.field_words import in_form
from streamlit_app.ui.format import esc

PREVIEW = "undo_previews"
WAITING = ("LOADED", "UNDOING")
LABELS = {"success": "Success report", "errors": "Error report", "checklist": "Checklist"}


def show_actions(import_: ImportHealth) -> None:
    """Offer what may be done with an import by who asks."""
    if not data.may(Right.START_IMPORTS):
        return
    if import_.status in COMPLETED:
        _show_reports(import_)
    elif import_.status in WAITING and st.button("Process what is loaded", type="primary"):
        _ask("run", {})
    with st.expander("Replay or undo this import", icon=":material/history:"):
        _show_replay(import_)
        _show_undo(import_)


def _show_reports(import_: ImportHealth) -> None:
    try:
        links = uploaded.report_links(import_)
    except LodeError as problem:
        st.caption(esc(in_form(problem.sentence)))
        return
    with st.container(horizontal=True):
        for kind, link in links.items():
            st.link_button(LABELS[kind], link, icon=":material/download:")
    st.caption("Each link is good once, for ten minutes, in this browser; the audit log notes it.")


def _show_replay(import_: ImportHealth) -> None:
    st.markdown("**Replay**: read the landed file again, all of it or what was refused.")
    with st.container(horizontal=True):
        for label, mode in (("Replay all", "full"), ("Replay errors only", "errors-only")):
            if st.button(label, key=f"replay_{mode}"):
                given = {"import_id": import_.import_id, "mode": mode}
                _ask("replay", given)


def _show_undo(import_: ImportHealth) -> None:
    st.markdown("**Undo**: take its records out; the file and the raw records stay.")
    previews: dict[str, int] = st.session_state.setdefault(PREVIEW, {})
    number = previews.get(import_.import_id)
    preview = work.one(number) if number is not None else None
    if st.button("See what undoing would do", disabled=preview is not None and preview.is_open):
        _ask("undo_preview", {"import_id": import_.import_id}, previews)
    if preview is None:
        return
    work.show_job(preview)
    if preview.state != "DONE":
        return
    with st.form("undo", border=False):
        key = f"undo_reason_{import_.import_id}"
        reason = st.text_input("Why is it undone?", key=key, max_chars=500)
        is_asked = st.form_submit_button("Undo the import", type="primary")
    if is_asked:
        _ask("undo", {"import_id": import_.import_id, "reason": reason})


def _ask(kind: str, given: Mapping[str, Any], numbers: dict[str, int] | None = None) -> None:
    try:
        number = work.ask(kind, given)
    except (LodeError, QueryError) as problem:
        states.refused(problem)
        return
    if numbers is not None:
        numbers[str(given["import_id"])] = number
    st.rerun()

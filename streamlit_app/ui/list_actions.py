"""What can be done with a list: a new export, its release, and taking its file."""

from __future__ import annotations

import streamlit as st

from lode.errors import LodeError
from lode.reveals import REASON_MAXIMUM, REASON_MINIMUM
from lode.rights import Right
from streamlit_app.queries.lists import ListExport, ListVersion
from streamlit_app.ui import data, list_data, live
from streamlit_app.ui.field_words import in_form
from streamlit_app.ui.format import duration, esc, utc_now


def show_form(name: str, newest: ListVersion) -> None:
    """Offer an export of the newest version, for a reason."""
    with st.form("export", border=False):
        reason = st.text_input("What is it for?", key=f"export_reason_{name}", max_chars=500)
        is_asked = st.form_submit_button(f"Export version {newest.version}", type="primary")
    if is_asked:
        live.say_asked(lambda: list_data.ask(name, newest.version, reason))


def show_release(export: ListExport) -> None:
    """Offer the release of a large export to a second person, for a reason."""
    if export.released_by:
        st.caption(f"Released by {esc(export.released_by, 128)}.")
    if not list_data.needs_release(export):
        return
    st.info(
        f"Export {export.number} is so large that a second person releases it: somebody else than"
        f" {esc(export.exported_by, 128)}, who may release large lists.",
        icon=":material/lock:",
    )
    if not data.may(Right.RELEASE_LISTS):
        return
    with st.form("release", border=False):
        key = f"release_reason_{export.number}"
        reason = st.text_input("Why may it leave?", key=key, max_chars=500)
        is_asked = st.form_submit_button(f"Release export {export.number}", type="primary")
    if is_asked:
        live.say_asked(lambda: list_data.ask_release(export, reason))


def show_download(export: ListExport) -> None:
    """Offer the file of an export, or say why it can't be taken."""
    try:
        link = list_data.download_link(export)
    except LodeError as problem:
        st.caption(esc(in_form(problem.sentence), 500))
        return
    st.link_button("Take the file", link, icon=":material/download:")
    if export.valid_until is not None:
        left = duration((export.valid_until - utc_now()).total_seconds())
        st.caption(
            f"Good for another {left}. The link works once, for ten minutes, in this browser; the"
            " audit log notes it, and each line as a look at contact values."
        )
    _show_again(export)


def _show_again(export: ListExport) -> None:
    """Offer the file once more to who says why."""
    with st.expander("Take it again", icon=":material/history:"):
        reason = st.text_input(
            "The file was taken before: why is it needed again?",
            key=f"again_{export.number}",
            max_chars=REASON_MAXIMUM,
            autocomplete="off",
        ).strip()
        if len(reason) < REASON_MINIMUM:
            st.caption(f"The reason, of {REASON_MINIMUM} characters or more, goes into the log.")
        else:
            link = list_data.download_link(export, reason)
            st.link_button("Take the file again", link, icon=":material/download:")

"""Overview: the warehouse in numbers, and what needs attention."""

from __future__ import annotations

import streamlit as st

from streamlit_app.auth.rights import Right
from streamlit_app.queries.imports import ImportHealth
from streamlit_app.ui import data, frame, states
from streamlit_app.ui.accounting import account_for, state_of
from streamlit_app.ui.format import esc

MAXIMUM_ATTENTION = 10


def attention(import_: ImportHealth) -> str:
    """Return why somebody should look at an import, "" if nobody needs to."""
    if import_.status == "FAILED":
        return "failed"
    if account_for(import_).closes is False:
        return "does not account for every record"
    if import_.status == "COMPLETE_WITH_ERRORS":
        return "complete, with rejected records"
    if import_.status == "LOADED":
        return "loaded, not processed yet: run lode run"
    return ""


def show_attention() -> None:
    """List the imports that need somebody, each with a link to itself."""
    imports = data.imports()
    found = [(import_, attention(import_)) for import_ in imports]
    waiting = [(import_, why) for import_, why in found if why]
    if not imports:
        states.empty("No file has been imported yet.", "Load one with `lode load FILE`.")
        return
    if not waiting:
        st.success(
            f"Nothing: the newest {len(imports)} imports went well.", icon=":material/check_circle:"
        )
        return
    for import_, why in waiting[:MAXIMUM_ATTENTION]:
        icon = state_of(import_).icon
        st.page_link(
            "app_pages/imports.py",
            label=f"{icon} {esc(import_.filename, 60)}: {why}",
            query_params={"imp": import_.import_id},
        )
    if len(waiting) > MAXIMUM_ATTENTION:
        st.caption(f"And {len(waiting) - MAXIMUM_ATTENTION} more on the page Imports.")


version = frame.open_page(
    "Overview", "How many people there are, and whom we may contact.", Right.SEE_NUMBERS
)
if version is not None:
    frame.show_tiles(version)
if data.may(Right.SEE_IMPORTS):
    st.subheader("Imports that need attention", anchor=False)
    states.panel("The list of imports", show_attention)

"""What a list came to at the last build: counted from the cube, at once and for nothing."""

from __future__ import annotations

import streamlit as st

from streamlit_app.queries.cube import is_counted
from streamlit_app.queries.lists import ListVersion
from streamlit_app.queries.warehouse import WarehouseVersion
from streamlit_app.ui import list_charts, list_data, states
from streamlit_app.ui.format import counted, whole


def show_estimate(newest: ListVersion, version: WarehouseVersion) -> None:
    """Show who would be left out by the first reason, or why only a preview can say."""
    st.subheader("At the last build", anchor=False)
    if not is_counted(newest):
        st.caption(
            "Conditions, campaigns, days of the last contact and a score other than 25, 50 or 75"
            " are counted by a preview only."
        )
        return
    with states.loading(height=120):
        found = list_data.estimate(version.version, newest)
    if not found.checked:
        states.empty("Nobody was in this list.", "Make its filters wider.")
        return
    list_charts.show_table(found, "estimate")
    people = counted(found.checked, "person", "people")
    st.caption(
        f"{whole(found.rows)} of {people} might be contacted. A preview"
        " decides anew, leaves out contact points that come twice, and knows the hours."
    )

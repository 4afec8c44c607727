"""Exports of all lists that wait for a second person, each with a link to where it is released."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from streamlit_app.ui import links, list_data, states, tables
from streamlit_app.ui.format import counted, esc, local_time, plain, zone_of

MAXIMUM_LINKS = 20


def show_held() -> None:
    """List what waits, newest first."""
    st.subheader("Waiting for a second person", anchor=False)
    with states.loading(height=200):
        found, has_more = list_data.held()
    if not found:
        states.empty("No export waits for a second person.")
        return
    if has_more:
        states.partial(f"The newest {len(found)} are listed.")
    zone = zone_of(st.context.timezone)
    rows = [
        {
            "Export": one.number,
            "List": plain(one.list_name),
            "Version": one.version,
            "In the file": one.rows,
            "Decided": local_time(one.decided_at, zone),
            "Good until": local_time(one.valid_until, zone),
            "By": plain(one.exported_by),
            "What for": plain(one.reason) or "–",
        }
        for one in found
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key=tables.key_of("held_table", [one.number for one in found]),
        column_config=tables.count_columns(["In the file"]),
        height="auto" if len(rows) <= 10 else 392,
    )
    for one in found[:MAXIMUM_LINKS]:
        links.lead(
            "app_pages/lists.py",
            label=f"Export {one.number} of {esc(one.list_name, 64)},"
            f" {counted(one.rows, 'person', 'people')}",
            icon=":material/lock:",
            query={"list": one.list_name, "export": str(one.number)},
        )

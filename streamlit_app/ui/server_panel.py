"""The server on the page Warehouse health: slow statements and sessions, looked at on demand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from streamlit_app.queries.errors import NotAllowedError
from streamlit_app.ui import health_data, states
from streamlit_app.ui.format import duration, plain, whole

SECONDS = st.column_config.NumberColumn(format="%.3f")
GRANT = "grant select on performance_schema.events_statements_summary_by_digest to …"


@st.fragment
def show_server() -> None:
    """Show what the dashboard measured, and on demand what the server says."""
    states.panel("The dashboard's statements", show_timings)
    if not st.toggle("Ask the server too", key="server"):
        st.caption("Its slowest statements and its sessions, as far as the account may see them.")
        return
    states.panel("The server's statements", show_digests)
    states.panel("The sessions", show_sessions)


def show_timings() -> None:
    """Show the dashboard's own statements, the slowest first; there are no values in names."""
    with states.loading(height=322):
        found = health_data.own_timings()
    if not found:
        states.empty("No statement ran yet.")
        return
    rows = [
        {
            "Statement": plain(one.name),
            "Runs": one.count,
            "Slowest, s": one.most_seconds,
            "Mean, s": one.mean_seconds,
            "Last, s": one.last_seconds,
        }
        for one in found
    ]
    _table(rows, "timings_table")
    st.caption("The dashboard's statements since it began, waits for a free connection included.")


def show_digests() -> None:
    """Show the server's statistics of statements, or say why there are none."""
    try:
        with states.loading(height=322):
            found = health_data.digests()
    except NotAllowedError:
        states.empty(
            "The dashboard's account may not see the server's statistics of statements.",
            f"An administrator may let it: `{GRANT}`.",
        )
        return
    if not found:
        states.empty(
            "The server has no statistics of statements:", "its performance_schema is off or new."
        )
        return
    rows = [
        {
            "Statement": plain(one.text, 300),
            "Runs": one.count,
            "Slowest, s": one.most_seconds,
            "Mean, s": one.mean_seconds,
        }
        for one in found
    ]
    _table(rows, "digests_table")


def show_sessions() -> None:
    """Show the sessions, those at work first."""
    with states.loading(height=200):
        found = health_data.sessions()
    busy = [one for one in found if not one.is_idle]
    longest = max((one.seconds for one in busy), default=0)
    accounts = {one.account for one in found}
    seen = "of the dashboard's own account" if len(accounts) == 1 else "of the server"
    st.caption(
        f"{whole(len(found))} {'session' if len(found) == 1 else 'sessions'} {seen},"
        f" {whole(len(busy))} at work, the longest for"
        f" {duration(longest)}."
    )
    rows = [
        {
            "Session": one.number,
            "Account": plain(one.account, 60),
            "Does": "Waits for its client" if one.is_idle else plain(one.command, 40),
            "State": plain(one.state, 80),
            "Seconds": one.seconds,
        }
        for one in found
    ]
    _table(rows, "sessions_table")


def _table(rows: list[dict[str, Any]], key: str) -> None:
    """Show rows, with a bar to scroll by from the ninth on; seconds to the millisecond."""
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key=key,
        column_config={name: SECONDS for name in rows[0] if name.endswith(", s")} if rows else None,
        height="auto" if len(rows) <= 8 else 322,
    )

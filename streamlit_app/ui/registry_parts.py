"""The parts of our copy of the national do-not-call registry: what its age is the age of."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from streamlit_app.ui import health_data, paging, registry, states, tables
from streamlit_app.ui.format import utc_now, whole


def show_parts() -> None:
    """List the area codes, the oldest first, each with its age and what that stops."""
    copy = health_data.registry_copy()
    if copy is None:
        states.empty(registry.NONE, "Load one with `lode dnc load`.")
        return
    today = utc_now().date()
    limit, warning = registry.limits(today)
    trail = paging.trail_of("registry", "", tuple[date, int])
    with states.loading(height=300):
        found, has_more = health_data.registry_parts(trail[-1] if trail else None)
    if not found:
        paging.begin_anew(trail)
    rows = [
        {
            "Area code": str(one.area_code or "all"),
            "Accessed on": one.accessed_on.isoformat(),
            "Age in days": (today - one.accessed_on).days,
            "State": registry.state_of((today - one.accessed_on).days, limit, warning),
        }
        for one in found
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key=tables.key_of("parts_table", [one.position for one in found]),
        column_config=tables.count_columns(["Age in days"]),
        height="auto" if len(rows) <= 10 else 392,
    )
    if has_more or trail:
        words = ("Before", "Next")
        paging.show_pager(trail, found[-1].position, has_more, len(found), ("part", "parts"), words)
    st.caption(
        f"{whole(copy.area_codes)} {'part' if copy.area_codes == 1 else 'parts'}, the oldest of"
        f" {copy.oldest_on}: the age of our copy is that of its oldest part. After {limit} days"
        " calls to the numbers of a part are blocked."
    )

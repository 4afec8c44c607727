"""The people behind a bar of the caps: those with so many contacts within the window."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from streamlit_app.queries.risk_outlook import CapStep
from streamlit_app.ui import choice, paging, risk_data, states, tables
from streamlit_app.ui.format import counted, local_day, local_time, utc_now, whole, zone_of
from streamlit_app.ui.risk_people import show_person_link


def show_people(steps: Sequence[CapStep]) -> None:
    """List the people of one step of a cap, the highest one first, a page at a time."""
    labels = {
        str(one.used): f"{whole(one.used)} contact{'' if one.used == 1 else 's'},"
        f" {counted(one.people, 'person', 'people')}"
        for one in reversed(steps)
    }
    used = int(choice.choose("used", "People with", labels))
    cap, stopped = steps[0].cap_id, "✕ Yes" if steps[0].is_enforced else "⚠ Warned"
    trail = paging.trail_of("capped", (cap, used), int)
    with states.loading(height=200):
        found, has_more = risk_data.capped(cap, used, trail[-1] if trail else 0)
    if not found:
        paging.begin_anew(trail)
        states.empty("Nobody is listed.", "The numbers are of another build: look again.")
        return
    zone = zone_of(st.context.timezone)
    rows = [
        {
            "Person": str(one.golden_person_id),
            "Contacts": one.used,
            "Last contact": local_day(one.last_contacted_at, zone),
            "Blocked": "✓ No" if one.free_at is None else stopped,
            "Free again": "–" if one.free_at is None else local_time(one.free_at, zone),
        }
        for one in found
    ]
    ids = [one.golden_person_id for one in found]
    chosen = tables.choose_row("capped_table", ids, pd.DataFrame(rows), most_rows=6, height=250)
    if chosen is not None:
        show_person_link(ids[chosen], utc_now().date())
    last = found[-1].golden_person_id
    paging.show_pager(trail, last, has_more, len(found), ("person", "people"), ("Before", "Next"))

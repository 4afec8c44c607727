"""The requests behind the numbers: those that a contact followed, one by one."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import streamlit as st

from streamlit_app.queries.opt_out_register import FollowedRequest
from streamlit_app.queries.risk import Weeks
from streamlit_app.ui import choice, paging, risk_data, states, tables
from streamlit_app.ui.format import local_day, local_time, plain, zone_of
from streamlit_app.ui.risk_people import show_person_link
from streamlit_app.ui.words import channel_word

FOLLOWED = {"": "Followed by a contact", "late": "Followed by a contact after the deadline"}


def show_requests(weeks: Weeks) -> None:
    """List the requests of some weeks that a contact followed, newest first, a page at a time."""
    st.subheader("The requests", anchor=False)
    late_only = choice.choose("followed", "Requests", FOLLOWED) == "late"
    trail = paging.trail_of("requests", (weeks, late_only), tuple[datetime, int])
    with states.loading(height=300):
        found, has_more = risk_data.followed_requests(
            weeks, trail[-1] if trail else None, late_only=late_only
        )
    if not found:
        paging.begin_anew(trail)
        states.empty("No request of these weeks was followed by such a contact.")
        return
    ids = [one.position for one in found]
    frame = requests_frame(found)
    chosen = tables.choose_row("requests_table", ids, frame, counts=["Contacts after"])
    if chosen is not None:
        one = found[chosen]
        show_person_link(one.golden_person_id, (one.last_contact_at or one.opted_out_at).date())
    paging.show_pager(trail, found[-1].position, has_more, len(found), ("request", "requests"))


def requests_frame(found: list[FollowedRequest]) -> pd.DataFrame:
    """Return one row per request, in the order given."""
    zone = zone_of(st.context.timezone)
    return pd.DataFrame(
        [
            {
                "Asked": local_day(one.opted_out_at, zone),
                "Channel": "All" if one.channel == "all" else plain(channel_word(one.channel)),
                "Contact point": plain(one.shown_contact) or "–",
                "Known since": local_time(one.known_at, zone),
                "Deadline (UTC day)": str(one.deadline_on or "–"),
                "Contacts after": one.contacts,
                "Last contact": local_day(one.last_contact_at, zone),
                "In time": "✕ Late" if one.is_late else "▲ Within the law's days",
                "Person": str(one.golden_person_id or "–"),
                "Request": str(one.request_id),
            }
            for one in found
        ]
    )

"""Another cap: what it would have meant for the contacts made, and the contacts themselves."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from lode.risk_caps import Cap
from streamlit_app.queries import look_backs
from streamlit_app.queries.jobs import JobState
from streamlit_app.queries.look_backs import LookBack, MadeContact
from streamlit_app.ui import choice, live, paging, risk_data, states, tables, tiles
from streamlit_app.ui.format import esc, local_day, local_time, percent, whole, zone_of
from streamlit_app.ui.risk_people import show_person_link
from streamlit_app.ui.words import CHANNELS, channel_word

PAGE = "app_pages/risk.py"
ALL_WEEKS = "All weeks"
HOURS = {"days": 24, "hours": 1}
# What each number is called, and which of the facts it is; the first is listed unasked.
NUMBERS = {
    look_backs.OVER: ("Over the cap", "broken"),
    look_backs.BLOCKED: ("Stopped by it", "blocked"),
    look_backs.PEOPLE: ("People over it", "over_holders"),
    look_backs.MADE: ("Contacts made", "contacts"),
}
HELP = {
    look_backs.OVER: "Contacts made after as many others within the window.",
    look_backs.BLOCKED: "Would not have been made. Fewer than those over the cap: what is not made"
    " uses nothing up.",
}


def show_form() -> None:
    """Offer to look back with another cap."""
    st.subheader("Another cap", anchor=False)
    with st.form("risk_cap"):
        channel = st.selectbox("Channel", list(CHANNELS), format_func=channel_word, key="cap_of")
        contacts = st.number_input("Contacts at most", 1, 100, 3, key="cap_contacts")
        window = st.number_input("In so many", 1, 366, 7, key="cap_window")
        unit = st.selectbox("Days or hours", list(HOURS), key="cap_unit")
        days = st.number_input("Over the last … days", 1, 366, 90, key="cap_days")
        is_asked = st.form_submit_button("Look back", type="primary")
    if is_asked:
        hours = int(window) * HOURS[unit or "days"]
        number = live.say_asked(
            lambda: risk_data.ask_cap(channel or "call", int(contacts), hours, int(days))
        )
        if number is not None:
            st.query_params["look"] = str(number)


def show_look_back() -> None:
    """Show what the cap that the address names would have meant, else the newest one asked for."""
    jobs = risk_data.cap_jobs()
    found = live.job_in_address("look", jobs, risk_data.cap_job)
    if found is not None and "broken" in found.facts:
        _show_simulation(found)
    live.watch(jobs, found)


def _show_simulation(job: JobState) -> None:
    said = job.facts
    zone = zone_of(st.context.timezone)
    since, until = (datetime.fromisoformat(said[name]) for name in ("since", "until"))
    # One that was asked for by an older version has days.
    hours = said.get("window_hours") or 24 * said["window_days"]
    cap = Cap(said["channel"], said["max_contacts"], hours).in_words()
    st.markdown(
        f"**{esc(channel_word(said['channel']))}: {cap}**, {local_time(since, zone)} to"
        f" {local_time(until, zone)}"
    )
    with st.container(horizontal=True):
        for which, (label, name) in NUMBERS.items():
            query = {"view": "caps", "look": str(job.number), "rows": which}
            tiles.show_tile(label, whole(said[name]), PAGE, query, exactly=HELP.get(which))
    st.caption(
        f"{whole(said['broken'])} of {whole(said['contacts'])} contacts"
        f" ({percent(said['broken'], said['contacts'])}) with {whole(said['over_holders'])} of"
        f" {whole(said['holders'])} people were over it. Contacts count by golden person, or by"
        " number or mailbox where nobody is known."
    )
    _show_weeks(job)
    look = LookBack(job.number, said["channel"], since, until)
    states.panel("The contacts", lambda: show_rows(look, said))


def _show_weeks(job: JobState) -> None:
    rows = [
        {"Week of": week, "Contacts": made, "Over the cap": over}
        for week, made, over in job.facts["weeks"]
    ]
    if rows:
        st.dataframe(
            pd.DataFrame(rows[::-1]),
            hide_index=True,
            key=tables.key_of("look_table", [job.number]),
            column_config=tables.count_columns(["Contacts", "Over the cap"]),
            height="auto" if len(rows) <= 8 else 322,
        )


def show_rows(look: LookBack, said: dict[str, Any]) -> None:
    """List the contacts behind one of the numbers, of all weeks or of one, a page at a time."""
    labels = {which: f"{label}, {whole(said[name])}" for which, (label, name) in NUMBERS.items()}
    which = choice.choose("rows", "What is listed", labels)
    if which != look_backs.PEOPLE:
        look = _of_week(look, said["weeks"])
    kept = said.get("kept") or 0
    if which in look_backs.KEPT and kept < said["broken"]:
        states.partial(f"Of {whole(said['broken'])} contacts over the cap {whole(kept)} are kept.")
    trail = paging.trail_of("look_back", (look, which), tuple[datetime, int])
    with states.loading(height=250):
        found, has_more = risk_data.looked_back(look, which, trail[-1] if trail else None)
    if not found:
        paging.begin_anew(trail)
        states.empty(
            "No contact is listed.", "Those of the newest 20 look backs are kept: look back again."
        )
        return
    _show_contacts(found, which)
    words = ("person", "people") if which == look_backs.PEOPLE else ("contact", "contacts")
    paging.show_pager(trail, found[-1].position, has_more, len(found), words, name="looked_back")


def _of_week(look: LookBack, weeks: list[tuple[str, int, int]]) -> LookBack:
    """Offer the weeks, and return the part of the look back that is asked for."""
    labels = {"": ALL_WEEKS, **{week: f"Week of {week}" for week, _, _ in reversed(weeks)}}
    chosen = choice.choose("in", "Week", labels)
    if not chosen:
        return look
    begin = datetime.combine(date.fromisoformat(chosen), time())
    end = min(look.end, begin + timedelta(weeks=1))
    return LookBack(look.job, look.channel, max(look.begin, begin), end)


def _show_contacts(found: list[MadeContact], which: str) -> None:
    zone = zone_of(st.context.timezone)
    rows = [
        {
            "When": local_day(one.made_at, zone),
            "Person": str(one.golden_person_id or "–"),
            "Contact point": one.shown_contact or "–",
            **({"Over the cap": one.over_count} if which == look_backs.PEOPLE else {}),
            **(
                {"With the cap": "✕ Not made" if one.is_blocked else "✓ Made"}
                if which in (look_backs.OVER, look_backs.BLOCKED)
                else {}
            ),
            "Touchpoint": str(one.touchpoint_id),
        }
        for one in found
    ]
    ids = [one.position for one in found]
    chosen = tables.choose_row(
        "looked_back_table", ids, pd.DataFrame(rows), counts=["Over the cap"], height=300
    )
    if chosen is not None:
        show_person_link(found[chosen].golden_person_id, found[chosen].made_at.date())

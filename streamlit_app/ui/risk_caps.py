"""Caps: how far they are used up, and what another one would have meant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from lode.risk_caps import Cap
from streamlit_app.queries.jobs import JobState
from streamlit_app.queries.risk_outlook import CapStep
from streamlit_app.ui import choice, live, risk_capped, risk_data, states, tables
from streamlit_app.ui.charts import alternative, stacked_bars
from streamlit_app.ui.format import esc, local_time, percent, plain, whole, zone_of
from streamlit_app.ui.words import CHANNELS, channel_word

CHART_HEIGHT = 260
FREE, USED_UP = "below the cap", "at the cap or above"
HOURS = {"days": 24, "hours": 1}
COLORS = {FREE: "#2A7FC9", USED_UP: "#C2571A"}


def _words(step: CapStep) -> str:
    return Cap(step.channel, step.allowed, step.window_hours).in_words()


def sentence_of(steps: Sequence[CapStep]) -> str:
    """Return in words how far one cap is used up."""
    people = sum(one.people for one in steps)
    full = sum(one.people for one in steps if one.used >= one.allowed)
    counts = "; ".join(
        f"{whole(one.used)} contact{'' if one.used == 1 else 's'}: {whole(one.people)} people"
        for one in steps
    )
    cap = _words(steps[0]).capitalize()
    return (
        f"{cap}: of {whole(people)} people"
        f" contacted within the window {whole(full)} ({percent(full, people)}) are at the cap or"
        f" above. {counts}."
    )


def show_usage(found: Sequence[CapStep]) -> None:
    """Show the histogram of one cap, and the sentence that says the same."""
    st.subheader("Caps used", anchor=False)
    if not found:
        states.empty("Nobody was contacted within the window of a cap.")
        return
    labels = {
        one.cap_id: f"{plain(channel_word(one.channel))}: {_words(one)} ({plain(one.cap_id)})"
        for one in found
    }
    chosen = choice.choose("cap", "Cap", labels)
    steps = [one for one in found if one.cap_id == chosen]
    sentence = sentence_of(steps)
    rows = [
        {
            "Contacts": str(one.used),
            "People": one.people,
            "State": USED_UP if one.used >= one.allowed else FREE,
        }
        for one in steps
    ]
    described = alternative(f"Bars by number of contacts: {sentence}")
    chart = stacked_bars(
        pd.DataFrame(rows),
        ("Contacts", "People", "State"),
        [str(row["Contacts"]) for row in rows],
        COLORS,
        height=CHART_HEIGHT,
        legend_columns=1,
    )
    st.altair_chart(chart, width="stretch", key="cap_usage", **described)
    st.caption(esc(sentence, 1_000))
    risk_capped.show_people(steps)


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
    number = live.number_in_address("look")
    found = next((one for one in jobs if number in (None, one.number)), None)
    if found is None and number is not None:
        found = risk_data.cap_job(number)
    if found is not None and "broken" in found.facts:
        _show_simulation(found)
    live.watch(jobs)


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
        st.metric("Contacts made", whole(said["contacts"]), border=True)
        st.metric(
            "Over the cap",
            whole(said["broken"]),
            border=True,
            help="Contacts made after as many others within the window.",
        )
        st.metric(
            "Would not have been made",
            whole(said["blocked"]),
            border=True,
            help="Fewer than those over the cap: what is not made uses nothing up.",
        )
        st.metric("People over it", whole(said["over_holders"]), border=True)
    st.caption(
        f"{whole(said['broken'])} of {whole(said['contacts'])} contacts"
        f" ({percent(said['broken'], said['contacts'])}) with {whole(said['over_holders'])} of"
        f" {whole(said['holders'])} people were over it. Contacts count by golden person, or by"
        " number or mailbox where nobody is known."
    )
    rows = [
        {"Week of": week, "Contacts": made, "Over the cap": over}
        for week, made, over in said["weeks"]
    ]
    if rows:
        st.dataframe(
            pd.DataFrame(rows[::-1]),
            hide_index=True,
            key=tables.key_of("look_table", [job.number]),
            column_config=tables.count_columns(["Contacts", "Over the cap"]),
            height="auto" if len(rows) <= 8 else 322,
        )

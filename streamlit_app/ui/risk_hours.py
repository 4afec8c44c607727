"""When contacts were made: how many were checked, and by hour of the week."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import altair as alt
import pandas as pd
import streamlit as st

from streamlit_app.queries.contact_hours import WeekHours
from streamlit_app.queries.risk import Weeks
from streamlit_app.queries.warehouse import WarehouseVersion
from streamlit_app.ui import choice, risk_data, states, tables
from streamlit_app.ui.charts import TEXT, alternative
from streamlit_app.ui.format import counted, esc, local_time, percent, whole, zone_of
from streamlit_app.ui.words import CHANNELS

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HEIGHT = 360
# From few to many: both, and what is between them, have 3:1 on white and on the dark background.
COLORS = ["#7A8494", "#C2571A"]


def show_nothing(version: WarehouseVersion, weeks: Weeks, made: int) -> None:
    """Say that no contact of some weeks broke a rule, as far as they were checked, and how many."""
    checked = local_time(version.built_at, zone_of(st.context.timezone))
    last = min(weeks.end.date() - timedelta(days=1), version.built_at.date())
    if last < weeks.first:
        states.empty(f"No contact of these weeks was checked yet: the last build is of {checked}.")
    elif not made:
        states.empty(
            f"No contact made from {weeks.first} to {last} is known: there was none to check;"
            f" checked {checked}."
        )
    else:
        among = counted(made, "contact")
        st.success(
            f"No incident among {among} made from {weeks.first} to {last}: none stands against a"
            f" rule; checked {checked}.",
            icon=":material/check_circle:",
        )


def show_hours(version: WarehouseVersion, weeks: Weeks) -> None:
    """Show the contacts of some weeks by weekday and hour, as a map of heat and as a table."""
    channel = choice.choose("ch", "Channel", {"": "All channels", **CHANNELS})
    zone = zone_of(st.context.timezone)
    found = risk_data.hours(version.version, weeks, channel, zone)
    if not found.contacts and not found.day_only:
        states.empty("No contact of these weeks is known.", "Choose other weeks or channels.")
        return
    if found.contacts:
        sentence = sentence_of(found)
        st.altair_chart(
            chart_of(found),
            width="stretch",
            key="hours_of_week",
            **alternative(f"Map of weekdays and hours: {sentence}"),
        )
        st.caption(esc(sentence, 500))
        st.dataframe(
            frame_of(found),
            hide_index=True,
            key=tables.key_of("hours_table", [weeks, channel]),
            column_config=tables.count_columns([f"{hour:02d}" for hour in range(24)]),
        )
    without = f" Of {counted(found.day_only, 'more contact')} only the day is known."
    st.caption(
        f"Weekday and hour on your clock ({esc(zone.key)}), of weeks by UTC."
        f"{without if found.day_only else ''}"
    )


def sentence_of(found: WeekHours) -> str:
    """Return in words how many there were, in which hour most, and how many at weekends."""
    most = min(found.hours, key=lambda one: (-one.contacts, one.weekday, one.hour))
    weekend = sum(one.contacts for one in found.hours if one.weekday > 4)
    return (
        f"{counted(found.contacts, 'contact')}, most of them on {DAYS[most.weekday]} from"
        f" {most.hour:02d}:00 to {most.hour + 1:02d}:00 ({whole(most.contacts)}); at weekends"
        f" {whole(weekend)} ({percent(weekend, found.contacts)})."
    )


def frame_of(found: WeekHours) -> pd.DataFrame:
    """Return a row per weekday and a column per hour."""
    counts = Counter({(one.weekday, one.hour): one.contacts for one in found.hours})
    return pd.DataFrame(
        [
            {"Day": name, **{f"{hour:02d}": counts[(day, hour)] for hour in range(24)}}
            for day, name in enumerate(DAYS)
        ]
    )


def chart_of(found: WeekHours) -> alt.Chart:
    """Return a map of hours and weekdays; an hour without a contact is left blank."""
    frame = pd.DataFrame(
        [
            {"Day": DAYS[one.weekday], "Hour": f"{one.hour:02d}", "Contacts": one.contacts}
            for one in found.hours
            if one.contacts
        ]
    )
    most = max(one.contacts for one in found.hours)
    chart: alt.Chart = (
        alt.Chart(frame, height=HEIGHT)
        .mark_rect()
        .encode(
            x=alt.X(
                "Hour:O",
                scale=alt.Scale(domain=[f"{hour:02d}" for hour in range(24)]),
                axis=alt.Axis(labelAngle=0, labelColor=TEXT, title=None, labelOverlap=True),
            ),
            y=alt.Y(
                "Day:O",
                scale=alt.Scale(domain=list(DAYS)),
                axis=alt.Axis(labelColor=TEXT, title=None, labelOverlap=False),
            ),
            color=alt.Color(
                "Contacts:Q",
                scale=alt.Scale(domain=[0, most], range=COLORS),
                legend=alt.Legend(
                    orient="bottom", title=None, labelColor=TEXT, format=",d", tickMinStep=1
                ),
            ),
            tooltip=["Day:O", "Hour:O", alt.Tooltip("Contacts:Q", format=",d")],
        )
    )
    return chart

"""Caps: how far they are used up, as bars and as people."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lode.risk_caps import Cap
from streamlit_app.queries.risk_outlook import MAXIMUM_STEPS, CapStep
from streamlit_app.ui import choice, risk_capped, states
from streamlit_app.ui.charts import alternative, stacked_bars
from streamlit_app.ui.format import counted, esc, percent, plain, whole
from streamlit_app.ui.words import channel_word

CHART_HEIGHT = 260
FREE, USED_UP = "below the cap", "at the cap or above"
COLORS = {FREE: "#2A7FC9", USED_UP: "#C2571A"}


def _words(step: CapStep) -> str:
    return Cap(step.channel, step.allowed, step.window_hours).in_words()


def sentence_of(steps: Sequence[CapStep]) -> str:
    """Return in words how far one cap is used up."""
    people = sum(one.people for one in steps)
    full = sum(one.people for one in steps if one.used >= one.allowed)
    counts = "; ".join(
        f"{counted(one.used, 'contact')}: {counted(one.people, 'person', 'people')}"
        for one in steps
    )
    cap = _words(steps[0]).capitalize()
    only = "" if steps[0].is_enforced else " (a warning only)"
    return (
        f"{cap}{only}: of {counted(people, 'person', 'people')}"
        f" contacted within the window {whole(full)} ({percent(full, people)}) are at the cap or"
        f" above. {counts}."
    )


def show_usage(found: Sequence[CapStep]) -> None:
    """Show the histogram of one cap, and the sentence that says the same."""
    st.subheader("Caps used", anchor=False)
    if not found:
        states.empty("Nobody was contacted within the window of a cap.")
        return
    if len(found) >= MAXIMUM_STEPS:
        states.partial(f"Only {len(found)} bars are read: those of the last cap may be a part.")
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

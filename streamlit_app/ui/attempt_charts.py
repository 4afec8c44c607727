"""The phases of an import as a strip per attempt, with a sentence that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import altair as alt
import pandas as pd
import streamlit as st

from streamlit_app.queries.imports import Attempt, ImportHealth
from streamlit_app.ui.charts import TEXT, alternative
from streamlit_app.ui.format import duration
from streamlit_app.ui.words import status_words

LOADING, BROKEN, UNTIL, GOING_ON = "Loading", "Loading, failed", "Until processed", "Going on"
COLORS = {LOADING: "#2A7FC9", BROKEN: "#D6293E", UNTIL: "#117733", GOING_ON: "#7A8494"}
# Seconds in the unit of the axis, from how many of them on it is used.
UNITS = (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1))


@dataclass(frozen=True)
class Phase:
    """A phase of an attempt: when it began and ended, in seconds since the attempt began."""

    attempt: int
    name: str
    begin: float
    end: float


def phases_of(import_: ImportHealth, attempts: Sequence[Attempt], now: datetime) -> list[Phase]:
    """Return the phases of all attempts, the first attempt first; `attempts` are newest first."""
    phases: list[Phase] = []
    for one in reversed(attempts):
        is_last = one.number == import_.attempt
        is_running = is_last and status_words(import_.status).is_running
        ended = one.ended_at
        if ended is None:
            if is_running:
                phases.append(_phase(one, GOING_ON, one.started_at, now))
            continue
        name = BROKEN if one.status == "FAILED" else LOADING
        phases.append(_phase(one, name, one.started_at, ended))
        done = import_.completed_at
        if not is_last or one.status == "FAILED":
            continue
        if is_running or import_.status == "LOADED":
            phases.append(_phase(one, GOING_ON, ended, now))
        elif done is not None and done >= ended:
            phases.append(_phase(one, UNTIL, ended, done))
    return phases


def sentence_of(phases: Sequence[Phase]) -> str:
    """Return the phases in words, attempt by attempt."""
    said = []
    for number in dict.fromkeys(one.attempt for one in phases):
        own = ", ".join(
            f"{one.name.lower()} {duration(one.end - one.begin)}"
            for one in phases
            if one.attempt == number
        )
        said.append(f"Attempt {number}: {own}.")
    return " ".join(said)


def show_phases(phases: Sequence[Phase]) -> None:
    """Draw the strip; the sentence below it is also what a screen reader is told."""
    longest = max((one.end for one in phases), default=0)
    if not longest:
        return
    sentence = sentence_of(phases)
    described = alternative(f"Strip of phases: {sentence}")
    st.altair_chart(_strip(phases, longest), width="stretch", key="phases", **described)
    st.caption(sentence)


def _phase(one: Attempt, name: str, begin: datetime, end: datetime) -> Phase:
    since = one.started_at
    return Phase(
        one.number, name, (begin - since).total_seconds(), max((end - since).total_seconds(), 0)
    )


def _strip(phases: Sequence[Phase], longest: float) -> alt.Chart:
    unit, seconds = next(one for one in UNITS if longest >= 2 * one[1] or one[1] == 1)
    frame = pd.DataFrame(
        [
            {
                "Attempt": f"Attempt {one.attempt}",
                "Phase": one.name,
                "Took": duration(one.end - one.begin),
                "begin": one.begin / seconds,
                "end": one.end / seconds,
            }
            for one in phases
        ]
    )
    present = [name for name in COLORS if name in set(frame["Phase"])]
    chart: alt.Chart = (
        alt.Chart(frame, height=28 * frame["Attempt"].nunique() + 140)
        .mark_bar(height=18)
        .encode(
            y=alt.Y("Attempt:N", sort=None, axis=alt.Axis(labelColor=TEXT, title=None)),
            x=alt.X(
                "begin:Q",
                axis=alt.Axis(
                    labelColor=TEXT,
                    titleColor=TEXT,
                    title=f"{unit} since the attempt began",
                    tickCount=5,
                ),
            ),
            x2="end:Q",
            color=alt.Color(
                "Phase:N",
                scale=alt.Scale(domain=present, range=[COLORS[name] for name in present]),
                legend=alt.Legend(orient="bottom", title=None, columns=2, labelColor=TEXT),
            ),
            tooltip=["Attempt:N", "Phase:N", "Took:N"],
        )
    )
    return chart

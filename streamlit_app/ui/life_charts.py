"""A life at a glance: events by year and kind, with a sentence that says the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from streamlit_app.queries.timeline import YearCount
from streamlit_app.ui.charts import alternative, stacked_bars
from streamlit_app.ui.event_words import KIND_WORDS, kind_name
from streamlit_app.ui.format import whole

CHART_HEIGHT = 300
MAXIMUM_YEARS = 40


def sentence_of(years: Sequence[YearCount]) -> str:
    """Return in words how many events there are, since when, and of which kinds."""
    counts: Counter[str] = Counter()
    for one in years:
        counts[one.kind] += one.count
    total = sum(counts.values())
    kinds = ", ".join(f"{kind_name(kind)} {whole(count)}" for kind, count in counts.most_common())
    first, last = min(one.year for one in years), max(one.year for one in years)
    span = f"in {first}" if first == last else f"from {first} to {last}"
    noun = "event" if total == 1 else "events"
    return f"{whole(total)} {noun} {span}: {kinds}."


def years_shown(years: list[int]) -> list[int]:
    """Return the years of the strip: all from the first to the last where there is room.

    Where there is not, as one event is dated in 2099 or in 1900, those that have events.
    """
    span = list(range(years[0], years[-1] + 1))
    return span if len(span) <= MAXIMUM_YEARS else years[-MAXIMUM_YEARS:]


def show_years(years: Sequence[YearCount]) -> None:
    """Draw the strip of years; the sentence below it is also what a screen reader is told."""
    sentence = sentence_of(years)
    kinds = [kind for kind in KIND_WORDS if any(one.kind == kind for one in years)]
    shown = years_shown(sorted({one.year for one in years}))
    frame = pd.DataFrame(
        [
            {"Year": str(one.year), "Events": one.count, "Kind": kind_name(one.kind)}
            for one in years
            if one.kind in KIND_WORDS and one.year in shown
        ]
    )
    chart = stacked_bars(
        frame,
        ("Year", "Events", "Kind"),
        [str(year) for year in shown],
        {kind_name(kind): KIND_WORDS[kind][2] for kind in kinds},
        height=CHART_HEIGHT,
        legend_columns=2,
    )
    described = alternative(f"Bars by year: {sentence}")
    st.altair_chart(chart, width="stretch", key="life_by_year", **described)
    st.caption(sentence)

"""A life at a glance: events by year and kind, with a sentence that says the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st

from streamlit_app.queries.timeline import YearCount
from streamlit_app.ui.charts import DARK_TEXT, LIGHT_TEXT, alternative
from streamlit_app.ui.event_words import KIND_WORDS, kind_name
from streamlit_app.ui.format import whole

CHART_HEIGHT = 300


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


def show_years(years: Sequence[YearCount]) -> None:
    """Draw the strip of years; the sentence below it is also what a screen reader is told."""
    sentence = sentence_of(years)
    kinds = [kind for kind in KIND_WORDS if any(one.kind == kind for one in years)]
    span = range(min(one.year for one in years), max(one.year for one in years) + 1)
    frame = pd.DataFrame(
        [
            {"Year": str(one.year), "Events": one.count, "Kind": kind_name(one.kind)}
            for one in years
            if one.kind in KIND_WORDS
        ]
    )
    text = DARK_TEXT if st.context.theme.type == "dark" else LIGHT_TEXT
    chart = (
        alt.Chart(frame, height=CHART_HEIGHT)
        .mark_bar()
        .encode(
            x=alt.X(
                "Year:O",
                # Years without an event are there too: a gap in a life is seen as one.
                scale=alt.Scale(domain=[str(year) for year in span][-40:]),
                axis=alt.Axis(labelAngle=0, labelColor=text, title=None, labelOverlap=True),
            ),
            y=alt.Y(
                "Events:Q",
                axis=alt.Axis(labelColor=text, title=None, tickMinStep=1, format=",d"),
            ),
            color=alt.Color(
                "Kind:N",
                scale=alt.Scale(
                    domain=[kind_name(kind) for kind in kinds],
                    range=[KIND_WORDS[kind][2] for kind in kinds],
                ),
                legend=alt.Legend(
                    orient="bottom", title=None, columns=2, labelColor=text, labelLimit=200
                ),
            ),
            tooltip=["Year:O", "Kind:N", "Events:Q"],
        )
    )
    described = alternative(f"Bars by year: {sentence}")
    st.altair_chart(chart, width="stretch", key="life_by_year", **described)
    st.caption(sentence)

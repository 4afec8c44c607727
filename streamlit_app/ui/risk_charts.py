"""Incidents by week and reason: the bars, and the sentence that says the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import altair as alt
import pandas as pd
import streamlit as st

from streamlit_app.queries.risk import WeekRisk
from streamlit_app.ui.charts import TEXT, alternative
from streamlit_app.ui.format import esc, plain, whole
from streamlit_app.ui.words import reason_words

CHART_HEIGHT = 300
# At least 3:1 on white and on the dark background; what is beyond them is grey.
COLORS = ("#2A7FC9", "#C2571A", "#117733", "#A5669B", "#8A6D3B", "#D6293E")
REST_COLOR = "#7A8494"
REST = "All others"


def reason_title(code: str) -> str:
    """Return a reason as the beginning of a sentence."""
    words = plain(reason_words((code,)), 80)
    return words[:1].upper() + words[1:]


def sentence_of(weeks: Sequence[WeekRisk]) -> str:
    """Return in words how many incidents there were, for which reasons, and in which week most."""
    reasons: Counter[str] = Counter()
    by_week: Counter[str] = Counter()
    for one in weeks:
        reasons[one.reason] += one.sums.incidents
        by_week[one.week.isoformat()] += one.sums.incidents
    total = sum(reasons.values())
    listed = "; ".join(
        f"{reason_title(code)} {whole(count)}" for code, count in reasons.most_common()
    )
    week, most = min(by_week.items(), key=lambda pair: (-pair[1], pair[0]))
    noun = "incident" if total == 1 else "incidents"
    return (
        f"{whole(total)} {noun} in {len(by_week)} week{'s' if len(by_week) > 1 else ''}, most of"
        f" them in the week of {week} ({whole(most)}). {listed}."
    )


def chart_of(weeks: Sequence[WeekRisk]) -> alt.Chart:
    """Return a stacked bar per week; weeks without an incident have their place too."""
    totals: Counter[str] = Counter()
    for one in weeks:
        totals[one.reason] += one.sums.incidents
    shown = {code: reason_title(code) for code, _ in totals.most_common(len(COLORS))}
    domain = [*shown.values(), *([REST] if len(totals) > len(shown) else [])]
    frame = pd.DataFrame(
        [
            {
                "Week": one.week.isoformat(),
                "Incidents": one.sums.incidents,
                "Reason": shown.get(one.reason, REST),
            }
            for one in weeks
        ]
    )
    first, last = min(one.week for one in weeks), max(one.week for one in weeks)
    span = [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]
    chart: alt.Chart = (
        alt.Chart(frame, height=CHART_HEIGHT)
        .mark_bar()
        .encode(
            x=alt.X(
                "Week:O",
                scale=alt.Scale(domain=[week.isoformat() for week in span]),
                axis=alt.Axis(labelAngle=-45, labelColor=TEXT, title=None, labelOverlap=True),
            ),
            y=alt.Y(
                "sum(Incidents):Q",
                axis=alt.Axis(labelColor=TEXT, title=None, tickMinStep=1, format=",d"),
            ),
            color=alt.Color(
                "Reason:N",
                scale=alt.Scale(
                    domain=domain, range=[*COLORS[: len(shown)], REST_COLOR][: len(domain)]
                ),
                legend=alt.Legend(
                    orient="bottom", title=None, columns=1, labelColor=TEXT, labelLimit=320
                ),
            ),
            tooltip=["Week:O", "Reason:N", "sum(Incidents):Q"],
        )
    )
    return chart


def show_weeks(weeks: Sequence[WeekRisk]) -> None:
    """Draw the bars; the sentence below them is also what a screen reader is told."""
    sentence = sentence_of(weeks)
    described = alternative(f"Bars by week: {sentence}")
    st.altair_chart(chart_of(weeks), width="stretch", key="risk_by_week", **described)
    st.caption(esc(sentence, 1_000))

"""The audit log at a glance: entries by day and kind, with a sentence that says the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from streamlit_app.queries.audit_export import DayCount
from streamlit_app.ui.charts import alternative, stacked_bars
from streamlit_app.ui.format import plain, whole

HEIGHT = 260
# At least 3:1 on white and on the dark background; what comes after them is one more kind.
COLORS = (
    "#2A7FC9", "#C2571A", "#2E8B8B", "#A5669B", "#8A6D3B", "#6B5FC7", "#B0578D", "#D6293E",
)  # fmt: skip
OTHERS, OTHERS_COLOR = "others", "#7A8494"


def sentence_of(counts: Sequence[DayCount], unit: str) -> str:
    """Return in words how many entries there are, of which kinds, and when most came."""
    kinds: Counter[str] = Counter()
    days: Counter[str] = Counter()
    for one in counts:
        kinds[one.kind] += one.count
        days[str(one.first_day)] += one.count
    total = sum(kinds.values())
    named = ", ".join(f"{plain(kind, 30)} {whole(count)}" for kind, count in kinds.most_common(6))
    more = f" and {len(kinds) - 6} more kinds" if len(kinds) > 6 else ""
    day, most = max(days.items(), key=lambda one: one[1])
    noun = "entry" if total == 1 else "entries"
    return f"{whole(total)} {noun}: {named}{more}. Most {unit} {day}: {whole(most)}."


def counts_frame(counts: Sequence[DayCount]) -> pd.DataFrame:
    """Return one row per day (or week) and kind, the rarest kinds as one."""
    kinds: Counter[str] = Counter()
    for one in counts:
        kinds[one.kind] += one.count
    named = {kind for kind, _ in kinds.most_common(len(COLORS))}
    rows: Counter[tuple[str, str]] = Counter()
    for one in counts:
        kind = plain(one.kind, 30) if one.kind in named else OTHERS
        rows[str(one.first_day), kind] += one.count
    return pd.DataFrame(
        [{"Day": day, "Kind": kind, "Entries": count} for (day, kind), count in rows.items()]
    )


def show_counts(counts: Sequence[DayCount], bars: Sequence[date], is_by_week: bool) -> None:
    """Draw the bars; the sentence below them is also what a screen reader is told."""
    sentence = sentence_of(counts, "in the week of" if is_by_week else "on")
    frame = counts_frame(counts)
    kinds = [kind for kind in dict.fromkeys(frame["Kind"]) if kind != OTHERS]
    colors = dict(zip(kinds, COLORS, strict=False))
    if OTHERS in set(frame["Kind"]):
        colors[OTHERS] = OTHERS_COLOR
    chart = stacked_bars(
        frame,
        ("Day", "Entries", "Kind"),
        [str(day) for day in bars],
        colors,
        height=HEIGHT,
        legend_columns=3,
    )
    st.altair_chart(
        chart, width="stretch", key="audit_days", **alternative(f"Bars by day: {sentence}")
    )
    st.caption(sentence)
    with st.expander("Counts as a table"):
        st.dataframe(frame, hide_index=True, key="counts_table")

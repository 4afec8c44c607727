"""What changed since the day before: numbers then and now, and a line of the last days."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st

from streamlit_app.queries.attention import KpiDay
from streamlit_app.queries.warehouse import WarehouseVersion
from streamlit_app.ui import overview_data, states
from streamlit_app.ui.charts import TEXT, alternative
from streamlit_app.ui.format import whole

# Of it the legend and the days take 150.
HEIGHT = 360
LABELS = {
    "records": "Records",
    "rejected": "Rejected records",
    "persons": "Persons",
    "golden_persons": "Golden persons",
    "callable": "Callable",
    "textable": "Textable",
    "mailable": "Mailable",
    "emailable": "E-mailable",
    "incidents": "Contacts against a rule, in all",
    "opt_outs": "Requests not to be contacted, in all",
    "late_opt_outs": "Requests applied late, in all",
}
# Colours with at least 3:1 on white and on the dark background; each line has a dash of its own.
LINES = {
    "golden_persons": "#2A7FC9",
    "callable": "#C2571A",
    "textable": "#2E8B8B",
    "mailable": "#A5669B",
    "emailable": "#8A6D3B",
}


def show_changes(version: WarehouseVersion) -> None:
    """Show the newest day beside the one before it that had a run."""
    with states.loading(height=HEIGHT):
        days = overview_data.kpi_days(version.version)
    if len(days) < 2:
        states.empty("There is one day of numbers so far.", "The next day with a run adds another.")
        return
    now, then = days[0], days[1]
    st.dataframe(
        changes_frame(now, then),
        hide_index=True,
        key="changes_table",
        placeholder="–",
        height="content",
    )
    sentence = sentence_of(days)
    st.altair_chart(
        line_chart(days), width="stretch", key="kpi_lines", **alternative(f"Lines: {sentence}")
    )
    st.caption(sentence)


def changes_frame(now: KpiDay, then: KpiDay) -> pd.DataFrame:
    """Return one row per number: the day before, the newest day, and the change with its sign."""
    return pd.DataFrame(
        [
            {
                "Number": label,
                f"{then.day}": _shown(then.numbers.get(name)),
                f"{now.day}": _shown(now.numbers.get(name)),
                "Change": change_words(then.numbers.get(name), now.numbers.get(name)),
            }
            for name, label in LABELS.items()
        ]
    )


def change_words(before: int | None, after: int | None) -> str:
    """Return a change with its sign, "–" where one of the two is not known."""
    if before is None or after is None:
        return "–"
    change = after - before
    return "no change" if not change else f"{'+' if change > 0 else '−'}{whole(abs(change))}"


def sentence_of(days: Sequence[KpiDay]) -> str:
    """Return in words how the lines went over the days, newest first."""
    newest, oldest = days[0], days[-1]
    said = ", ".join(
        f"{LABELS[name].lower()} {_shown(newest.numbers.get(name))}"
        f" ({change_words(oldest.numbers.get(name), newest.numbers.get(name))})"
        for name in LINES
    )
    return f"{len(days)} days with a run (UTC), {oldest.day} to {newest.day}: {said}."


def line_chart(days: Sequence[KpiDay]) -> alt.Chart:
    """Return a line per number over the days."""
    frame = pd.DataFrame(
        [
            {"Day": str(one.day), "Number": LABELS[name], "People": one.numbers[name]}
            for one in reversed(days)
            for name in LINES
            if one.numbers.get(name) is not None
        ]
    )
    names = [LABELS[name] for name in LINES]
    chart: alt.Chart = (
        alt.Chart(frame, height=HEIGHT)
        .mark_line(point=True)
        .encode(
            x=alt.X(
                "Day:O",
                axis=alt.Axis(labelAngle=0, labelColor=TEXT, title=None, labelOverlap=True),
            ),
            y=alt.Y("People:Q", axis=alt.Axis(labelColor=TEXT, title=None, format="~s")),
            color=alt.Color(
                "Number:N",
                scale=alt.Scale(domain=names, range=list(LINES.values())),
                legend=alt.Legend(orient="bottom", title=None, columns=2, labelColor=TEXT),
            ),
            strokeDash=alt.StrokeDash("Number:N", scale=alt.Scale(domain=names), legend=None),
            tooltip=["Day:O", "Number:N", alt.Tooltip("People:Q", format=",d")],
        )
    )
    return chart


def _shown(number: int | None) -> str:
    return "–" if number is None else whole(number)

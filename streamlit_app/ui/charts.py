"""Charts. Each comes with a sentence that says the same, and never by colour alone."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from streamlit_app.ui.accounting import Accounting
from streamlit_app.ui.format import counted, percent, whole

BAR_HEIGHT = 130
# The text colours of config.toml: the grey that Streamlit gives a legend is too pale to read. The
# browser chooses by the chart's background, so that a change of the system's theme is followed
# without running the page again.
TEXT = alt.ExprRef(expr="luminance(background) > 0.4 ? '#14171C' : '#EDF0F4'")


def accounting_chart(accounting: Accounting) -> alt.Chart:
    """Return the accounting identity as one stacked bar; parts of nothing are left out of it."""
    parts = [part for part in accounting.parts if part.count]
    total = sum(part.count for part in parts)
    frame = pd.DataFrame(
        [
            {
                "Outcome": f"{part.name}: {whole(part.count)}",
                "Records": part.count,
                "Share": percent(part.count, total),
                "order": position,
            }
            for position, part in enumerate(parts)
        ]
    )
    chart: alt.Chart = (
        alt.Chart(frame, height=BAR_HEIGHT)
        .mark_bar(height=34)
        .encode(
            x=alt.X("Records:Q", stack="zero", axis=None, scale=alt.Scale(domain=[0, total])),
            color=alt.Color(
                "Outcome:N",
                scale=alt.Scale(
                    domain=[f"{part.name}: {whole(part.count)}" for part in parts],
                    range=[part.color for part in parts],
                ),
                legend=alt.Legend(
                    orient="bottom",
                    title=None,
                    columns=2,
                    labelLimit=260,
                    labelColor=TEXT,
                    symbolType="square",
                ),
            ),
            order=alt.Order("order:Q"),
            tooltip=["Outcome:N", "Share:N"],
        )
    )
    return chart


def show_accounting(accounting: Accounting) -> None:
    """Draw the bar with its identity in words; one that is open gets a red sentence first."""
    if accounting.closes is None:
        st.info(accounting.sentence, icon=":material/hourglass_empty:")
        return
    if not accounting.closes:
        st.error(accounting.sentence, icon=":material/error:")
    elif accounting.total == 0:
        st.info("The file held no records.", icon=":material/inbox:")
        return
    identity = identity_words(accounting)
    st.altair_chart(
        accounting_chart(accounting),
        width="stretch",
        key="accounting_bar",
        **alternative(f"Stacked bar: {identity}"),
    )
    st.caption(f"{identity}. {accounting.sentence if accounting.closes else ''}".strip())


def identity_words(accounting: Accounting) -> str:
    """Return the identity as an equation: 10 records = 8 inserted + 2 updated + …."""
    parts = [part for part in accounting.parts if part.name != "Not accounted for"]
    records = (
        accounting.total if accounting.closes else sum(part.count for part in accounting.parts)
    )
    sides = " + ".join(f"{whole(part.count)} {part.name.lower()}" for part in parts)
    if accounting.closes:
        return f"{counted(records, 'record')} = {sides}"
    return f"Accounted for: {sides}"


def alternative(sentence: str) -> dict[str, Any]:
    """Return the text alternative of a chart, where this release of Streamlit takes one."""
    return {"alt": sentence} if "alt" in inspect.signature(st.altair_chart).parameters else {}


def waterfall_chart(
    frame: pd.DataFrame,
    colors: Mapping[str, str],
    tooltip: Sequence[str],
    *,
    height: int,
    label_limit: int,
    number_format: str = "",
) -> alt.Chart:
    """Return floating bars from `begin` to `end`, one per `Step` by `order`, coloured by `Effect`.

    `height` is that of axis and legend, in pixels; every bar adds its own.
    """
    chart: alt.Chart = (
        alt.Chart(frame, height=34 * len(frame) + height)
        .mark_bar()
        .encode(
            y=alt.Y(
                "Step:N",
                sort=alt.EncodingSortField("order"),
                axis=alt.Axis(labelColor=TEXT, title=None, labelLimit=label_limit),
            ),
            x=alt.X(
                "begin:Q",
                axis=alt.Axis(labelColor=TEXT, title=None, format=number_format or alt.Undefined),
            ),
            x2="end:Q",
            color=alt.Color(
                "Effect:N",
                scale=alt.Scale(domain=list(colors), range=list(colors.values())),
                legend=alt.Legend(orient="bottom", title=None, columns=1, labelColor=TEXT),
            ),
            tooltip=list(tooltip),
        )
    )
    return chart


def stacked_bars(
    frame: pd.DataFrame,
    columns: tuple[str, str, str],
    places: Sequence[str],
    colors: Mapping[str, str],
    *,
    height: int,
    legend_columns: int,
) -> alt.Chart:
    """Return upright bars of counts, stacked by kind.

    `columns` are those of the frame for place, count and kind. `places` are drawn in this order,
    those without a count too: a gap is seen as one. `colors` are by kind, in the legend's order.
    """
    place, count, kind = columns
    chart: alt.Chart = (
        alt.Chart(frame, height=height)
        .mark_bar()
        .encode(
            x=alt.X(
                f"{place}:O",
                scale=alt.Scale(domain=list(places)),
                axis=alt.Axis(labelAngle=0, labelColor=TEXT, title=None, labelOverlap=True),
            ),
            y=alt.Y(
                f"{count}:Q",
                axis=alt.Axis(labelColor=TEXT, title=None, tickMinStep=1, format=",d"),
            ),
            color=alt.Color(
                f"{kind}:N",
                scale=alt.Scale(domain=list(colors), range=list(colors.values())),
                legend=alt.Legend(
                    orient="bottom",
                    title=None,
                    columns=legend_columns,
                    labelColor=TEXT,
                    labelLimit=200,
                ),
            ),
            tooltip=[f"{place}:O", f"{kind}:N", f"{count}:Q"],
        )
    )
    return chart

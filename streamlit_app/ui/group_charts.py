"""The picture of a group: its members on a circle and what links them, and the same in words."""

from __future__ import annotations

import math
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from streamlit_app.queries.groups import Group, Link
from streamlit_app.ui.charts import TEXT, alternative
from streamlit_app.ui.format import plain, whole

MODEL, BRIDGE, DECIDED = "linked by the model", "its only link", "decided by people"
# Told apart by dashes too.
COLORS = {MODEL: "#7A8494", BRIDGE: "#C2571A", DECIDED: "#2A7FC9"}
DASHES = {MODEL: [1, 0], BRIDGE: [6, 3], DECIDED: [2, 2]}
GOLDEN, MEMBER = "golden person", "person"
NODES = {GOLDEN: "#B8860B", MEMBER: "#2E8B8B"}
HEIGHT = 360


def sentence_of(group: Group) -> str:
    """Return the picture in words: how many, the weakest link, and what hangs on one link only."""
    numbers = {one.person_id: one.number for one in group.members}
    count = len(group.members)
    if count == 1:
        return "One person, linked with nobody."
    links = f"{whole(len(group.links))} {'link' if len(group.links) == 1 else 'links'}"
    said = [f"{whole(count)} persons, {links}"]
    weakest = min(group.links, key=lambda one: one.weight, default=None)
    if weakest is not None:
        between = f"between {numbers[weakest.first]} and {numbers[weakest.second]}"
        said.append(f"the weakest {weakest.weight:+.1f} {between}")
    bridges = [one for one in group.links if one.is_bridge]
    if bridges:
        pairs = ", ".join(f"{numbers[one.first]}–{numbers[one.second]}" for one in bridges[:6])
        rest = f" and {len(bridges) - 6} more" if len(bridges) > 6 else ""
        said.append(f"held together by one link only: {pairs}{rest}")
    return "; ".join(said) + "."


def links_frame(group: Group) -> pd.DataFrame:
    """Return one row per link with where its line begins and ends on the unit circle."""
    numbers = {one.person_id: one.number for one in group.members}
    places = _places(group)
    return pd.DataFrame(
        [
            {
                "Between": f"{numbers[one.first]} and {numbers[one.second]}",
                "Weight": round(one.weight, 1),
                "Link": kind_of(one),
                "x": places[one.first][0],
                "y": places[one.first][1],
                "x2": places[one.second][0],
                "y2": places[one.second][1],
            }
            for one in group.links
        ],
        columns=["Between", "Weight", "Link", "x", "y", "x2", "y2"],
    )


def kind_of(link: Link) -> str:
    """Return what kind of link it is, in words."""
    return DECIDED if link.is_decided else BRIDGE if link.is_bridge else MODEL


def show_graph(group: Group) -> None:
    """Draw the group; below it the sentence, and on demand the links as a table."""
    sentence = sentence_of(group)
    links = links_frame(group)
    chart = (_lines(links) + _nodes(group)).configure_view(strokeWidth=0)
    st.altair_chart(
        chart, width="stretch", key="group_graph", **alternative(f"Graph of a group: {sentence}")
    )
    st.caption(f"{sentence} The square stands for the group; dashes tell the links apart.")
    with st.expander("Links as a table"):
        st.dataframe(links[["Between", "Weight", "Link"]], hide_index=True, key="links_table")


def _places(group: Group) -> dict[int, tuple[float, float]]:
    count = len(group.members)
    return {
        one.person_id: (
            math.sin(2 * math.pi * (one.number - 1) / count),
            math.cos(2 * math.pi * (one.number - 1) / count),
        )
        for one in group.members
    }


def _lines(links: pd.DataFrame) -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(links, height=HEIGHT)
        .mark_rule(strokeWidth=2)
        .encode(
            x=_axis("x"),
            y=_axis("y"),
            x2="x2:Q",
            y2="y2:Q",
            color=_scale(alt.Color, "Link", COLORS),
            strokeDash=alt.StrokeDash(
                "Link:N",
                scale=alt.Scale(domain=list(DASHES), range=list(DASHES.values())),
                legend=None,
            ),
            tooltip=["Between:N", "Weight:Q", "Link:N"],
        )
    )
    return chart


def _nodes(group: Group) -> alt.LayerChart:
    places = _places(group)
    frame = pd.DataFrame(
        [
            {
                "Number": str(one.number),
                "Person": str(one.person_id),
                "Name": plain(one.name, 60),
                "Node": GOLDEN if one.is_golden else MEMBER,
                "x": places[one.person_id][0],
                "y": places[one.person_id][1],
            }
            for one in group.members
        ]
    )
    base = alt.Chart(frame).encode(
        x=_axis("x"), y=_axis("y"), tooltip=["Number:N", "Person:N", "Name:N"]
    )
    points = base.mark_point(size=520, filled=True, opacity=1).encode(
        fill=_scale(alt.Fill, "Node", NODES),
        shape=alt.Shape(
            "Node:N", scale=alt.Scale(domain=list(NODES), range=["square", "circle"]), legend=None
        ),
    )
    return points + base.mark_text(color="#FFFFFF", fontWeight="bold").encode(text="Number:N")


def _axis(name: str) -> Any:
    of: Any = alt.X if name == "x" else alt.Y
    return of(f"{name}:Q", axis=None, scale=alt.Scale(domain=[-1.25, 1.25]))


def _scale(of: Any, name: str, colors: dict[str, str]) -> Any:
    return of(
        f"{name}:N",
        scale=alt.Scale(domain=list(colors), range=list(colors.values())),
        legend=alt.Legend(orient="bottom", title=None, columns=1, labelColor=TEXT),
    )

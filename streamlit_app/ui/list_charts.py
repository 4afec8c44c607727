"""The waterfall of an export: who was left out by the first reason, as bars, words and a table."""

from __future__ import annotations

from typing import Protocol

import pandas as pd
import streamlit as st

from streamlit_app.ui import tables
from streamlit_app.ui.charts import alternative, waterfall_chart
from streamlit_app.ui.format import counted, esc, plain, whole
from streamlit_app.ui.words import reason_words

KEPT, LEFT_OUT = "in the list or the file", "left out"
COLORS = {KEPT: "#2A7FC9", LEFT_OUT: "#C2571A"}
WORDS = {
    "NO_CONTACT": "no contact point for the channel",
    "ALREADY_IN_LIST": "somebody before has the same contact point",
    "CALLING_WINDOW": "nothing opens within two weeks",
}


class Counted(Protocol):
    """What a waterfall shows: people in the list, in the file, and left out by a first reason."""

    @property
    def checked(self) -> int:
        """People in the list."""

    @property
    def rows(self) -> int:
        """People in the file."""

    @property
    def left_out(self) -> tuple[tuple[str, int], ...]:
        """How many were left out by each reason."""


def left_out_words(code: str) -> str:
    """Return why somebody was left out."""
    return WORDS.get(code) or plain(reason_words((code,)), 80)


def sentence_of(export: Counted) -> str:
    """Return the waterfall in words."""
    parts = "; ".join(f"{left_out_words(code)} {whole(count)}" for code, count in export.left_out)
    left = f" Left out: {parts}." if parts else " Nobody was left out."
    people = counted(export.checked, "person", "people")
    return f"{people} in the list, {whole(export.rows)} in the file.{left}"


def waterfall_frame(export: Counted) -> pd.DataFrame:
    """Return one row per step with where its bar begins and ends: the list first, the file last."""
    rows, level = [("In the list", export.checked, 0, export.checked, KEPT)], export.checked
    for code, count in export.left_out:
        rows.append((left_out_words(code), -count, level - count, level, LEFT_OUT))
        level -= count
    rows.append(("In the file", export.rows, 0, export.rows, KEPT))
    names = ["Step", "People", "begin", "end", "Effect"]
    return pd.DataFrame(rows, columns=names).assign(order=range(len(rows)))


def show_waterfall(export: Counted, name: str) -> None:
    """Draw the waterfall; below it the sentence and the table, whose key ends with `name`."""
    frame = waterfall_frame(export)
    sentence = sentence_of(export)
    chart = waterfall_chart(
        frame, COLORS, ["Step:N", "People:Q"], height=90, label_limit=160, number_format=",d"
    )
    described = alternative(f"Waterfall of bars: {sentence}")
    st.altair_chart(chart, width="stretch", key="list_waterfall", **described)
    st.caption(esc(sentence, 1_000))
    show_table(export, name)


def show_table(export: Counted, name: str) -> None:
    """Show the steps of a waterfall as a table, whose key ends with `name`."""
    frame = waterfall_frame(export)
    st.dataframe(
        frame[["Step", "People"]],
        hide_index=True,
        key=f"waterfall_table_{name}",
        column_config=tables.count_columns(["People"]),
    )

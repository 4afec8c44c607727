"""Tiles: a number of the warehouse, and the way to the rows behind it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from lode.rights import Right
from lode.warehouse_state import WarehouseSummary
from streamlit_app.queries.warehouse import WarehouseVersion
from streamlit_app.ui import data, links, states
from streamlit_app.ui.format import compact, percent, whole

PEOPLE = "app_pages/people.py"


def show_tiles(version: WarehouseVersion) -> None:
    """Show how many golden persons there are, and how many may be contacted by each channel."""

    def body() -> None:
        with states.loading(height=120):
            summary = data.warehouse_summary(version.version)
        if summary is None:
            states.empty("There are no numbers yet.", "Run `lode run`.")
            return
        with st.container(horizontal=True):
            _tiles(summary)

    states.panel("The numbers of the warehouse", body)


def show_tile(
    label: str,
    value: str,
    page: str,
    query: Mapping[str, str],
    share: str | None = None,
    exactly: str | None = None,
    leads: bool = True,
) -> None:
    """Show one number with the way to its rows, for those who may see them (`leads`)."""
    # Five stand side by side on a desk, two on a phone.
    with st.container(width=164, gap="small"):
        st.metric(
            label,
            value,
            share,
            delta_color="off",
            delta_arrow="off",
            border=True,
            help=exactly,
        )
        if leads:
            links.lead(page, f"See {label.lower()}", query)


def _tiles(summary: WarehouseSummary) -> None:
    golden = summary.golden_persons
    leads = data.may(Right.SEE_PEOPLE)
    show_tile(
        "Golden persons",
        compact(golden),
        PEOPLE,
        {"channel": "all"},
        f"of {compact(summary.records)} records",
        f"Exactly {whole(golden)}, made of {whole(summary.persons)} persons and"
        f" {whole(summary.records)} records; {whole(summary.rejected)} records were rejected.",
        leads,
    )
    for label, channel, count in (
        ("Callable", "call", summary.callable),
        ("Textable", "sms", summary.textable),
        ("Mailable", "mail", summary.mailable),
        ("E-mailable", "email", summary.emailable),
    ):
        show_tile(
            label,
            compact(count),
            PEOPLE,
            {"channel": channel},
            f"{percent(count, golden)} of persons",
            f"Exactly {whole(count)} of {whole(golden)} golden persons.",
            leads,
        )

"""From a row of the page Compliance risk to the life of the person it is about."""

from __future__ import annotations

from datetime import date

import streamlit as st

from lode.rights import Right
from streamlit_app.ui import data


def show_person_link(person: int | None, day: date) -> None:
    """Lead to somebody's timeline as known on a day, for those who may see people."""
    if person is None or not data.may(Right.SEE_PEOPLE):
        return
    st.page_link(
        "app_pages/timeline.py",
        label=f"Timeline of person {person}, as known on {day}",
        icon=":material/timeline:",
        query_params={"person": str(person), "asof": day.isoformat()},
    )

"""Days in forms and in the address: those that somebody typed, and the past day of a life."""

from __future__ import annotations

from datetime import date

import streamlit as st

from streamlit_app.ui import states
from streamlit_app.ui.format import esc, utc_now

# Nothing is older; and the calendar ends before the week of its last day does.
EARLIEST, LATEST = date(1970, 1, 5), date(9999, 1, 1)
# The first day as of which a life may be asked for.
FIRST_PAST_DAY = date(2000, 1, 1)


def day_of(text: str, default: date) -> date:
    """Return a day that was typed; the default, with a sentence, for what is no day.

    Days before EARLIEST and after LATEST have nothing either: these two stand for them.
    """
    try:
        return min(max(date.fromisoformat(text.strip()), EARLIEST), LATEST)
    except ValueError:
        if text.strip():
            states.partial(f"{esc(text, 40)} is no day such as 2026-01-31: {default} is taken.")
        return default


def addressed(text: str) -> str | None:
    """Return a typed day as it stands in an address, None for what is no day: a phone, say."""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        return None


def past_day() -> date | None:
    """Return the past day in the address; None for today, with a sentence for what is no such day.

    Nobody shall take today's life for that of the day they asked for.
    """
    given = st.query_params.get("asof")
    if not given:
        return None
    try:
        day = date.fromisoformat(given)
    except ValueError:
        day = LATEST
    if FIRST_PAST_DAY <= day <= utc_now().date():
        return day
    states.partial(
        f"{esc(given, 40)} is no day from {FIRST_PAST_DAY} to today such as 2026-01-31: what is"
        " known today is shown."
    )
    return None

"""Days in forms and in the address: those that somebody typed, and the past day of a life."""

from __future__ import annotations

from collections.abc import Callable
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
    day = _day(text)
    if day is None and text.strip():
        states.partial(f"{esc(text, 40)} is no day such as 2026-01-31: {default} is taken.")
    return day or default


def defaults_beside(first: str, last: str, begin_of: Callable[[date], date]) -> dict[str, date]:
    """Return the days to take for a first and a last one that were not said, `from` and `to`.

    A last day alone is the end of the usual span, whose beginning `begin_of` knows, and not an end
    before the beginning of another one. Otherwise it ends today, or with a first day to come.
    """
    today = utc_now().date()
    end = _day(last) or max(today, _day(first) or today)
    return {"from": begin_of(end), "to": end}


def _day(text: str) -> date | None:
    try:
        return min(max(date.fromisoformat(text.strip()), EARLIEST), LATEST)
    except ValueError:
        return None


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

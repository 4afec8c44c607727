"""What every page says of the do-not-call registry: how old our copy is, and what that stops."""

from __future__ import annotations

from datetime import date

import streamlit as st

from lode.compliance_rules import rule_value
from lode.errors import LodeError
from lode.rights import Right
from streamlit_app.auth import identity
from streamlit_app.queries.errors import NotBuiltError, QueryError
from streamlit_app.queries.registry import RegistryCopy, read_registry
from streamlit_app.ui import links, states
from streamlit_app.ui.connections import engine, settings
from streamlit_app.ui.format import utc_now

PARTS_LINK = "See the parts of the registry"
NONE = "No copy of the national do-not-call registry is loaded: no US number may be called."


@st.cache_data(ttl=60, max_entries=1, show_spinner=False)
def copy_shown() -> RegistryCopy | None:
    """Return our copy as every page shows it, at most a minute old."""
    return read_registry(engine())


def show_registry() -> None:
    """Say how old our copy is; red when calls are blocked by it, amber when it is due."""
    try:
        copy = copy_shown()
        today = utc_now().date()
        limit, warning = limits(today)
    except NotBuiltError:
        # Of an older warehouse: `lode init` adds the tables, and the page says so elsewhere.
        return
    except (QueryError, LodeError) as problem:
        st.caption(f"The age of the do-not-call registry is not known: {problem.sentence}")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        show_copy(copy, today, limit, warning)
        if copy is not None and identity.current().may(Right.SEE_HEALTH):
            links.lead("app_pages/health.py", PARTS_LINK, {"view": "registry"})


def limits(today: date) -> tuple[int, int]:
    """Return after how many days a copy is too old, and after how many a new one is due."""
    return (
        rule_value(settings(), "registry_max_age", today),
        rule_value(settings(), "registry_warning", today),
    )


def state_of(age: int, limit: int, warning: int) -> str:
    """Return what an age in days means, by icon and word."""
    if age > limit:
        return "✕ Too old"
    return "▲ A new one is due" if age >= warning else "✓ Current"


def show_copy(copy: RegistryCopy | None, today: date, limit: int, warning: int) -> None:
    """Say how old a copy is, by the days after which it is due and too old."""
    if copy is None:
        states.stale(NONE)
        return
    age = copy.age_days(today)
    days = "1 day" if age == 1 else f"{age} days"
    sentence = f"National do-not-call registry: copy of {copy.oldest_on}, {days} old."
    if age > limit:
        part = " of some area codes" if copy.newest_on != copy.oldest_on else ""
        st.error(
            f"{sentence} That is over {limit} days, so calls to numbers{part} are blocked: load a"
            " new one with `lode dnc load`.",
            icon=":material/phone_disabled:",
        )
    elif age >= warning:
        states.stale(f"{sentence} A new one is due: after {limit} days calls are blocked.")
    else:
        st.caption(sentence, width="content")

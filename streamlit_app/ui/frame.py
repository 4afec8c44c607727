"""What every page has: a title, how fresh the warehouse is, a place where faults end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Protocol

import streamlit as st

from lode.rights import Principal, Right, require
from streamlit_app.auth import identity
from streamlit_app.queries.errors import NotBuiltError, QueryError
from streamlit_app.queries.warehouse import WarehouseVersion
from streamlit_app.ui import data, entrance, find, links, registry, states
from streamlit_app.ui.format import (
    age,
    esc,
    local_time,
    plain,
    utc_now,
    whole,
    zone_of,
)

STALE_AFTER = timedelta(hours=36)
ICON = Path(__file__).resolve().parent.parent / "assets" / "icon.png"
PRODUCT = entrance.PRODUCT


class RunnablePage(Protocol):
    """What `st.navigation` returns."""

    @property
    def title(self) -> str:
        """Name of the page."""

    def run(self) -> None:
        """Run the page."""


def run_page(page: RunnablePage, path: str, who: Principal, right: Right) -> None:
    """Run a page; one that is not for this person is a sentence, and so is a fault in it.

    `path` is the page's file, as links name it.
    """

    def body() -> None:
        if who.may(Right.SEE_PEOPLE):
            find.show_find()
        entrance.show_account(who)
        if not who.may(right):
            st.title(page.title, anchor=False)
        require(who, right)
        links.arrive(path)
        page.run()

    states.panel(f"The page {plain(page.title)}", body)


def open_page(
    title: str, purpose: str, right: Right, *, is_live: bool = False
) -> WarehouseVersion | None:
    """Begin a page: title, one sentence of help, freshness; LodeError for who may not see it.

    Where the database is down or nothing was built, says so and ends the page. A live page goes on
    when there is no build yet, as it reads more than builds; it then gets None.
    """
    require(identity.current(), right)
    st.title(title, anchor=False)
    st.caption(purpose)
    try:
        version = data.warehouse_version()
        if version is None:
            raise NotBuiltError
    except QueryError as problem:
        if is_live and isinstance(problem, NotBuiltError):
            return None
        states.error(problem)
        st.button("Try again", key="try_again", icon=":material/refresh:")
        st.stop()
    show_freshness(version)
    show_half_done(version)
    registry.show_registry()
    return version


def show_freshness(version: WarehouseVersion) -> None:
    """Say which build the page shows and how old it is; amber when older than it should be."""
    now = utc_now()
    built = local_time(version.built_at, zone_of(st.context.timezone))
    name = esc(version.version[:8])
    sentence = f"Warehouse version {name}, built {age(version.built_at, now)} ({built})."
    if now - version.built_at > STALE_AFTER:
        hours = int(STALE_AFTER.total_seconds() // 3600)
        states.stale(f"{sentence} That is over {hours} hours old: run `lode run`.")
    else:
        st.caption(sentence)


def show_half_done(version: WarehouseVersion) -> None:
    """Say that imports are half done, and what that stops."""
    if not version.half_done:
        return
    are, they_have = ("s are", "they have") if version.half_done > 1 else (" is", "it has")
    st.error(
        f"{whole(version.half_done)} import{are} half done: not all numbers know of it yet, and no"
        f" list leaves until {they_have} ended and `lode run` was there. The page Imports says how"
        " far.",
        icon=":material/hourglass_empty:",
    )


def set_browser_title(title: str) -> None:
    """Name the browser's tab after the page and the object it shows."""
    st.set_page_config(page_title=f"{plain(title, 80)} · {PRODUCT}")

"""Overview: the warehouse in numbers, and what needs attention."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from streamlit_app.auth.rights import Right
from streamlit_app.queries.imports import ImportHealth
from streamlit_app.ui import data, frame, review_data, states, tiles
from streamlit_app.ui.accounting import attention, is_at_work, state_of
from streamlit_app.ui.format import esc, whole

MAXIMUM_LINKS = 10


def show_attention() -> None:
    """List the imports that need somebody and those at work, each with a link to itself."""
    imports = data.imports()
    if not imports:
        states.empty("No file has been imported yet.", "Load one with `lode load FILE`.")
        return
    found = [(import_, attention(import_)) for import_ in imports]
    waiting = [(import_, why) for import_, why in found if why]
    running = [
        (one, f"at work ({state_of(one).word.lower()})") for one in filter(is_at_work, imports)
    ]
    show_links(waiting)
    show_links(running)
    if running and not waiting:
        st.caption("The others of the newest imports need nobody.")
    elif not waiting:
        st.success(
            f"Nothing: the newest {whole(len(imports))} imports are done, and none needs anybody.",
            icon=":material/check_circle:",
        )


def show_links(found: Sequence[tuple[ImportHealth, str]]) -> None:
    """Show imports as links, each with what is to be said of it."""
    for import_, said in found[:MAXIMUM_LINKS]:
        st.page_link(
            "app_pages/imports.py",
            label=f"{state_of(import_).icon} {esc(import_.filename, 60)}: {said}",
            query_params={"imp": import_.import_id},
        )
    if len(found) > MAXIMUM_LINKS:
        st.caption(f"And {len(found) - MAXIMUM_LINKS} more on the page Imports.")


def show_work() -> None:
    """Show how much waits for somebody, each number with a link to its rows."""
    with st.container(horizontal=True):
        if data.may(Right.REVIEW):
            waiting, has_more = review_data.waiting()
            count = f"{whole(waiting)}{'+' if has_more else ''}"
            tiles.show_tile("Pairs to review", count, "app_pages/review.py", {})
        if data.may(Right.SEE_IMPORTS):
            found = [one for one in data.imports() if attention(one)]
            tiles.show_tile(
                "Imports to look at", whole(len(found)), "app_pages/imports.py", {"show": "open"}
            )


version = frame.open_page(
    "Overview", "How many people there are, and whom we may contact.", Right.SEE_NUMBERS
)
if version is not None:
    tiles.show_tiles(version)
if data.may(Right.SEE_IMPORTS) or data.may(Right.REVIEW):
    states.panel("What waits", show_work)
if data.may(Right.SEE_IMPORTS):
    st.subheader("Imports that need attention", anchor=False)
    states.panel("The list of imports", show_attention)

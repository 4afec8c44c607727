"""Pages of a list by keyset: one trail of positions per page, and the buttons to walk it."""

from __future__ import annotations

from typing import TypeVar

import streamlit as st

from streamlit_app.ui.format import counted

Position = TypeVar("Position")


def trail_of(name: str, question: object, _of: type[Position]) -> list[Position]:
    """Return the positions behind which the pages before this one began; new questions begin anew.

    `name` tells the lists of the dashboard apart; what `question` looks like decides whether it is
    another one. `_of` is the type of a position.
    """
    if st.session_state.get(f"{name}_question") != repr(question):
        st.session_state[f"{name}_question"] = repr(question)
        st.session_state[f"{name}_trail"] = []
    trail: list[Position] = st.session_state[f"{name}_trail"]
    return trail


def begin_anew(trail: list[Position]) -> None:
    """Begin with the first page if this is a later one; for a page on which nothing stands.

    What stood there went meanwhile, and the pager with it.
    """
    if trail:
        trail.clear()
        st.rerun()


def go_back(trail: list[Position], place: int) -> None:
    """Go from the page at a place of the trail to the one before it.

    A second click, that came before the page of the first one was there, has the same place: it
    changes nothing.
    """
    del trail[max(place - 1, 0) :]


def go_on(trail: list[Position], place: int, last: Position) -> None:
    """Go from the page at a place of the trail, which ends at `last`, to the next; once, too."""
    trail[place:] = [last]


def show_pager(
    trail: list[Position],
    last: Position,
    has_more: bool,
    count: int,
    things: tuple[str, str],
    words: tuple[str, str] = ("Newer", "Older"),
    name: str = "",
) -> None:
    """Offer the pages before and after, where there are any; `last` is where this one ends.

    `things` are what is listed, one and many; `name` tells the second pager of a page from the
    first one.
    """
    place = len(trail)
    with st.container(horizontal=True):
        st.button(
            words[0],
            key=f"{name}newer",
            icon=":material/arrow_upward:",
            on_click=go_back,
            args=(trail, place),
            disabled=not trail,
        )
        st.button(
            words[1],
            key=f"{name}older",
            icon=":material/arrow_downward:",
            on_click=go_on,
            args=(trail, place, last),
            disabled=not has_more,
        )
    st.caption(f"Page {len(trail) + 1}, {counted(count, *things)}.")

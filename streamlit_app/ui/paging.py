"""Pages of a list by keyset: one trail of positions per page, and the buttons to walk it."""

from __future__ import annotations

from typing import TypeVar

import streamlit as st

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


def show_pager(
    trail: list[Position],
    last: Position,
    has_more: bool,
    count: int,
    things: str,
    words: tuple[str, str] = ("Newer", "Older"),
    name: str = "",
) -> None:
    """Offer the pages before and after, where there are any; `last` is where this one ends.

    `name` tells the second pager of a page from the first one.
    """

    def go_back() -> None:
        trail.pop()

    def go_on() -> None:
        trail.append(last)

    with st.container(horizontal=True):
        st.button(
            words[0],
            key=f"{name}newer",
            icon=":material/arrow_upward:",
            on_click=go_back,
            disabled=not trail,
        )
        st.button(
            words[1],
            key=f"{name}older",
            icon=":material/arrow_downward:",
            on_click=go_on,
            disabled=not has_more,
        )
    st.caption(f"Page {len(trail) + 1}, {count} {things}.")

"""Choices and fields that are in the address too: it decides, and what it can't mean is said."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from streamlit_app.ui import states
from streamlit_app.ui.format import esc


def choose(
    name: str,
    label: str,
    options: dict[str, str],
    forgets: tuple[str, ...] = (),
    *,
    in_row: bool = False,
) -> str:
    """Offer a choice that is in the address too; what is not offered is said, and the first counts.

    A few short options may stand `in_row`, all to be seen, without their label.

    The address decides, so that a link to the same page and the back button are followed. Another
    choice takes the parameters in `forgets` out of it: they were about the one before.
    """
    key = f"chosen_{name}"
    first = next(iter(options))
    given = st.query_params.get(name, first)
    st.session_state[key] = given if given in options else first
    if given and given not in options:
        states.partial(
            f"{esc(label, 60)}: {esc(given, 60)} is not offered here. What is shown is"
            f" {esc(options[first], 100)}."
        )

    def note() -> None:
        chosen = st.session_state[key]
        put({**dict.fromkeys(forgets), name: None if chosen == first else chosen})

    offered = list(options)
    chosen: str | None
    if in_row:
        chosen = st.radio(
            label,
            offered,
            format_func=options.__getitem__,
            key=key,
            on_change=note,
            horizontal=True,
            label_visibility="collapsed",
        )
    else:
        chosen = st.selectbox(
            label, offered, format_func=options.__getitem__, key=key, on_change=note
        )
    return chosen or first


def put(said: Mapping[str, str | list[str] | None]) -> None:
    """Put parameters into the address, and take out those that are None: one step to go back."""
    kept = {name: st.query_params.get_all(name) for name in st.query_params if name not in said}
    st.query_params.from_dict({**kept, **{name: one for name, one in said.items() if one}})


def take_over(place: str, given: Mapping[str, str]) -> None:
    """Fill the fields of a form from the address when that has changed, or when they are not there.

    So a link and the back button are followed, and what was typed is kept meanwhile. The field of
    a name has the key `place_name`.
    """
    keys = {name: f"{place}_{name}" for name in given}
    is_there = all(key in st.session_state for key in keys.values())
    if not is_there or st.session_state.get(f"{place}_seen") != dict(given):
        for name, key in keys.items():
            st.session_state[key] = given[name]
        note_seen(place, given)


def note_seen(place: str, given: Mapping[str, str]) -> None:
    """Note what the address says of a form, once the form itself has put it there."""
    st.session_state[f"{place}_seen"] = dict(given)

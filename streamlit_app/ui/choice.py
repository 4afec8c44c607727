"""A choice that is in the address too."""

from __future__ import annotations

import streamlit as st


def choose(name: str, label: str, options: dict[str, str]) -> str:
    """Offer a choice that is in the address too; what is not offered counts as the first.

    The address decides, so that a link to the same page and the back button are followed.
    """
    key = f"chosen_{name}"
    first = next(iter(options))
    given = st.query_params.get(name, first)
    st.session_state[key] = given if given in options else first

    def note() -> None:
        if st.session_state[key] == first:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = st.session_state[key]

    chosen = st.selectbox(
        label, list(options), format_func=lambda one: options[one], key=key, on_change=note
    )
    return chosen or first

"""A choice that is in the address too."""

from __future__ import annotations

import streamlit as st


def choose(name: str, label: str, options: dict[str, str]) -> str:
    """Offer a choice that is in the address too; what is not offered counts as the first."""
    key = f"chosen_{name}"
    first = next(iter(options))
    st.session_state.setdefault(key, st.query_params.get(name, first))
    if st.session_state[key] not in options:
        st.session_state[key] = first

    def note() -> None:
        if st.session_state[key] == first:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = st.session_state[key]

    chosen = st.selectbox(
        label, list(options), format_func=lambda one: options[one], key=key, on_change=note
    )
    return chosen or first

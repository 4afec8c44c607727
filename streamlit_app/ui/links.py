"""Links to pages with parameters that the address bar follows, also on the page itself.

Streamlit runs a page anew for a link to it, and leaves the address as it was: a reload, a copied
address and the back button then led to what was shown before. So such a link carries a mark, and
the page that finds it puts the address right, without the mark.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from streamlit_app.ui import choice

MARK = "here"
PAGE = "page_at_work"


def arrive(page: str) -> None:
    """Begin a page, by its file: put the address right if a link on the page itself led here."""
    st.session_state[PAGE] = page
    if MARK in st.query_params:
        choice.put({MARK: None})


def lead(page: str, label: str, query: Mapping[str, str], icon: str | None = None) -> None:
    """Show a link to a page, by its file, with parameters."""
    mark = {MARK: "1"} if st.session_state.get(PAGE) == page else {}
    st.page_link(page, label=label, icon=icon, query_params={**query, **mark})

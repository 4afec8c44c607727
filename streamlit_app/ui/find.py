"""The search for a person that stands beside every page; what is typed stays out of the address."""

from __future__ import annotations

import streamlit as st

from streamlit_app.queries.search import HELP, MAXIMUM_LENGTH

KEY = "find"
ASKED = "find_asked"
PEOPLE = "app_pages/people.py"
# The box of the page People, which shows what was found.
SEARCH_KEY = "person_search"
# Set by a search, and taken by the first page that shows what it found.
IS_NEW = "person_search_is_new"


def show_find() -> None:
    """Show the box in the sidebar; what is typed there is searched on the page People."""
    with st.sidebar:
        st.text_input(
            "Find a person",
            key=KEY,
            help=HELP,
            placeholder="Name, mail, phone or id",
            autocomplete="off",
            max_chars=MAXIMUM_LENGTH,
            on_change=_note,
        )
    typed = st.session_state.pop(ASKED, None)
    if typed:
        st.session_state[SEARCH_KEY] = typed
        st.session_state[IS_NEW] = True
        st.switch_page(PEOPLE)


def _note() -> None:
    st.session_state[ASKED] = st.session_state[KEY]
    st.session_state[KEY] = ""

"""Before any page: who is there, and what they are told who may see nothing."""

from __future__ import annotations

import streamlit as st

from lode.rights import Principal
from streamlit_app.auth import identity
from streamlit_app.queries.errors import QueryError
from streamlit_app.ui import states
from streamlit_app.ui.format import esc

PRODUCT = "Motherlode"


def identify() -> Principal | QueryError:
    """Return who is there, or why that can't be told."""
    try:
        return identity.current()
    except QueryError as problem:
        return problem


def refuse(found: Principal | QueryError) -> None:
    """Say why there is nothing to see, and what to do about it."""
    if isinstance(found, QueryError):
        st.title(PRODUCT, anchor=False)
        states.error(found)
        st.button("Try again", key="try_again", icon=":material/refresh:")
    elif not identity.has_login():
        st.title("No access", anchor=False)
        states.empty(
            "This dashboard is not on your machine and has no login, so it shows nothing.",
            "Its administrator sets one up as docs/dashboard.md says.",
        )
    elif not identity.is_logged_in():
        st.title("Log in", anchor=False)
        st.button("Log in", key="log_in", type="primary", on_click=st.login)
    else:
        st.title("No access", anchor=False)
        states.empty(
            f"Your login {esc(identity.login_name())} has no role here.",
            "An administrator grants one with `lode access grant`.",
        )
        st.button("Log out", key="log_out", on_click=st.logout)


def show_account(who: Principal) -> None:
    """Say in the sidebar who is at work and in which roles; a login can be ended there."""
    with st.sidebar:
        st.caption(f"{esc(who.subject)}, {esc(', '.join(sorted(who.roles)))}")
        if who.is_local:
            st.caption("Local mode: without a login, on this machine only.")
        else:
            st.button("Log out", key="log_out", on_click=st.logout)

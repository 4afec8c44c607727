"""Who is at the other end of this session: a login with its roles, or this machine's own user.

Where the deployment has a login (`[auth]` in the secrets) only that counts. Without one there is
the local mode, in which whoever works on this machine is an admin; anybody else is nobody.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import streamlit as st

from lode.errors import LodeError
from lode.rights import ADMIN, LOCAL_PREFIX, Principal, Right, require
from streamlit_app.auth import presence
from streamlit_app.auth.claims import DEFAULT_CLAIM, is_expired, subject_of
from streamlit_app.queries.access import read_roles
from streamlit_app.queries.errors import DatabaseDownError
from streamlit_app.ui import connections
from streamlit_app.ui.format import utc_now
from streamlit_app.ui.local_mode import is_local_session

NOBODY = Principal("nobody")
CLAIM_VARIABLE = "LODE_LOGIN_CLAIM"
Answer = TypeVar("Answer")


def has_login() -> bool:
    """Tell whether this deployment has a login: Streamlit then says of everybody if they did."""
    return "is_logged_in" in st.user.to_dict()


def is_logged_in() -> bool:
    """Tell whether somebody is logged in whose login is not over; a login that is over is ended."""
    claims = st.user.to_dict()
    if not claims.get("is_logged_in"):
        return False
    if is_expired(claims, utc_now(), presence.last_seen(claims)):
        st.logout()
        return False
    return True


def note_presence() -> None:
    """Note that somebody is there; a page that only looks again by itself does not count."""
    claims = st.user.to_dict()
    if claims.get("is_logged_in"):
        presence.note(claims, utc_now())


def current() -> Principal:
    """Return who asks, with the roles of this moment; NOBODY without a login. Raises QueryError."""
    if not has_login():
        return _local_user()
    if not is_logged_in():
        return NOBODY
    claim = os.environ.get(CLAIM_VARIABLE, DEFAULT_CLAIM)
    subject = subject_of(st.user.to_dict(), claim)
    return NOBODY if subject is None else Principal(subject, _roles(subject))


def needs(right: Right) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Let a function of the bridge answer only who has a right; else raise AccessDeniedError."""

    def decorate(function: Callable[..., Answer]) -> Callable[..., Answer]:
        @wraps(function)
        def checked(*arguments: Any, **named: Any) -> Answer:
            require(current(), right)
            return function(*arguments, **named)

        return checked

    return decorate


def _local_user() -> Principal:
    try:
        is_local = is_local_session(connections.settings(), st.context.headers.to_dict())
    except LodeError as error:
        raise DatabaseDownError(error.sentence) from error
    return Principal(LOCAL_PREFIX + getpass.getuser(), frozenset({ADMIN})) if is_local else NOBODY


@st.cache_data(ttl=5, max_entries=500, show_spinner=False)
def _roles(subject: str) -> frozenset[str]:
    return read_roles(connections.engine(), subject)


def login_name() -> str:
    """Return what a login calls itself, for the sentence that it has no role."""
    claims = st.user.to_dict()
    name = subject_of(claims, os.environ.get(CLAIM_VARIABLE, DEFAULT_CLAIM))
    return name or f"{claims.get('email') or claims.get('sub') or '?'} (not verified)"

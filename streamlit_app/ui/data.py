"""The one bridge between pages and queries: the shared engine, and what may be cached for how long.

Aggregates are cached by the warehouse's version, so that a publish renews all of them at once. What
is about one person is read anew each time and never kept; imports are live.
"""

from __future__ import annotations

import streamlit as st
from sqlalchemy import Engine

from lode.errors import LodeError
from lode.settings import Settings, load_settings
from streamlit_app.queries.engine import create_app_engine
from streamlit_app.queries.errors import DatabaseDownError
from streamlit_app.queries.imports import ImportHealth, list_imports, read_import
from streamlit_app.queries.people import (
    ContactPoints,
    Hits,
    Person,
    find_people,
    read_contact_points,
    read_person,
)
from streamlit_app.queries.search import Search
from streamlit_app.queries.warehouse import (
    WarehouseSummary,
    WarehouseVersion,
    read_summary,
    read_version,
)
from streamlit_app.ui.local_mode import is_local_session


@st.cache_resource(show_spinner=False)
def _settings() -> Settings:
    return load_settings()


@st.cache_resource(show_spinner=False)
def _engine() -> Engine:
    return create_app_engine(_settings())


def engine() -> Engine:
    """Return the shared engine; a bad setting is a DatabaseDownError with its sentence."""
    try:
        return _engine()
    except LodeError as error:
        raise DatabaseDownError(error.sentence) from error


def may_show_values() -> bool:
    """Tell whether this session may ask for clear contact values (see `local_mode`)."""
    try:
        return is_local_session(_settings(), st.context.headers.to_dict())
    except LodeError:
        return False


@st.cache_data(ttl=5, max_entries=1, show_spinner=False)
def warehouse_version() -> WarehouseVersion | None:
    """Return which build the marts show, None while there is none; at most 5 seconds old."""
    return read_version(engine())


@st.cache_data(max_entries=4, show_spinner=False)
def warehouse_summary(version: str) -> WarehouseSummary | None:
    """Return the warehouse's counts as of a version; the argument is the cache's key."""
    return read_summary(engine())


def imports() -> list[ImportHealth]:
    """Return the newest imports as they are now."""
    return list_imports(engine())


def one_import(import_id: str) -> ImportHealth | None:
    """Return one import as it is now."""
    return read_import(engine(), import_id)


def people(search: Search) -> Hits:
    """Return who a search finds."""
    return find_people(engine(), search)


def person(person_id: int, shows_values: bool) -> Person | None:
    """Return one golden person."""
    return read_person(engine(), person_id, shows_values and may_show_values())


def contact_points(person_id: int, shows_values: bool) -> ContactPoints:
    """Return one person's contact points; clear values only for a session that may see them."""
    return read_contact_points(engine(), person_id, shows_values and may_show_values())

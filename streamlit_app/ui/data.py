"""The one bridge between pages and queries: who may ask, and what may be cached for how long.

Aggregates are cached by the warehouse's version, so that a publish renews all of them at once. What
is about one person is read anew each time and never kept; imports are live.
"""

from __future__ import annotations

import streamlit as st

from lode.rights import Right
from streamlit_app.auth.identity import needs
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
from streamlit_app.ui.connections import engine, settings
from streamlit_app.ui.local_mode import is_local_session


def may_show_values() -> bool:
    """Tell whether this session may ask for clear contact values (see `local_mode`)."""
    return is_local_session(settings(), st.context.headers.to_dict())


@st.cache_data(ttl=5, max_entries=1, show_spinner=False)
def warehouse_version() -> WarehouseVersion | None:
    """Return which build the marts show, None while there is none; at most 5 seconds old."""
    return read_version(engine())


@needs(Right.SEE_NUMBERS)
@st.cache_data(max_entries=4, show_spinner=False)
def warehouse_summary(version: str) -> WarehouseSummary | None:
    """Return the warehouse's counts as of a version; the argument is the cache's key."""
    return read_summary(engine())


@needs(Right.SEE_IMPORTS)
def imports() -> list[ImportHealth]:
    """Return the newest imports as they are now."""
    return list_imports(engine())


@needs(Right.SEE_IMPORTS)
def one_import(import_id: str) -> ImportHealth | None:
    """Return one import as it is now."""
    return read_import(engine(), import_id)


@needs(Right.SEE_PEOPLE)
def people(search: Search) -> Hits:
    """Return who a search finds."""
    return find_people(engine(), search)


@needs(Right.SEE_PEOPLE)
def person(person_id: int, shows_values: bool) -> Person | None:
    """Return one golden person."""
    return read_person(engine(), person_id, shows_values and may_show_values())


@needs(Right.SEE_PEOPLE)
def contact_points(person_id: int, shows_values: bool) -> ContactPoints:
    """Return one person's contact points; clear values only for a session that may see them."""
    return read_contact_points(engine(), person_id, shows_values and may_show_values())

"""The one bridge between pages and queries: who may ask, and what may be cached for how long.

Aggregates are cached by the warehouse's version, so that a publish renews all of them at once. What
is about one person is read anew each time and never kept; imports are live.
"""

from __future__ import annotations

import streamlit as st

from lode import reveals
from lode.reveals import Lease
from lode.rights import Right
from lode.warehouse_state import WarehouseSummary
from streamlit_app.auth import identity
from streamlit_app.auth.identity import needs
from streamlit_app.queries.imports import (
    Attempt,
    ImportHealth,
    page_of_imports,
    page_of_open_imports,
    read_attempts,
    read_import,
    running_imports,
)
from streamlit_app.queries.people import (
    ContactPoints,
    Hits,
    Person,
    find_people,
    read_contact_points,
    read_people,
    read_person,
)
from streamlit_app.queries.problems import ProblemKind, read_problems
from streamlit_app.queries.search import Search
from streamlit_app.queries.warehouse import WarehouseVersion, read_summary, read_version
from streamlit_app.ui.accounting import STUCK_AFTER
from streamlit_app.ui.connections import engine, pepper, settings
from streamlit_app.ui.format import utc_now
from streamlit_app.ui.writing import writing


def may(right: Right) -> bool:
    """Tell whether who asks has a right."""
    return identity.current().may(right)


def may_reveal() -> bool:
    """Tell whether who asks may see contact values at all."""
    return may(Right.REVEAL)


def is_local() -> bool:
    """Tell whether it is who works on this machine, in local mode."""
    return identity.current().is_local


def reveal(person_id: int, reason: str) -> Lease:
    """Note that who asks looks at a person's contact values; return the lease to read them."""
    with writing() as connection:
        return reveals.reveal(connection, settings(), identity.current(), person_id, reason)


def running_lease(person_id: int, number: int | None) -> Lease | None:
    """Return the lease of this number if who asks has it, for this person, and it still runs."""
    who = identity.current()
    if number is None or not who.may(Right.REVEAL):
        return None
    with writing() as connection:
        return reveals.find_lease(connection, settings(), who, person_id, number)


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
def imports_page(before: int | None) -> tuple[list[ImportHealth], bool]:
    """Return a page of imports as they are now, and whether there are more."""
    return page_of_imports(engine(), before)


@needs(Right.SEE_IMPORTS)
def open_imports(before: int | None = None) -> tuple[list[ImportHealth], bool]:
    """Return a page of the imports that need attention now, and whether there are more."""
    return page_of_open_imports(engine(), before, utc_now() - STUCK_AFTER)


@needs(Right.SEE_IMPORTS)
def imports_at_work() -> list[ImportHealth]:
    """Return the newest imports that will go on by themselves."""
    return running_imports(engine(), utc_now() - STUCK_AFTER)


@needs(Right.SEE_IMPORTS)
def one_import(import_id: str) -> ImportHealth | None:
    """Return one import as it is now."""
    return read_import(engine(), import_id)


@needs(Right.SEE_IMPORTS)
def attempts(import_seq: int) -> list[Attempt]:
    """Return the newest attempts to load an import, newest first."""
    return read_attempts(engine(), import_seq)


@needs(Right.SEE_IMPORTS)
def problems(import_seq: int) -> tuple[list[ProblemKind], bool]:
    """Return the commonest kinds of problems of an import, and whether there are more."""
    return read_problems(engine(), import_seq)


@needs(Right.SEE_PEOPLE)
def people(search: Search) -> Hits:
    """Return who a search finds."""
    return find_people(engine(), search, pepper())


@needs(Right.SEE_PEOPLE)
def people_page(channel: str, after: int) -> Hits:
    """Return a page of all people, or of those whom a channel may reach."""
    return read_people(engine(), channel, after)


@needs(Right.SEE_PEOPLE)
def person(person_id: int, lease: Lease | None = None) -> Person | None:
    """Return one golden person; clear values only under a lease that covers them."""
    return read_person(engine(), person_id, _shows_values(person_id, lease))


@needs(Right.SEE_PEOPLE)
def contact_points(person_id: int, lease: Lease | None = None) -> ContactPoints:
    """Return one person's contact points; clear values only under a lease that covers them."""
    return read_contact_points(engine(), person_id, _shows_values(person_id, lease))


def _shows_values(person_id: int, lease: Lease | None) -> bool:
    return lease is not None and lease.covers(person_id, utc_now()) and may_reveal()

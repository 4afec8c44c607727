"""The bridge to lists: read anew each time, asked for as jobs, files behind tickets."""

from __future__ import annotations

import secrets

import streamlit as st

from lode.rights import Right
from streamlit_app.auth import identity, tickets
from streamlit_app.auth.identity import needs
from streamlit_app.exported import offered_export
from streamlit_app.queries import lists
from streamlit_app.queries.jobs import JobState, list_jobs
from streamlit_app.queries.lists import ListExport, ListVersion
from streamlit_app.ui import work
from streamlit_app.ui.connections import engine, settings
from streamlit_app.ui.format import utc_now
from streamlit_app.ui.uploaded import ticket_for

KIND = "list_export"
KEYS = "export_keys"


@needs(Right.SEE_LISTS)
def names() -> tuple[list[str], bool]:
    """Return the names of all lists, and whether there are more."""
    return lists.read_lists(engine())


@needs(Right.SEE_LISTS)
def versions(name: str) -> list[ListVersion]:
    """Return the versions of a list, newest first."""
    return lists.read_versions(engine(), name)


@needs(Right.SEE_LISTS)
def exports(name: str) -> list[ListExport]:
    """Return the exports of a list, newest first."""
    return lists.read_exports(engine(), name)


@needs(Right.SEE_LISTS)
def jobs_of(name: str) -> list[JobState]:
    """Return the newest jobs that export a list."""
    found = list_jobs(engine(), [KIND])
    return [one for one in found if one.parameters.get("name") == name]


@needs(Right.BUILD_LISTS)
def ask(name: str, version: int, reason: str) -> int:
    """Ask for an export as a job, and return its number; a click again is the same job."""
    keys: dict[str, str] = st.session_state.setdefault(KEYS, {})
    place = f"{name} {version} {reason}"
    key = keys.setdefault(place, secrets.token_hex(16))
    given = {"name": name, "version": version, "reason": reason, "key": key}
    number = work.ask(KIND, given)
    keys.pop(place, None)
    return number


@needs(Right.SEE_LISTS)
def download_link(found: ListExport) -> str:
    """Return an address of an export's file, good once; LodeError says why there is none."""
    offered_export(settings(), found, identity.current(), utc_now())
    return f"/exports/{ticket_for(tickets.EXPORT, {'export': str(found.number)})}"

"""The bridge to lists: read anew each time, asked for as jobs, files behind tickets."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping

import streamlit as st

from lode.list_release import require_second
from lode.rights import Right
from streamlit_app.auth import identity, tickets
from streamlit_app.auth.identity import needs
from streamlit_app.exported import offered_export
from streamlit_app.queries import lists
from streamlit_app.queries.cube import Estimate, read_estimate
from streamlit_app.queries.jobs import JobState, read_job
from streamlit_app.queries.list_choices import read_sources, read_states
from streamlit_app.queries.lists import ListExport, ListVersion
from streamlit_app.queries.suppression import Suppression, read_suppression
from streamlit_app.ui import work
from streamlit_app.ui.connections import engine, settings
from streamlit_app.ui.format import utc_now
from streamlit_app.ui.registry import copy_shown
from streamlit_app.ui.uploaded import ticket_for

KEYS = "export_keys"


@needs(Right.SEE_LISTS)
def names() -> tuple[list[str], bool]:
    """Return the names of all lists, and whether there are more."""
    return lists.read_lists(engine())


@needs(Right.SEE_LISTS)
def further(names: Collection[str], asked: str) -> list[str]:
    """Return the list that is asked for if it exists and is not among those named already."""
    return [asked] if asked and asked not in names and versions(asked) else []


@needs(Right.SEE_LISTS)
def versions(name: str) -> list[ListVersion]:
    """Return the versions of a list, newest first."""
    return lists.read_versions(engine(), name)


@needs(Right.SEE_LISTS)
@st.cache_data(max_entries=64, show_spinner=False)
def estimate(version: str, one: ListVersion) -> Estimate:
    """Return what a list came to in a build, whose version is part of the cache's key."""
    return read_estimate(engine(), one)


@needs(Right.SEE_LISTS)
@st.cache_data(max_entries=4, show_spinner=False)
def states_of_people(version: str) -> tuple[str, ...]:
    """Return the states that people have as of a build."""
    return read_states(engine())


@needs(Right.SEE_LISTS)
@st.cache_data(max_entries=4, show_spinner=False)
def sources_of_people(version: str) -> tuple[str, ...]:
    """Return the sources that people came from as of a build."""
    return read_sources(engine())


@needs(Right.SEE_LISTS)
def exports(name: str, asked: int | None = None) -> list[ListExport]:
    """Return the newest exports of a list, newest first, and one that is asked for after them."""
    found = lists.read_exports(engine(), name)
    if asked is None or any(one.number == asked for one in found):
        return found
    older = lists.read_export(engine(), asked)
    return [*found, older] if older and older.list_name == name else found


@needs(Right.SEE_LISTS)
def held() -> tuple[list[ListExport], bool]:
    """Return the exports of all lists that wait for a second person, and whether there are more."""
    return lists.read_held(engine(), settings().release_above, utc_now())


@needs(Right.SEE_LISTS)
def jobs_of(name: str, kinds: Collection[str], exports: Collection[int] = ()) -> list[JobState]:
    """Return the newest jobs of some kinds about a list, or about exports of it."""
    return work.jobs_of(
        kinds, lambda given: given.get("name") == name or given.get("export") in exports
    )


@needs(Right.SEE_LISTS)
def newest_jobs(kinds: Collection[str]) -> list[JobState]:
    """Return the newest jobs of some kinds, about any list."""
    return work.jobs_of(kinds)


@needs(Right.SEE_LISTS)
def job(number: int, kind: str, name: str) -> JobState | None:
    """Return a job of a kind about a list, None if that number is of another one."""
    found = read_job(engine(), number)
    is_it = found is not None and found.kind == kind and found.parameters.get("name") == name
    return found if is_it else None


@needs(Right.SEE_LISTS)
def suppression() -> list[Suppression]:
    """Return how fresh each source of suppression is."""
    return read_suppression(engine(), copy_shown())


@needs(Right.BUILD_LISTS)
def ask_definition(name: str, filters: Mapping[str, object]) -> int:
    """Ask for the next version of a list as a job, and return its number."""
    return work.ask("list_define", {"name": name, **filters})


@needs(Right.SEE_LISTS)
def ask_preview(name: str, version: int) -> int:
    """Ask what an export would come to now, as a job, and return its number."""
    return work.ask("list_preview", {"name": name, "version": version})


@needs(Right.SEE_LISTS)
def ask_why(name: str, version: int, person: int) -> int:
    """Ask why somebody is in a list or left out, as a job, and return its number."""
    return work.ask("list_explain", {"name": name, "version": version, "person": person})


@needs(Right.RELEASE_LISTS)
def ask_release(export: ListExport, reason: str) -> int:
    """Ask for the release of a large export as a job; LodeError for who made it."""
    require_second(identity.current(), export.exported_by, settings().release_above)
    return work.ask("list_release", {"export": export.number, "reason": reason})


@needs(Right.SEE_LISTS)
def needs_release(export: ListExport) -> bool:
    """Tell whether an export waits for a second person."""
    return export.needs_release(settings().release_above)


@needs(Right.BUILD_LISTS)
def ask(name: str, version: int, reason: str) -> int:
    """Ask for an export as a job, and return its number; a click again is the same job."""
    keys: dict[str, str] = st.session_state.setdefault(KEYS, {})
    place = f"{name} {version} {reason}"
    key = keys.setdefault(place, secrets.token_hex(16))
    given = {"name": name, "version": version, "reason": reason, "key": key}
    number = work.ask("list_export", given)
    keys.pop(place, None)
    return number


@needs(Right.SEE_LISTS)
def download_link(found: ListExport, reason: str = "") -> str:
    """Return an address of an export's file, good once; LodeError says why there is none.

    Where the file was taken before, it is good only with a reason.
    """
    offered_export(settings(), found, identity.current(), utc_now())
    detail = {"export": str(found.number), **({"reason": reason} if reason else {})}
    return f"/exports/{ticket_for(tickets.EXPORT, detail)}"

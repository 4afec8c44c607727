"""The bridge to the warehouse's health; sizes are kept for as long as a build is shown."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from lode.rights import Right
from streamlit_app.auth.identity import needs
from streamlit_app.queries import health, server, timings
from streamlit_app.queries.health import DbtNode, DbtRun, OpenImport, SourceState, TableSize
from streamlit_app.queries.registry import RegistryCopy, RegistryPart, read_parts, read_registry
from streamlit_app.queries.server import Digest, Session
from streamlit_app.queries.timings import Timing
from streamlit_app.ui.connections import engine, settings


@needs(Right.SEE_HEALTH)
def runs() -> list[DbtRun]:
    """Return the newest runs of dbt."""
    return health.read_runs(engine())


@needs(Right.SEE_HEALTH)
def run(number: int) -> DbtRun | None:
    """Return a run of dbt, None if none of that number is kept."""
    return health.read_run(engine(), number)


@needs(Right.SEE_HEALTH)
def nodes(run: int, *, bad_only: bool) -> list[DbtNode]:
    """Return models and tests of a run, what failed first; or only what failed."""
    return health.read_nodes(engine(), run, bad_only=bad_only)


@needs(Right.SEE_HEALTH)
def sources() -> list[SourceState]:
    """Return every source with its newest import."""
    return health.read_sources(engine())


def fresh_within() -> timedelta:
    """Return how long a source may be silent (LODE_FRESH_WITHIN_DAYS)."""
    return timedelta(days=settings().fresh_within_days)


@needs(Right.SEE_HEALTH)
def open_imports() -> list[OpenImport]:
    """Return the imports whose accounting is open."""
    return health.read_open_imports(engine())


@needs(Right.SEE_HEALTH)
@st.cache_data(max_entries=4, show_spinner=False)
def sizes(version: str) -> list[TableSize]:
    """Return the largest tables as of a build; the argument is the cache's key."""
    return health.read_sizes(engine())


@needs(Right.SEE_HEALTH)
def sessions() -> list[Session]:
    """Return the sessions of the server that the dashboard's account may see."""
    return server.read_sessions(engine())


@needs(Right.SEE_HEALTH)
def digests() -> list[Digest]:
    """Return the server's slowest statements over the marts."""
    return server.read_digests(engine())


@needs(Right.SEE_HEALTH)
def own_timings() -> list[Timing]:
    """Return the dashboard's slowest statements since it began."""
    return timings.slowest(15)


@needs(Right.SEE_HEALTH)
def registry_copy() -> RegistryCopy | None:
    """Return our copy of the national registry as it is now."""
    return read_registry(engine())


@needs(Right.SEE_HEALTH)
def registry_parts(after: tuple[date, int] | None) -> tuple[list[RegistryPart], bool]:
    """Return a page of the parts of that copy, the oldest first, and whether there are more."""
    return read_parts(engine(), after)

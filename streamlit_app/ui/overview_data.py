"""The bridge to what waits and to the numbers by day; what somebody may not see is not in it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from lode.rights import Right
from streamlit_app.auth.identity import needs
from streamlit_app.queries import attention, health
from streamlit_app.queries.attention import KpiDay
from streamlit_app.queries.health import DbtNode
from streamlit_app.queries.risk import Weeks
from streamlit_app.ui import data
from streamlit_app.ui.connections import engine, settings
from streamlit_app.ui.format import utc_now


@dataclass(frozen=True)
class Waiting:
    """What waits, as who asks may see it: None for what they have no right to."""

    run: int | None
    failed: int | None
    broke_off: bool
    held: int | None
    incidents: int | None
    late_opt_outs: int | None


@needs(Right.SEE_NUMBERS)
def waiting(weeks: Weeks) -> Waiting:
    """Return what waits as of now; contacts and requests are those of some weeks."""
    now = utc_now()
    found = attention.read_attention(engine(), weeks, settings().release_above, now)
    sees_health, sees_risk = data.may(Right.SEE_HEALTH), data.may(Right.SEE_RISK)
    return Waiting(
        run=found.run if sees_health else None,
        failed=found.failed if sees_health and found.run is not None else None,
        broke_off=sees_health and found.broke_off,
        held=found.held if data.may(Right.SEE_LISTS) else None,
        incidents=found.incidents if sees_risk else None,
        late_opt_outs=found.late_opt_outs if sees_risk else None,
    )


@needs(Right.SEE_HEALTH)
def failed_nodes(run: int) -> list[DbtNode]:
    """Return the models and tests of a run that failed or were skipped."""
    return health.read_nodes(engine(), run, bad_only=True)


@needs(Right.SEE_NUMBERS)
@st.cache_data(max_entries=4, show_spinner=False)
def kpi_days(version: str) -> list[KpiDay]:
    """Return the numbers of the newest days as of a version; the argument is the cache's key."""
    return attention.read_kpi_days(engine())

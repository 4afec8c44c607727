"""The panel that shows somebody's contact values: asks why, counts down, hides them again."""

from __future__ import annotations

import streamlit as st

from lode.errors import LodeError
from lode.reveals import DAILY_BUDGET, LEASE, REASON_MAXIMUM, Lease
from streamlit_app.queries.errors import QueryError
from streamlit_app.ui import data, states
from streamlit_app.ui.format import utc_now

LEASES = "reveals"
# So long before the end values go, as the page takes a moment to run without them.
HIDE_SECONDS = 1.0
LOCAL_REASON = "Work with sample data on this machine"


def show_reveal(person_id: int) -> Lease | None:
    """Offer to show a person's contact values; return the lease while they may be read.

    The number of the lease is kept by this tab alone, its row by the database: a new tab asks anew.
    """
    if not data.may_reveal():
        return None
    lease = data.running_lease(person_id, _numbers().get(str(person_id)))
    # By the clock of this server too: both have to agree that it still runs.
    if lease is None or not lease.covers(person_id, utc_now()):
        _numbers().pop(str(person_id), None)
        _ask(person_id)
        return None
    _count_down(lease)
    return lease


def _numbers() -> dict[str, int]:
    found: dict[str, int] = st.session_state.setdefault(LEASES, {})
    return found


def _ask(person_id: int) -> None:
    with st.expander("Show contact values", icon=":material/visibility:"):
        minutes = int(LEASE.total_seconds() // 60)
        st.caption(
            f"They are shown for {minutes} minutes. The audit log keeps that you looked, and why;"
            f" {DAILY_BUDGET} looks a day are the limit, and each tab looks for itself."
        )
        with st.form("reveal", border=False):
            reason = st.text_input(
                "Why do you need to see them?",
                value=LOCAL_REASON if data.is_local() else "",
                key=f"reveal_reason_{person_id}",
                max_chars=REASON_MAXIMUM,
                autocomplete="off",
            )
            is_asked = st.form_submit_button("Show them", type="primary")
    if is_asked:
        try:
            lease = data.reveal(person_id, reason)
        except QueryError as problem:
            states.error(problem)
        except LodeError as problem:
            states.refused(problem)
        else:
            _numbers()[str(person_id)] = lease.number
            st.rerun()


def _count_down(lease: Lease) -> None:
    def hide() -> None:
        _numbers().pop(str(lease.person_id), None)

    def left() -> float:
        return (lease.expires_at - utc_now()).total_seconds()

    @st.fragment(run_every="20s")
    def remaining() -> None:
        minutes = max(1, round(left() / 60))
        unit = "minute" if minutes == 1 else "minutes"
        st.caption(f"Contact values are shown for {minutes} more {unit}. The audit log says so.")

    # Its timer runs once, just before the end, and nobody asks the database until then.
    @st.fragment(run_every=max(0.1, left() - HIDE_SECONDS))
    def end() -> None:
        if left() <= HIDE_SECONDS:
            hide()
            st.rerun()

    with st.container(horizontal=True, vertical_alignment="center"):
        remaining()
        end()
        st.button("Hide them", key="hide_values", on_click=hide)

"""Decisions about who is who: what became of the last one, the newest ones, and their end."""

from __future__ import annotations

import streamlit as st

from lode import jobs
from streamlit_app.queries.jobs import JobState
from streamlit_app.queries.review import Decision
from streamlit_app.ui import live, review_data, states
from streamlit_app.ui.format import esc, local_time, whole, zone_of

DECISION_WORDS = {
    "link": "one person",
    "apart": "two persons",
    "golden": "stands for its group",
}
JOB = "review_job"
SAID = "review_said"


def note_job(number: int, said: str) -> None:
    """Remember the decision that was asked for, to say what becomes of it."""
    st.session_state[JOB] = number
    st.session_state[SAID] = said
    live.look()


def show_last() -> None:
    """Say what became of the decision that was asked for last; looks again until it has ended."""
    live.live("The last decision", _show_job)


def _show_job() -> None:
    number = st.session_state.get(JOB)
    job = review_data.job(number) if number is not None else None
    if job is not None:
        _say(job)
    live.keep_looking(job is not None and job.is_open)


def _say(job: JobState) -> None:
    said = esc(st.session_state.get(SAID, ""), 200)
    if job.state == jobs.FAILED:
        st.error(f"{said} {esc(job.message, 600)}", icon=":material/error:")
    elif job.state == jobs.DONE:
        st.success(f"{said} {esc(job.message, 600)}", icon=":material/check_circle:")
    else:
        how = "It waits for `lode worker`" if job.state == jobs.WAITING else "It is being applied"
        st.info(f"{said} {how} (job {job.number}).", icon=":material/hourglass_empty:")


def words_of(decision: Decision) -> str:
    """Return what was decided, free of foreign text."""
    if decision.parts > 1:
        return f"a group taken apart, {whole(decision.parts)} pairs"
    return DECISION_WORDS.get(decision.kind) or esc(decision.kind, 20)


def show_decisions() -> None:
    """List the newest decisions, each with a way to take it back, one's own last one by a key."""
    found = review_data.decisions()
    if not found:
        states.empty("Nobody has decided anything yet.")
        return
    zone = zone_of(st.context.timezone)
    for one in found:
        state = " (ended)" if one.is_ended else ""
        st.markdown(
            f"**{one.number}** {words_of(one)}{state} · {esc(one.reason, 120)} ·"
            f" {esc(one.decided_by, 60)}, {local_time(one.decided_at, zone)}"
        )
    open_ones = [one for one in found if not one.is_ended]
    mine = review_data.my_last(found)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if mine is not None:
            st.button(
                f"Take back my last ({mine.number})",
                key="undo_mine",
                icon=":material/undo:",
                shortcut="Z",
                on_click=_end,
                args=(mine.number,),
            )
        if open_ones:
            st.selectbox("Decision to take back", [one.number for one in open_ones], key="number")
            st.button("Undo", key="undo", icon=":material/undo:", on_click=_end)


def _end(number: int | None = None) -> None:
    chosen = number if number is not None else int(st.session_state["number"])

    def body() -> None:
        job = review_data.end(chosen, "taken back in the dashboard")
        note_job(job, f"End of decision {chosen}.")

    states.panel("The end of the decision", body)

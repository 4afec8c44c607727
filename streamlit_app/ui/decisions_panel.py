"""Decisions about who is who: what became of the last one, the newest ones, and their end."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import streamlit as st

from lode.jobs import DONE, FAILED, WAITING
from streamlit_app.queries.errors import QueryError
from streamlit_app.queries.jobs import JobState
from streamlit_app.queries.review import Decision
from streamlit_app.ui import live, review_data, states
from streamlit_app.ui.field_words import in_form
from streamlit_app.ui.format import age, esc, local_time, utc_now, whole, zone_of

DECISION_WORDS = {
    "link": "one person",
    "apart": "two persons",
    "golden": "stands for its group",
}
# What was said of each decision that this tab asked for, by the number of its job.
SAID = "review_said"
# Decisions of other tabs, and of before a reload.
JOB_WORDS = {
    "decide_pair": "The decision about a pair",
    "choose_golden": "Who stands for a group",
    "split_group": "Persons taken out of a group",
    "pin_value": "A pinned value",
    "unpin_value": "The end of a pinned value",
    "end_decision": "The end of a decision",
}
# So long one that could not be written down is shown to who asked for it, also in another tab.
FAILURE_SHOWN = timedelta(hours=1)
MAXIMUM_SHOWN = 5


def note_job(number: int, said: str) -> None:
    """Remember a decision that was asked for, to say what becomes of it."""
    st.session_state[SAID] = {**st.session_state.get(SAID, {}), str(number): said}
    live.look()


def show_last() -> None:
    """Say what became of the decisions that were asked for; looks again until they have ended."""
    found: list[list[JobState]] = []
    # Read before the part begins, which then has its timer: to give it one the page would run anew,
    # and what a click was answered would be gone.
    with suppress(QueryError):
        found.append(review_data.decision_jobs(_followed()))
        live.look(any(job.is_open for job in found[0]))
    live.live("The last decision", lambda: _show_jobs(found))


def _followed() -> list[int]:
    """Return the numbers of the newest jobs that this tab asked for, or did not see the end of."""
    return sorted(map(int, st.session_state.get(SAID, {})), reverse=True)[:MAXIMUM_SHOWN]


def _show_jobs(found: list[list[JobState]]) -> None:
    said: dict[str, str] = st.session_state.get(SAID, {})
    followed = _followed()
    jobs = found.pop() if found else review_data.decision_jobs(followed)
    since = utc_now() - FAILURE_SHOWN
    shown = [
        job
        for job in jobs
        if job.number in followed or job.is_open or (job.state == FAILED and job.asked_at > since)
    ]
    for job in shown[:MAXIMUM_SHOWN]:
        what = f"{JOB_WORDS[job.kind]}, {age(job.asked_at, utc_now())}."
        _say(job, esc(said.get(str(job.number), what), 200))
    # Of those that are done the last one is enough.
    done = [job.number for job in jobs if job.state == DONE and job.number in followed]
    st.session_state[SAID] = {
        key: words for key, words in said.items() if int(key) not in done or int(key) == max(done)
    }
    live.keep_looking(any(job.is_open for job in jobs))


def _say(job: JobState, said: str) -> None:
    if job.state == FAILED:
        st.error(f"{said} {esc(in_form(job.message), 600)}", icon=":material/error:")
    elif job.state == DONE:
        st.success(f"{said} {esc(in_form(job.message), 600)}", icon=":material/check_circle:")
    else:
        how = "It waits for `lode worker`" if job.state == WAITING else "It is being applied"
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

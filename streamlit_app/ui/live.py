"""Parts of a page that look again while a job runs, and asking for such a job."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from lode.errors import LodeError
from streamlit_app.queries.errors import QueryError
from streamlit_app.queries.jobs import JobState
from streamlit_app.ui import states, work
from streamlit_app.ui.format import esc

POLL_FLAG = "jobs_are_running"
# Whether the part was begun with a timer; what was said in this run, and is said again in the next.
TIMER_FLAG, SAID, SAY_AGAIN = "timer_runs", "job_said", "job_said_again"
POLL_SECONDS = 3


def live(title: str, body: Callable[[], None]) -> None:
    """Run a part that looks again while a job runs; the rest of the page stays as it is."""
    st.session_state[TIMER_FLAG] = bool(st.session_state.get(POLL_FLAG))
    if said := st.session_state.pop(SAY_AGAIN, ""):
        st.success(said, icon=":material/check_circle:")
    timer = POLL_SECONDS if st.session_state[TIMER_FLAG] else None
    st.fragment(lambda: states.panel(title, body), run_every=timer)()


def watch(jobs: Sequence[JobState], *asked: JobState | None) -> None:
    """Show the open jobs or the last one; runs the page anew when the first begins, the last ends.

    Jobs must be read after what may ask for one. Those that the address asks for are watched too.
    """
    numbers = {job.number for job in jobs}
    further = [job for job in asked if job is not None and job.number not in numbers]
    jobs = [*(job for job in further if job.is_open), *jobs]
    shown = [job for job in jobs if job.is_open] or list(jobs[:1])
    if shown:
        st.subheader("At work" if shown[0].is_open else "Last job", anchor=False)
        work.show_jobs(shown)
    keep_looking(any(job.is_open for job in jobs))


def look(is_running: bool = True) -> None:
    """Let the next live part look again from its beginning, as a job is open; or not."""
    st.session_state[POLL_FLAG] = is_running


def keep_looking(is_running: bool) -> None:
    """Say whether the part must look again; runs the page anew when that begins or ends."""
    st.session_state[POLL_FLAG] = is_running
    # What was asked for in the part itself finds it without a timer: only the whole page gives one.
    said = st.session_state.pop(SAID, "")
    if is_running != st.session_state.get(TIMER_FLAG, False):
        st.session_state[SAY_AGAIN] = said
        st.rerun()


def say_asked(ask: Callable[[], int]) -> int | None:
    """Ask for a job and say its number, or why not; the page then looks until it has ended."""
    try:
        number = ask()
    except (LodeError, QueryError) as problem:
        states.refused(problem)
        return None
    look()
    said = st.session_state[SAID] = f"Job {number} is asked for."
    st.success(said, icon=":material/check_circle:")
    return number


def number_in_address(name: str) -> int | None:
    """Return the number of a job that the address names, None for none and for what is none."""
    given = st.query_params.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None


def job_in_address(
    name: str, jobs: Sequence[JobState], read: Callable[[int], JobState | None]
) -> JobState | None:
    """Return the job that the address names, else the newest of `jobs`.

    One that is not among them is read. For what is none of these jobs there is a sentence, and no
    other job in its place.
    """
    given = st.query_params.get(name)
    if given is None:
        return next(iter(jobs), None)
    number = number_in_address(name)
    found = next((one for one in jobs if one.number == number), None)
    if found is None and number is not None:
        found = read(number)
    if found is None:
        states.partial(f"No job that can be shown here has the number {esc(given, 40)}.")
    return found

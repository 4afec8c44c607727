"""Asking for jobs from a page, and the panel that says how they go."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from lode import jobs
from lode.rights import Right
from streamlit_app.auth import identity
from streamlit_app.auth.identity import needs
from streamlit_app.queries.jobs import JobState, list_jobs, read_job
from streamlit_app.ui.connections import engine, settings
from streamlit_app.ui.field_words import in_form
from streamlit_app.ui.format import age, esc, utc_now, whole
from streamlit_app.ui.writing import writing

# A worker that is at work says so every two seconds.
SILENT_SECONDS = 60
KEYS = "request_keys"
# The newest jobs that this tab asked for: number and kind of each, and what it is about.
OWN, MAXIMUM_OWN = "own_jobs", 50
ABOUT = ("name", "person", "export")
KINDS = {
    "load": "Load a file",
    "dry_run": "Try a file out",
    "replay": "Replay an import",
    "undo": "Undo an import",
    "undo_preview": "See what undoing would do",
    "run": "Process what is loaded",
    "list_export": "Export a list",
    "list_define": "Save a list",
    "list_preview": "Preview a list",
    "list_explain": "Why not this one",
    "list_release": "Release an export",
    "risk_cap": "Look back with another cap",
    "person_explain": "Verdicts of a past day",
    "audit_verify": "Verify the audit log",
}
# Lists and decisions are followed on pages of their own.
IMPORT_KINDS = ("load", "dry_run", "replay", "undo", "undo_preview", "run")
COUNTS_PEOPLE = ("list_export", "list_preview")
STATES = {
    jobs.WAITING: ("○", "Waiting"),
    jobs.RUNNING: ("◔", "Running"),
    jobs.DONE: ("✓", "Done"),
    jobs.FAILED: ("✕", "Failed"),
}


def ask(kind: str, parameters: Mapping[str, Any]) -> int:
    """Write a job down and return its number; raises LodeError or QueryError, with a sentence.

    A run of the page that is cut off by a second click, and that click, are the same job.
    """
    keys: dict[str, str] = st.session_state.setdefault(KEYS, {})
    place = f"{kind} {sorted(parameters.items())!r}"
    key = keys.setdefault(place, secrets.token_hex(16))
    with writing() as connection:
        number = jobs.ask(connection, settings(), identity.current(), kind, parameters, key)
    keys.pop(place, None)
    own: list[tuple[int, str, dict[str, Any]]] = st.session_state.setdefault(OWN, [])
    about = {name: parameters[name] for name in ABOUT if name in parameters}
    st.session_state[OWN] = [*own, (number, kind, about)][-MAXIMUM_OWN:]
    return number


def jobs_of(
    kinds: Collection[str], is_about: Callable[[Mapping[str, Any]], bool] = lambda _given: True
) -> list[JobState]:
    """Return jobs of some kinds, about what `is_about` says of their parameters; newest first.

    Before them the one that this tab asked for last, however many have come after it. Who calls
    this has checked the right to see them.
    """
    newest = list_jobs(engine(), kinds, identity.current().subject)
    found = [job for job in newest if is_about(job.parameters)]
    own: list[tuple[int, str, dict[str, Any]]] = st.session_state.get(OWN, [])
    last = next(
        (number for number, kind, given in reversed(own) if kind in kinds and is_about(given)), None
    )
    if last is None:
        return found
    mine = next((job for job in found if job.number == last), None) or read_job(engine(), last)
    others = [job for job in found if job.number != last]
    return others if mine is None else [mine, *others]


@needs(Right.SEE_IMPORTS)
def newest() -> list[JobState]:
    """Return the newest jobs about imports as they are now, the last of this tab first."""
    return jobs_of(IMPORT_KINDS)


@needs(Right.SEE_IMPORTS)
def one(number: int) -> JobState | None:
    """Return one job as it is now."""
    return read_job(engine(), number)


def show_jobs(found: Sequence[JobState]) -> None:
    """Show what waits and runs, and what the newest came to."""
    for job in found:
        show_job(job)


def show_job(job: JobState) -> None:
    """Show one job: what it is, how far, what it came to."""
    icon, word = STATES.get(job.state, ("?", job.state))
    color = {"DONE": "green", "FAILED": "red"}.get(job.state, "gray")
    title = f":{color}[{icon} **{word}**] · {KINDS.get(job.kind, esc(job.kind))}{_subject(job)}"
    st.markdown(f"{title} · {esc(job.asked_by)}, {age(job.asked_at, utc_now())}")
    if job.is_open:
        _show_progress(job)
    elif job.message:
        st.caption(esc(in_form(job.message), 1_000))


def is_silent(job: JobState, now: datetime) -> bool:
    """Tell whether a job waits for a worker that is not there, or was left by one that died."""
    if not job.is_open:
        return False
    since = job.lease_until or job.asked_at
    limit = 0 if job.state == jobs.RUNNING else SILENT_SECONDS
    return (now - since).total_seconds() > limit


def _show_progress(job: JobState) -> None:
    if is_silent(job, utc_now()):
        st.warning(
            "No worker is at work on it: run `lode worker` where the warehouse's accounts are.",
            icon=":material/schedule:",
        )
        return
    said = [esc(job.phase.capitalize()) if job.phase else ""]
    if job.done_count is not None:
        total = f" of about {whole(job.total_count)}" if job.total_count else ""
        things = "people" if job.kind in COUNTS_PEOPLE else "records"
        said.append(f"{whole(job.done_count)}{total} {things}")
    said.append(esc(in_form(job.message)))
    text = " · ".join(part for part in said if part) or "Waits for its turn"
    if job.share is None:
        st.caption(text)
    else:
        st.progress(job.share, text)


def _subject(job: JobState) -> str:
    given = job.parameters
    name = given.get("name") or given.get("import_id")
    if job.kind == "audit_verify":
        part = (given.get("from") or "the first", given.get("to") or "the last")
        name = f"{part[0]} to {part[1]}" if given else "all of it"
    return f" · {esc(name, 60)}" if name else ""

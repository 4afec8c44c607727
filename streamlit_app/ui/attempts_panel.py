"""The phases of an import in the order of time, attempt by attempt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import streamlit as st

from streamlit_app.queries.imports import MAXIMUM_ATTEMPTS, Attempt, ImportHealth
from streamlit_app.ui import attempt_charts, data, tables
from streamlit_app.ui.field_words import in_form
from streamlit_app.ui.format import duration, local_time, plain, utc_now, zone_of
from streamlit_app.ui.words import humanized, status_words


@dataclass(frozen=True)
class Step:
    """A moment of an attempt: what happened, and how long after the step before it."""

    attempt: int
    what: str
    at: datetime | None
    seconds: float | None
    said: str = ""


def show_attempts(import_: ImportHealth) -> None:
    """Show what happened when, the first attempt first."""
    attempts = data.attempts(import_.import_seq)
    steps = steps_of(import_, attempts)
    if not steps:
        return
    attempt_charts.show_phases(attempt_charts.phases_of(import_, attempts, utc_now()))
    zone = zone_of(st.context.timezone)
    rows = [
        {
            "Attempt": one.attempt,
            "Phase": plain(one.what),
            "When": local_time(one.at, zone),
            "Took": "–" if one.seconds is None else duration(one.seconds),
            "What it says": plain(in_form(one.said), 300) or "–",
        }
        for one in steps
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key=tables.key_of("attempts_table", [(one.attempt, one.what, one.at) for one in steps]),
        height="auto" if len(rows) <= 8 else 322,
    )
    tables.say_newest(len(attempts), MAXIMUM_ATTEMPTS)


def steps_of(import_: ImportHealth, attempts: Sequence[Attempt]) -> list[Step]:
    """Return the steps of all attempts in the order of time; `attempts` have the newest first."""
    steps: list[Step] = []
    for one in reversed(attempts):
        steps.append(Step(one.number, "Begun", one.started_at, None))
        is_last = one.number == import_.attempt
        if one.ended_at is not None:
            word = "Failed" if one.status == "FAILED" else "Loaded"
            took = (one.ended_at - one.started_at).total_seconds()
            steps.append(Step(one.number, word, one.ended_at, took, one.error_message))
        if is_last and one.status != "FAILED":
            steps += _newest_steps(import_, one)
        elif one.status not in ("LOADED", "FAILED"):
            steps.append(Step(one.number, f"Became: {humanized(one.status).lower()}", None, None))
    return steps


def _newest_steps(import_: ImportHealth, last: Attempt) -> list[Step]:
    """Return what came of the present attempt after loading, or what it is at now."""
    begun = last.ended_at or last.started_at
    done = import_.completed_at
    if done is not None and done >= begun and not status_words(import_.status).is_running:
        seconds = (done - begun).total_seconds()
        return [Step(last.number, status_words(import_.status).word, done, seconds)]
    return [Step(last.number, f"Now: {status_words(import_.status).word.lower()}", None, None)]

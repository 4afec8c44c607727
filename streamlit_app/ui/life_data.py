"""The bridge to one person's life: who may ask. What is about a person is never kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from lode import told_requests
from lode.rights import Right
from streamlit_app.auth import identity
from streamlit_app.auth.identity import needs
from streamlit_app.queries import fields as fields_query
from streamlit_app.queries import timeline
from streamlit_app.queries.fields import FieldOrigin
from streamlit_app.queries.jobs import JobState, read_job
from streamlit_app.queries.timeline import (
    Cap,
    Events,
    PointVerdict,
    Years,
)
from streamlit_app.ui import work
from streamlit_app.ui.connections import engine, settings
from streamlit_app.ui.writing import writing


@needs(Right.SEE_PEOPLE)
def events(
    person_id: int,
    kinds: Sequence[str],
    as_of: date | None,
    before: tuple[datetime, str] | None,
) -> Events:
    """Return a page of a person's events, newest first."""
    return timeline.read_events(engine(), person_id, kinds, as_of, before)


@needs(Right.SEE_PEOPLE)
def years(person_id: int, as_of: date | None) -> Years:
    """Return how many events of which kind each year has."""
    return timeline.read_years(engine(), person_id, as_of)


@needs(Right.SEE_PEOPLE)
def golden_id(person_id: int) -> int | None:
    """Return the golden person that an id stands for today."""
    return timeline.read_golden_id(engine(), person_id)


@needs(Right.SEE_PEOPLE)
def members(person_id: int) -> list[int]:
    """Return the persons that a golden person is made of."""
    return timeline.read_members(engine(), person_id)


@needs(Right.SEE_PEOPLE)
def verdicts(person_id: int) -> list[PointVerdict]:
    """Return the verdict on each contact point and channel."""
    return timeline.read_verdicts(engine(), person_id)


@needs(Right.SEE_PEOPLE)
def caps(person_id: int) -> list[Cap]:
    """Return how much of each cap is used."""
    return timeline.read_caps(engine(), person_id)


@needs(Right.SEE_PEOPLE)
def fields(person_id: int, as_of: date | None = None) -> tuple[list[FieldOrigin], bool]:
    """Return where a person's values come from, and whether there are more than shown."""
    return fields_query.read_fields(engine(), person_id, as_of)


def may_tell_requests() -> bool:
    """Tell whether who asks may write down requests not to be contacted."""
    return identity.current().may(Right.TELL_REQUESTS)


@needs(Right.TELL_REQUESTS)
def tell_request(
    person_id: int, point: str | None, channels: Sequence[str], reason: str
) -> list[int]:
    """Write down that a person wants no contact, at a point or at all; return the numbers."""
    with writing() as connection:
        return told_requests.tell_request(
            connection, settings(), identity.current(), person_id, point, channels, reason
        )


@needs(Right.SEE_PEOPLE)
def ask_past(person_id: int, day: date) -> int:
    """Ask for the verdicts at the end of a past day, as a job, and return its number."""
    return work.ask("person_explain", {"person": person_id, "day": day.isoformat()})


@needs(Right.SEE_PEOPLE)
def past_jobs(person_id: int) -> list[JobState]:
    """Return the newest jobs that asked for verdicts of a past day about a person."""
    return work.jobs_of(["person_explain"], lambda given: _is_about(given, person_id))


@needs(Right.SEE_PEOPLE)
def past_job(number: int, person_id: int) -> JobState | None:
    """Return such a job, None if that number is of another one."""
    found = read_job(engine(), number)
    if found is None or found.kind != "person_explain":
        return None
    return found if _is_about(found.parameters, person_id) else None


def _is_about(given: Mapping[str, Any], person_id: int) -> bool:
    return given.get("person") == person_id

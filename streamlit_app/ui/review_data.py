"""The bridge of the duplicate review: leases, decisions as jobs, and what a pair looks like."""

from __future__ import annotations

import hashlib

from lode import jobs, reviews
from lode.reviews import DECIDED, DEFERRED, Hold
from lode.rights import Right
from streamlit_app.auth import identity
from streamlit_app.auth.identity import needs
from streamlit_app.queries import review
from streamlit_app.queries.jobs import JobState, read_job
from streamlit_app.queries.review import (
    ComparedField,
    Decision,
    Effect,
    GoldenSide,
    QueuedPair,
    ReviewPair,
    WaitingPair,
)
from streamlit_app.ui.connections import engine, settings
from streamlit_app.ui.writing import writing


@needs(Right.REVIEW)
def queue() -> tuple[list[WaitingPair], bool]:
    """Return the next pairs for who asks, and whether there are more."""
    return review.read_queue(engine(), identity.current().subject)


@needs(Right.REVIEW)
def pair(first: int, second: int) -> ReviewPair | None:
    """Return a pair with its waterfall."""
    return review.read_pair(engine(), first, second)


@needs(Right.REVIEW)
def comparison(first: int, second: int) -> list[ComparedField]:
    """Return two persons field by field, masked."""
    return review.read_comparison(engine(), first, second)


@needs(Right.REVIEW)
def sides(one: QueuedPair) -> list[GoldenSide]:
    """Return the golden persons of a pair."""
    return review.read_sides(engine(), one)


@needs(Right.REVIEW)
def effect(one: QueuedPair, of: list[GoldenSide]) -> Effect:
    """Return what a merge would do."""
    return review.read_effect(engine(), one, of)


@needs(Right.REVIEW)
def decisions() -> list[Decision]:
    """Return the newest decisions about who is who."""
    return review.read_decisions(engine())


@needs(Right.REVIEW)
def job(number: int) -> JobState | None:
    """Return how far a job of who asks is."""
    found = read_job(engine(), number)
    return found if found is not None and found.asked_by == identity.current().subject else None


def take(first: int, second: int) -> Hold:
    """Take a pair for who asks; LodeError if somebody else has it."""
    with writing() as connection:
        return reviews.take(connection, settings(), identity.current(), (first, second))


def defer(first: int, second: int) -> None:
    """Put a pair aside for a day."""
    with writing() as connection:
        reviews.put(connection, settings(), identity.current(), (first, second), DEFERRED)


def decide(hold: Hold, verdict: str, reason: str) -> int:
    """Ask for a decision about the pair that is held; return the number of the job.

    The job is written down first: were it the other way round, a pair could leave the queue with
    nothing decided. The same decision under one hold is one job.
    """
    first, second = hold.pair
    asked = {"first": first, "second": second, "verdict": verdict, "reason": reason}
    who = identity.current()
    with writing() as connection:
        reviews.take(connection, settings(), who, hold.pair)
        key = _key("decide", *hold.pair, hold.number, verdict)
        number = jobs.ask(connection, settings(), who, "decide_pair", asked, key)
        reviews.put(connection, settings(), who, hold.pair, DECIDED)
    return number


def end(number: int, reason: str) -> int:
    """Ask for the end of a decision; return the number of the job."""
    who = identity.current()
    asked = {"number": number, "reason": reason}
    with writing() as connection:
        key = _key("end", number, who.subject)
        return jobs.ask(connection, settings(), who, "end_decision", asked, key)


def _key(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]

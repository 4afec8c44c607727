"""The bridge of the duplicate review: leases, decisions as jobs, and what a pair looks like."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime

from lode import jobs, reviews
from lode import second_looks as second_looks_service
from lode.reviews import DEFERRED, Hold
from lode.rights import Right
from streamlit_app.auth import identity
from streamlit_app.auth.identity import needs
from streamlit_app.queries import groups, review
from streamlit_app.queries.comparison import Comparison, read_comparison
from streamlit_app.queries.groups import Group
from streamlit_app.queries.jobs import JobState, list_jobs, read_job
from streamlit_app.queries.review import (
    Decision,
    Effect,
    QueuedPair,
    ReviewPair,
    WaitingPair,
)
from streamlit_app.queries.second_looks import SecondLooks, read_second_looks
from streamlit_app.queries.second_looks import waits_for_look as read_waits_for_look
from streamlit_app.queries.timeline import read_golden_id
from streamlit_app.ui import work
from streamlit_app.ui.connections import engine, settings
from streamlit_app.ui.writing import writing

DECISION_KINDS = (
    "decide_pair", "choose_golden", "split_group", "pin_value", "unpin_value", "end_decision",
)  # fmt: skip


@needs(Right.REVIEW)
def queue() -> tuple[list[WaitingPair], bool]:
    """Return the next pairs for who asks, and whether there are more."""
    return review.read_queue(engine(), identity.current().subject)


@needs(Right.REVIEW)
def waiting() -> tuple[int, bool]:
    """Return how many pairs wait for who asks, and whether there are more than were counted."""
    return review.count_waiting(engine(), identity.current().subject)


@needs(Right.REVIEW)
def pair(first: int, second: int) -> ReviewPair | None:
    """Return a pair with its waterfall."""
    return review.read_pair(engine(), first, second)


@needs(Right.REVIEW)
def comparison(found: ReviewPair) -> Comparison:
    """Return the persons of a pair field by field, masked, with what would survive."""
    one = found.pair
    return read_comparison(engine(), one.first, one.second, found.proposed)


@needs(Right.REVIEW)
def effect(one: QueuedPair) -> Effect:
    """Return what a merge would do."""
    return review.read_effect(engine(), one)


@needs(Right.REVIEW)
def decisions() -> list[Decision]:
    """Return the newest decisions about who is who."""
    return review.read_decisions(engine())


@needs(Right.REVIEW)
def my_last(found: list[Decision]) -> Decision | None:
    """Return the newest decision of who asks that still stands, of those given."""
    me = identity.current().subject
    return next((one for one in found if one.decided_by == me and not one.is_ended), None)


@needs(Right.REVIEW)
def group(person: int) -> Group | None:
    """Return the group of the golden person that an id stands for."""
    golden = read_golden_id(engine(), person)
    return groups.read_group(engine(), golden) if golden is not None else None


@needs(Right.REVIEW)
def decision_jobs(numbers: Collection[int]) -> list[JobState]:
    """Return the newest jobs about decisions of who asks, and those of some numbers."""
    me = identity.current().subject
    found = list_jobs(engine(), DECISION_KINDS, me)
    missing = sorted({*numbers} - {job.number for job in found}, reverse=True)
    found += [job for number in missing if (job := read_job(engine(), number)) is not None]
    return [job for job in found if job.asked_by == me]


def take(first: int, second: int) -> Hold:
    """Take a pair for who asks; LodeError if somebody else has it."""
    with writing() as connection:
        return reviews.take(connection, settings(), identity.current(), (first, second))


@needs(Right.REVIEW)
def decided_at(first: int, second: int) -> datetime | None:
    """Return when a pair was decided that waits for the run that honours it."""
    with writing() as connection:
        return reviews.decided_at(connection, settings(), (first, second))


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
        reviews.require_undecided(connection, settings(), hold)
        reviews.take(connection, settings(), who, hold.pair)
        key = _key("decide", *hold.pair, hold.number, verdict)
        number = jobs.ask(connection, settings(), who, "decide_pair", asked, key)
        reviews.decide(connection, settings(), who, hold.pair, verdict)
    return number


@needs(Right.REVIEW)
def second_looks() -> SecondLooks:
    """Return what waits for a second look of who asks, and how far stewards agree."""
    return read_second_looks(engine(), identity.current().subject)


@needs(Right.REVIEW)
def waits_for_look(first: int, second: int) -> bool:
    """Tell whether a pair waits for a second look of who asks."""
    return read_waits_for_look(engine(), identity.current().subject, (first, second))


@needs(Right.REVIEW)
def sides_of(first: int, second: int) -> Comparison:
    """Return the persons of a pair field by field, masked, with no proposal."""
    return read_comparison(engine(), first, second, {})


def give_second(first: int, second: int, verdict: str) -> bool:
    """Give a pair its second look; return whether both stewards agree."""
    with writing() as connection:
        who = identity.current()
        return second_looks_service.give_second(
            connection, settings(), who, (first, second), verdict
        )


def pin(person: int, reason: str) -> int:
    """Ask that a person stands for its group; return the number of the job."""
    return work.ask("choose_golden", {"person": person, "reason": reason})


def pin_value(persons: list[int], field: str, record: int, position: int, reason: str) -> int:
    """Ask that a value of a record wins for both persons of a pair; return the job.

    The job names the record: the value itself goes nowhere.
    """
    asked = {"persons": persons, "field": field, "record": record, "position": position}
    return work.ask("pin_value", {**asked, "reason": reason})


def unpin_value(persons: list[int], field: str, reason: str) -> int:
    """Ask for the end of what is pinned in a field of a pair; return the job."""
    return work.ask("unpin_value", {"persons": persons, "field": field, "reason": reason})


def take_apart(taken: list[int], left: list[int], reason: str) -> int:
    """Ask that the persons of one side are kept from those of the other; return the job."""
    asked = {"taken": sorted(taken), "left": sorted(left), "reason": reason}
    return work.ask("split_group", asked)


def end(number: int, reason: str) -> int:
    """Ask for the end of a decision, anew if that failed; return the number of the job."""
    return work.ask("end_decision", {"number": number, "reason": reason})


def _key(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]

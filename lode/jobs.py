"""Jobs: what a page asks for is a row; a worker takes it, holds it while at work, and ends it.

A row is held by a lease. When its worker dies the lease runs out, and another takes the job again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pymysql
from pymysql.connections import Connection
from pymysql.cursors import DictCursor

from lode import audit, job_kinds
from lode.db import transaction
from lode.errors import LodeError
from lode.job_kinds import Outcome
from lode.rights import Principal, require
from lode.settings import Settings

WAITING, RUNNING, DONE, FAILED = "WAITING", "RUNNING", "DONE", "FAILED"
OPEN_STATES = (WAITING, RUNNING)
LEASE = timedelta(seconds=60)
MAXIMUM_ATTEMPTS = 3
MAXIMUM_PARAMETERS = 60_000
MAXIMUM_MESSAGE = 2_000
DUPLICATE_KEY = 1062


@dataclass(frozen=True)
class Job:
    """A job as its worker holds it; parameters that are no JSON object are empty, not readable."""

    number: int
    kind: str
    parameters: dict[str, Any]
    asked_by: str
    attempt: int
    is_readable: bool = True


@dataclass(frozen=True)
class Standing:
    """How far a job at work is."""

    phase: str = ""
    done_count: int | None = None
    total_count: int | None = None
    message: str = ""


def ask(
    connection: Connection[Any],
    settings: Settings,
    who: Principal,
    kind: str,
    parameters: Mapping[str, Any],
    request_key: str,
) -> int:
    """Write a job down and return its number; the same key again is the same job.

    Raises LodeError without the right that the kind needs, or for parameters that can't be right.
    """
    found = job_kinds.find(kind)
    require(who, found.right)
    found.check(parameters)
    text = audit.canonical(parameters)
    if len(text) > MAXIMUM_PARAMETERS:
        raise LodeError("That is more than a job can hold: make its parameters shorter.")
    raw = settings.schema("raw")
    try:
        with transaction(connection), connection.cursor() as cursor:
            cursor.execute(
                f"insert into `{raw}`.app_jobs (request_key, kind, parameters, asked_by)"
                " values (%s, %s, %s, %s)",
                (request_key, kind, text, who.subject),
            )
            number = int(cursor.lastrowid)
            payload = {"kind": kind, "roles": sorted(who.roles)}
            _note(connection, settings, "job.ask", who.subject, number, payload)
            return number
    except pymysql.IntegrityError as error:
        if error.args[0] != DUPLICATE_KEY:
            raise
    with connection.cursor() as cursor:
        cursor.execute(f"select id from `{raw}`.app_jobs where request_key = %s", (request_key,))
        (number,) = cursor.fetchone() or (0,)
        return int(number)


def content_of(text: str | None) -> dict[str, Any] | None:
    """Return the JSON object that a row holds, None for any other text.

    A row that somebody wrote by hand must stop neither the worker nor a page.
    """
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def take(connection: Connection[Any], settings: Settings, worker: str) -> Job | None:
    """Take the oldest job that waits or whose worker went away, and hold it; None if there is none.

    A job that lost its worker too often is ended as failed, and the next one is taken.
    """
    while True:
        with transaction(connection):
            row = _next(connection)
            if row is None:
                return None
            content = content_of(row["parameters"])
            job = Job(
                int(row["id"]),
                row["kind"],
                content or {},
                row["asked_by"],
                int(row["attempt"]) + 1,
                content is not None,
            )
            if job.attempt <= MAXIMUM_ATTEMPTS:
                _hold(connection, job, worker)
                return job
            _give_up(connection, settings, job)


def keep(connection: Connection[Any], job: Job, worker: str, standing: Standing) -> bool:
    """Hold a job for another while and say how far it is; False if it is another worker's now."""
    with connection.cursor() as cursor:
        changed = cursor.execute(
            "update app_jobs set phase = %s, done_count = %s, total_count = %s, message = %s,"
            f" lease_until = utc_timestamp(6) + interval {LEASE.seconds} second"
            " where id = %s and worker = %s and state = 'RUNNING'",
            (
                standing.phase[:64],
                standing.done_count,
                standing.total_count,
                standing.message[:MAXIMUM_MESSAGE],
                job.number,
                worker,
            ),
        )
    return bool(changed)


def put_back(
    connection: Connection[Any], job: Job, worker: str, message: str, wait: timedelta
) -> None:
    """Let a job wait again: it counts as not begun, and is not taken before some time passed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update app_jobs set state = 'WAITING', attempt = attempt - 1, worker = null,"
            f" message = %s, lease_until = utc_timestamp(6) + interval {int(wait.total_seconds())}"
            " second where id = %s and worker = %s and state = 'RUNNING'",
            (message[:MAXIMUM_MESSAGE], job.number, worker),
        )


def end(
    connection: Connection[Any],
    settings: Settings,
    job: Job,
    worker: str,
    outcome: Outcome,
    *,
    state: str = DONE,
) -> bool:
    """End a job with what it came to; False if another worker has it by now."""
    facts = json.dumps(outcome.facts, ensure_ascii=False, default=str) if outcome.facts else None
    with transaction(connection), connection.cursor() as cursor:
        changed = cursor.execute(
            "update app_jobs set state = %s, message = %s, result = %s,"
            " ended_at = utc_timestamp(6), lease_until = null"
            " where id = %s and worker = %s and state = 'RUNNING'",
            (state, outcome.message[:MAXIMUM_MESSAGE], facts, job.number, worker),
        )
        if changed:
            event = "job.done" if state == DONE else "job.failed"
            payload = {"kind": job.kind, "attempt": job.attempt}
            _note(connection, settings, event, job.asked_by, job.number, payload)
    return bool(changed)


def _next(connection: Connection[Any]) -> dict[str, Any] | None:
    with connection.cursor(DictCursor) as cursor:
        cursor.execute(
            "select id, kind, parameters, asked_by, attempt from app_jobs"
            " where state in ('WAITING', 'RUNNING')"
            " and (lease_until is null or lease_until < utc_timestamp(6))"
            " order by id limit 1 for update skip locked"
        )
        row: dict[str, Any] | None = cursor.fetchone()
    return row


def _hold(connection: Connection[Any], job: Job, worker: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update app_jobs set state = 'RUNNING', attempt = %s, worker = %s, message = '',"
            " started_at = coalesce(started_at, utc_timestamp(6)),"
            f" lease_until = utc_timestamp(6) + interval {LEASE.seconds} second where id = %s",
            (job.attempt, worker, job.number),
        )


def _give_up(connection: Connection[Any], settings: Settings, job: Job) -> None:
    sentence = (
        f"Its worker went away {MAXIMUM_ATTEMPTS} times while it was at work: look at the log, then"
        " ask for it again."
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "update app_jobs set state = 'FAILED', message = %s, ended_at = utc_timestamp(6),"
            " lease_until = null where id = %s",
            (sentence, job.number),
        )
    payload = {"kind": job.kind, "attempt": MAXIMUM_ATTEMPTS}
    _note(connection, settings, "job.failed", job.asked_by, job.number, payload)


def _note(
    connection: Connection[Any],
    settings: Settings,
    event: str,
    actor: str,
    number: int,
    payload: dict[str, Any],
) -> None:
    subject = f"job {number}"
    audit.append(connection, settings, event, actor=actor, subject=subject, payload=payload)

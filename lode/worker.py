"""The worker: takes jobs one after the other, holds each while it works it, says how it goes.

It may be killed at any moment. Its job is then taken again when its lease has run out, and what
the services did already they find done.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pymysql

from lode import job_kinds, jobs
from lode.access import principal_of
from lode.db import connect, missing_part
from lode.errors import BusyError, LodeError
from lode.job_kinds import Outcome, Work
from lode.jobs import Job, Standing
from lode.logs import get_logger, redact
from lode.rights import require
from lode.settings import Settings

HEARTBEAT_SECONDS = 2.0
POLL_SECONDS = 1.0
AWAY_SECONDS = 15.0
# How long a job waits while somebody else is at work on the same thing.
BUSY_WAIT = timedelta(seconds=5)
NO_WAIT = timedelta(0)


class LiveTeller:
    """How far a job is, as its kind says it; the heartbeat writes it down."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.standing = Standing()
        self._clock = clock
        self._begun = clock()

    def phase(self, name: str) -> None:
        """Say that a named step begins."""
        self.standing = Standing(name)
        self._begun = self._clock()

    def progress(self, done: int, total: int | None, speed: float | None = None) -> None:
        """Say how much of the step is done; its own speed is that since the step began."""
        passed = self._clock() - self._begun
        if speed is None and passed > 0:
            speed = done / passed
        message = f"{speed:,.0f} a second" if speed else ""
        if speed and total and total > done:
            message += f", about {time_left((total - done) / speed)} left"
        self.standing = Standing(self.standing.phase, done, total, message)


def time_left(seconds: float) -> str:
    """Return a span in the one unit that matters: 40 s, 3 min, 2 h."""
    if seconds < 60:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5_400 else f"{seconds / 3_600:.0f} h"


def work(settings: Settings, *, is_once: bool = False, stop: threading.Event | None = None) -> int:
    """Work jobs until told to stop; with `is_once` only what waits now. Return how many ended."""
    name = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"
    ended = threading.Event() if stop is None else stop
    count = 0
    while not ended.is_set():
        try:
            count += _work_while_connected(settings, name, ended, is_once)
        except (LodeError, pymysql.MySQLError) as error:
            # The server is away or being set up: a worker outlives that.
            if is_once:
                raise
            get_logger("worker").warning("no job could be taken: %s", redact(str(error)))
            ended.wait(AWAY_SECONDS)
        if is_once:
            break
    return count


def _work_while_connected(
    settings: Settings, worker: str, ended: threading.Event, is_once: bool
) -> int:
    count = 0
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        while not ended.is_set():
            job = jobs.take(connection, settings, worker)
            if job is not None:
                count += _work_one(settings, job, worker)
            elif is_once:
                break
            else:
                ended.wait(POLL_SECONDS)
    return count


def _work_one(settings: Settings, job: Job, worker: str) -> bool:
    """Work a job; False if it waits again."""
    get_logger("worker").info("job %d (%s) begins, attempt %d", job.number, job.kind, job.attempt)
    started = time.monotonic()
    teller = LiveTeller()
    state = jobs.DONE
    try:
        with _heartbeat(settings, job, worker, teller):
            outcome = _run(settings, job, teller)
    except BusyError as error:
        _put_back(settings, job, worker, f"It waits: {error.sentence}", BUSY_WAIT)
        return False
    except LodeError as error:
        outcome, state = Outcome(error.sentence), jobs.FAILED
    except KeyboardInterrupt:
        _put_back(
            settings, job, worker, "Its worker was stopped: it goes on with the next.", NO_WAIT
        )
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the page says that it failed
        outcome, state = Outcome(_sentence(error, job)), jobs.FAILED
    _end(settings, job, worker, outcome, state)
    seconds = time.monotonic() - started
    get_logger("worker").info("job %d is %s after %.1f s", job.number, state, seconds)
    return True


def _run(settings: Settings, job: Job, teller: LiveTeller) -> Outcome:
    kind = job_kinds.find(job.kind)
    # A role that ended meanwhile counts no more.
    require(principal_of(settings, job.asked_by), kind.right)
    if not job.is_readable:
        raise LodeError("Its parameters can't be read: ask for it again.")
    kind.check(job.parameters)
    return kind.run(Work(settings, job.parameters, job.asked_by, teller, job.number))


def _end(settings: Settings, job: Job, worker: str, outcome: Outcome, state: str) -> None:
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        is_ours = jobs.end(connection, settings, job, worker, outcome, state=state)
    if is_ours and state == jobs.DONE:
        job_kinds.find(job.kind).clean(settings, job.parameters)


def _put_back(settings: Settings, job: Job, worker: str, message: str, wait: timedelta) -> None:
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        jobs.put_back(connection, job, worker, message, wait)


@contextmanager
def _heartbeat(settings: Settings, job: Job, worker: str, teller: LiveTeller) -> Iterator[None]:
    """Hold the job, and write down how far it is, from a thread of its own."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(HEARTBEAT_SECONDS):
            try:
                with connect("loader", settings, schema="raw", autocommit=True) as connection:
                    while not done.is_set():
                        if not jobs.keep(connection, job, worker, teller.standing):
                            return
                        done.wait(HEARTBEAT_SECONDS)
            except (LodeError, pymysql.MySQLError) as error:
                get_logger("worker").warning("job %d: %s", job.number, redact(str(error)))

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(10)


def _sentence(error: Exception, job: Job) -> str:
    get_logger("worker").error("job %d failed", job.number, exc_info=error)
    missing = missing_part(error)
    if missing is not None:
        return missing.sentence
    return (
        f"It stopped where nobody expected it ({type(error).__name__}); the whole story is in"
        " lode.jsonl."
    )

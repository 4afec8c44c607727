"""Kinds of jobs made up for tests; what they do is seen in a file."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from lode.errors import BusyError, LodeError
from lode.job_kinds import JobKind, Outcome, Parameters, Work
from lode.rights import Right
from lode.settings import Settings


def _check(given: Parameters) -> None:
    if "place" not in given:
        raise LodeError("A place is needed.")


def _note(work: Work) -> Outcome:
    work.teller.phase("noting")
    work.teller.progress(1, 2, 10.0)
    with Path(work.parameters["place"]).open("a") as file:
        file.write(f"{work.by}\n")
    return Outcome("It is noted.", {"place": work.parameters["place"]})


def _refuse(_work: Work) -> Outcome:
    raise LodeError("This can't be done: try another.")


def _break(_work: Work) -> Outcome:
    raise ZeroDivisionError("secret detail")


def _busy_once(work: Work) -> Outcome:
    place = Path(work.parameters["place"])
    if not place.exists():
        place.write_text("busy")
        raise BusyError("Another run is under way.")
    return Outcome("Now it went.")


def _die(work: Work) -> Outcome:
    """Kill the process the first time, as a crash would; the second time go well."""
    place = Path(work.parameters["place"])
    if place.exists():
        return Outcome("It went on.")
    place.write_text("begun")
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


def _clean(_settings: Settings, given: Parameters) -> None:
    Path(f"{given['place']}.cleaned").touch()


JOB_KINDS = (
    JobKind("note", Right.START_IMPORTS, _check, _note, _clean),
    JobKind("refuse", Right.START_IMPORTS, _check, _refuse, _clean),
    JobKind("break", Right.START_IMPORTS, _check, _break),
    JobKind("busy_once", Right.START_IMPORTS, _check, _busy_once),
    JobKind("die", Right.START_IMPORTS, _check, _die),
)

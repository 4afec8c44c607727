"""The kinds of jobs: what each needs, and what works it. Parts of the product add their own."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from lode.errors import LodeError, printable
from lode.rights import Right
from lode.settings import Settings

# Modules that have a tuple JOB_KINDS; they are imported when a kind is first looked for.
MODULES = ("loaders.jobs", "dedup.jobs", "lode.list_jobs", "lode.comply_jobs", "lode.audit_jobs")
Parameters = Mapping[str, Any]
MAXIMUM_ID = 2**63 - 1


def is_id(value: object) -> bool:
    """Tell whether a parameter may be the id of a row."""
    return type(value) is int and 0 < value <= MAXIMUM_ID


class Teller(Protocol):
    """Told how a job goes; each call is cheap and may be made often."""

    def phase(self, name: str) -> None:
        """Say that a named step begins."""

    def progress(self, done: int, total: int | None, speed: float | None = None) -> None:
        """Say how much of the step is done, of how much if that is known, and units a second."""


@dataclass(frozen=True)
class Outcome:
    """What a job came to: a sentence for people, and facts for the page."""

    message: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Work:
    """One job as its kind gets it; `by` is who asked for it, `number` that of its row."""

    settings: Settings
    parameters: Parameters
    by: str
    teller: Teller
    number: int = 0


@dataclass(frozen=True)
class JobKind:
    """A kind of job. `run` must bear to be killed and begun anew, with the same result.

    `check` raises LodeError for parameters that can't be right; it is asked before a job is written
    down and again before it is worked. `clean` takes away what only this job needed.
    """

    name: str
    right: Right
    check: Callable[[Parameters], None]
    run: Callable[[Work], Outcome]
    clean: Callable[[Settings, Parameters], None] = lambda _settings, _parameters: None


def find(name: str) -> JobKind:
    """Return the kind of a name; LodeError if there is none."""
    for module in MODULES:
        for kind in importlib.import_module(module).JOB_KINDS:
            if kind.name == name:
                found: JobKind = kind
                return found
    raise LodeError(f"There is no kind of job called {printable(name, 40)}.")

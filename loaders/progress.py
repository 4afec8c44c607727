"""Saying how a load goes: a progress bar on a terminal, a JSON line per event elsewhere.

Names of files and columns, ids and counts only; never anything out of a record.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lode.errors import printable
from lode.logs import get_logger

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from loaders.drift import Drift
    from loaders.import_result import ImportResult


@dataclass(frozen=True)
class State:
    """How far a load is: the records committed and refused, the share of the source, the speed.

    `share` (0 to 1) and `seconds_left` are None where that can't be told.
    """

    last_record: int
    rejected: int
    share: float | None
    rows_per_second: float
    seconds_left: float | None


class Pace:
    """The speed of one attempt, which begins behind the records that an earlier one committed."""

    def __init__(self, first_record: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._first = first_record
        self._clock = clock
        self._started = clock()

    def at(self, last_record: int, rejected: int, share: float | None) -> State:
        """Return the state when the records up to this number are committed."""
        seconds = max(self._clock() - self._started, 0.001)
        done = last_record - self._first
        left = None
        if share and done > 0:
            # What was there before this attempt took no time of it.
            own_share = share * done / last_record
            left = seconds * max(0.0, 1 - share) / own_share
        return State(last_record, rejected, share, done / seconds, left)


class Reporter(Protocol):
    """Told what happens to one file after the other."""

    def step(self, filename: str, step: str) -> None:
        """A named step of a file begins."""

    def drift(self, filename: str, drift: Drift) -> None:
        """The columns of a file are others than those of the last one with its mapping."""

    def records(self, filename: str, state: State) -> None:
        """More records are committed."""

    def done(self, result: ImportResult) -> None:
        """A file is loaded, or was loaded before."""

    def failed(self, filename: str, sentence: str) -> None:
        """A file can't be loaded."""


class QuietReporter:
    """Says nothing to the user and everything to the log; for callers that speak for themselves."""

    def step(self, filename: str, step: str) -> None:
        """Log the step."""
        get_logger("loaders").info("%s: %s", printable(filename), step)

    def drift(self, filename: str, drift: Drift) -> None:
        """Log what changed."""
        get_logger("loaders").info("%s: %s", printable(filename), drift.sentence())

    def records(self, filename: str, state: State) -> None:
        """Say nothing: there are many of these."""

    def done(self, result: ImportResult) -> None:
        """Log the result."""
        get_logger("loaders").info("%s", json.dumps(result.as_event()))

    def failed(self, filename: str, sentence: str) -> None:
        """Log the failure."""
        get_logger("loaders").error("%s: %s", printable(filename), sentence)


class JsonReporter(QuietReporter):
    """One JSON object per event on standard output; the last line of a file has its counts."""

    def step(self, filename: str, step: str) -> None:
        """Print the step."""
        super().step(filename, step)
        self._print({"event": "step", "filename": printable(filename), "step": step})

    def drift(self, filename: str, drift: Drift) -> None:
        """Print what changed."""
        super().drift(filename, drift)
        name = printable(filename)
        self._print({"event": "columns_changed", "filename": name, **drift.as_event()})

    def records(self, filename: str, state: State) -> None:
        """Print how far it is and how fast."""
        self._print(
            {
                "event": "records",
                "filename": printable(filename),
                "committed": state.last_record,
                "refused": state.rejected,
                "rows_per_second": round(state.rows_per_second),
                "share": None if state.share is None else round(state.share, 4),
                "seconds_left": None if state.seconds_left is None else round(state.seconds_left),
            }
        )

    def done(self, result: ImportResult) -> None:
        """Print the result."""
        super().done(result)
        self._print({"event": "done", **result.as_event()})

    def failed(self, filename: str, sentence: str) -> None:
        """Print the failure; the sentence for people goes to standard error elsewhere."""
        super().failed(filename, sentence)
        self._print({"event": "failed", "filename": printable(filename), "error": sentence})

    def _print(self, event: dict[str, object]) -> None:
        print(json.dumps(event, ensure_ascii=False), flush=True)


class TerminalReporter(QuietReporter):
    """A bar per file that moves while it is loaded, and a line with its counts at the end."""

    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def step(self, filename: str, step: str) -> None:
        """Show the step."""
        super().step(filename, step)
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        if self._progress is None:
            self._progress = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                TextColumn("{task.fields[counts]}"),
                TimeElapsedColumn(),
                transient=True,
            )
            self._progress.start()
            self._task = self._progress.add_task("", total=None, counts="")
        self._update(description=f"{_plain(filename)}: {step}")

    def drift(self, filename: str, drift: Drift) -> None:
        """Print what changed above the bar."""
        super().drift(filename, drift)
        line = f"{printable(filename)}: {drift.sentence()}"
        if self._progress is None:
            print(line)
        else:
            self._progress.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def records(self, filename: str, state: State) -> None:
        """Show how far it is, how fast, and how long it will take."""
        counts = f"{state.last_record:,} records, {state.rows_per_second:,.0f}/s"
        if state.rejected:
            counts += f", {state.rejected:,} refused"
        if state.seconds_left is not None:
            counts += f", {_duration(state.seconds_left)} left"
        self._update(counts=counts, share=state.share)

    def done(self, result: ImportResult) -> None:
        """Print the counts."""
        super().done(result)
        self._close()
        print(result.sentence())

    def failed(self, filename: str, sentence: str) -> None:
        """Take the bar away; the sentence follows."""
        super().failed(filename, sentence)
        self._close()

    def _update(
        self, description: str | None = None, counts: str = "", share: float | None = None
    ) -> None:
        if self._progress is not None and self._task is not None:
            total = None if share is None else 1.0
            self._progress.update(
                self._task, description=description, counts=counts, total=total, completed=share
            )

    def _close(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None


def _plain(text: str) -> str:
    """Return a name without rich's markup."""
    return printable(text, 60).replace("[", "\\[")


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def reporter_for_terminal() -> Reporter:
    """Return the reporter that suits standard output."""
    return TerminalReporter() if sys.stdout.isatty() else JsonReporter()

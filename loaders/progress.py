"""Saying how a load goes: a progress bar on a terminal, a JSON line per event elsewhere.

Names of files, ids and counts only; never anything out of a record.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Protocol

from lode.errors import printable
from lode.logs import get_logger

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from loaders.import_result import ImportResult


class Reporter(Protocol):
    """Told what happens to one file after the other."""

    def step(self, filename: str, step: str) -> None:
        """A named step of a file begins."""

    def records(self, filename: str, last_record: int, rejected: int) -> None:
        """The records up to this number are committed; some of them were refused."""

    def done(self, result: ImportResult) -> None:
        """A file is loaded, or was loaded before."""

    def failed(self, filename: str, sentence: str) -> None:
        """A file can't be loaded."""


class QuietReporter:
    """Says nothing to the user and everything to the log; for callers that speak for themselves."""

    def step(self, filename: str, step: str) -> None:
        """Log the step."""
        get_logger("loaders").info("%s: %s", printable(filename), step)

    def records(self, filename: str, last_record: int, rejected: int) -> None:
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

    def records(self, filename: str, last_record: int, rejected: int) -> None:
        """Print how far it is."""
        name = printable(filename)
        self._print({"event": "records", "filename": name, "committed": last_record})

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
    """A line per file that moves while it is loaded, and one with its counts at the end."""

    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._started = time.monotonic()

    def step(self, filename: str, step: str) -> None:
        """Show the step."""
        super().step(filename, step)
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        if self._progress is None:
            self._progress = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                TextColumn("{task.fields[counts]}"),
                TimeElapsedColumn(),
                transient=True,
            )
            self._progress.start()
            self._started = time.monotonic()
            self._task = self._progress.add_task("", total=None, counts="")
        self._update(description=f"{_plain(filename)}: {step}")

    def records(self, filename: str, last_record: int, rejected: int) -> None:
        """Show how far it is and how fast."""
        speed = last_record / max(time.monotonic() - self._started, 0.001)
        self._update(counts=f"{last_record:,} records, {speed:,.0f}/s, {rejected:,} refused")

    def done(self, result: ImportResult) -> None:
        """Print the counts."""
        super().done(result)
        self._close()
        print(result.sentence())

    def failed(self, filename: str, sentence: str) -> None:
        """Take the bar away; the sentence follows."""
        super().failed(filename, sentence)
        self._close()

    def _update(self, description: str | None = None, counts: str = "") -> None:
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, description=description, counts=counts)

    def _close(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None


def _plain(text: str) -> str:
    """Return a name without rich's markup."""
    return printable(text, 60).replace("[", "\\[")


def reporter_for_terminal() -> Reporter:
    """Return the reporter that suits standard output."""
    return TerminalReporter() if sys.stdout.isatty() else JsonReporter()

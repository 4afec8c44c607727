"""What `lode load --dry-run` says: steps as in a load, then what the run would give."""

from __future__ import annotations

import sys

from loaders.dry_run import Prediction
from loaders.import_result import ImportResult
from loaders.progress import JsonReporter, TerminalReporter
from lode.report import print_imports, print_step

TITLE = "Dry run: what `lode load` would give now; nothing was changed"


class DryJsonReporter(JsonReporter):
    """JSON lines; of a file that is no duplicate the last one is its prediction."""

    def done(self, result: ImportResult) -> None:
        """Say that a file is known already; of others only the run could tell."""
        if result.is_duplicate:
            super().done(result)

    def building(self) -> None:
        """The models are being built."""
        self._print({"event": "step", "step": "predicting"})

    def predicted(self, predictions: list[Prediction]) -> None:
        """Print every prediction."""
        for prediction in predictions:
            self._print({"event": "predicted", **prediction.as_event()})


class DryTerminalReporter(TerminalReporter):
    """A line that moves, then one table for all files."""

    def done(self, result: ImportResult) -> None:
        """Take the bar away; say that a file is known already."""
        if result.is_duplicate:
            super().done(result)
        else:
            self._close()

    def building(self) -> None:
        """The models are being built."""
        print_step("Building the models over it, beside the warehouse …")

    def predicted(self, predictions: list[Prediction]) -> None:
        """Print the table and the problems."""
        print_imports([prediction.account for prediction in predictions], TITLE)
        for prediction in predictions:
            print_step(prediction.sentence())


def dry_reporter() -> DryJsonReporter | DryTerminalReporter:
    """Return the reporter that suits standard output."""
    return DryTerminalReporter() if sys.stdout.isatty() else DryJsonReporter()

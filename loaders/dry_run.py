"""Dry runs: what loading files would give, found out by loading them beside the warehouse.

The files are loaded by the loader itself and the models are dbt's, in schemas of their own
(lode/dry_environment.py) that hold of the warehouse what can decide the outcome, and no more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from loaders.dry_copy import copy_ledger, copy_state, look
from lode.db import connect
from lode.dbt import run_dbt
from lode.dry_environment import FAILED_REMEDY, dry_environment, load_seeds
from lode.errors import BusyError
from lode.phone_resolver import (
    VIEW,
    copy_leftovers_view,
    has_leftovers_view,
    settle_phones,
)
from lode.pipeline import require_built
from lode.settings import Settings
from lode.warehouse_state import ImportAccount

PREDICTED = "PREDICTED"
# No import has this id, and none may be looked for under one that it does not have yet.
NOT_LOADED = "new"
MODELS = ("+import_results", "+record_problems")


@dataclass(frozen=True)
class Prediction:
    """What the next run would make of an import: its accounting, and its problems by type."""

    account: ImportAccount
    source_table: str | None
    parse_rejected_count: int
    problems: dict[str, int]

    def as_event(self) -> dict[str, object]:
        """Return the prediction as one record for the log; a waiting import has its id."""
        account = asdict(self.account)
        del account["status"]
        if account["import_id"] == NOT_LOADED:
            account["import_id"] = None
        return account | {
            "source_table": self.source_table,
            "parse_rejected_count": self.parse_rejected_count,
            "problems": self.problems,
        }

    def sentence(self) -> str:
        """Say which problems the records have."""
        found = ", ".join(f"{count:,} × {name}" for name, count in self.problems.items())
        return f"{self.account.filename}: {found or 'no problems found'}."


class DryRun:
    """One dry run: load files with its `settings`, then ask once what the run would give."""

    def __init__(self, known: Settings, settings: Settings) -> None:
        self.known = known
        self.settings = settings
        self._watermark = look(known)
        self._waiting = copy_ledger(known, settings)

    def predict(self) -> list[Prediction]:
        """Return the outcome of every import that the next run would take, in its order.

        Those are the files that were loaded, and the imports that wait in the warehouse. BusyError
        if a run changed the warehouse meanwhile.
        """
        load_seeds(self.known, self.settings)
        copy_state(self.known, self.settings)
        self._settle_phones()
        arguments = ["run", "--vars", json.dumps({"dry_run_of": self.known.prefix})]
        done = run_dbt([*arguments, "--select", *MODELS], self.settings, quiet=True)
        require_built(done, self.settings, FAILED_REMEDY)
        if look(self.known) != self._watermark:
            raise BusyError("A run changed this warehouse during the dry run: try it again.")
        return self._predictions()

    def _settle_phones(self) -> None:
        """Have the resolver read what the rules can't, as the run would."""
        if has_leftovers_view(self.known):
            copy_leftovers_view(self.known, self.settings)
        else:
            done = run_dbt(["run", "--select", VIEW], self.settings, quiet=True)
            require_built(done, self.settings, FAILED_REMEDY)
        settle_phones(self.settings)

    def _predictions(self) -> list[Prediction]:
        raw = self.settings.schema("raw")
        query = f"""
            select
                results.import_seq, imports.import_id, imports.filename, results.feed,
                imports.row_count, results.inserted_count, results.updated_count,
                results.unchanged_count, results.collapsed_count, results.rejected_count,
                imports.source_table, imports.parse_rejected_count
            from import_results as results
            inner join {raw}.import_metadata as imports on results.import_seq = imports.id
            order by results.import_seq
        """
        problems: dict[int, dict[str, int]] = {}
        with (
            connect("transformer", self.settings, schema="canonical") as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "select import_seq, error_type, count(*) from record_problems"
                " group by import_seq, error_type order by import_seq, error_type"
            )
            for import_seq, error_type, count in cursor.fetchall():
                problems.setdefault(int(import_seq), {})[str(error_type)] = int(count)
            cursor.execute(query)
            return [self._prediction(row, problems) for row in cursor.fetchall()]

    def _prediction(self, row: Any, problems: dict[int, dict[str, int]]) -> Prediction:
        import_seq, import_id, filename, feed, *counts, table, refused = row
        account = ImportAccount(
            import_id if import_id in self._waiting else NOT_LOADED,
            filename,
            feed,
            PREDICTED,
            *(int(count) for count in counts),
        )
        return Prediction(account, table, int(refused), problems.get(int(import_seq), {}))


@contextmanager
def dry_run(settings: Settings) -> Iterator[DryRun]:
    """Begin a dry run of a warehouse; nothing is left of it after the block.

    Raises LodeError if another one is at work, or a run; or if the server has no place for it.
    """
    with dry_environment(settings) as dry:
        yield DryRun(settings, dry)

"""The files of the rules, changed by somebody, and loaded as a run would load them."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from lode.dbt import run_dbt
from lode.settings import Settings
from tests.macros_engine.engine_project import EngineProject

Row = dict[str, str]
Change = Callable[[list[Row]], list[Row]]


class RuleFiles:
    """A copy of the seeds of rules that loads into a warehouse, as small as dbt lets it be."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        folder.mkdir()
        self.settings = EngineProject(folder, settings).settings
        # The config of a seed decides how it is kept; what it is tested for stays behind.
        macros = folder / "macros" / "unique_combination.sql"
        shutil.copy(settings.root / "macros" / "tests" / "test_unique_combination.sql", macros)
        self.seeds = folder / "seeds"
        shutil.copytree(settings.root / "seeds" / "compliance", self.seeds, dirs_exist_ok=True)

    def rows(self, seed: str) -> list[Row]:
        """Return the rows of a file as it is."""
        text = (self.seeds / f"{seed}.csv").read_text(encoding="utf-8")
        return list(csv.DictReader(io.StringIO(text)))

    def change(self, changes: Mapping[str, Change], *arguments: str) -> None:
        """Change the rows of some files, and load them."""
        for seed, change in changes.items():
            rows = change(self.rows(seed))
            with (self.seeds / f"{seed}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
        done = run_dbt(
            ["seed", "--select", *changes, *arguments],
            self.settings,
            quiet=True,
            target_path=self.seeds.parent / "target",
        )
        assert done.returncode == 0, done.output


def with_cells(key: str, name: str, **cells: str) -> Change:
    """Return what gives cells of the row of a name other values."""
    return lambda rows: [{**row, **cells} if row[key] == name else row for row in rows]


def without(key: str, name: str) -> Change:
    """Return what takes the row of a name out."""
    return lambda rows: [row for row in rows if row[key] != name]


def with_row(key: str, like: str, **cells: str) -> Change:
    """Return what adds a row like that of a name, with other values."""
    return lambda rows: [*rows, {**next(row for row in rows if row[key] == like), **cells}]

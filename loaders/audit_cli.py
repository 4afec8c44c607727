"""The commands `lode reconcile` and `lode report`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lode.errors import LodeError
from lode.settings import load_settings
from lode.tables import print_table

if TYPE_CHECKING:
    from loaders.reconcile import Reconciliation


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    app.command("reconcile")(reconcile)
    app.command("report")(report)


def reconcile(
    imports: Annotated[list[str] | None, typer.Argument(metavar="[IMPORT…]")] = None,
    is_all: bool = typer.Option(False, "--all", help="Every import there is."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object per line."),
) -> None:
    """Prove that every record of the landed files is accounted for; exit code 1 if one is not.

    Example: lode reconcile --all
    """
    from loaders.reconcile import reconcile as reconcile_imports

    if not imports and not is_all:
        raise LodeError("Name the imports to reconcile, or all of them with --all.")
    found: list[Reconciliation] = []
    for one in reconcile_imports(load_settings(), None if is_all else imports):
        found.append(one)
        if as_json:
            print(json.dumps(one.as_event(), ensure_ascii=False))
    if not as_json:
        _print(found)
    gaps = [(one, gap) for one in found for gap in one.gaps]
    for one, gap in gaps:
        print(f"lode: {one.import_id} ({one.filename}): {gap}.", file=sys.stderr)
    if gaps:
        raise typer.Exit(1)


def _print(found: list[Reconciliation]) -> None:
    if not found:
        print("No imports yet: nothing to reconcile.")
        return
    rows: list[tuple[str, ...]] = [
        (
            "import", "status", "in file", "loaded", "refused", "inserted", "updated", "unchanged",
            "collapsed", "rejected", "holds",
        )
    ]  # fmt: skip
    for one in found:
        counts = (
            one.records_in_file, one.loaded, one.refused, one.inserted, one.updated, one.unchanged,
            one.collapsed, one.rejected,
        )  # fmt: skip
        shown = ("" if count is None else f"{count:,}" for count in counts)
        rows.append((one.import_id, one.status, *shown, "no" if one.gaps else "yes"))
    print_table(rows, right=tuple(range(2, 10)))


def report(
    import_id: str = typer.Argument(..., metavar="IMPORT", help="Such as imp_2026_02_19_001."),
    target: Annotated[Path, typer.Option("--to", help="The folder to write to.")] = Path(),
) -> None:
    """Write the success report, the error report and the checklist of an import into a folder.

    Example: lode report imp_2026_02_19_001 --to reports
    """
    from loaders.reports import write_reports

    for path in write_reports(import_id, load_settings(), target):
        print(path)

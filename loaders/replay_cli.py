"""The commands `lode replay` and `lode undo`."""

from __future__ import annotations

import sys

import typer

from loaders.options import Contract, Feed, MappingFile, NoRun
from lode.settings import Settings, load_settings


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    app.command("replay")(replay)
    app.command("undo")(undo)


def replay(
    import_id: str = typer.Option(..., "--import-id", help="Such as imp_2026_02_19_001."),
    mode: str = typer.Option("full", "--mode", help="full, or errors-only: what was refused."),
    mapping: Feed = None,
    mapping_file: MappingFile = None,
    contract: Contract = None,
    no_run: NoRun = False,
) -> None:
    """Read the landed file of an import once more, and bring it into the warehouse.

    Example: lode replay --import-id imp_2026_02_19_001 --mode errors-only
    """
    from loaders.progress import reporter_for_terminal
    from loaders.replay import replay as replay_import

    settings = load_settings()
    replay_import(
        import_id,
        settings,
        mode,
        mapping=mapping,
        mapping_file=mapping_file,
        contract=contract,
        reporter=reporter_for_terminal(),
    )
    _process(settings, no_run)


def undo(
    import_id: str = typer.Argument(..., metavar="IMPORT", help="Such as imp_2026_02_19_001."),
    reason: str | None = typer.Option(None, "--reason", help="Why; kept with the import."),
    by: str | None = typer.Option(None, "--by", help="Who asks for it; default: you."),
    is_dry: bool = typer.Option(False, "--dry-run", help="Say what it would do, and do nothing."),
    no_run: bool = typer.Option(False, "--no-run", help="Mark only; `lode run` does the rest."),
) -> None:
    """Take the records of an import out again, and compute anew whom they touched.

    Example: lode undo imp_2026_02_19_001 --reason "wrong list"
    """
    from loaders.undo import undo as undo_import
    from lode.lock_holders import current_user

    settings = load_settings()
    reversal = undo_import(
        import_id, settings, by=by or current_user(), reason=reason, is_dry=is_dry
    )
    print(reversal.sentence())
    if not is_dry and not reversal.is_done:
        _process(settings, no_run)


def _process(settings: Settings, no_run: bool) -> None:
    if no_run:
        print("Not processed yet: run `lode run` next.", file=sys.stderr)
        return
    from lode.pipeline import run_pipeline

    run_pipeline(settings)

"""The command `lode load`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loaders.options import Contract, Escape, Feed, MappingFile, Member, NoRun, Table
from lode.errors import LodeError
from lode.settings import Settings, load_settings

if TYPE_CHECKING:
    from loaders.import_result import ImportResult
    from loaders.progress import Reporter

Files = Annotated[
    list[str],
    typer.Argument(metavar="FILE…", help="Files, s3://bucket/key, or mysql://HOST/DATABASE."),
]
UploadedBy = Annotated[
    str | None, typer.Option("--uploaded-by", help="Whose file it is; default: you.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Change nothing; say what loading would give.")
]


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command("load")(load)


def load(
    files: Files,
    table: Table = None,
    member: Member = None,
    escape: Escape = None,
    mapping: Feed = None,
    mapping_file: MappingFile = None,
    contract: Contract = None,
    no_run: NoRun = False,
    dry_run: DryRun = False,
    uploaded_by: UploadedBy = None,
) -> None:
    """Land, check and load files, then bring them into the warehouse.

    Example: lode load leads.csv crm.sqlite --table customers
    """
    wishes: dict[str, Any] = {
        "table": table, "member": member, "escape": escape, "mapping": mapping,
        "mapping_file": mapping_file, "contract": contract, "uploaded_by": uploaded_by,
    }  # fmt: skip
    settings = load_settings()
    if dry_run:
        if no_run:
            raise LodeError("--dry-run says what the run would give: leave --no-run out.")
        has_failures = _predict(files, wishes, settings)
    else:
        has_failures = _load(files, wishes, settings, no_run)
    if has_failures:
        raise typer.Exit(1)


def _load(files: list[str], wishes: dict[str, Any], settings: Settings, no_run: bool) -> bool:
    from loaders.progress import reporter_for_terminal

    new, failures = _load_each(files, wishes, settings, reporter_for_terminal())
    if new:
        _process(settings, no_run)
    return failures > 0


def _predict(files: list[str], wishes: dict[str, Any], settings: Settings) -> bool:
    """Load the files into an environment that is thrown away, and say what a run gives there."""
    from loaders.dry_run import dry_run
    from loaders.dry_run_report import dry_reporter

    reporter = dry_reporter()
    with dry_run(settings) as attempt:
        new, failures = _load_each(files, wishes, attempt.settings, reporter)
        if new:
            reporter.building()
            predictions = attempt.predict()
            reporter.predicted(predictions)
            unbalanced = [found for found in predictions if not found.account.is_balanced]
            if unbalanced:
                raise LodeError(
                    f"The accounting of {unbalanced[0].account.filename} would not close: keep the"
                    " file and report it."
                )
    return failures > 0


def _load_each(
    files: list[str], wishes: dict[str, Any], settings: Settings, reporter: Reporter
) -> tuple[list[ImportResult], int]:
    """Load file by file; return what is new, and how many failed."""
    from loaders.legacy.address import without_credentials
    from loaders.load import load_file

    results: list[ImportResult] = []
    failures = 0
    for file in files:
        try:
            results.append(load_file(file, settings, reporter=reporter, **wishes))
        except LodeError as error:
            failures += 1
            reporter.failed(without_credentials(file), str(error))
            print(f"lode: {error}", file=sys.stderr)
    return [result for result in results if not result.is_duplicate], failures


def _process(settings: Settings, no_run: bool) -> None:
    if no_run:
        print("Loaded, not processed: run `lode run` next.", file=sys.stderr)
        return
    from lode.pipeline import run_pipeline

    run_pipeline(settings)

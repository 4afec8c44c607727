"""The command `lode load`."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from loaders.options import Contract, Escape, Feed, MappingFile, Member, NoRun, Table
from lode.errors import LodeError
from lode.settings import Settings, load_settings

Files = Annotated[
    list[str],
    typer.Argument(metavar="FILE…", help="Files, s3://bucket/key, or mysql://HOST/DATABASE."),
]
UploadedBy = Annotated[
    str | None, typer.Option("--uploaded-by", help="Whose file it is; default: you.")
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
    uploaded_by: UploadedBy = None,
) -> None:
    """Land, check and load files, then bring them into the warehouse.

    Example: lode load leads.csv crm.sqlite --table customers
    """
    from loaders.import_result import ImportResult
    from loaders.legacy.address import without_credentials
    from loaders.load import load_file
    from loaders.progress import reporter_for_terminal

    settings = load_settings()
    reporter = reporter_for_terminal()
    results: list[ImportResult] = []
    failures = 0
    wishes: dict[str, Any] = {
        "table": table, "member": member, "escape": escape, "mapping": mapping,
        "mapping_file": mapping_file, "contract": contract, "uploaded_by": uploaded_by,
    }  # fmt: skip
    for file in files:
        try:
            results.append(load_file(file, settings, reporter=reporter, **wishes))
        except LodeError as error:
            failures += 1
            reporter.failed(without_credentials(file), str(error))
            print(f"lode: {error}", file=sys.stderr)
    new = [result for result in results if not result.is_duplicate]
    if new:
        _process(settings, no_run)
    if failures:
        raise typer.Exit(1)


def _process(settings: Settings, no_run: bool) -> None:
    if no_run:
        print("Loaded, not processed: run `lode run` next.", file=sys.stderr)
        return
    from lode.pipeline import run_pipeline

    run_pipeline(settings)

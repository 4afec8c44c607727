"""The commands `lode dnc load` and `lode dnc status`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from lode.settings import load_settings
from lode.tables import print_table

DncFile = Annotated[Path, typer.Argument(metavar="FILE", help="As it was downloaded, also zipped.")]
ListName = Annotated[
    str, typer.Option("--list", help="national, litigator, or a state as state_tx.")
]
Subscription = Annotated[
    str | None, typer.Option("--subscription", help="The subscription account number.")
]
Accessed = Annotated[
    str | None, typer.Option("--accessed", help="Day of the download; default: in the file's name.")
]
AreaCodes = Annotated[
    str | None, typer.Option("--area-codes", help="What the file covers: 512,737 or all.")
]
MemberName = Annotated[str | None, typer.Option("--member", help="One file of a zip archive.")]
Fewer = Annotated[
    bool, typer.Option("--accept-fewer", help="A full list may be much shorter than the last one.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    lists = typer.Typer(no_args_is_help=True, help="Do-not-call lists: load them, see their age.")
    lists.command("load")(load)
    lists.command("status")(status)
    app.add_typer(lists, name="dnc")


def load(
    file: DncFile,
    list_name: ListName = "national",
    subscription: Subscription = None,
    accessed: Accessed = None,
    area_codes: AreaCodes = None,
    member: MemberName = None,
    accept_fewer: Fewer = False,
) -> None:
    """Load a do-not-call list, or the changes to one; all of the file counts, or nothing of it.

    Example: lode dnc load full.zip --subscription 12345 --accessed 2026-01-05 --area-codes all
    """
    from loaders.dnc.load import DncRequest, load_registry, parse_area_codes, parse_day

    request = DncRequest(
        list_name=list_name,
        subscription_account=subscription,
        accessed_on=parse_day(accessed, "--accessed") if accessed else None,
        area_codes=parse_area_codes(area_codes) if area_codes else None,
        member=member,
        accepts_fewer=accept_fewer,
    )
    result = load_registry(file, load_settings(), request)
    version = result.version
    if result.is_duplicate:
        print(f"{file.name} is version {version.id} of the list {list_name} already.")
        return
    print(
        f"{file.name} is version {version.id} of the list {list_name} ({version.kind}):"
        f" {version.number_count:,} numbers, {version.added_count:,} added,"
        f" {version.removed_count:,} removed, accessed {version.accessed_on},"
        f" area codes {version.area_codes}."
    )


def status(
    as_json: bool = typer.Option(False, "--json", help="As one JSON array."),
) -> None:
    """Show how old our copy of each list is, by area code; what is stale or missing blocks calls.

    Example: lode dnc status
    """
    from loaders.dnc.status import read_status

    copies = read_status(load_settings())
    if as_json:
        print(json.dumps([copy.__dict__ for copy in copies], indent=2, default=str))
        return
    if not copies:
        print("No do-not-call list is loaded: nobody may be called. `lode dnc load` loads one.")
        return
    rows = [("list", "area code", "accessed", "age in days", "state", "version", "subscription")]
    for copy in copies:
        code = str(copy.area_code) if copy.area_code else "all"
        rows.append((
            copy.list_name, code, copy.accessed_on.isoformat(), str(copy.age_days), copy.state,
            str(copy.version), copy.subscription_account or "",
        ))  # fmt: skip
    print_table(rows, right=(3, 5))

"""The commands `lode tables`, `lode map suggest` and `lode map check`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from loaders.options import Escape, Feed, Member, Table
from lode.errors import LodeError
from lode.settings import load_settings
from lode.tables import print_table

File = Annotated[
    str, typer.Argument(metavar="FILE", help="The file to look into, or mysql://HOST/DATABASE.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    app.command("tables")(tables)
    group = typer.Typer(no_args_is_help=True, help="Mappings: which column is which.")
    group.command("suggest")(suggest)
    group.command("check")(check)
    app.add_typer(group, name="map")


def tables(file: File, member: Member = None, escape: Escape = None) -> None:
    """List what is inside a file: its tables, their columns and rows; the files of an archive.

    Nothing is loaded.

    Example: lode tables crm.sqlite
    """
    from loaders.preview import previews
    from loaders.request import Request

    request = Request(member=member, escape=escape)
    with previews(file, load_settings(), request) as found:
        rows = [("table", "rows", "columns")]
        for one in found:
            count = "" if one.row_count is None else f"{one.row_count:,}"
            rows.append((one.name, count, ", ".join(one.header)))
        print_table(rows, right=(1,))


def suggest(
    file: File,
    table: Table = None,
    member: Member = None,
    escape: Escape = None,
    feed: Feed = None,
    target: Annotated[
        Path | None, typer.Option("--to", help="Write the mapping to this new file.")
    ] = None,
) -> None:
    """Propose which column of a file is which, with how sure that is and why.

    Example: lode map suggest leads.csv --to leads.yml
    """
    from loaders.legacy.address import is_legacy
    from loaders.preview import previews
    from loaders.request import Request
    from loaders.suggest import suggest as propose

    request = Request(table, member, escape)
    with previews(file, load_settings(), request) as found:
        name = file if is_legacy(file) else Path(file).name
        if len(found) > 1:
            listed = ", ".join(one.name for one in found)
            raise LodeError(f"{name} has several tables; name one with --table: {listed}.")
        if not found:
            raise LodeError(f"{name} has no tables: there is nothing to map.")
        proposal = propose(found[0].header, found[0].rows, feed)
    rows = [("header", "column", "sure", "why")]
    for one in proposal.suggestions:
        rows.append((one.header, one.column, f"{one.confidence:.0%}", one.reason))
    print(f"{proposal.feed}: {proposal.confidence:.0%} sure on the whole")
    print_table(rows, right=(2,))
    for group in proposal.missing:
        print(f"lode: no column for {' or '.join(group)} was found.", file=sys.stderr)
    if target is not None:
        _write_new(target, proposal.as_yaml(target.stem))
        print(f"Written to {target}: look it over, then `lode load --mapping {target} …`.")


def _write_new(target: Path, content: str) -> None:
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(content)
    except FileExistsError:
        raise LodeError(f"{target} exists already: choose another name, or remove it.") from None
    except OSError as error:
        raise LodeError(f"{target} can't be written ({error.strerror}).") from None


def check(
    mapping: Annotated[Path, typer.Argument(metavar="MAPPING", help="A mapping file.")],
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="A file that it should fit.")
    ] = None,
    table: Table = None,
    member: Member = None,
    escape: Escape = None,
) -> None:
    """Check a mapping file, and how a file's columns fit it.

    Example: lode map check leads.yml leads.csv
    """
    from loaders.mapping_file import read_mapping
    from loaders.preview import plan_for
    from loaders.request import Request

    content = read_mapping(mapping)
    print(f"{mapping} is a mapping {content.version} for {content.feed}, hash {content.hash[:12]}.")
    if file is None:
        return
    request = Request(table, member, escape, own_mapping=content, is_users_own=True)
    plan = plan_for(file, load_settings(), request)
    rows = [("header", "column"), *zip(plan.header, plan.targets, strict=True)]
    print_table(rows, right=())

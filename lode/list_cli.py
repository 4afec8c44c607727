"""The commands `lode list define`, `show`, `lists`, `versions` and `export`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lode.settings import load_settings
from lode.tables import print_table

if TYPE_CHECKING:
    from lode.list_definitions import ListVersion

ListName = Annotated[str, typer.Argument(metavar="NAME", help="Of the list.")]
Channel = Annotated[str, typer.Option("--channel", help="call, sms, email or mail.")]
Version = Annotated[int | None, typer.Option("--version", min=1, help="Default: the newest.")]
By = Annotated[str | None, typer.Option("--by", help="Who does it; default: you.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    group = typer.Typer(no_args_is_help=True, help="Lists of people to contact, and their way out.")
    commands: dict[str, Any] = {
        "define": define, "show": show, "lists": lists, "versions": versions, "export": export,
    }  # fmt: skip
    for name, function in commands.items():
        group.command(name)(function)
    app.add_typer(group, name="list")


def define(
    name: ListName,
    channel: Channel,
    state: Annotated[list[str] | None, typer.Option("--state", help="One of these states.")] = None,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Known from one of these mappings.")
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option("--where", help="A condition, such as zip>=78700.")
    ] = None,
    by: By = None,
) -> None:
    """Save what belongs into a list, as its next version; all filters must hold.

    Example: lode list define tx_call --channel call --state TX --where "zip>=78700"
    """
    from lode import list_definitions
    from lode.lock_holders import current_user

    definition = list_definitions.definition_of(channel, state or (), source or (), where or ())
    saved = list_definitions.define(load_settings(), name, definition, by or current_user())
    print(f"{saved.name}, version {saved.version}: {saved.definition.text}")


def show(name: ListName, version: Version = None, as_json: AsJson = False) -> None:
    """Show what belongs into a list.

    Example: lode list show tx_call
    """
    from lode.list_definitions import newest

    found = newest(load_settings(), name, version)
    if as_json:
        print(json.dumps(_as_json(found), indent=2, ensure_ascii=False))
    else:
        _print([found])


def lists(as_json: AsJson = False) -> None:
    """Show the newest version of every list.

    Example: lode list lists
    """
    found = {one.name: one for one in _versions(None)}
    if as_json:
        print(json.dumps([_as_json(one) for one in found.values()], indent=2, ensure_ascii=False))
    else:
        _print(list(found.values()))


def versions(name: ListName, as_json: AsJson = False) -> None:
    """Show all versions of a list.

    Example: lode list versions tx_call
    """
    from lode.list_definitions import newest

    newest(load_settings(), name)
    found = _versions(name)
    if as_json:
        print(json.dumps([_as_json(one) for one in found], indent=2, ensure_ascii=False))
    else:
        _print(found)


def export(
    name: ListName,
    channel: Channel,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="CSV; must not be there.")],
    version: Version = None,
    reason: Annotated[str | None, typer.Option("--reason", help="What for.")] = None,
    by: By = None,
) -> None:
    """Write who of a list may be contacted now into a file; the only way out, and logged.

    Example: lode list export tx_call --channel call --out tx_call.csv --reason "March campaign"
    """
    from lode.list_export import export_list

    done = export_list(load_settings(), name, channel, out, version=version, by=by, reason=reason)
    rows = [("people in the list", f"{done.checked_count:,}")]
    rows += [(f"left out: {code}", f"{count:,}") for code, count in done.waterfall.items()]
    print_table([("what", "people"), *rows, ("in the file", f"{done.row_count:,}")], right=(1,))
    print(f"Export {done.id}: {done.path}, SHA-256 {done.file_sha256}.")
    print(f"Use it until {done.valid_until:%Y-%m-%d %H:%M:%S} UTC, then export it again.")


def _versions(name: str | None) -> list[ListVersion]:
    from lode import list_definitions
    from lode.db import connect

    with connect("auditor", load_settings(), schema="raw") as connection:
        return list_definitions.versions(connection, name)


def _as_json(found: ListVersion) -> dict[str, Any]:
    return {
        "list": found.name, "version": found.version, **json.loads(found.definition.text),
        "defined_by": found.defined_by, "defined_at": f"{found.defined_at.isoformat()}Z",
    }  # fmt: skip


def _print(found: list[ListVersion]) -> None:
    if not found:
        print("No list is defined yet: `lode list define`.")
        return
    rows = [
        (one.name, str(one.version), one.definition.channel, one.defined_by,
         f"{one.defined_at:%Y-%m-%d %H:%M}", one.definition.text)
        for one in found
    ]  # fmt: skip
    print_table([("list", "version", "channel", "by", "when (UTC)", "what"), *rows], right=(1,))

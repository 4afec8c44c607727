"""The commands of `lode list`: definitions, what an export would come to, exports, releases."""

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
Phones = Annotated[
    str | None, typer.Option("--phones", help="Numbers as e164, digits, national or dashes.")
]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    group = typer.Typer(no_args_is_help=True, help="Lists of people to contact, and their way out.")
    commands: dict[str, Any] = {
        "define": define, "show": show, "lists": lists, "versions": versions, "preview": preview,
        "why": why, "export": export, "release": release,
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
    campaign: Annotated[
        list[str] | None, typer.Option("--campaign", help="Contacted in one of these campaigns.")
    ] = None,
    touched_within: Annotated[
        int | None, typer.Option("--touched-within", help="Contacted in the last so many days.")
    ] = None,
    not_touched_for: Annotated[
        int | None, typer.Option("--not-touched-for", help="Not contacted in as many days.")
    ] = None,
    segment: Annotated[
        str | None, typer.Option("--segment", help="business or private contacts.")
    ] = None,
    score: Annotated[
        int | None, typer.Option("--score", help="A score of so much or more, of 100.")
    ] = None,
    phones: Phones = None,
    by: By = None,
) -> None:
    """Save what belongs into a list, as its next version; all filters must hold.

    Example: lode list define tx_call --channel call --state TX --where "zip>=78700"
    """
    from lode import list_definitions
    from lode.lock_holders import current_user

    definition = list_definitions.definition_of(
        channel, state or (), source or (), where or (), campaign or (), touched_within,
        not_touched_for, segment, score, phones,
    )  # fmt: skip
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


def preview(name: ListName, version: Version = None, as_json: AsJson = False) -> None:
    """Say what an export would come to now, and why people would be left out; nothing leaves.

    Example: lode list preview tx_call
    """
    from lode.list_preview import preview_list

    found = preview_list(load_settings(), name, version)
    if as_json:
        print(json.dumps(found.as_facts(), indent=2, ensure_ascii=False))
        return
    _print_waterfall(found.checked_count, found.waterfall, "would be in the file", found.row_count)
    if found.refusal:
        print(found.refusal)


def why(
    name: ListName,
    person: Annotated[int, typer.Option("--person", min=1, help="A person id.")],
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Say why somebody is in a list or not, and may be contacted or not, with every source.

    Example: lode list why tx_call --person 10000000001
    """
    from lode.list_explain import explain_in_list

    facts = explain_in_list(load_settings(), name, version, person).as_facts()
    if as_json:
        print(json.dumps(facts, indent=2, ensure_ascii=False))
        return
    print(f"Person {facts['person']}: {'in' if facts['is_in_list'] else 'not in'} the list.")
    for one in facts["filters"]:
        print(f"  {'holds' if one['holds'] else 'does not hold'}: {one['words']}")
    print(f"  first reason to be left out: {facts['outcome'] or 'none'}")
    for point in facts["verdicts"]:
        print(f"  {point['contact']}: {'allowed' if point['is_allowed'] else 'blocked'}")
        for reason in point["reasons"]:
            print(f"    {reason['code']} ({reason['enforcement']}): {reason['citation']}")


def export(
    name: ListName,
    channel: Channel,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="CSV; must not be there.")],
    version: Version = None,
    reason: Annotated[str | None, typer.Option("--reason", help="What for.")] = None,
    phones: Phones = None,
    by: By = None,
) -> None:
    """Write who of a list may be contacted now into a file; the only way out, and logged.

    Example: lode list export tx_call --channel call --out tx_call.csv --reason "March campaign"
    """
    from lode.list_export import export_list

    done = export_list(
        load_settings(), name, channel, out, version=version, by=by, reason=reason, phones=phones
    )
    _print_waterfall(done.checked_count, done.waterfall, "in the file", done.row_count)
    if done.is_held:
        print(
            f"Export {done.id} waits for a second person: `lode list release {done.id} --reason …`."
        )
    else:
        print(f"Export {done.id}: {done.path}, SHA-256 {done.file_sha256}.")
    print(f"Use it until {done.valid_until:%Y-%m-%d %H:%M:%S} UTC, then export it again.")


def release(
    number: Annotated[int, typer.Argument(metavar="EXPORT", min=1, help="Its number.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it may leave; kept for ever.")],
    by: Annotated[
        str | None, typer.Option("--by", help="A login that may release; default: you.")
    ] = None,
) -> None:
    """Let a large export out that somebody else made; needs the right, and is logged.

    Example: lode list release 7 --reason "checked against the March plan" --by cleo@example.com
    """
    from lode.access import checked_subject, principal_of
    from lode.list_release import release as let_out
    from lode.lock_holders import current_user
    from lode.rights import LOCAL_PREFIX

    settings = load_settings()
    subject = checked_subject(by) if by else LOCAL_PREFIX + current_user()
    done = let_out(settings, number, principal_of(settings, subject), reason)
    print(f"Export {done.id} is released: {done.path}, SHA-256 {done.file_sha256}.")


def _print_waterfall(checked: int, left_out: dict[str, int], last: str, count: int) -> None:
    rows = [("people in the list", f"{checked:,}")]
    rows += [(f"left out: {code}", f"{people:,}") for code, people in left_out.items()]
    print_table([("what", "people"), *rows, (last, f"{count:,}")], right=(1,))


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

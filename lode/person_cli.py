"""The commands `lode lineage`, `lode person show` and `lode person override`.

They show personal data to the operator who asks for it; none of it goes into the log.
"""

from __future__ import annotations

import getpass
import json
from typing import Any

import typer

from lode.db import connect
from lode.errors import LodeError
from lode.settings import Settings, load_settings
from lode.tables import print_table

PERSON_ID = typer.Argument(..., metavar="ID", min=1, help="A person id, living or retired.")


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    app.command("lineage")(lineage)
    single = typer.Typer(no_args_is_help=True, help="Look at one person, decide about it.")
    single.command("show")(show)
    single.command("override")(override)
    app.add_typer(single, name="person")


def lineage(
    person_id: int = PERSON_ID,
    lines: bool = typer.Option(
        False, "--lines", help="Look up the physical line of each record in its landed file."
    ),
) -> None:
    """Print which files made a person, as JSON: what each gave or changed, and why it was joined.

    Example: lode lineage 10000000001
    """
    from lode.person import lineage as lineage_of

    settings = load_settings()
    result = lineage_of(settings, person_id)
    if lines:
        _add_lines(result["lineage"], settings)
    print(json.dumps(result, indent=2, ensure_ascii=False))


def _add_lines(entries: list[dict[str, Any]], settings: Settings) -> None:
    """Add the lines of its records to every entry; each file is read once."""
    from loaders import import_rows
    from loaders.recount import find_lines

    records: dict[str, set[int]] = {}
    for entry in entries:
        records.setdefault(entry["import_id"], set()).update(entry["records"])
    with connect("auditor", settings, schema="raw") as connection:
        rows = {import_id: import_rows.read(connection, import_id) for import_id in records}
    lines = {
        import_id: find_lines(rows[import_id], wanted, settings)
        for import_id, wanted in records.items()
    }
    for entry in entries:
        found = lines[entry["import_id"]]
        entry["lines"] = [found.get(number) for number in entry["records"]]


def show(
    person_id: int = PERSON_ID,
    provenance: bool = typer.Option(
        False, "--provenance", help="Where each value comes from, and why it survived."
    ),
    as_json: bool = typer.Option(False, "--json", help="As one JSON object."),
) -> None:
    """Show a golden person's values; any id of a person it is made of will do.

    Example: lode person show 10000000001 --provenance
    """
    from lode.person import as_instant, values

    identity, rows = values(load_settings(), person_id)
    if as_json:
        for row in rows:
            for name in ("imported_at", "effective_at"):
                row[name] = as_instant(row[name])
            del row["position"], row["preference"]
        fields = rows if provenance else {row["field_name"]: row["value"] for row in rows}
        result = {"person_id": identity.golden_id, "requested_id": person_id, "values": fields}
        print(json.dumps(result, indent=2, ensure_ascii=False))
        return
    if person_id != identity.golden_id:
        print(f"{person_id} is a {identity.requested_status} of person {identity.golden_id}.")
    others = [str(member) for member in identity.members if member != identity.golden_id]
    print(f"person {identity.golden_id}" + (f", with {', '.join(others)}" if others else ""))
    if not provenance:
        print_table([("field", "value"), *((row["field_name"], row["value"]) for row in rows)])
        return
    headings = ("field", "value", "rule", "source date", "import", "file", "record", "person")
    print_table([headings, *map(_line, rows)], right=(6,))


def _line(row: dict[str, Any]) -> tuple[str, ...]:
    """Return a value with where it comes from: a record of a file, or somebody's decision."""
    moment = row["effective_at"].date().isoformat() if row["effective_at"] else ""
    source: tuple[str, ...] = (row["import_id"] or "", row["source_file"] or "")
    if row["override_id"]:
        source = (f"decision {row['override_id']}", f"{row['decided_by']}: {row['reason']}")
    number = str(row["row_number"]) if row["row_number"] else ""
    return (
        row["field_name"], row["value"], row["rule"] or "", moment, *source, number,
        str(row["person_id"] or ""),
    )  # fmt: skip


def override(
    person_id: int = PERSON_ID,
    field: str = typer.Option(..., "--field", help="Such as last_name or primary_phone."),
    value: str | None = typer.Option(None, "--value", help="The value that wins over all files."),
    reason: str = typer.Option(..., "--reason", help="Why; kept for ever."),
    by: str | None = typer.Option(None, "--by", help="Who decides it; default: you."),
    is_end: bool = typer.Option(False, "--revoke", help="End what was decided for the field."),
) -> None:
    """Decide a value of a person by hand; it wins from the next run on, whatever files say.

    Example: lode person override 10000000001 --field last_name --value Lee --reason "called in"
    """
    from lode import overrides

    who = by or getpass.getuser()
    if (value is None) != is_end:
        raise LodeError("Say either which value wins (--value) or that none does (--revoke).")
    if value is None:
        ended = overrides.revoke(load_settings(), person_id, field, by=who, reason=reason)
        numbers = ", ".join(map(str, ended))
        print(f"Decision {numbers} on {field} ends with the next run: `lode run`.")
        return
    number = overrides.decide(load_settings(), person_id, field, value, by=who, reason=reason)
    print(f"Decision {number} on {field} is written down; the next run honours it: `lode run`.")

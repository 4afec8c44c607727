"""The commands `lode imports`, `lode import show` and `lode errors`."""

from __future__ import annotations

import json
from typing import Any

import typer

from lode.settings import load_settings
from lode.tables import print_table


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    app.command("imports")(imports)
    app.command("errors")(errors)
    single = typer.Typer(no_args_is_help=True, help="Look at one import.")
    single.command("show")(show)
    # With a callback the group stays a group, though it has one command so far.
    single.callback()(_import_group)
    app.add_typer(single, name="import")


def _import_group() -> None:
    """Look at one import."""


def imports(
    limit: int = typer.Option(20, "--limit", min=1, help="How many, newest first."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object per line."),
) -> None:
    """List the imports, newest first.

    Example: lode imports --limit 50
    """
    from loaders import import_rows
    from lode.db import connect

    with connect("loader", load_settings(), schema="raw") as connection:
        rows = import_rows.read_all(connection, limit)
    if as_json:
        for row in rows:
            print(json.dumps(_plain(row.__dict__), ensure_ascii=False))
        return
    if not rows:
        print("No imports yet: load a file with `lode load FILE`.")
        return
    columns = ("import", "feed", "status", "records", "loaded", "refused", "file")
    table: list[tuple[str, ...]] = [columns]
    for row in rows:
        name = f"{row.filename} ({row.source_table})" if row.source_table else row.filename
        table.append(
            (
                row.import_id,
                row.feed,
                row.status,
                _count(row.row_count),
                _count(row.loaded_count),
                _count(row.parse_rejected_count),
                name,
            )
        )
    print_table(table, right=(3, 4, 5))


def show(
    import_id: str = typer.Argument(..., metavar="ID", help="Such as imp_2026_02_19_001."),
    as_json: bool = typer.Option(False, "--json", help="As one JSON object."),
) -> None:
    """Show all that is known of one import.

    Example: lode import show imp_2026_02_19_001
    """
    from loaders import import_rows
    from lode.db import connect

    with connect("loader", load_settings(), schema="raw") as connection:
        row = import_rows.read_full(connection, import_id)
    if as_json:
        print(json.dumps(_plain(row), ensure_ascii=False))
        return
    width = max(len(name) for name in row)
    for name, value in row.items():
        if name != "mapping" and value is not None:
            print(f"{name:<{width}}  {value}")
    print("columns")
    for header, column in json.loads(str(row["mapping"])).items():
        print(f"  {header} → {column}")


def errors(
    import_id: str = typer.Argument(..., metavar="ID", help="Such as imp_2026_02_19_001."),
    limit: int = typer.Option(100, "--limit", min=1, help="How many at most."),
) -> None:
    """List the records of an import that the parser refused, with every reason.

    Example: lode errors imp_2026_02_19_001
    """
    from loaders import import_rows
    from lode.db import connect

    with connect("loader", load_settings(), schema="raw") as connection:
        row = import_rows.read(connection, import_id)
        found = import_rows.read_rejects(connection, row.id, limit)
    if not found:
        print(f"{import_id} has no refused records.")
        return
    table: list[tuple[str, ...]] = [("record", "line", "error", "column", "message")]
    table += [tuple("" if value is None else str(value) for value in line) for line in found]
    print_table(table, right=(0, 1))


def _count(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _plain(values: dict[str, Any]) -> dict[str, object]:
    """Return values that JSON can hold."""
    return {
        name: value if isinstance(value, int | str | type(None)) else str(value)
        for name, value in values.items()
    }

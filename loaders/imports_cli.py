"""The commands `lode imports`, `lode import show` and `lode errors`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lode.errors import printable
from lode.settings import load_settings
from lode.tables import print_table

if TYPE_CHECKING:
    from loaders.import_rows import ImportRow
    from loaders.problems import Problem

SHOWN_PROBLEMS = 100


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
    table: list[tuple[str, ...]] = [
        (
            "import", "feed", "status", "records", "loaded", "refused", "inserted", "updated",
            "unchanged", "collapsed", "rejected", "file",
        )
    ]  # fmt: skip
    table += [_line(row) for row in rows]
    print_table(table, right=range(3, 11))


def _line(row: ImportRow) -> tuple[str, ...]:
    """Return the line of an import; outcomes only if they are those of what is loaded now."""
    name = f"{row.filename} ({row.source_table})" if row.source_table else row.filename
    outcomes = (
        row.inserted_count, row.updated_count, row.unchanged_count, row.collapsed_count,
        row.rejected_count,
    )  # fmt: skip
    is_processed = row.status in ("COMPLETE", "COMPLETE_WITH_ERRORS")
    counts = (
        row.row_count, row.loaded_count, row.parse_rejected_count,
        *(outcomes if is_processed else [None] * len(outcomes)),
    )  # fmt: skip
    return (row.import_id, row.feed, row.status, *map(_count, counts), name)


def show(
    import_id: str = typer.Argument(..., metavar="ID", help="Such as imp_2026_02_19_001."),
    as_json: bool = typer.Option(False, "--json", help="As one JSON object."),
) -> None:
    """Show all that is known of one import: its counts, columns and attempts.

    Example: lode import show imp_2026_02_19_001
    """
    from loaders import attempts, import_rows
    from loaders.mapping import QUARANTINED
    from lode.db import connect

    with connect("loader", load_settings(), schema="raw") as connection:
        full = import_rows.read_full(connection, import_id)
        row = import_rows.read(connection, import_id)
        history = attempts.read(connection, row)
        reversals = attempts.reversals(connection, row)
        columns: dict[str, str] = json.loads(row.mapping)
        if QUARANTINED in columns.values():
            full["quarantined_count"] = import_rows.count_quarantined(connection, row)
    if as_json:
        past = [_plain(one.__dict__) for one in history]
        print(
            json.dumps(
                {**_plain(full), "attempts": past, "reversals": reversals}, ensure_ascii=False
            )
        )
        return
    full["read_options"] = _options(row.read_options)
    width = max(len(name) for name in full)
    for name, value in full.items():
        if name != "mapping" and value is not None:
            print(f"{name:<{width}}  {value}")
    print("columns")
    for header, column in columns.items():
        print(f"  {printable(header)} → {column}")
    if history:
        print("attempts")
    for one in history:
        print(f"  {one.sentence()}")
    for line in reversals:
        print(f"undone {line}")


def errors(
    import_id: str = typer.Argument(..., metavar="ID", help="Such as imp_2026_02_19_001."),
    limit: int | None = typer.Option(None, "--limit", min=1, help="How many at most."),
    target: Annotated[
        Path | None, typer.Option("--csv", help="Write all of them to this file, as they are.")
    ] = None,
    as_json: bool = typer.Option(False, "--json", help="One JSON object per line."),
    is_clear: bool = typer.Option(False, "--show-values", help="Do not mask what stood there."),
) -> None:
    """List all that is wrong with the records of an import, every problem of each of them.

    Example: lode errors imp_2026_02_19_001 --csv errors.csv
    """
    from loaders import import_rows
    from loaders.problems import is_judged, read_problems
    from loaders.report_content import ERROR_COLUMNS
    from loaders.reports import write_csv, write_whole
    from lode.db import connect

    settings = load_settings()
    with connect("auditor", settings, schema="raw") as connection:
        row = import_rows.read(connection, import_id)
        shown = None if target or as_json else (limit or SHOWN_PROBLEMS) + 1
        with closing(read_problems(connection, row, settings, shown or limit)) as found:
            if target is not None:
                lines = (one.report_row() for one in found)
                write_whole(target, lambda file: write_csv(file, ERROR_COLUMNS, lines))
                print(target)
            elif as_json:
                for one in found:
                    value = one.field_value if is_clear else one.shown_value
                    print(json.dumps({**one.__dict__, "field_value": value}, ensure_ascii=False))
            else:
                _print_problems(import_id, found, limit or SHOWN_PROBLEMS, is_clear)
    if not is_judged(row):
        print(
            f"lode: {import_id} is {row.status}: these are the parser's problems, `lode run` finds"
            " those of the rules.",
            file=sys.stderr,
        )


def _print_problems(import_id: str, found: Iterator[Problem], limit: int, is_clear: bool) -> None:
    table: list[tuple[str, ...]] = [
        ("record", "line", "severity", "error", "column", "value", "message")
    ]
    for one in islice(found, limit):
        value = printable(one.field_value or "") if is_clear else one.shown_value
        line = (
            one.row_number, one.line_number, one.severity, one.parser_error or one.error_type,
            one.field_name, value, one.error_message,
        )  # fmt: skip
        table.append(tuple("" if cell is None else str(cell) for cell in line))
    if len(table) == 1:
        print(f"No problems of {import_id} are known.")
        return
    print_table(table, right=(0, 1))
    if next(found, None) is not None:
        print("There are more: --limit shows as many as you say, --csv FILE writes all.")


def _options(read_options: str) -> str:
    """Say what was said about the file, without the mapping itself."""
    options = json.loads(read_options)
    said = {name: value for name, value in options.items() if value and name != "mapping"}
    own = options["mapping"].get("contract")
    return json.dumps({**({"contract": own} if own else {}), **said})


def _count(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _plain(values: dict[str, Any]) -> dict[str, object]:
    """Return values that JSON can hold."""
    return {
        name: value if isinstance(value, int | str | type(None)) else str(value)
        for name, value in values.items()
    }

"""What a run prints for a person."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from lode.warehouse_state import ImportAccount, WarehouseSummary


def console() -> Console:
    """Return the console to print on: as wide as a table needs where there is no terminal."""
    made = Console(highlight=False)
    return made if made.is_terminal else Console(highlight=False, width=160)


def print_step(text: str) -> None:
    """Print one step of a run."""
    console().print(text, soft_wrap=True)


def print_imports(
    imports: list[ImportAccount], title: str = "Imports: every record accounted for"
) -> None:
    """Print the accounting of imports, a row each, with a total."""
    if not imports:
        return
    table = Table(title=title, title_justify="left")
    table.add_column("import", no_wrap=True)
    table.add_column("file", overflow="fold", min_width=24)
    table.add_column("feed")
    numbers = ("rows in", "inserted", "updated", "unchanged", "collapsed", "rejected")
    for name in numbers:
        table.add_column(name, justify="right")
    table.add_column("state", no_wrap=True)
    for account in imports:
        table.add_row(
            account.import_id,
            account.filename,
            account.feed,
            *(_number(count) for count in _counts(account)),
            account.status,
        )
    if len(imports) > 1:
        totals = [
            sum(count or 0 for count in column)
            for column in zip(*map(_counts, imports), strict=True)
        ]
        table.add_section()
        table.add_row("all", f"{len(imports)} files", "", *map(_number, totals), "")
    console().print(table)


def print_summary(summary: WarehouseSummary) -> None:
    """Print the warehouse in a few lines."""
    table = Table(title="The warehouse now", title_justify="left", show_header=False)
    table.add_column("what")
    table.add_column("how many", justify="right")
    table.add_row("records of people", _number(summary.records))
    table.add_row("  of them rejected", _number(summary.rejected))
    table.add_row("persons", _number(summary.persons))
    table.add_row("golden persons", _number(summary.golden_persons))
    table.add_section()
    table.add_row("contactable by call", _number(summary.callable))
    table.add_row("contactable by sms", _number(summary.textable))
    table.add_row("contactable by e-mail", _number(summary.emailable))
    table.add_row("contactable by mail", _number(summary.mailable))
    console().print(table)


def _counts(account: ImportAccount) -> tuple[int | None, ...]:
    return (
        account.row_count,
        account.inserted_count,
        account.updated_count,
        account.unchanged_count,
        account.collapsed_count,
        account.rejected_count,
    )


def _number(count: int | None) -> str:
    return "–" if count is None else f"{count:,}"

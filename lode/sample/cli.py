"""The command `lode sample`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lode.sample.generation import SampleSummary


def register(app: typer.Typer) -> None:
    """Add `lode sample` to the command line."""

    @app.command()
    def sample(
        directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
        people: Annotated[int, typer.Option("--people", help="How many people.")] = 2000,
        seed: Annotated[int, typer.Option("--seed", help="Same seed, same files.")] = 7,
        force: Annotated[
            bool, typer.Option("--force", help="Write among other files in DIR.")
        ] = False,
    ) -> None:
        """Make sample files of invented people, with the truth about who is who."""
        from lode.sample.generation import generate

        typer.echo(describe(generate(people, seed, directory, force)))


def describe(summary: SampleSummary) -> str:
    """The summary as a person reads it."""
    lines = [f"Sample of seed {summary.seed} in {summary.directory}"]
    for name, rows in summary.files.items():
        lines.append(f"  {name:<24}{rows:>12,} records")
    lines += [
        f"People        {summary.people:>12,}",
        f"Households    {summary.households:>12,}",
        f"Records       {summary.records:>12,}  in the five files of people"
        f" ({summary.unusable_records:,} of them unusable)",
        f"Duplicates    {summary.duplicates:>12,}  records beyond one per person",
        "Truth         truth.csv names the person behind every record.",
    ]
    if not summary.is_fiction_only:
        lines.append(
            "Telephone numbers may exist: a set of this size goes beyond the fictional ones."
        )
    return "\n".join(lines)

"""Options that several commands of the loaders share: what is said about a file, and how."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Table = Annotated[
    str | None, typer.Option("--table", help="The table, or sheet, of a file that has several.")
]
Member = Annotated[str | None, typer.Option("--member", help="One file of a zip archive.")]
Escape = Annotated[
    str | None,
    typer.Option("--escape", help="backslash, for text that was written with backslashes."),
]
Feed = Annotated[
    str | None,
    typer.Option("--as", help="people, touchpoints, campaigns, opt_outs or dnc, if not clear."),
]
MappingFile = Annotated[Path | None, typer.Option("--mapping", help="A mapping of your own.")]
Contract = Annotated[
    str | None,
    typer.Option("--contract", help="evolve, freeze or discard: what unknown columns become."),
]
NoRun = Annotated[bool, typer.Option("--no-run", help="Load only; `lode run` does the rest.")]

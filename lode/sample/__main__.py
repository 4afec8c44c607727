"""`python -m lode.sample`: the command `lode sample` by itself."""

from __future__ import annotations

import sys

import typer

from lode.errors import LodeError
from lode.sample.cli import register


def main() -> None:
    """Run `lode sample`; a failure is one sentence on stderr and exit code 1."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    register(app)
    try:
        app()
    except LodeError as error:
        print(f"lode: {error}", file=sys.stderr)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()

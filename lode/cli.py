"""The `lode` command: one front door; every part registers its own commands."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import time

import typer

from lode import __version__
from lode.errors import LodeError
from lode.logs import get_logger, logging_to, redact
from lode.settings import load_settings

PARTS = (
    "lode.server_cli",
    "loaders.load_cli",
    "loaders.imports_cli",
    "loaders.map_cli",
    "loaders.replay_cli",
    "loaders.audit_cli",
    "loaders.watch_cli",
    "loaders.dnc_cli",
    "lode.comply_cli",
    "lode.list_cli",
    "lode.slot_cli",
    "lode.evidence_cli",
    "lode.sample.cli",
    "dedup.cli",
    "lode.pipeline_cli",
    "lode.person_cli",
    "lode.audit_cli",
    "lode.access_cli",
    "lode.worker_cli",
    "streamlit_app.cli",
)
INTERRUPTED = 130
# The server shut down, or the connection broke; as pymysql numbers it.
LOST_CONNECTION = (1053, 2003, 2006, 2013, 2055)


def build_app() -> typer.Typer:
    """Return the command line with the commands of every part."""
    app = typer.Typer(
        name="lode",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        help="The warehouse: raw files in, golden and contactable people out.",
    )

    @app.callback(invoke_without_command=True)
    def root(
        context: typer.Context,
        version: bool = typer.Option(False, "--version", help="Print the version and stop."),
    ) -> None:
        if version:
            typer.echo(f"lode {__version__}")
            raise typer.Exit
        if context.invoked_subcommand is None:
            typer.echo(context.get_help())
            raise typer.Exit

    for part in PARTS:
        if _exists(part):
            importlib.import_module(part).register(app)
    return app


def main() -> None:
    """Run the command line; a failure is one sentence on stderr and an exit code that is not 0."""
    try:
        with logging_to(load_settings()) as log:
            sys.exit(_run(str(log)))
    except LodeError as error:
        # Bad settings: there is no home to log to.
        print(f"lode: {error}", file=sys.stderr)
        sys.exit(error.exit_code)


def _run(log: str) -> int:
    """Run the command and return its exit code; whatever goes wrong is said in one sentence."""
    logger = get_logger("cli")
    # The first words only: arguments may hold a name or a mail address.
    command = " ".join(word for word in sys.argv[1:3] if not word.startswith("-"))
    started = time.monotonic()
    code = 1
    try:
        build_app()()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except LodeError as error:
        logger.warning("%s: %s", command, error)
        print(f"lode: {error}", file=sys.stderr)
        code = error.exit_code
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`lode … | head`); a second write at exit must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        logger.error("%s failed", command, exc_info=error)
        print(f"lode: {_sentence(error)}; the whole story is in {log}.", file=sys.stderr)
    logger.info("%s ended with %d after %.1f s", command, code, time.monotonic() - started)
    return code


def _sentence(error: Exception) -> str:
    """Say what went wrong where nobody foresaw it; a server that goes away can do so anywhere."""
    import pymysql

    from lode.db import missing_part

    code = error.args[0] if isinstance(error, pymysql.MySQLError) and error.args else None
    if code in LOST_CONNECTION or isinstance(error, pymysql.err.InterfaceError):
        return "The connection to the database was lost: run the same command again"
    if missing := missing_part(error):
        return str(missing).removesuffix(".")
    reason = redact(str(error).strip().partition("\n")[0])
    return f"{type(error).__name__} where none was expected ({reason})"


def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False

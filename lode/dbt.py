"""Running dbt, which lives in an environment of its own, with our settings; the `dbt` command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lode import layout
from lode.db import connect
from lode.errors import LodeError
from lode.lock_holders import busy_with_run, run_lock_name
from lode.locks import file_lock
from lode.settings import Settings, load_settings

# dbt's commands, and whether they open a connection. Those that don't must work without a server.
COMMANDS = {
    "build": True,
    "clean": False,
    "clone": True,
    "compile": True,
    "debug": True,
    "deps": False,
    "docs": True,
    "init": False,
    "list": False,
    "ls": False,
    "parse": False,
    "retry": True,
    "run": True,
    "run-operation": True,
    "seed": True,
    "show": True,
    "snapshot": True,
    "source": True,
    "test": True,
}
# Those that write what models are made of: one at a time, and none beside `lode run`.
WRITING = ("build", "clone", "retry", "run", "seed", "snapshot")
LAUNCHER = Path(__file__).resolve().parent / "dbt_launcher.py"
# Another run with the same target folder may be a full rebuild.
LOCK_TIMEOUT_SECONDS = 3_600.0
LOCK = "lode.lock"


@dataclass(frozen=True)
class DbtResult:
    """How dbt ended: exit code, node dicts of run_results.json, what it printed if quiet."""

    returncode: int
    results: list[dict[str, Any]]
    output: str = ""


def run_dbt(
    arguments: Sequence[str],
    settings: Settings,
    *,
    quiet: bool = False,
    target_path: Path | None = None,
) -> DbtResult:
    """Run dbt in the project root and wait for it; nothing is written into the tree.

    With `quiet`, its output is kept in the result instead of being shown. Runs with one target
    folder take turns: dbt's state files there belong to one run at a time, also to one whose parent
    was killed. On Linux dbt is killed with its parent, so that no run goes on unwatched.
    """
    layout.claim_home(settings.home)
    command = [*dbt_command(settings), *arguments]
    environment = os.environ | dbt_environment(arguments, settings)
    target = target_path or _target(settings)
    environment["DBT_TARGET_PATH"] = str(target)
    environment["DBT_LOG_PATH"] = str(settings.home / "logs" / "dbt")
    environment["LODE_PARENT"] = str(os.getpid())
    results_file = target / "run_results.json"
    with file_lock(target / LOCK, LOCK_TIMEOUT_SECONDS) as lock:
        results_file.unlink(missing_ok=True)
        code, output = _execute(command, environment, settings.root, quiet=quiet, lock=lock)
        return DbtResult(code, _read_results(results_file), output)


def _execute(
    command: Sequence[str], environment: Mapping[str, str], root: Path, *, quiet: bool, lock: int
) -> tuple[int, str]:
    """Run a command that holds a lock too; return its exit code and, with `quiet`, its output."""
    done = subprocess.run(
        command,
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        pass_fds=(lock,),
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return done.returncode, done.stdout or ""


def wait_for_dbt(settings: Settings) -> None:
    """Wait until no dbt of this home is at work, even if its parent was killed."""
    with file_lock(_target(settings) / LOCK, LOCK_TIMEOUT_SECONDS):
        pass


def _target(settings: Settings) -> Path:
    return settings.home / "dbt" / "target"


def main() -> None:
    """Become dbt, as the `dbt` command: with our settings, in place of this process."""
    arguments = sys.argv[1:]
    try:
        settings = load_settings()
        command = dbt_command(settings)
        environment = os.environ | dbt_environment(arguments, settings)
        if needs_database(arguments) and command_word(arguments) in WRITING:
            require_no_run(settings)
            environment["LODE_RUN_LOCK"] = run_lock_name(settings)
    except LodeError as error:
        print(f"dbt: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    os.execve(command[0], [*command, *arguments], environment)


def require_no_run(settings: Settings) -> None:
    """Raise BusyError, which says who is at work, while a run of this warehouse is under way.

    dbt itself then takes the lock (see the launcher): it would not outlast this process.
    """
    with connect("transformer", settings) as connection, connection.cursor() as cursor:
        cursor.execute("select is_free_lock(%s)", (run_lock_name(settings),))
        if cursor.fetchone() != (1,):
            raise busy_with_run(cursor, settings)


def command_word(arguments: Sequence[str]) -> str | None:
    """Return dbt's command: the first word that is one, after options and their values."""
    return next((word for word in arguments if word in COMMANDS), None)


def needs_database(arguments: Sequence[str]) -> bool:
    """Tell whether a dbt command line will open a connection."""
    if "--help" in arguments or "-h" in arguments:
        return False
    command = command_word(arguments)
    if command == "docs":
        return "serve" not in arguments
    return command is not None and COMMANDS[command]


def dbt_environment(arguments: Sequence[str], settings: Settings) -> dict[str, str]:
    """Return our variables for one dbt command line.

    Whether the database can be reached is found out first: what dbt says to that runs over several
    lines.
    """
    if needs_database(arguments):
        with connect("transformer", settings):
            pass
        return settings.dbt_environment()
    try:
        # The same variables as a run has, where they cost nothing: others would make dbt parse all
        # again.
        return settings.dbt_environment(has_credentials=settings.is_private)
    except LodeError:
        return settings.dbt_environment(has_credentials=False)


def dbt_command(settings: Settings) -> list[str]:
    """Return the program and first arguments that start dbt; LodeError if it is not installed."""
    given = os.environ.get("LODE_DBT")
    program = Path(given) if given else settings.root / ".venv-dbt" / "bin" / "dbt"
    python = program.parent / "python"
    if not program.exists() or not python.exists():
        raise LodeError(
            f"dbt is not installed at {program}: run `make setup`, or set LODE_DBT to the program"
            " `dbt` of an environment of its own."
        )
    # -I: neither this folder (its dbt.py would hide dbt) nor a PYTHONPATH gets into dbt's
    # environment.
    return [str(python), "-I", str(LAUNCHER)]


def _read_results(path: Path) -> list[dict[str, Any]]:
    """Return the results dbt wrote; none if it ended before writing them."""
    if not path.exists():
        return []
    results: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["results"]
    return results

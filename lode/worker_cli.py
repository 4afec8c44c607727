"""The command `lode worker`."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType

import typer

from lode.settings import load_settings

GRACE_SECONDS = 10.0


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command("worker")(worker)


def worker(
    once: bool = typer.Option(False, "--once", help="Work what waits now, then stop."),
    with_parent: bool = typer.Option(False, "--with-parent", hidden=True),
) -> None:
    """Work the jobs that the dashboard asks for, until Ctrl-C.

    Example: lode worker --once
    """
    from lode.worker import work

    signal.signal(signal.SIGTERM, _interrupt)
    if with_parent:
        threading.Thread(target=_stop_with_parent, daemon=True).start()
    count = work(load_settings(), is_once=once)
    print(f"{count} jobs were worked.")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _stop_with_parent() -> None:
    """Wait on standard input, a pipe only the parent holds: it closes however the parent ends."""
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    # What can't be interrupted is killed: the job is taken again by the next worker.
    threading.Event().wait(GRACE_SECONDS)
    os._exit(0)

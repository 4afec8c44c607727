"""The command `lode watch`."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import typer

from lode.settings import load_settings


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    app.command("watch")(watch)


def watch(
    place: str | None = typer.Argument(
        None, metavar="[FOLDER|S3://BUCKET/PREFIX]", help="Default: drop below LODE_HOME."
    ),
    once: bool = typer.Option(False, "--once", help="One round, then end; 1 if a file failed."),
    interval: float = typer.Option(
        10.0, "--interval", min=0.1, help="Seconds between looks; a file must not change for one."
    ),
    no_run: bool = typer.Option(False, "--no-run", help="Load only; `lode run` does the rest."),
) -> None:
    """Load every file that arrives in a folder or below a prefix in S3.

    Example: lode watch /srv/incoming --interval 30
    """
    from loaders.progress import reporter_for_terminal
    from loaders.watch import Watcher, only_watcher, open_drop, tell

    settings = load_settings()
    drop = open_drop(place, settings)
    watcher = Watcher(settings, drop, reporter_for_terminal(), interval, runs=not no_run)
    with only_watcher(settings), _ended_by_signals(watcher.stop):
        tell("watching", f"Watching {place or settings.home / 'drop'}.", interval=interval)
        watcher.once() if once else watcher.watch()
        tell("stopped", "Stopped watching.")
    if once and watcher.failures:
        raise typer.Exit(1)


@contextmanager
def _ended_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """End after the file at hand on SIGTERM or Ctrl-C, at once on the second one.

    Breaking off is safe at any moment: the next watcher goes on behind the last committed chunk.
    """
    received: list[int] = []

    def handle(number: int, _: FrameType | None) -> None:
        if received:
            raise KeyboardInterrupt
        received.append(number)
        stop()

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

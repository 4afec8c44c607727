"""Watching a place where files arrive: each is loaded when it is complete, then the models run."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import datetime, timezone
from pathlib import Path

from loaders import s3
from loaders.drops import Arrival, Drop, DropBucket, DropFolder
from loaders.failures import is_fault_of_file
from loaders.landing_store import S3Store, landing_store
from loaders.load import load_file
from loaders.progress import Reporter
from loaders.s3 import S3Address
from lode.db import connect
from lode.errors import BusyError, LodeError, printable
from lode.locks import file_lock
from lode.logs import get_logger, redact
from lode.pipeline import run_pipeline
from lode.settings import Settings
from lode.warehouse_state import pending_imports

# How long to leave models alone that could not be built; imports stay LOADED meanwhile.
RUN_PAUSE_SECONDS = 60.0
SLICE_SECONDS = 0.1


class Watcher:
    """Rounds of looking, loading and running; `stop()` ends them after the file at hand."""

    def __init__(
        self, settings: Settings, drop: Drop, reporter: Reporter, interval: float, *, runs: bool
    ) -> None:
        self.settings = settings
        self.drop = drop
        self.reporter = reporter
        self.interval = interval
        self.runs = runs
        self.failures = 0
        self._is_stopped = False
        # What a watcher before this one has loaded and not processed any more.
        self._is_run_due = runs
        self._next_run = 0.0

    def stop(self) -> None:
        """End soon; safe to be called by a signal handler."""
        self._is_stopped = True

    def watch(self) -> None:
        """Do rounds until stopped."""
        while not self._is_stopped:
            self.round()
            self.pause()

    def once(self) -> None:
        """Load what is complete now: two looks, an interval apart."""
        self._look()
        self.pause()
        self.round()

    def pause(self) -> None:
        """Wait for an interval, or until stopped."""
        end = time.monotonic() + self.interval
        while not self._is_stopped and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, SLICE_SECONDS))

    def round(self) -> None:
        """Look, load what is complete, then bring it into the models; says what goes wrong."""
        try:
            arrivals = self._look()
            if arrivals:
                # What is wrong with the database is no fault of a file.
                with connect("loader", self.settings, schema="raw"):
                    pass
            for arrival in arrivals:
                if self._is_stopped:
                    return
                self._load(arrival)
        except LodeError as error:
            self._fail("waiting", str(error))
        if self._is_run_due and not self._is_stopped and time.monotonic() >= self._next_run:
            self._run()

    def _look(self) -> list[Arrival]:
        return self.drop.arrivals()

    def _load(self, arrival: Arrival) -> None:
        """Load a file; one at fault is parked, for all else the round ends; it is tried again."""
        try:
            result = load_file(
                _source(arrival), self.settings, reporter=self.reporter, uploaded_by="lode watch"
            )
        except s3.AbsentError:
            return
        except BusyError as error:
            self._fail("waiting", str(error), arrival)
            return
        except Exception as error:  # noqa: BLE001 - one file must not stop the others
            self._put_aside(arrival, error)
            return
        self.drop.accept(arrival, result.import_id)
        self._is_run_due = self._is_run_due or (self.runs and not result.is_duplicate)

    def _put_aside(self, arrival: Arrival, error: Exception) -> None:
        sentence = str(error)
        if not isinstance(error, LodeError):
            get_logger("watch").error("a file failed", exc_info=error)
            reason = redact(sentence.partition("\n")[0])
            sentence = f"{type(error).__name__} where none was expected ({reason}): see the log."
        self.reporter.failed(arrival.name, sentence)
        if not self.drop.is_unchanged(arrival):
            # It was not complete after all, or somebody took it away.
            return
        if not is_fault_of_file(error):
            raise LodeError(sentence) from error
        self.drop.park(arrival, sentence)
        self._fail("parked", sentence, arrival)

    def _run(self) -> None:
        """Build the models once; a failure is tried again after a while."""
        try:
            waiting = pending_imports(self.settings)
            if waiting:
                # Standard output has JSON lines only, where it is not a terminal.
                with redirect_stdout(sys.stdout if sys.stdout.isatty() else sys.stderr):
                    run_pipeline(self.settings)
                tell("run", f"Processed {len(waiting)} imports.", imports=waiting)
            self._is_run_due = False
        except LodeError as error:
            self._next_run = time.monotonic() + max(self.interval, RUN_PAUSE_SECONDS)
            self._fail("run failed", str(error))

    def _fail(self, event: str, sentence: str, arrival: Arrival | None = None) -> None:
        self.failures += 1
        name = {"filename": printable(arrival.name)} if arrival else {}
        tell(event, f"{event.capitalize()}: {sentence}", error=sentence, **name)


def _source(arrival: Arrival) -> Path | str:
    return arrival.source if s3.is_s3(arrival.source) else Path(arrival.source)


def tell(event: str, sentence: str, **details: object) -> None:
    """Say what happens: a sentence on a terminal, a JSON line elsewhere; both to the log."""
    get_logger("watch").info("%s", sentence)
    if sys.stdout.isatty():
        print(sentence, flush=True)
    else:
        print(json.dumps({"event": event, **details}, ensure_ascii=False), flush=True)


def open_drop(place: str | None, settings: Settings) -> Drop:
    """Return the place to watch: a folder, a prefix in S3, or `drop` below LODE_HOME."""
    if s3.is_s3(place):
        given = s3.parse(str(place))
        prefix = f"{given.key.strip('/')}/" if given.key.strip("/") else ""
        address = S3Address(given.bucket, prefix)
        _require_apart(address, settings)
        name = hashlib.sha256(str(address).encode()).hexdigest()[:16]
        return DropBucket(address, settings.home / "watch" / f"{name}-{settings.prefix}.jsonl")
    if place is None:
        (settings.home / "drop").mkdir(parents=True, exist_ok=True)
        return DropFolder(settings.home / "drop")
    folder = Path(place).expanduser()
    if not folder.is_dir():
        raise LodeError(f"{printable(place, 200)} is no folder: make it, or name another one.")
    return DropFolder(folder.resolve())


def _require_apart(address: S3Address, settings: Settings) -> None:
    """Refuse to watch what holds the landing zone: our own reports would come back as data."""
    store = landing_store(settings)
    if not isinstance(store, S3Store) or address.bucket != store.base.bucket:
        return
    if store.address("error-logs/").key.startswith(address.key):
        raise LodeError(
            f"{address.shown} holds the landing zone itself: watch another prefix, or its"
            " raw-uploads/."
        )


@contextmanager
def only_watcher(settings: Settings) -> Iterator[None]:
    """Be the only watcher of this LODE_HOME; LodeError says who is it, and since when."""
    path = settings.home / "watch" / f"{settings.warehouse_name}.lock"
    holder = path.with_suffix(".holder.json")
    try:
        with file_lock(path, 0):
            now = datetime.now(timezone.utc).isoformat(timespec="seconds")
            holder.write_text(json.dumps({"pid": os.getpid(), "since": now}))
            yield
    except LodeError as error:
        if error.__cause__ is not None or not str(error).startswith("Another process has held"):
            raise
        try:
            found = json.loads(holder.read_text())
            who = f" (process {found['pid']}, since {found['since']})"
        except (OSError, ValueError, KeyError):
            who = ""
        raise BusyError(f"Another `lode watch` is at work{who}: end it first.") from None

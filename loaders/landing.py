"""The landing zone: an immutable copy of every file, under the hour at which it came.

`raw-uploads/YYYY/MM/DD/HH/name_timestamp.ext` in a folder or in a bucket (landing_store.py). A copy
is made under a temporary name, hashed and profiled on the way, and gets its name after the ledger
knows of it, by one rename or upload; so what has a name is whole.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from loaders.check import SourceFile, file_identity
from loaders.landing_store import ZONE, file_checksum, landing_store
from loaders.scratch import file_name, scratch_folder
from loaders.text import TextProfile
from lode.errors import LodeError, printable
from lode.settings import Settings

# Small enough to stay in the processor's cache while it is hashed, written and profiled: with 4 MiB
# all that takes 1.7 times as long.
COPY_BYTES = 256 * 1024


@dataclass(frozen=True)
class Incoming:
    """A private copy of a source file: its place, its SHA-256, its size, what its text is like."""

    path: Path
    checksum: str
    size_bytes: int
    profile: TextProfile


def landing_root(settings: Settings) -> Path:
    """Return the local folder of the landing zone; with a bucket, that of copies to read from."""
    return landing_store(settings).root


def location(source: SourceFile, now: datetime, number: int = 1) -> str:
    """Return the place of a file that came now; `number` tells namesakes of one second apart."""
    stem = re.sub(r"[^A-Za-z0-9.-]+", "_", source.path.stem).strip("._-")[:100] or "file"
    suffix = re.sub(r"[^A-Za-z0-9.]+", "", source.path.suffix)[:16].lower()
    again = f"_{number}" if number > 1 else ""
    return f"{ZONE}/{now:%Y/%m/%d/%H}/{stem}_{now:%Y%m%d_%H%M%S}{again}{suffix}"


def free_places(
    source: SourceFile, now: datetime, checksum: str, settings: Settings, first: str | None = None
) -> Iterator[str]:
    """Yield places that hold nothing else yet, `first` (where the file lies already) before all."""
    store = landing_store(settings)
    named = (location(source, now, number) for number in itertools.count(1))
    for place in itertools.chain([first] if first else [], named):
        if not store.is_taken(place, checksum):
            yield place


@contextmanager
def incoming_copy(source: SourceFile, settings: Settings) -> Iterator[Incoming]:
    """Copy a file next to the landing zone for the block; what is not landed in it is removed."""
    with scratch_folder(landing_root(settings) / ".incoming") as workplace:
        copy = workplace / "file" / file_name(source.path.name)
        copy.parent.mkdir()
        yield _copy_sqlite(source, copy) if source.format == "sqlite" else _copy(source, copy)


def land(incoming: Incoming, place: str, settings: Settings) -> Path:
    """Keep the copy at its place, unless it is there already; returns the path to read it from."""
    return landing_store(settings).keep(incoming.path, place, incoming.checksum)


def settle(place: str, settings: Settings) -> None:
    """Make a landed file outlast a power cut; before its import counts as loaded."""
    landing_store(settings).settle(place)


def landed_path(place: str, settings: Settings) -> Path:
    """Return a local path of a landed file; from a bucket it is downloaded if need be."""
    return landing_store(settings).local_path(place)


def is_landed(place: str, checksum: str, settings: Settings) -> bool:
    """Tell whether the file at a place is there with exactly the bytes of that checksum."""
    return landing_store(settings).holds(place, checksum)


def _copy(source: SourceFile, target: Path) -> Incoming:
    """Copy, hash and profile in one pass; LodeError if the file changed meanwhile."""
    digest, profile = hashlib.sha256(), TextProfile()
    size = 0
    try:
        with source.path.open("rb") as file, target.open("xb") as copy:
            _require_unchanged(source, os.fstat(file.fileno()))
            while block := file.read(COPY_BYTES):
                digest.update(block)
                copy.write(block)
                size += len(block)
                if source.format == "csv":
                    profile.feed(block)
            _require_unchanged(source, os.fstat(file.fileno()))
        _require_unchanged(source, source.path.stat())
    except OSError as error:
        name = printable(str(source.path), 200)
        raise LodeError(
            f"{name} can't be copied into the landing zone ({error.strerror}): check the disks."
        ) from None
    profile.feed(b"", is_last=True)
    return Incoming(target, digest.hexdigest(), size, profile)


def _require_unchanged(source: SourceFile, status: os.stat_result) -> None:
    if file_identity(status) != source.identity:
        raise LodeError(
            f"{printable(str(source.path), 200)} changed while it was read: wait until it is"
            " complete, then load it again."
        )


def _copy_sqlite(source: SourceFile, target: Path) -> Incoming:
    """Copy a database with what its journal or write-ahead log still holds, never writing to it.

    SQLite itself would have to write beside the file to read a log, so the log is copied too and
    settled in the copy.
    """
    plain = _copy(source, target)
    logs = [Path(f"{source.path}{suffix}") for suffix in ("-wal", "-journal")]
    try:
        present = [log for log in logs if log.exists() and log.stat().st_size > 0]
        if not present:
            return plain
        before = [file_identity(log.stat()) for log in present]
        for log in present:
            shutil.copyfile(log, f"{target}{log.name[len(source.path.name) :]}")
        _require_unchanged(source, source.path.stat())
        if [file_identity(log.stat()) for log in present] != before:
            raise LodeError(
                f"{printable(str(source.path), 200)} changed while it was read: load it again when"
                " nothing writes to it."
            )
    except OSError as error:
        raise LodeError(
            f"The log of {printable(str(source.path), 200)} can't be read ({error.strerror})."
        ) from None
    try:
        with closing(sqlite3.connect(target, isolation_level=None)) as database:
            database.execute("pragma journal_mode = delete")
            database.execute("select count(*) from sqlite_master").fetchone()
    except sqlite3.Error as error:
        raise LodeError(
            f"{printable(str(source.path), 200)} is not a whole SQLite database ({error})."
        ) from None
    return Incoming(target, file_checksum(target), target.stat().st_size, plain.profile)

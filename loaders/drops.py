"""Where files arrive, a folder or a prefix in a bucket: what is new, and what became of it."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from loaders import s3
from loaders.check import file_identity
from loaders.s3 import S3Address
from lode.errors import LodeError, printable
from lode.logs import get_logger

ERROR_SUFFIX = ".error.txt"
# How files are named while they are still written, and what belongs to another file.
UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".swp", "~")
COMPANIONS = ("-wal", "-shm", "-journal")


@dataclass(frozen=True)
class Arrival:
    """A file that is complete and new: its name, what `load_file` takes, how it was when seen."""

    name: str
    source: str
    identity: tuple[object, ...]


class Drop(Protocol):
    """A place where files arrive."""

    def arrivals(self) -> list[Arrival]:
        """Look once; return the new files that are complete, oldest first."""

    def is_unchanged(self, arrival: Arrival) -> bool:
        """Tell whether a file is still there as it was when it was seen."""

    def accept(self, arrival: Arrival, import_id: str) -> None:
        """Note that a file is loaded: it is not seen again."""

    def park(self, arrival: Arrival, sentence: str) -> None:
        """Put aside a file that can't be loaded, with the reason; not seen until it changes."""


def is_ignored(name: str) -> bool:
    """Tell by its name that a file is hidden, unfinished or one of our own notes."""
    lower = name.lower()
    return lower.startswith((".", "~$")) or lower.endswith((*UNFINISHED, ERROR_SUFFIX))


class DropFolder:
    """A folder: loaded files move to `.done`, others to `.parked` with `NAME.error.txt` beside.

    A file is complete when two looks find it with the same size and time of change.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._seen: dict[str, tuple[object, ...]] = {}

    def arrivals(self) -> list[Arrival]:
        """Look once; only what the look before has seen just the same is complete."""
        found: dict[str, os.stat_result] = {}
        try:
            for entry in os.scandir(self.root):
                if entry.is_file(follow_symlinks=False) and not self._belongs_elsewhere(entry.name):
                    found[entry.name] = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            # Taken away between the two looks; without the folder itself nothing else will do.
            if not self.root.is_dir():
                raise self._unusable("it does not exist") from None
        except OSError as error:
            raise self._unusable(error.strerror) from error
        identities = {name: file_identity(status) for name, status in found.items()}
        complete = [name for name, one in identities.items() if self._seen.get(name) == one]
        self._seen = dict(identities)
        complete.sort(key=lambda name: (found[name].st_mtime_ns, name))
        return [Arrival(name, str(self.root / name), identities[name]) for name in complete]

    def is_unchanged(self, arrival: Arrival) -> bool:
        """Compare size, time of change and inode."""
        try:
            return file_identity(Path(arrival.source).lstat()) == arrival.identity
        except OSError:
            return False

    def accept(self, arrival: Arrival, import_id: str) -> None:
        """Move the file to `.done`, unless it changed since it was loaded: that is a new file."""
        if self.is_unchanged(arrival):
            self._move(arrival, ".done")

    def park(self, arrival: Arrival, sentence: str) -> None:
        """Move the file to `.parked`; the reason is there first."""
        self._move(arrival, ".parked", sentence)

    def _belongs_elsewhere(self, name: str) -> bool:
        if is_ignored(name):
            return True
        # A log of SQLite is read together with its database.
        bases = [name.removesuffix(suffix) for suffix in COMPANIONS if name.endswith(suffix)]
        return any((self.root / base).exists() for base in bases)

    def _move(self, arrival: Arrival, folder: str, sentence: str | None = None) -> None:
        target = self.root / folder
        try:
            target.mkdir(exist_ok=True)
            name = _free_name(target, arrival.name)
            if sentence is not None:
                (target / f"{name}{ERROR_SUFFIX}").write_text(sentence + "\n", encoding="utf-8")
            for suffix in COMPANIONS:
                companion = self.root / f"{arrival.name}{suffix}"
                if companion.is_file():
                    companion.rename(target / f"{name}{suffix}")
            (self.root / arrival.name).rename(target / name)
        except OSError as error:
            raise self._unusable(error.strerror) from error
        self._seen.pop(arrival.name, None)

    def _unusable(self, reason: str | None) -> LodeError:
        return LodeError(
            f"The drop folder {printable(str(self.root), 200)} can't be used ({reason}): it must"
            " exist, and files must be free to move in it."
        )


def _free_name(folder: Path, name: str) -> str:
    """Return the name, or one with a number, that no file of the folder has."""
    stem, suffix = Path(name).stem, Path(name).suffix
    number, free = 1, name
    while (folder / free).exists():
        number += 1
        free = f"{stem}_{number}{suffix}"
    return free


class DropBucket:
    """A prefix in a bucket, in which nothing is moved: what is known of each key is noted here.

    An object in S3 is complete from its first moment. A key is seen again when its ETag changes.
    """

    def __init__(self, base: S3Address, notes: Path) -> None:
        self.base = base
        self.notes = notes
        self._known = _read_notes(notes)

    def arrivals(self) -> list[Arrival]:
        """List the keys below the prefix; those with a known ETag are not seen."""
        found: list[tuple[Any, Arrival]] = []
        with s3.sentences(self.base):
            pages = s3.client().get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.base.bucket, Prefix=self.base.key):
                for one in page.get("Contents", []):
                    address = S3Address(self.base.bucket, one["Key"])
                    etag = one["ETag"].strip('"')
                    # A key with a slash at its end is the mark of a folder.
                    if not address.name or is_ignored(address.name):
                        continue
                    if self._known.get(address.key) != etag:
                        seen = Arrival(address.key, str(address), (etag, one["Size"]))
                        found.append(((one["LastModified"], address.key), seen))
        return [arrival for _, arrival in sorted(found, key=lambda pair: pair[0])]

    def is_unchanged(self, arrival: Arrival) -> bool:
        """Compare ETag and size."""
        try:
            found = s3.look(S3Address(self.base.bucket, arrival.name))
        except s3.AbsentError:
            return False
        return (found.etag, found.size_bytes) == arrival.identity

    def accept(self, arrival: Arrival, import_id: str) -> None:
        """Note the ETag that was loaded."""
        self._note(arrival, {"outcome": "loaded", "import_id": import_id})

    def park(self, arrival: Arrival, sentence: str) -> None:
        """Note the ETag, and put the reason beside the object where that is allowed."""
        try:
            with s3.sentences(self.base):
                s3.client().put_object(
                    Bucket=self.base.bucket,
                    Key=f"{arrival.name}{ERROR_SUFFIX}",
                    Body=f"{sentence}\n".encode(),
                    ContentType="text/plain; charset=utf-8",
                )
        except LodeError as error:
            # Who may only read here finds the reason in the log and in the notes.
            get_logger("loaders").warning("no note beside the object: %s", error)
        self._note(arrival, {"outcome": "parked", "error": sentence})

    def _note(self, arrival: Arrival, outcome: dict[str, str]) -> None:
        etag = str(arrival.identity[0])
        line = json.dumps({"key": arrival.name, "etag": etag, **outcome}, ensure_ascii=False)
        try:
            self.notes.parent.mkdir(parents=True, exist_ok=True)
            with self.notes.open("a", encoding="utf-8") as file:
                # A kill may have left half a line before this one.
                file.write(f"\n{line}\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise LodeError(
                f"{self.notes} can't be written ({error.strerror}): free some space or set"
                " LODE_HOME to another folder."
            ) from error
        self._known[arrival.name] = etag


def _read_notes(path: Path) -> dict[str, str]:
    """Return the last ETag of every key; half a line, left by a kill, counts as none."""
    known: dict[str, str] = {}
    if not path.exists() or not stat.S_ISREG(path.stat().st_mode):
        return known
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            note = json.loads(line) if line else {}
            known[note["key"]] = note["etag"]
        except (ValueError, KeyError, TypeError):
            continue
    return known

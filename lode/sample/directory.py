"""Where a sample goes: written beside its place, moved there when complete."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lode.errors import LodeError
from lode.sample.sources import FILE_NAMES, SUMMARY_NAME

_BYTES_PER_PERSON = 700


def check_target(directory: Path, people: int, force: bool) -> None:
    """Refuse a target that holds anything but an earlier sample, or a disk that is too small."""
    if directory.exists():
        _check_content(directory, force)
    parent = _existing_parent(directory)
    if not parent.is_dir():
        raise LodeError(f"{parent} is a file, so {directory} can't be made; choose another place.")
    needed = people * _BYTES_PER_PERSON
    usage = shutil.disk_usage(parent)
    free = usage.free
    if usage.total and needed > free:  # a virtual file system has no size: writing will tell
        raise LodeError(
            f"A sample of {people:,} people needs about {needed // 2**20:,} MiB,"
            f" but {parent} has {free // 2**20:,} MiB free; take fewer people or another place."
        )


def _check_content(directory: Path, force: bool) -> None:
    if not directory.is_dir():
        raise LodeError(f"{directory} is not a folder; name a new or an empty one for the sample.")
    try:
        entries = sorted(directory.iterdir())
    except OSError as error:
        raise _unwritable(directory, error) from None
    foreign = [entry.name for entry in entries if not _is_ours(entry)]
    blocked = [name for name in foreign if name in FILE_NAMES]
    if blocked:
        raise LodeError(f"{directory / blocked[0]} is not a plain file; move it away first.")
    if foreign and not force:
        raise LodeError(
            f"{directory} holds other files (such as {foreign[0]!r}); choose an empty folder,"
            " or say --force to write the sample among them."
        )


@contextmanager
def staged(directory: Path) -> Iterator[Path]:
    """A working folder beside the target; its files move there when the block ends well."""
    staging = directory.parent / f".{directory.name}.partial-{os.getpid()}"
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        _clear_leftovers(directory)
        staging.mkdir()
    except OSError as error:
        raise _unwritable(directory, error) from None
    try:
        yield staging
        _move_into_place(staging, directory)
    except (OSError, sqlite3.Error) as error:
        raise _unwritable(directory, error) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _move_into_place(staging: Path, directory: Path) -> None:
    if not directory.exists():
        staging.rename(directory)
        return
    # The folder may be somebody's working directory or a mount point: it stays, the files go in.
    # The summary is the mark of a complete sample: it goes first and comes last.
    (directory / SUMMARY_NAME).unlink(missing_ok=True)
    for file in sorted(staging.iterdir(), key=lambda path: (path.name == SUMMARY_NAME, path.name)):
        file.replace(directory / file.name)


def _clear_leftovers(directory: Path) -> None:
    """Remove working folders of runs that were killed."""
    for path in directory.parent.glob(f".{_escaped(directory.name)}.partial-*"):
        process = path.name.rpartition("-")[2]
        if process.isdigit() and not _is_alive(int(process)):
            shutil.rmtree(path, ignore_errors=True)


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _is_ours(entry: Path) -> bool:
    return entry.name in FILE_NAMES and entry.is_file() and not entry.is_symlink()


def _existing_parent(directory: Path) -> Path:
    place = directory
    while not place.exists() and place != place.parent:
        place = place.parent
    return place


def _unwritable(directory: Path, error: OSError | sqlite3.Error) -> LodeError:
    reason = getattr(error, "strerror", None) or str(error)
    return LodeError(
        f"The sample can't be written to {directory} ({reason}); choose another place."
    )

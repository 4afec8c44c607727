"""Folders for work in progress: gone with the block, or with the next run after a kill."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lode.errors import LodeError

_LOCK = ".in-use"


def file_name(name: str) -> str:
    """Return a name of any origin as one that every file system takes, for a copy in a folder.

    No control characters, no folders in it, at most 200 bytes. Copies keep the names of what they
    are copies of, since messages name them.
    """
    # Names need not be text at all: bytes that are none arrive as surrogates.
    encoded = re.sub(r"[\x00-\x1f\x7f/]", "_", name).encode("utf-8", "surrogateescape")
    clean = encoded[-200:].decode("utf-8", "ignore")
    return clean if clean.strip(".") else "object"


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """Make a folder below `parent` for the block, after removing those of processes that died."""
    try:
        parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sweep(parent)
        folder, handle = _make(parent)
    except OSError as error:
        raise LodeError(
            f"{parent} can't be written ({error.strerror}): make it writable or set LODE_HOME to"
            " another folder."
        ) from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _make(parent: Path) -> tuple[Path, int]:
    """Make a folder and lock it.

    The lock ends with the process, however that ends; a pid could be another program's by then.
    Between the making and the locking another process may sweep the folder away: then make another.
    """
    while True:
        folder = Path(tempfile.mkdtemp(dir=parent))
        try:
            handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except FileNotFoundError:
            continue
        fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:
            return folder, handle
        os.close(handle)


def _sweep(parent: Path) -> None:
    for folder in parent.iterdir():
        try:
            handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            # Removed by another process meanwhile, or no folder of ours.
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The file may have been removed since it was opened, and the folder be another's now.
            if os.fstat(handle).st_nlink:
                shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            continue
        finally:
            os.close(handle)

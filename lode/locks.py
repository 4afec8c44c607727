"""A lock between processes, gone when the process that holds it ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lode.errors import LodeError


@contextmanager
def file_lock(path: Path, timeout_seconds: float) -> Iterator[int]:
    """Hold the lock on `path` for the block; LodeError when another process keeps it too long.

    Yields the file descriptor: a child process that inherits it keeps the lock for as long as it
    lives, also when its parent is killed.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise LodeError(
            f"{path} can't be written ({error.strerror}): make the folder writable or set"
            " LODE_HOME to another one."
        ) from error
    try:
        deadline = time.monotonic() + timeout_seconds
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise LodeError(
                        f"Another process has held {path} for {timeout_seconds:.0f} seconds:"
                        " wait for it or end it, then try again."
                    ) from None
                time.sleep(0.05)
        yield handle
    finally:
        os.close(handle)

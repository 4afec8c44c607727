"""How long the dashboard's own statements take: by name, in memory, since this process began.

Names hold no values. It costs nothing on the server and needs no right there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """A statement of ours: how often it ran, and seconds on average, at most, and the last time."""

    name: str
    count: int
    mean_seconds: float
    most_seconds: float
    last_seconds: float


_lock = threading.Lock()
# name -> count, sum, most, last. There are as many as statements in the code.
_seen: dict[str, tuple[int, float, float, float]] = {}


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Measure a statement, one that fails too: what ran into its limit counts most of all."""
    began = time.perf_counter()
    try:
        yield
    finally:
        seconds = time.perf_counter() - began
        with _lock:
            count, total, most, _ = _seen.get(name, (0, 0.0, 0.0, 0.0))
            _seen[name] = (count + 1, total + seconds, max(most, seconds), seconds)


def slowest(limit: int) -> list[Timing]:
    """Return the statements whose slowest run took longest, that one first."""
    with _lock:
        seen = dict(_seen)
    found = [
        Timing(name, count, total / count, most, last)
        for name, (count, total, most, last) in seen.items()
    ]
    return sorted(found, key=lambda one: (-one.most_seconds, one.name))[:limit]

"""What the scripts that kill themselves share: dying at a named call, without a warning."""

from __future__ import annotations

import importlib
import os
import signal
from typing import Any


def die_at(place: str, call: int, moment: str) -> None:
    """Kill this process at a call of `module:function`, before it or after it."""
    holder: Any = importlib.import_module(place.split(":")[0])
    *path, name = place.split(":")[1].split(".")
    for part in path:
        holder = getattr(holder, part)
    original, calls = getattr(holder, name), 0

    def dying(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **kwargs)
        if calls == call and moment == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(holder, name, dying)

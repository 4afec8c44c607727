"""A process of its own that extracts a table and kills itself, without a warning, at a moment.

Arguments: settings as JSON, address, folder, chunk size, module and function to die at, which call
of it, before or after.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    environment, user, password, database, folder, size, place, call, moment = json.loads(
        sys.argv[1]
    )
    from legacy_source import Legacy, extract

    from loaders.legacy import extract as extract_module
    from lode.settings import load_settings

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
    extract_module.CHUNK_ROWS = size
    settings = load_settings(environment)
    legacy = Legacy(settings, database, user, password).with_settings(settings)
    extract(legacy, Path(folder), "people")


if __name__ == "__main__":
    main()

"""A process of its own that loads a file and kills itself, without a warning, at a named moment.

Arguments: settings as JSON, file, module and function to die at, which call of it, before or after.
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
    environment, file, place, call, moment = json.loads(sys.argv[1])
    from loaders import text
    from loaders.load import load_file
    from lode.settings import load_settings

    text.BLOCK_BYTES = 2048
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
    settings = load_settings(environment)
    print(load_file(Path(file), settings).import_id)


if __name__ == "__main__":
    main()

"""An export that is killed at one of its steps, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from lode import list_export, list_gate, list_ledger
from lode.settings import load_settings


def kill_at(step: str, when: str) -> None:
    """Let the process die before or after the first call of a step."""
    owner: Any = Path if step == "replace" else list_export
    original = getattr(owner, step)

    def killed(*arguments: Any, **named: Any) -> Any:
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        original(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, step, killed)


def main() -> None:
    """Export with [environment, list, out, step, when]."""
    environment, name, out, step, when = json.loads(sys.argv[1])
    list_gate.CHUNK = 20
    assert list_ledger is not None
    kill_at(step, when)
    list_export.export_list(load_settings(environment), name, "call", Path(out), by="test")


if __name__ == "__main__":
    main()

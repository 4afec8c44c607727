"""A release that is killed at one of its steps, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

from lode import audit, list_release
from lode.rights import Principal
from lode.settings import load_settings


def main() -> None:
    """Release with [environment, export, step]; dies before the first call of the step."""
    environment, number, step = json.loads(sys.argv[1])

    def killed(*_arguments: Any, **_named: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(audit if step == "append" else list_release, step, killed)
    who = Principal("cleo@example.com", frozenset({"compliance"}))
    settings = load_settings({**environment, "LODE_RELEASE_ABOVE": "1"})
    list_release.release(settings, number, who, "checked")


if __name__ == "__main__":
    main()

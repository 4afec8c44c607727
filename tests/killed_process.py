"""Scripts of the suite that run in a process of their own, so that they can be killed for real."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from lode.settings import Settings


def environment(settings: Settings) -> dict[str, str]:
    """The variables that give another process the same warehouse."""
    return {
        "LODE_HOME": str(settings.home),
        "LODE_ENGINE": settings.engine,
        "LODE_DB_PREFIX": settings.prefix,
    }


def run_until_killed(script: Path, settings: Settings, *arguments: Any) -> int:
    """Run a script with [environment, *arguments] as JSON; its exit code, 0 or that of SIGKILL."""
    done = subprocess.run(
        [sys.executable, str(script), json.dumps([environment(settings), *arguments])],
        cwd=settings.root,
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode

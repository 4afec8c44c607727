"""What the core's tests share besides fixtures."""

from __future__ import annotations

import os
import subprocess


def clean_environment(**values: str) -> dict[str, str]:
    """Return this process's environment without our own settings, except which server to use."""
    kept = ("LODE_MYSQLD", "LODE_CACHE", "LODE_ENGINE")
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LODE_", "DBT_")) or name in kept
    }
    return environment | {"LODE_SERVER_BUFFER_POOL": "64M"} | values


def one_sentence(done: subprocess.CompletedProcess[str], start: str = "lode: ") -> str:
    """Check that a command failed with one line on stderr and nothing else; return the line."""
    assert done.returncode != 0, done.stdout
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith(start), done.stderr
    assert lines[0].endswith("."), done.stderr
    return lines[0]

"""Fixtures of the core's tests: commands as a user runs them, and servers that a test may kill."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest_lode import clean_environment

from lode.server import PrivateServer
from lode.settings import load_settings

Command = Callable[..., "subprocess.CompletedProcess[str]"]
PROGRAMS = Path(sys.executable).parent


@pytest.fixture(scope="session")
def lode() -> Command:
    """A function `lode(*arguments, **variables)` that runs the command as a user would."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(PROGRAMS / "lode"), *arguments],
            env=clean_environment(**variables),
            capture_output=True,
            text=True,
            timeout=300,
        )

    return run


@pytest.fixture(scope="session")
def dbt_command() -> Command:
    """A function `dbt_command(*arguments, **variables)` that runs `dbt` as a user would."""

    def run(
        *arguments: str, cwd: Path | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(PROGRAMS / "dbt"), *arguments],
            env=clean_environment(**variables),
            capture_output=True,
            text=True,
            timeout=300,
            cwd=cwd,
        )

    return run


@pytest.fixture(scope="module")
def own(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateServer]:
    """A server of the test file's own, which its tests start, stop and kill; not started yet."""
    home = tmp_path_factory.mktemp("own")
    patch = pytest.MonkeyPatch()
    patch.setenv("LODE_SERVER_BUFFER_POOL", "64M")
    server = PrivateServer(load_settings({"LODE_HOME": str(home), "LODE_ENGINE": engine}))
    yield server
    server.stop()
    patch.undo()

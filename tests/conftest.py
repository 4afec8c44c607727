"""Shared fixtures: the engine under test, a private server, fresh warehouses on it, dbt.

LODE_ENGINE chooses the engine, LODE_TEST_HOME another place for the server than `.local/test-…`.
Nothing here skips: a test marked `database` fails where there is no server.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from lode import layout
from lode.dbt import DbtResult, run_dbt
from lode.server import PrivateServer
from lode.settings import Settings, find_root, load_settings
from lode.warehouse import deprovision, provision
from tests.warm_dbt import warm_dbt

DbtRunner = Callable[..., DbtResult]


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers that the suite uses."""
    config.addinivalue_line("markers", "database: needs the private server (never skipped)")
    config.addinivalue_line("markers", "both_engines: runs in the browser on MySQL too")
    # dbt's own log of every statement is a tenth of a run's processor time, and nobody reads it.
    os.environ.setdefault("DBT_LOG_LEVEL_FILE", "info")
    # A suite that runs in the background of a shell ignores Ctrl-C, and so would what tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "spark: needs pyspark and Java (make test-spark)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders whose files take longest, so that no worker ends with one alone."""
    items.sort(key=lambda item: not {"models", "e2e", "dedup"} & set(item.path.parts))


@pytest.fixture(scope="session")
def engine() -> str:
    """The engine under test: mariadb or mysql."""
    return load_settings().engine


@pytest.fixture(scope="session")
def server(engine: str) -> Iterator[Settings]:
    """Settings of a private server that runs for the whole session, in a home of its own.

    Sessions that run at the same time (also the workers of one) share it; the last one stops it.
    """
    given = os.environ.get("LODE_TEST_HOME")
    if not given:
        layout.claim_home(find_root() / ".local")
    home = Path(given) / engine if given else find_root() / ".local" / f"test-{engine}"
    os.environ.setdefault("LODE_SERVER_BUFFER_POOL", "128M")
    settings = load_settings({"LODE_HOME": str(home), "LODE_ENGINE": engine})
    layout.claim_home(settings.home)
    (settings.home / "logs").mkdir(exist_ok=True)
    with (settings.home / "logs" / "sessions.lock").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        private = PrivateServer(settings)
        private.start()
        yield settings
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        private.stop()


def _fresh(server: Settings) -> Iterator[Settings]:
    settings = server.with_prefix(f"t_{secrets.token_hex(4)}")
    provision(settings)
    yield settings
    deprovision(settings)


@pytest.fixture
def warehouse(server: Settings) -> Iterator[Settings]:
    """Settings of an empty provisioned warehouse, for one test."""
    yield from _fresh(server)


@pytest.fixture(scope="module")
def warehouse_module(server: Settings) -> Iterator[Settings]:
    """Settings of an empty provisioned warehouse, shared by the tests of one file."""
    yield from _fresh(server)


@pytest.fixture(scope="session", autouse=True)
def _warm() -> Iterator[None]:
    with warm_dbt():
        yield


@pytest.fixture(scope="session")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> DbtRunner:
    """A function `dbt(arguments, settings)` that runs dbt quietly and returns its DbtResult."""
    target = tmp_path_factory.mktemp("dbt_target")

    def run(
        arguments: Sequence[str], settings: Settings, target_path: Path | None = None
    ) -> DbtResult:
        return run_dbt(arguments, settings, quiet=True, target_path=target_path or target)

    return run

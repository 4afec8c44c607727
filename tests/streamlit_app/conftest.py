"""Fixtures of the dashboard's tests: warehouses in situations, pages in AppTest, a real server."""

from __future__ import annotations

import functools
import os
import secrets
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from made_marts import create_marts, seed_marts
from opened_page import VIEWER_ZONE, OpenPage, use_settings
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from relay import Relay
from sqlalchemy import Engine
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from visits import new_context

import streamlit_app
from lode.ports import choose_port
from lode.server import PrivateServer
from lode.settings import Settings, load_settings
from lode.warehouse import deprovision, provision
from streamlit_app.launch import Dashboard, serve
from streamlit_app.queries.engine import create_app_engine
from streamlit_app.ui import local_mode

SCRIPT = Path(streamlit_app.__file__).parent / "streamlit_app.py"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave journeys in the browser out where they prove nothing new: on MySQL.

    What they ask of the server is tested on both engines without a browser. LODE_TEST_BROWSER=1
    runs them all the same; a test marked `both_engines` always runs.
    """
    if load_settings().engine == "mariadb" or os.environ.get("LODE_TEST_BROWSER") == "1":
        return
    repeated = [
        item
        for item in items
        if "browser" in getattr(item, "fixturenames", ())
        and item.get_closest_marker("both_engines") is None
    ]
    config.hook.pytest_deselected(items=repeated)
    items[:] = [item for item in items if item not in repeated]


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Give Python its main module back: AppTest leaves the page there, for child processes too."""
    kept = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = kept


@pytest.fixture(scope="module")
def seeded(warehouse_module: Settings) -> Settings:
    """A warehouse with a handful of people and imports, not to be changed by a test."""
    create_marts(warehouse_module)
    seed_marts(warehouse_module)
    return warehouse_module


@pytest.fixture(scope="module")
def emptied(server: Settings) -> Iterator[Settings]:
    """A warehouse that `empty` takes everything out of before each test."""
    settings = server.with_prefix(f"t_{secrets.token_hex(4)}")
    provision(settings)
    yield settings
    deprovision(settings)


@pytest.fixture
def empty(emptied: Settings) -> Settings:
    """A warehouse with marts and nothing in them, for one test to fill as it likes.

    Made anew in the schemas of the last one, in a quarter of the time that new ones take. Entries
    of the audit log stay: nobody can take them away.
    """
    take_all_out(emptied)
    create_marts(emptied)
    return emptied


def take_all_out(settings: Settings) -> None:
    """Drop what dbt makes, and delete what the loaders have."""
    with PrivateServer(settings).admin() as connection, connection.cursor() as cursor:
        cursor.execute("set foreign_key_checks = 0")
        for layer in ("raw", "canonical", "marts"):
            schema = settings.schema(layer)
            cursor.execute(
                "select table_name, table_type from information_schema.tables"
                " where table_schema = %s",
                (schema,),
            )
            for table, kind in cursor.fetchall():
                name = f"`{schema}`.`{table}`"
                if layer != "raw":
                    cursor.execute(f"drop {'view' if kind == 'VIEW' else 'table'} {name}")
                elif cursor.execute(f"select 1 from {name} limit 1"):
                    cursor.execute(f"truncate table {name}")


@pytest.fixture
def unreachable(server: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings that point where nobody listens."""
    port = choose_port(None, None)
    use_settings(server, monkeypatch)
    monkeypatch.setenv("LODE_DB_HOST", "127.0.0.1")
    monkeypatch.setenv("LODE_DB_PORT", str(port))
    monkeypatch.setenv("LODE_APP_USER", "nobody")
    monkeypatch.setenv("LODE_APP_PASSWORD", "made-up-secret")
    return server


@pytest.fixture(scope="module")
def seeded_engine(seeded: Settings) -> Iterator[Engine]:
    """The dashboard's own engine over the seeded warehouse."""
    engine = create_app_engine(seeded)
    yield engine
    engine.dispose()


@pytest.fixture
def relay(seeded: Settings) -> Iterator[Relay]:
    """A wire to the seeded warehouse's server that a test may cut."""
    with Relay(seeded.port) as wire:
        yield wire


@pytest.fixture(scope="session", autouse=True)
def _scanned_once() -> Iterator[None]:
    """Every run of a page looks through all that is installed for components; once is enough."""
    with pytest.MonkeyPatch.context() as patch:
        scan = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenPage]:
    """A function `open_page(name, settings, **query)` that runs a page as a browser would.

    Without a `login` (what a provider says of somebody) the session is that of local mode.
    """
    monkeypatch.setattr(local_mode, "_loopback_only", threading.Event())
    local_mode.declare_loopback()

    def open_it(
        name: str,
        settings: Settings | None = None,
        login: dict[str, Any] | None = None,
        **query: str,
    ) -> AppTest:
        if settings is not None:
            use_settings(settings, monkeypatch)
        st.cache_data.clear()
        st.cache_resource.clear()
        app = AppTest.from_file(str(SCRIPT), default_timeout=30)
        app.context = {"timezone": VIEWER_ZONE, "locale": "en-US"}
        app.user = login or {}
        app.run()
        if name != "overview":
            app.switch_page(f"app_pages/{name}.py")
        for key, value in query.items():
            app.query_params[key] = value
        return app.run()

    yield open_it
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(scope="module")
def dashboard(seeded: Settings) -> Iterator[Dashboard]:
    """The real server over the seeded warehouse, as `lode dashboard` runs it."""
    with serve(seeded, choose_port(None, None), block=False) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium; without it the tests fail, unless LODE_TEST_BROWSER=0 leaves them out."""
    if os.environ.get("LODE_TEST_BROWSER") == "0":
        pytest.skip("LODE_TEST_BROWSER=0")
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(
                executable_path=found, args=CHROMIUM_ARGUMENTS, headless=True
            )
        except PlaywrightError as error:
            pytest.fail(
                f"No usable Chromium ({str(error).splitlines()[0]}): install the package chromium,"
                " or set LODE_TEST_BROWSER=0 to leave the browser tests out."
            )
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser context of a wide window, for one test."""
    fresh = new_context(browser, "wide", "light")
    fresh.set_default_timeout(30_000)
    yield fresh
    fresh.close()

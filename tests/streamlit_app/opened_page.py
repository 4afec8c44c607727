"""What the tests of the dashboard share by name: the type of an opened page, settings, a client."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from lode.settings import Settings
from streamlit_app import routes
from streamlit_app.auth import route_access
from streamlit_app.ui.links import MARK
from streamlit_app.ui.registry import PARTS_LINK

# Before release 1.67 a test can't say where the viewer is, and every viewer is in UTC.
HAS_CONTEXT = hasattr(AppTest.from_string(""), "context")
VIEWER_ZONE = "America/Chicago" if HAS_CONTEXT else "UTC"

OpenPage = Callable[..., AppTest]


def own_links(app: AppTest) -> list[Any]:
    """Return the links of a page itself, as Streamlit sends them, without the one of its frame."""
    found = [one.proto for one in app.main.get("page_link")]
    return [one for one in found if one.label != PARTS_LINK]


def query_of(link: Any) -> str:
    """Return the parameters of a link as the address bar shows them: without the mark in it."""
    return str(link.query_string).removesuffix(f"&{MARK}=1")


@contextmanager
def routes_client(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, cookies: dict[str, str]
) -> Iterator[TestClient]:
    """A browser with some cookies that asks our own routes about a warehouse."""
    use_settings(settings, monkeypatch)
    route_access.route_engine.cache_clear()
    with TestClient(Starlette(routes=routes.ROUTES), cookies=cookies) as client:
        yield client
    route_access.route_engine().dispose()
    route_access.route_engine.cache_clear()


def use_settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a warehouse the one that the pages read."""
    for name in list(os.environ):
        if name.startswith(("LODE_DB_", "LODE_APP_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LODE_HOME", str(settings.home))
    monkeypatch.setenv("LODE_ENGINE", settings.engine)
    monkeypatch.setenv("LODE_TARGET", "local")
    monkeypatch.setenv("LODE_DB_PREFIX", settings.prefix)

"""Who may see clear contact values unaudited: only a session of this machine, on local data."""

from __future__ import annotations

import threading

import pytest

from lode.settings import Settings, load_settings
from streamlit_app.ui import local_mode

LOCAL = {"Host": "127.0.0.1:8501"}


@pytest.fixture
def settings() -> Settings:
    return load_settings({})


@pytest.fixture
def bound_to_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_mode, "_loopback_only", threading.Event())
    local_mode.declare_loopback()


@pytest.mark.usefixtures("bound_to_loopback")
@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "localhost", "[::1]:8501"])
def test_a_session_of_this_machine_may(settings: Settings, host: str) -> None:
    assert local_mode.is_local_session(settings, {"Host": host})


def test_a_server_that_nobody_vouched_for_may_not(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_mode, "_loopback_only", threading.Event())
    assert not local_mode.is_local_session(settings, LOCAL)


@pytest.mark.usefixtures("bound_to_loopback")
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "dashboard.example.com"},
        {"Host": "127.0.0.1.example.com:80"},
        {"host": "localhost.example.com"},
        {**LOCAL, "X-Forwarded-For": "203.0.113.9"},
        {**LOCAL, "forwarded": "for=203.0.113.9"},
        {**LOCAL, "Via": "1.1 proxy"},
    ],
)
def test_a_foreign_name_or_a_proxy_may_not(settings: Settings, headers: dict[str, str]) -> None:
    assert not local_mode.is_local_session(settings, headers)


@pytest.mark.usefixtures("bound_to_loopback")
def test_production_data_are_never_shown_this_way() -> None:
    production = load_settings(
        {"LODE_TARGET": "aurora", "LODE_DB_HOST": "warehouse.example.com", "LODE_ENGINE": "mysql"}
    )
    assert not local_mode.is_local_session(production, LOCAL)

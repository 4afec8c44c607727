"""Roles in the menu, on the page and in the bridge; logins that have none, or are over."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from made_marts import ASHA
from opened_page import HAS_CONTEXT, OpenPage
from test_dashboard_pages import texts

from lode import access
from lode.rights import AccessDeniedError, Principal, Right
from lode.settings import Settings
from streamlit_app.auth import identity
from streamlit_app.navigation import PAGES
from streamlit_app.ui import data, local_mode

pytestmark = [
    pytest.mark.database,
    pytest.mark.skipif(not HAS_CONTEXT, reason="a test can't log in before Streamlit 1.67"),
]


def login(name: str, **claims: object) -> dict[str, Any]:
    """Return what a provider says of somebody."""
    known = {"email": f"{name}@example.com", "email_verified": True, "exp": time.time() + 3600}
    return {"is_logged_in": True, **known, **claims}


@pytest.fixture(scope="module")
def staffed(seeded: Settings) -> Settings:
    """The seeded warehouse, with somebody in every role."""
    for role in ("viewer", "operator", "steward", "compliance", "auditor", "admin"):
        access.grant(seeded, f"{role}@example.com", role, by="chief", reason="test")
    return seeded


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_a_page_opens_for_its_roles_only(open_page: OpenPage, staffed: Settings, role: str) -> None:
    who = Principal("x", frozenset({role}))
    app = open_page("overview", staffed, login(role))
    for entry in PAGES:
        app.switch_page(entry.path).run()
        assert not app.exception
        assert app.title[0].value == entry.title
        if who.may(entry.right):
            assert "You may not" not in texts(app)
            continue
        assert f"You may not {entry.right.value}: that needs the role" in app.warning[0].value
        assert not app.metric
        assert not app.dataframe
        assert not app.main.text_input


def test_a_role_that_ends_closes_the_page_at_once(open_page: OpenPage, staffed: Settings) -> None:
    access.grant(staffed, "temp@example.com", "operator", by="chief", reason="test")
    app = open_page("people", staffed, login("temp"))
    assert app.text_input
    access.revoke(staffed, "temp@example.com", "operator", by="chief", reason="test")
    identity._roles.clear()
    app.run()
    assert not app.main.text_input
    assert "has no role here" in texts(app)


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"is_logged_in": False}, None),
        (login("stranger"), "Your login stranger\\@example\\.com has no role here."),
        (login("admin", email_verified=False), "admin\\@example\\.com \\(not verified\\)"),
        (login("admin", exp=time.time() - 1), None),
    ],
)
def test_who_is_nobody_sees_nothing(
    open_page: OpenPage, staffed: Settings, claims: dict[str, Any], sentence: str | None
) -> None:
    app = open_page("overview", staffed, claims)
    assert not app.exception
    assert not app.metric
    if sentence is None:
        assert app.title[0].value == "Log in"
        assert [button.label for button in app.button] == ["Log in"]
    else:
        assert app.title[0].value == "No access"
        assert sentence in texts(app)


def test_a_reload_does_not_begin_an_idle_login_anew(
    open_page: OpenPage, staffed: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does another tab; a new login does, and whoever is at work in one tab is so in all."""
    begun = identity.utc_now()
    who = login("viewer", exp=time.time() + 86_400)

    def open_after(minutes: int, claims: dict[str, Any]) -> str:
        monkeypatch.setattr(identity, "utc_now", lambda: begun + timedelta(minutes=minutes))
        return str(open_page("overview", staffed, claims).title[0].value)

    assert open_after(0, who) == "Overview"
    assert open_after(29, who) == "Overview"
    assert open_after(58, who) == "Overview"
    assert open_after(89, who) == "Log in"
    assert open_after(90, who) == "Log in", "it does not come to life by looking"
    assert open_after(90, login("viewer", exp=time.time() + 90_000)) == "Overview"


def test_without_login_and_not_on_this_machine_nothing_is_shown(
    open_page: OpenPage, staffed: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_mode, "is_local_session", lambda *_: False)
    monkeypatch.setattr(identity, "is_local_session", lambda *_: False)
    app = open_page("people", staffed, person=str(ASHA))
    assert "is not on your machine and has no login" in texts(app)
    assert len(app.info) == 1
    assert not app.main.text_input


def test_a_login_counts_where_there_is_one_even_on_this_machine(
    open_page: OpenPage, staffed: Settings
) -> None:
    app = open_page("overview", staffed, {"is_logged_in": False})
    assert app.title[0].value == "Log in"


def test_who_is_at_work_stands_in_the_sidebar(open_page: OpenPage, staffed: Settings) -> None:
    local = open_page("overview", staffed)
    assert "Local mode: without a login" in local.sidebar.caption[1].value
    app = open_page("overview", staffed, login("viewer"))
    assert app.sidebar.caption[0].value == "viewer\\@example\\.com, viewer"
    assert [button.label for button in app.sidebar.button] == ["Log out"]


def test_the_bridge_asks_for_the_right_itself(
    monkeypatch: pytest.MonkeyPatch, staffed: Settings
) -> None:
    viewer = Principal("viewer@example.com", frozenset({"viewer"}))
    monkeypatch.setattr(identity, "current", lambda: viewer)
    for call in (
        data.open_imports,
        data.imports_at_work,
        lambda: data.imports_page(None),
        lambda: data.one_import("imp_1"),
        lambda: data.person(ASHA),
        lambda: data.contact_points(ASHA),
    ):
        with pytest.raises(AccessDeniedError):
            call()
    assert viewer.may(Right.SEE_NUMBERS)

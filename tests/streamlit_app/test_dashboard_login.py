"""Logging in for real, at a provider on loopback: roles, no role, not verified, logging out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from identity_provider import IdentityProvider
from playwright.sync_api import Browser, Page, expect
from test_dashboard_browser import navigation_link, new_findings_in_both_schemes
from visits import Visit, new_context

from lode import access
from lode.errors import LodeError
from lode.ports import choose_port
from lode.settings import Settings
from streamlit_app.auth.deep_links import COOKIE
from streamlit_app.launch import Dashboard, serve

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with IdentityProvider() as running:
        yield running


@pytest.fixture(scope="module")
def guarded(
    seeded: Settings, provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Dashboard]:
    """The real server with a login, over the seeded warehouse."""
    port = choose_port(None, None)
    secrets = tmp_path_factory.mktemp("login") / "secrets.toml"
    secrets.write_text(provider.secrets_toml(f"http://127.0.0.1:{port}"))
    access.grant(seeded, "vera@example.com", "viewer", by="chief", reason="test")
    patch = pytest.MonkeyPatch()
    patch.setenv("LODE_DASHBOARD_SECRETS", str(secrets))
    with serve(seeded, port, block=False) as running:
        yield running
    patch.undo()


def log_in(page: Page, provider: IdentityProvider, name: str, is_verified: bool = True) -> None:
    provider.claims = {"email": f"{name}@example.com", "email_verified": is_verified}
    page.get_by_role("button", name="Log in").click()


def test_a_login_brings_its_roles_and_ends_by_its_button(
    browser: Browser, guarded: Dashboard, provider: IdentityProvider
) -> None:
    context = new_context(browser, "wide", "light")
    context.set_default_timeout(20_000)
    page = Visit(context.new_page(), guarded.url).open("/")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    expect(page.get_by_test_id("stSidebarNavLink")).to_have_count(0)
    log_in(page, provider, "Vera")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("vera@example.com, viewer")).to_be_visible()
    expect(navigation_link(page, "People")).to_have_count(0)
    # The address of a page without the role for it is a sentence; a second tab is the same login.
    other = Visit(context.new_page(), guarded.url).open("/people")
    expect(other.get_by_text("You may not look at people: that needs the role")).to_be_visible()
    expect(other.get_by_role("textbox")).to_have_count(0)
    assert new_findings_in_both_schemes(other) == {}
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    context.close()


def test_a_deep_link_is_kept_through_the_login(
    browser: Browser, guarded: Dashboard, provider: IdentityProvider
) -> None:
    """What was asked for last, and only once; the first page stays the first page."""
    context = new_context(browser, "wide", "light")
    context.set_default_timeout(20_000)
    page = Visit(context.new_page(), guarded.url).open("/people?person=1")
    page = Visit(page, guarded.url).open("/health?nodes=failed")
    log_in(page, provider, "vera")
    heading = page.get_by_role("heading", name="Warehouse health")
    expect(heading).to_be_visible(timeout=20_000)
    expect(page).to_have_url(f"{guarded.url}/health?nodes=failed")
    assert [one["name"] for one in context.cookies() if one["name"] == COOKIE] == []
    page.goto(guarded.url)
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    context.close()


def test_a_cookie_leads_nowhere_else(guarded: Dashboard) -> None:
    """Whatever stands in it: another host, a route of ours, nothing at all."""
    for wanted in ("//example.com/health", "https://example.com", "/reports/x", "", "%2F%2Fx"):
        answer = httpx.get(
            f"{guarded.url}/",
            cookies={COOKIE: quote(wanted, safe=""), "_streamlit_user": "made-up"},
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/"), wanted
    answer = httpx.get(f"{guarded.url}/health?run=1")
    assert f"{COOKIE}=%2Fhealth%3Frun%3D1" in answer.headers["set-cookie"]
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "set-cookie" not in httpx.get(f"{guarded.url}/ready").headers


@pytest.mark.parametrize(
    ("name", "is_verified", "sentence"),
    [
        ("stranger", True, "Your login stranger@example.com has no role here."),
        ("vera", False, "Your login vera@example.com (not verified) has no role here."),
    ],
)
def test_a_login_without_a_role_sees_nothing(
    browser: Browser,
    guarded: Dashboard,
    provider: IdentityProvider,
    name: str,
    is_verified: bool,
    sentence: str,
) -> None:
    context = new_context(browser, "wide", "light")
    page = Visit(context.new_page(), guarded.url).open("/")
    log_in(page, provider, name, is_verified)
    expect(page.get_by_role("heading", name="No access")).to_be_visible(timeout=20_000)
    expect(page.get_by_text(sentence)).to_be_visible()
    expect(page.get_by_test_id("stMetric")).to_have_count(0)
    assert new_findings_in_both_schemes(page) == {}
    context.close()


def test_a_login_that_was_named_and_is_not_there_keeps_all_out(
    seeded: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LODE_DASHBOARD_SECRETS", str(tmp_path / "nowhere.toml"))
    with pytest.raises(LodeError, match="which is no file: name one"):
        serve(seeded, choose_port(None, None), block=False)

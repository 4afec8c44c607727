"""Tickets: once, for minutes, in one browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from streamlit_app.auth import tickets
from streamlit_app.auth.tickets import LIFETIME, TicketError, browser_of, issue, look, redeem
from streamlit_app.ui.format import utc_now

OURS, OTHER = {"_streamlit_xsrf": "token"}, {"_streamlit_xsrf": "another"}


@pytest.fixture(autouse=True)
def no_tickets() -> Iterator[None]:
    tickets._open.clear()
    yield
    tickets._open.clear()


def test_a_ticket_is_good_once() -> None:
    key = issue("report", "ada@example.com", browser_of(OURS), {"import_id": "imp_1"})
    assert look(key, "report", browser_of(OURS)).detail == {"import_id": "imp_1"}
    assert redeem(key, "report", browser_of(OURS)).subject == "ada@example.com"
    assert not tickets.is_open(key)
    with pytest.raises(TicketError, match="was used or is too old"):
        redeem(key, "report", browser_of(OURS))


def test_another_browser_is_refused_and_takes_nothing_away() -> None:
    key = issue("report", "ada@example.com", browser_of(OURS), {})
    for cookies in (OTHER, {}, {**OURS, "_streamlit_user": "somebody else"}):
        with pytest.raises(TicketError, match="belongs to another browser"):
            redeem(key, "report", browser_of(cookies))
    assert redeem(key, "report", browser_of(OURS)).subject == "ada@example.com"


def test_a_ticket_is_for_one_purpose_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    key = issue("report", "ada@example.com", browser_of(OURS), {})
    with pytest.raises(TicketError):
        redeem(key, "upload", browser_of(OURS))
    later = utc_now() + LIFETIME
    monkeypatch.setattr(tickets, "utc_now", lambda: later)
    assert not tickets.is_open(key)
    with pytest.raises(TicketError):
        redeem(key, "report", browser_of(OURS))


def test_there_are_never_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tickets, "MAXIMUM_OPEN", 3)
    keys = [issue("report", "ada@example.com", browser_of(OURS), {}) for _ in range(5)]
    assert [tickets.is_open(key) for key in keys] == [False, False, True, True, True]


def test_a_browser_without_cookies_gets_none() -> None:
    with pytest.raises(TicketError, match="keeps no cookie"):
        issue("report", "ada@example.com", browser_of({}), {})


def test_the_mask_of_streamlits_token_does_not_matter() -> None:
    """Streamlit writes the same token under a new mask on every load of the page."""
    token, masks = bytes(range(16)), (b"\x01\x02\x03\x04", b"\xaa\xbb\xcc\xdd")
    cookies = [
        f"2|{mask.hex()}|{bytes(b ^ mask[i % 4] for i, b in enumerate(token)).hex()}|1700000000"
        for mask in masks
    ]
    first, second = (browser_of({"_streamlit_xsrf": cookie}) for cookie in cookies)
    assert first == second != browser_of(OURS)
    for odd in ("2|xx|yy|1", "2||00|1", "1|2"):
        assert browser_of({"_streamlit_xsrf": odd})

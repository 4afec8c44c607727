"""Tickets: a page that has checked a right hands one out, a route of our own takes it back once.

A ticket is good for minutes, for one use, and only in the browser that got it: its cookie says so.
It is kept in memory, so after a restart the page hands out another.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from lode.errors import LodeError
from streamlit_app.ui.format import utc_now

LIFETIME = timedelta(minutes=10)
MAXIMUM_OPEN = 10_000
REPORT = "report"
UPLOAD = "upload"
EXPORT = "export"
AUDIT = "audit"
XSRF_COOKIE = "_streamlit_xsrf"
LOGIN_COOKIE = "_streamlit_user"


class TicketError(LodeError):
    """A ticket that is not good (any more), or not in this browser."""


@dataclass(frozen=True)
class Ticket:
    """What somebody may do once, until a moment, in one browser."""

    purpose: str
    subject: str
    browser: str
    detail: Mapping[str, str]
    expires_at: datetime


_open: dict[str, Ticket] = {}
_lock = threading.Lock()


def issue(purpose: str, subject: str, browser: str, detail: Mapping[str, str]) -> str:
    """Hand out a ticket and return its id; TicketError for a browser that keeps no cookie."""
    if not browser:
        raise TicketError("Your browser keeps no cookie of this page: allow cookies and reload it.")
    now = utc_now()
    with _lock:
        for key in [key for key, one in _open.items() if one.expires_at <= now]:
            del _open[key]
        if len(_open) >= MAXIMUM_OPEN:
            del _open[next(iter(_open))]
        key = secrets.token_urlsafe(24)
        _open[key] = Ticket(purpose, subject, browser, dict(detail), now + LIFETIME)
    return key


def is_open(key: str) -> bool:
    """Tell whether a ticket can still be used."""
    with _lock:
        found = _open.get(key)
    return found is not None and found.expires_at > utc_now()


def look(key: str, purpose: str, browser: str) -> Ticket:
    """Return a ticket that is good here, and leave it so; TicketError for any other."""
    with _lock:
        return _checked(key, purpose, browser)


def redeem(key: str, purpose: str, browser: str) -> Ticket:
    """Take a ticket back and return it; it is good no more. TicketError if it was not good here.

    Another browser's attempt leaves the ticket to whom it belongs.
    """
    with _lock:
        ticket = _checked(key, purpose, browser)
        del _open[key]
    return ticket


def browser_of(cookies: Mapping[str, str]) -> str:
    """Return what stays the same of a browser's cookies, hashed; "" where it sends none.

    Streamlit masks its token anew on every load of the page; the token under the mask stays. With a
    login that counts too, as the token's cookie alone binds a browser and no person.
    """
    token = _unmasked(cookies.get(XSRF_COOKIE, ""))
    if not token:
        return ""
    text = f"{token}\n{cookies.get(LOGIN_COOKIE, '')}"
    return hashlib.sha256(text.encode()).hexdigest()


def _checked(key: str, purpose: str, browser: str) -> Ticket:
    ticket = _open.get(key)
    if ticket is None or ticket.purpose != purpose or ticket.expires_at <= utc_now():
        raise TicketError("This link was used or is too old: go back to the page and take it anew.")
    if not browser or not secrets.compare_digest(ticket.browser, browser):
        raise TicketError("This link belongs to another browser.")
    return ticket


def _unmasked(cookie: str) -> str:
    """Return the token of a cookie `2|mask|masked token|time`; any other form is its own token."""
    parts = cookie.strip('"').split("|")
    if len(parts) != 4 or parts[0] != "2":
        return cookie
    try:
        mask, masked = bytes.fromhex(parts[1]), bytes.fromhex(parts[2])
    except ValueError:
        return cookie
    if not mask:
        return cookie
    return bytes(byte ^ mask[at % len(mask)] for at, byte in enumerate(masked)).hex()

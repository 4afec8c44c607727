"""Visits of the dashboard in a real browser: a tab that notes requests and complaints."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

READY = (
    "[data-testid=stApp][data-test-connection-state=CONNECTED][data-test-script-state=notRunning]"
)
SIZES = {"wide": (1366, 900), "narrow": (390, 844)}


class Visit:
    """A tab with what it asked for and what it complained about."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._on_console)

    def open(self, path: str) -> Page:
        """Open a path and wait until the page has settled."""
        self.page.goto(self.url + path)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the script has run and the panels are there."""
        self.page.wait_for_selector(READY, timeout=30_000)
        expect(self.page.get_by_test_id("stSkeleton")).to_have_count(0)

    @property
    def foreign(self) -> list[str]:
        """Return the requests that left the host."""
        own = (self.url, self.url.replace("http", "ws", 1), "data:", "blob:")
        return [url for url in self.requests if not url.startswith(own)]

    def _on_console(self, message: Any) -> None:
        # On a deep link Streamlit first asks for its health below the page's path: a known 404. It
        # also complains of a page that does not exist, which one test asks for.
        is_known = "404" in message.text and "_stcore" in message.location.get("url", "")
        is_known |= "requested does not seem to exist" in message.text
        if message.type == "error" and not is_known:
            self.complaints.append(message.text)


def new_context(browser: Browser, size: str, scheme: Any) -> BrowserContext:
    """Return a new browser profile of one window size and colour scheme."""
    width, height = SIZES[size]
    return browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        locale="en-US",
        timezone_id="America/Chicago",
        reduced_motion="reduce",
    )

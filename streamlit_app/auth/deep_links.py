"""The page that somebody asked for before they logged in, kept in a cookie until they have.

The provider sends everybody back to the first page. What was asked for is an address of ours: it
never holds a phone, a mail or a name.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "lode_wanted"
LOGIN_COOKIE = "_streamlit_user"
KEPT_SECONDS = 600
MAXIMUM_LENGTH = 2_000


class DeepLinks:
    """ASGI middleware: keeps the address of a page for who is not logged in, and leads back to it.

    `pages` are the paths of pages, without the first one.
    """

    def __init__(self, app: ASGIApp, pages: frozenset[str]) -> None:
        self.app = app
        self.pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; the first page after a login is the one asked for before it."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        path, is_known = request.url.path, LOGIN_COOKIE in request.cookies
        if is_known and path == "/" and COOKIE in request.cookies:
            await self._lead_back(request)(scope, receive, send)
        elif not is_known and (path == "/" or path in self.pages):
            await self.app(scope, receive, _noting(request, send))
        else:
            await self.app(scope, receive, send)

    def _lead_back(self, request: Request) -> Response:
        """Return the way to the page that is in the cookie, or to the first one, without it."""
        wanted = unquote(request.cookies[COOKIE])
        is_ours = wanted.partition("?")[0] in self.pages
        response = RedirectResponse(wanted if is_ours else "/", status_code=303)
        response.delete_cookie(COOKIE)
        return response


def _noting(request: Request, send: Send) -> Send:
    """Return a `send` that keeps the address asked for in the cookie, or takes an older one out."""
    url = request.url
    wanted = f"{url.path}?{url.query}" if url.query else url.path

    async def send_with_cookie(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = Response()
            if wanted.startswith("/?") or wanted == "/" or len(wanted) > MAXIMUM_LENGTH:
                kept.delete_cookie(COOKIE)
            else:
                kept.set_cookie(
                    COOKIE, quote(wanted, safe=""), max_age=KEPT_SECONDS, httponly=True,
                    samesite="lax", secure=url.scheme == "https",
                )  # fmt: skip
            cookies = [one for one in kept.raw_headers if one[0] == b"set-cookie"]
            message = {**message, "headers": [*message.get("headers", ()), *cookies]}
        await send(message)

    return send_with_cookie

"""A small OpenID Connect provider on loopback: discovery, authorize, token with RS256, keys.

It asks nobody anything: whoever comes is the person that the test has put at the door.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID = "dashboard"
CLIENT_SECRET = "made-up-client-secret"


class IdentityProvider:
    """The provider; `claims` are what it says of whoever logs in next."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.key = RSAKey.generate_key(2048, {"kid": "test", "use": "sig", "alg": "RS256"})
        self.codes: dict[str, tuple[str, dict[str, Any]]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> IdentityProvider:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def secrets_toml(self, dashboard_url: str) -> str:
        """Return the secrets of a dashboard that logs people in here."""
        values = {
            "redirect_uri": f"{dashboard_url}/oauth2callback",
            "cookie_secret": secrets.token_hex(32),
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "server_metadata_url": f"{self.url}/.well-known/openid-configuration",
        }
        return "[auth]\n" + "".join(f"{name} = {json.dumps(one)}\n" for name, one in values.items())

    def token(self, code: str) -> dict[str, Any]:
        """Exchange a code, once, for a signed token."""
        nonce, claims = self.codes.pop(code)
        now = int(time.time())
        content = {
            "iss": self.url, "aud": CLIENT_ID, "sub": "person-1", "iat": now, "exp": now + 3600,
            "nonce": nonce, **claims,
        }  # fmt: skip
        signed = jwt.encode({"alg": "RS256", "kid": "test"}, content, self.key)
        return {"access_token": "made-up", "token_type": "Bearer", "id_token": signed}


def _handler_of(provider: IdentityProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            if address.path == "/.well-known/openid-configuration":
                self._answer({
                    "issuer": provider.url,
                    "authorization_endpoint": f"{provider.url}/authorize",
                    "token_endpoint": f"{provider.url}/token",
                    "jwks_uri": f"{provider.url}/keys",
                    "response_types_supported": ["code"],
                    "subject_types_supported": ["public"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                    "code_challenge_methods_supported": ["S256"],
                })  # fmt: skip
            elif address.path == "/keys":
                self._answer({"keys": [provider.key.as_dict(private=False)]})
            elif address.path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(address.query).items()}
                code = secrets.token_hex(8)
                provider.codes[code] = asked.get("nonce", ""), dict(provider.claims)
                back = urlencode({"code": code, "state": asked["state"]})
                self.send_response(302)
                self.send_header("Location", f"{asked['redirect_uri']}?{back}")
                self.end_headers()
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            form = parse_qs(self.rfile.read(length).decode())
            self._answer(provider.token(form["code"][0]))

        def log_message(self, *_: object) -> None:
            pass

        def _answer(self, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler

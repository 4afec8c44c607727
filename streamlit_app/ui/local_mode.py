"""Whether a session may show clear contact values without login and audit: only on this machine.

Three things must hold: our launcher bound the server to 127.0.0.1 (declared in the process: an
environment variable would not do, as anybody may export one), the request came without a proxy and
under a loopback name, and the warehouse itself is local. Production data are never shown this way.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping

from lode.hosts import is_loopback
from lode.settings import Settings

PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")

_loopback_only = threading.Event()


def declare_loopback() -> None:
    """Record that this process listens on 127.0.0.1 only; called by whoever bound the socket."""
    _loopback_only.set()


def serves_loopback_only() -> bool:
    """Tell whether the process declared that it listens on loopback only."""
    return _loopback_only.is_set()


def is_local_session(settings: Settings, headers: Mapping[str, str]) -> bool:
    """Tell whether a session with these request headers is of this machine, on local data."""
    lowered = {name.lower(): value for name, value in headers.items()}
    if not serves_loopback_only() or any(name in lowered for name in PROXY_HEADERS):
        return False
    host = lowered.get("host", "localhost")
    name = host.rpartition(":")[0] if ":" in host and not host.endswith("]") else host
    return is_loopback(name) and settings.is_local

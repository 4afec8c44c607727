"""Hosts: which are this machine, and TLS to all others."""

from __future__ import annotations

import ipaddress
import ssl
from functools import lru_cache
from pathlib import Path

from lode.errors import LodeError


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, by its spelling alone: a resolver could be lied to."""
    if host.lower() in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=8)
def _verifying(authority: Path | None, _changed_at: int) -> ssl.SSLContext:
    # Reading the authorities takes longer than a login.
    return ssl.create_default_context(cafile=str(authority) if authority else None)


def verified_tls(authority: Path | None, variable: str) -> ssl.SSLContext:
    """Return a context that verifies certificate and name; `variable` is where the file is set."""
    try:
        return _verifying(authority, authority.stat().st_mtime_ns if authority else 0)
    except (OSError, ssl.SSLError) as error:
        raise LodeError(
            f"The certificate file {authority} can't be read ({error}): set {variable} to a PEM"
            " file."
        ) from error

"""Hosts: which are this machine, and TLS to all others."""

from __future__ import annotations

import ipaddress
import ssl
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


def verified_tls(authority: Path | None, variable: str) -> ssl.SSLContext:
    """Return a context that verifies certificate and name; `variable` is where the file is set."""
    try:
        return ssl.create_default_context(cafile=str(authority) if authority else None)
    except (OSError, ssl.SSLError) as error:
        raise LodeError(
            f"The certificate file {authority} can't be read ({error}): set {variable} to a PEM"
            " file."
        ) from error

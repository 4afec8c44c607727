"""Choosing a TCP port on 127.0.0.1 without ever touching another process's."""

from __future__ import annotations

import socket

from lode.errors import LodeError


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As a server does it: a port in TIME_WAIT after a kill counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose_port(given: int | None, remembered: int | None) -> int:
    """Return the port to listen on: the given, else the remembered if free, else any free one."""
    if given is not None:
        if not is_free(given):
            raise LodeError(
                f"Port {given} (LODE_DB_PORT) is in use by another program: set LODE_DB_PORT to a"
                " free one, or unset it to have one chosen."
            )
        return given
    if remembered is not None and is_free(remembered):
        return remembered
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

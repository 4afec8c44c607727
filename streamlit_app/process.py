"""The process that `launch` starts: serves on the socket it inherits, ends when its parent does."""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading

import uvicorn

SHUTDOWN_GRACE_SECONDS = 3


def main() -> None:
    """Serve the dashboard on the inherited socket, whose number is the only argument."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    address, port = listener.getsockname()[:2]
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")

    from streamlit import config

    from streamlit_app.asgi import app
    from streamlit_app.ui.local_mode import declare_loopback

    if address == "127.0.0.1":
        declare_loopback()
        # Another name that resolves to this machine (DNS rebinding) gets no session.
        config.set_option("server.allowedHosts", ["localhost", "127.0.0.1"])
    config.set_option("server.address", address)
    config.set_option("server.port", port)

    server = uvicorn.Server(
        uvicorn.Config(
            app,
            access_log=False,
            log_level="warning",
            server_header=False,
            ws_max_size=config.get_option("server.maxMessageSize") * 1024 * 1024,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=SHUTDOWN_GRACE_SECONDS,
        )
    )
    threading.Thread(target=_stop_with_parent, args=(server,), daemon=True).start()
    server.run(sockets=[listener])


def _stop_with_parent(server: uvicorn.Server) -> None:
    """Wait on standard input, a pipe only the parent holds: it closes however the parent ends."""
    while os.read(0, 4096):
        pass
    server.should_exit = True
    # A request that never ends must not keep an orphan alive.
    threading.Event().wait(2 * SHUTDOWN_GRACE_SECONDS)
    os._exit(0)


if __name__ == "__main__":
    main()

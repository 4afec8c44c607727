"""A TCP relay to a database server: a test can lose the connection without stopping the server."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from types import TracebackType


class Relay:
    """Listens on a port of its own and passes bytes to the server at `target` on this machine."""

    def __init__(self, target: int) -> None:
        self.target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self.accepted = 0

    def __enter__(self) -> Relay:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def cut(self) -> None:
        """End every connection; new ones are still accepted."""
        pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End every connection and refuse new ones."""
        with contextlib.suppress(OSError):
            # Closing alone would leave the accepting thread waiting, and the port open.
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            pair = (client, socket.create_connection(("127.0.0.1", self.target)))
            self._pairs.append(pair)
            threading.Thread(target=_pass, args=pair, daemon=True).start()


def _pass(client: socket.socket, server: socket.socket) -> None:
    other = {client: server, server: client}
    with selectors.DefaultSelector() as selector, client, server:
        for end in other:
            selector.register(end, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                end = key.fileobj
                assert isinstance(end, socket.socket)
                try:
                    content = end.recv(65536)
                    if not content:
                        return
                    other[end].sendall(content)
                except OSError:
                    return

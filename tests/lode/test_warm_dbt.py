"""The process that the suite forks its dbt from can be called as soon as its socket is seen."""

from __future__ import annotations

import socket
import tempfile
from pathlib import Path

import pytest

from tests import warm_dbt_server


def test_the_socket_is_seen_only_when_it_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(prefix="dbt") as folder:
        place = Path(folder, "socket")
        seen = []

        class Slow(socket.socket):
            def listen(self, *backlog: int) -> None:
                seen.append(place.exists())
                super().listen(*backlog)

        monkeypatch.setattr(socket, "socket", Slow)
        with warm_dbt_server.listen(place), socket.socket(socket.AF_UNIX) as caller:
            caller.connect(str(place))
        assert seen == [False]

"""dbt already imported and parsed: the suite runs it hundreds of times, all beginning alike."""

from __future__ import annotations

import json
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from lode import dbt

SERVER = Path(__file__).parent / "warm_dbt_server.py"
START_SECONDS = 60.0
cold_dbt = dbt._execute


@contextmanager
def warm_dbt() -> Iterator[None]:
    """Have `run_dbt` fork its processes from one that has imported dbt and parsed the project.

    Left as they are: tests that set `cold_dbt`, and every `lode` or `dbt` that a test starts as a
    process of its own.
    """
    started: list[tuple[subprocess.Popen[bytes], Path]] = []
    with tempfile.TemporaryDirectory(prefix="dbt") as folder, pytest.MonkeyPatch.context() as patch:

        def execute(
            command: Sequence[str],
            environment: Mapping[str, str],
            root: Path,
            *,
            quiet: bool,
            lock: int,
        ) -> tuple[int, str]:
            if not quiet:
                return cold_dbt(command, environment, root, quiet=quiet, lock=lock)
            if not started:
                started.append(_start(command, Path(folder) / "socket"))
            given = {key: value for key, value in environment.items() if key != "LODE_PARENT"}
            arguments = command[command.index(str(dbt.LAUNCHER)) + 1 :]
            return _ask(started[0][1], arguments, given, root, lock)

        patch.setattr(dbt, "_execute", execute)
        try:
            yield
        finally:
            for process, _ in started:
                assert process.stdin is not None
                process.stdin.close()
                process.wait()


def _start(command: Sequence[str], place: Path) -> tuple[subprocess.Popen[bytes], Path]:
    process = subprocess.Popen(
        [command[0], "-I", str(SERVER), str(place), str(dbt.LAUNCHER)], stdin=subprocess.PIPE
    )
    until = time.monotonic() + START_SECONDS
    while not place.exists():
        assert process.poll() is None, "dbt could not be imported"
        assert time.monotonic() < until
        time.sleep(0.02)
    return process, place


def _ask(
    place: Path, arguments: Sequence[str], environment: Mapping[str, str], root: Path, lock: int
) -> tuple[int, str]:
    request = {"arguments": [*arguments], "environment": dict(environment), "root": str(root)}
    message = json.dumps(request).encode()
    with socket.socket(socket.AF_UNIX) as connection, tempfile.TemporaryFile() as output:
        connection.connect(str(place))
        # The lock goes along, so that it is held as long as the child is there.
        socket.send_fds(connection, [b"%010d" % len(message)], [output.fileno(), lock])
        connection.sendall(message)
        code = connection.recv(16)
        # A child that was killed gives no answer.
        returncode = int(code) if code else 137
        output.seek(0)
        return returncode, output.read().decode("utf-8", errors="replace")

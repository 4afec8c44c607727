"""The private server as a process: starting, finding and ending it, reading what it said last."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pymysql

from lode.errors import LodeError

# Recovery after a kill in the middle of a large load reads the whole redo log first.
START_TIMEOUT_SECONDS = 300.0
STOP_TIMEOUT_SECONDS = 300.0
POLL_SECONDS = 0.05
ACCESS_DENIED = (1045, 1698)

# Servers outlive the process that starts them; held here, they are not reported as forgotten
# children.
_KEPT: list[subprocess.Popen[bytes]] = []


def launch(command: list[str], folder: Path, log: Path, socket: Path) -> subprocess.Popen[bytes]:
    """Start a server in its own session, so that no Ctrl-C reaches it; wait until it answers."""
    log_start = log.stat().st_size if log.exists() else 0
    server = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=clean_environment(),
        start_new_session=True,
    )
    try:
        if wait_for_answer(socket, lambda: server.poll() is None):
            return server
    except BaseException:
        server.terminate()
        server.wait(STOP_TIMEOUT_SECONDS)
        raise
    if server.poll() is None:
        server.terminate()
        server.wait(STOP_TIMEOUT_SECONDS)
    raise LodeError(f"The local server did not start: {last_error(log, log_start)} (log: {log}).")


def keep(server: subprocess.Popen[bytes]) -> None:
    """Let a server run on after this process."""
    _KEPT.append(server)


def wait_for_answer(socket: Path, is_alive: Callable[[], bool]) -> bool:
    """Wait until a server greets on its socket; False when it ends or takes too long."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline and is_alive():
        if socket.exists() and answers(socket):
            return True
        time.sleep(POLL_SECONDS)
    return False


def answers(socket: Path) -> bool:
    """Tell whether a server greets on a socket; being refused is an answer too."""
    try:
        pymysql.connect(
            unix_socket=str(socket),
            user="root",
            password="",
            connect_timeout=5,
            read_timeout=5,
            ssl_disabled=True,
        ).close()
    except pymysql.OperationalError as error:
        return error.args[0] in ACCESS_DENIED
    except OSError:
        return False
    return True


def terminate(pid: int, has_ended: Callable[[], bool]) -> bool:
    """Ask a process to end in order and wait for it; False when it takes too long."""
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return True
    except PermissionError:
        raise LodeError(f"Process {pid} belongs to another user, who must stop it.") from None
    deadline = time.monotonic() + STOP_TIMEOUT_SECONDS
    while not has_ended():
        reap(pid)
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    reap(pid)
    return True


def find_server(data: Path, pid_file: Path) -> int | None:
    """Return the pid of the server that serves `data`, None if there is none.

    The pid file is only a hint: after a kill its number may belong to any other program, and a
    server may run without one. What decides is the `--datadir` a process was started with.
    """
    try:
        hinted = int(pid_file.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        hinted = 0
    if hinted and serves(hinted, data):
        return hinted
    return next((pid for pid in _pids() if serves(pid, data)), None)


def serves(pid: int, data: Path) -> bool:
    """Tell whether process `pid` is a living database server with `data` as its data directory."""
    arguments = command_line(pid)
    return any(argument == f"--datadir={data}" for argument in arguments) and not is_zombie(pid)


def command_line(pid: int) -> list[str]:
    """Return the arguments of a process, [] if there is no such process."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        if Path("/proc/self").exists():
            return []
        found = subprocess.run(
            ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, check=False
        )
        return os.fsdecode(found.stdout).split()
    return [os.fsdecode(part) for part in raw.split(b"\0")]


def is_zombie(pid: int) -> bool:
    """Tell whether a process has ended and only waits for its parent to notice."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return text.rpartition(")")[2].split()[:1] == ["Z"]


def reap(pid: int) -> None:
    """Collect a server that this process started and that has ended, so that it does not linger."""
    for server in [kept for kept in _KEPT if kept.pid == pid and kept.poll() is not None]:
        _KEPT.remove(server)


def clean_environment() -> dict[str, str]:
    """Return the environment for a server process: none of our credentials, no option files."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "LD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ}


def last_error(log: Path, start: int = 0) -> str:
    """Return the last error of a server's log from byte `start` on, or its last line."""
    try:
        with log.open("rb") as file:
            file.seek(start)
            lines = file.read().decode("utf-8", errors="replace").splitlines()
    except OSError:
        return "it wrote no log"
    lines = [line.strip() for line in lines if line.strip()]
    if not lines:
        return "it wrote nothing to its log"
    # "Aborting" and the like end a log but explain nothing; the first error names the cause.
    errors = [line for line in lines if "[ERROR]" in line and not line.endswith("Aborting")]
    return bare_message(errors[0] if errors else lines[-1])


def bare_message(line: str) -> str:
    """Return a log line's message without its time, thread and codes."""
    return re.sub(r"^.*?\[ERROR\]\s*(\[[^]]*\]\s*)*", "", line).strip() or line


def _pids() -> list[int]:
    try:
        return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    except OSError:
        return []

"""Serving the dashboard on this machine: a child process on 127.0.0.1, on a port of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from lode.errors import LodeError
from lode.layout import claim_home
from lode.settings import ROLES, Settings

ADDRESS = "127.0.0.1"
DEFAULT_PORT = 8501
START_TIMEOUT_SECONDS = 60.0
STOP_TIMEOUT_SECONDS = 15.0
PROJECT = Path(__file__).resolve().parent.parent


@dataclass
class Dashboard:
    """A dashboard that is being served; `stop` ends it, and so does the end of this process."""

    url: str
    log: Path
    process: subprocess.Popen[bytes]
    worker: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        """End the server process and the worker beside it; may be called again."""
        children = [child for child in (self.process, self.worker) if child is not None]
        for child in children:
            if child.stdin is not None:
                child.stdin.close()
        for child in children:
            try:
                child.wait(STOP_TIMEOUT_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def __enter__(self) -> Dashboard:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def serve(
    settings: Settings,
    port: int | None = None,
    block: bool = True,
    opens_browser: bool = False,
) -> Dashboard:
    """Serve the dashboard and print its address; `block` waits for Ctrl-C, which ends it in order.

    Without a port, 8501 is taken, or any free one if that is in use. Raises LodeError when a given
    port is in use, or when the server does not come up.
    """
    dashboard = _start(settings, port)
    try:
        print(f"Dashboard: {dashboard.url}", flush=True)
        if opens_browser and _has_display():
            webbrowser.open(dashboard.url)
        if not block:
            return dashboard
        print("Press Ctrl-C to stop it.", flush=True)
        code = dashboard.process.wait()
    except KeyboardInterrupt:
        dashboard.stop()
        print("\nThe dashboard is stopped.", flush=True)
        return dashboard
    raise LodeError(f"The dashboard ended by itself (exit code {code}): see {dashboard.log}.")


def _start(settings: Settings, port: int | None) -> Dashboard:
    claim_home(settings.home)
    log = settings.home / "logs" / "dashboard.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        log_file = log.open("ab")
    except OSError as error:
        raise LodeError(
            f"{log} can't be written ({error.strerror}): make the folder writable or set LODE_HOME"
            " to another one."
        ) from error
    with log_file, bind(port) as listener:
        address, bound_port = listener.getsockname()[:2]
        log_start = log_file.tell()
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit_app.process", str(listener.fileno())],
            stdin=subprocess.PIPE,
            stdout=log_file,
            stderr=log_file,
            cwd=PROJECT,
            env=child_environment(settings),
            pass_fds=[listener.fileno()],
            # Ctrl-C is for us: we end the child in order.
            start_new_session=True,
        )
    dashboard = Dashboard(f"http://{address}:{bound_port}", log, process)
    try:
        _wait_until_healthy(dashboard, log_start)
        dashboard.worker = start_worker(settings, log)
    except BaseException:
        dashboard.stop()
        raise
    return dashboard


def start_worker(settings: Settings, log: Path) -> subprocess.Popen[bytes] | None:
    """Start a worker for the jobs of the pages, where all of it runs on this machine.

    Elsewhere a deployment runs `lode worker`, which has accounts that the pages have not.
    """
    try:
        is_local = settings.is_local
    except LodeError:
        # The pages say what is missing of the settings.
        is_local = False
    if not is_local:
        return None
    with log.open("ab") as log_file:
        return subprocess.Popen(
            [sys.executable, "-c", "from lode.cli import main; main()", "worker", "--with-parent"],
            stdin=subprocess.PIPE,
            stdout=log_file,
            stderr=log_file,
            cwd=PROJECT,
            env=child_environment(settings, ROLES),
            start_new_session=True,
        )


def bind(port: int | None) -> socket.socket:
    """Return a socket listening on 127.0.0.1: on the given port, else 8501, else any free one."""
    if port is not None and not 0 < port < 65536:
        raise LodeError(f"Port {port} does not exist: use a number from 1 to 65535.")
    choices = [port] if port is not None else [DEFAULT_PORT, 0]
    for choice in choices:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        # Lets a port in TIME_WAIT be used again; a port that somebody listens on stays refused.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ADDRESS, choice))
            listener.listen(128)
        except OSError as error:
            listener.close()
            reason = error.strerror
            continue
        return listener
    raise LodeError(
        f"The dashboard can't listen on port {port or DEFAULT_PORT} ({reason}): choose another with"
        " --port, or leave --port out to have a free one chosen."
    )


def child_environment(settings: Settings, roles: tuple[str, ...] = ("app",)) -> dict[str, str]:
    """Return a child process's environment: these settings, and no account but those of its roles.

    The server's is the app's alone.
    """
    environment = dict(os.environ)
    for role in ROLES:
        if role not in roles:
            for part in ("USER", "PASSWORD", "SECRET"):
                environment.pop(f"LODE_{role.upper()}_{part}", None)
    environment |= {
        "LODE_HOME": str(settings.home),
        "LODE_ENGINE": settings.engine,
        "LODE_TARGET": settings.target,
        "LODE_DB_PREFIX": settings.prefix,
        "PYTHONPATH": os.pathsep.join(
            part for part in (str(PROJECT), os.environ.get("PYTHONPATH", "")) if part
        ),
        "PYTHONUNBUFFERED": "1",
    }
    optional: dict[str, str | None] = {
        "LODE_DB_HOST": settings.given_host,
        "LODE_DB_PORT": None if settings.given_port is None else str(settings.given_port),
        "LODE_DB_TLS_CA": None if settings.tls_ca is None else str(settings.tls_ca),
        "LODE_DB_SECRET": settings.secret,
    }
    for role in roles:
        given = settings.credentials.get(role)
        optional[f"LODE_{role.upper()}_USER"] = given.user if given else None
        optional[f"LODE_{role.upper()}_PASSWORD"] = given.password if given else None
        optional[f"LODE_{role.upper()}_SECRET"] = given.secret if given else None
    for name, value in optional.items():
        environment.pop(name, None)
        if value is not None:
            environment[name] = value
    return environment


def _wait_until_healthy(dashboard: Dashboard, log_start: int) -> None:
    """Wait until the server answers; LodeError with the log's last line if it ends before."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    # The machine's proxy settings are for foreign hosts.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline:
        if dashboard.process.poll() is not None:
            break
        try:
            with opener.open(f"{dashboard.url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.1)
    raise LodeError(
        f"The dashboard did not start: {_last_line(dashboard.log, log_start)} (see {dashboard.log})"
    )


def _last_line(log: Path, start: int) -> str:
    with log.open("rb") as file:
        file.seek(start)
        lines = file.read().decode("utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it wrote nothing to its log"


def _has_display() -> bool:
    """Tell whether there is a desktop: without one, a browser would take over the terminal."""
    return sys.platform == "darwin" or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )

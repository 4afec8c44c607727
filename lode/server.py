"""The private local server: a MariaDB or MySQL under LODE_HOME, on 127.0.0.1, no system service."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import Popen
from typing import Any

import pymysql
from pymysql.connections import Connection

from lode import layout, ports, process, state
from lode.errors import LodeError
from lode.locks import file_lock
from lode.server_binary import ServerBinary, find_server_binary
from lode.server_data import initialize_data
from lode.settings import COLLATION, ENGINES, SQL_MODE, TIME_ZONE, Settings

LOCK_TIMEOUT_SECONDS = 600.0
# sockaddr_un holds 108 bytes on Linux and 104 on macOS, the closing zero included.
SOCKET_PATH_LIMIT = 100
LOG_LIMIT_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class ServerStatus:
    """What `lode server status` prints; `version` and `pid` are None while it does not run."""

    engine: str
    is_running: bool
    version: str | None
    pid: int | None
    port: int | None
    data_bytes: int


class PrivateServer:
    """The server of one LODE_HOME and one engine; every method may be called again at any time."""

    def __init__(self, settings: Settings) -> None:
        if not settings.is_private:
            raise LodeError(
                "The database is not the private local server (LODE_TARGET or LODE_DB_HOST say"
                " otherwise): it is started, stopped and provisioned by other means."
            )
        self.settings = settings
        self.home = settings.server_home
        self.data = self.home / "data"
        self.error_log = self.home / "error.log"
        self.pid_file = self.home / "server.pid"

    def start(self) -> ServerStatus:
        """Start the server if it does not run, initialising its data first if there are none."""
        layout.claim_home(self.settings.home)
        with self.lock():
            pid = self.running_pid()
            if pid is None:
                self._launch()
            else:
                self._check_running(pid)
        return self.status()

    def stop(self) -> None:
        """Stop the server, which brings its data safely to disk; nothing to do if it is down."""
        if layout.is_there(self.home):
            with self.lock():
                self._stop()

    def status(self) -> ServerStatus:
        """Say whether the server runs, and what there is of it; never changes anything."""
        pid = self.running_pid() if layout.is_there(self.home) else None
        return ServerStatus(
            engine=self.settings.engine,
            is_running=pid is not None,
            version=self._version() if pid is not None else None,
            pid=pid,
            port=state.remembered_port(self.home),
            data_bytes=_folder_bytes(self.data),
        )

    def reset(self) -> None:
        """Stop the server and delete its data and accounts, and nothing that is not ours.

        In a home of another version's layout the servers of all engines go, as none could be used
        again.
        """
        home = self.settings.home
        if not layout.is_there(home):
            return
        layout.check_is_ours(home)
        if layout.is_current(home):
            self._remove()
            return
        for engine in ENGINES:
            PrivateServer(replace(self.settings, engine=engine))._remove()
        layout.renew(home)

    @property
    def socket(self) -> Path:
        """Path of the Unix socket; in a short private folder when LODE_HOME is too long for one."""
        path = self.home / "server.sock"
        if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT:
            return path
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"lode-{os.getuid()}-{digest}" / "server.sock"

    @contextmanager
    def admin(self) -> Iterator[Connection[Any]]:
        """Open an autocommit connection as the server's administrator, over the socket."""
        connection = self.connect_admin(
            str(state.read_private(self.home / "root.json").get("password", ""))
        )
        try:
            yield connection
        finally:
            connection.close()

    def connect_admin(self, password: str) -> Connection[Any]:
        """Log in as the administrator with a password; the caller closes the connection."""
        try:
            return pymysql.connect(
                unix_socket=str(self.socket),
                user="root",
                password=password,
                charset="utf8mb4",
                collation=COLLATION,
                sql_mode=SQL_MODE,
                init_command=f"set time_zone = '{TIME_ZONE}'",
                autocommit=True,
                connect_timeout=10,
                ssl_disabled=True,
            )
        except (pymysql.MySQLError, OSError) as error:
            raise LodeError(
                "The local server does not answer: run `lode server start`"
                f" (its log is {self.error_log})."
            ) from error

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the one lock under which this server is started, stopped and provisioned."""
        with file_lock(self.home / "server.lock", LOCK_TIMEOUT_SECONDS):
            yield

    def running_pid(self) -> int | None:
        """Return the pid of our server; a pid file alone proves nothing, as pids are used again."""
        return process.find_server(self.data, self.pid_file)

    def spawn(self, binary: ServerBinary, data: Path, network: list[str]) -> Popen[bytes]:
        """Start the server on `data` and wait until it answers on the socket."""
        self._clear_way()
        command = binary.command(
            data,
            f"--socket={self.socket}",
            f"--pid-file={self.pid_file}",
            f"--log-error={self.error_log}",
            *network,
            *self.options(binary),
        )
        return process.launch(command, self.home, self.error_log, self.socket)

    def options(self, binary: ServerBinary) -> list[str]:
        """Return the server options that hold for initialising as well as for serving."""
        pool = os.environ.get("LODE_SERVER_BUFFER_POOL") or "512M"
        for name in ("files", "tmp"):
            (self.home / name).mkdir(mode=0o700, exist_ok=True)
        common = [
            "--character-set-server=utf8mb4",
            f"--collation-server={COLLATION}",
            f"--default-time-zone={TIME_ZONE}",
            f"--sql-mode={SQL_MODE}",
            "--local-infile=1",
            f"--secure-file-priv={self.home / 'files'}",
            f"--tmpdir={self.home / 'tmp'}",
            f"--innodb-buffer-pool-size={pool}",
            "--innodb-flush-log-at-trx-commit=1",
            "--max-allowed-packet=128M",
            "--performance-schema=OFF",
        ]
        if binary.engine == "mariadb":
            return [*common, "--innodb-log-file-size=256M"]
        redo = ["--innodb-redo-log-capacity=256M"] if binary.version >= (8, 0, 30) else []
        return [*common, "--mysqlx=OFF", "--skip-log-bin", *redo]

    def _launch(self) -> None:
        """Start the server on a free port; whoever else has ours meanwhile keeps it."""
        binary = find_server_binary(self.settings)
        layout.check_server_version(self.settings.home, binary)
        # Before the data are made: a port in use must not cost the wait for them.
        port = ports.choose_port(self.settings.given_port, state.remembered_port(self.home))
        if not self.data.exists():
            initialize_data(self, binary, new_password())
        state.write_private(self.home / "server.json", {"port": port})
        process.keep(self.spawn(binary, self.data, [f"--port={port}", "--bind-address=127.0.0.1"]))

    def _check_running(self, pid: int) -> None:
        port = state.remembered_port(self.home)
        if self.settings.given_port not in (None, port):
            raise LodeError(
                f"The local server already runs on port {port}, not on {self.settings.given_port}"
                " as LODE_DB_PORT says: run `lode server stop` first."
            )
        # Started by someone who was killed while waiting: wait in their place.
        if not process.wait_for_answer(self.socket, lambda: self.running_pid() is not None):
            raise LodeError(
                f"The local server (pid {pid}) does not answer: run `lode server stop`, then"
                f" `lode server start` (its log is {self.error_log})."
            )

    def _stop(self) -> None:
        pid = self.running_pid()
        if pid is not None and not process.terminate(pid, lambda: self.running_pid() != pid):
            raise LodeError(
                f"The local server (pid {pid}) takes too long to stop: look at {self.error_log},"
                " then try again."
            )

    def _remove(self) -> None:
        if not layout.is_there(self.home):
            return
        with self.lock():
            self._stop()
            layout.remove_server_files(self.home)
            if self.socket.parent != self.home:
                shutil.rmtree(self.socket.parent, ignore_errors=True)
            layout.forget_server_version(self.settings.home, self.settings.engine)

    def _version(self) -> str | None:
        try:
            with self.admin() as connection, connection.cursor() as cursor:
                cursor.execute("select version()")
                row = cursor.fetchone()
        except LodeError:
            return None
        return str(row[0]) if row else None

    def _clear_way(self) -> None:
        """Make room for a new process; no server of ours runs, so what is there is left over."""
        folder = self.socket.parent
        if folder != self.home:
            folder.mkdir(mode=0o700, exist_ok=True)
            if folder.is_symlink() or folder.stat().st_uid != os.getuid():
                raise LodeError(
                    f"{folder} belongs to someone else: set LODE_HOME to a shorter path."
                )
        for leftover in (self.socket, Path(f"{self.socket}.lock"), self.pid_file):
            leftover.unlink(missing_ok=True)
        shutil.rmtree(self.home / "tmp", ignore_errors=True)
        if self.error_log.exists() and self.error_log.stat().st_size > LOG_LIMIT_BYTES:
            self.error_log.replace(self.error_log.with_name("error.log.old"))


def new_password() -> str:
    """Return a random password: 144 bits, in letters and digits that need no quoting anywhere."""
    return secrets.token_hex(18)


def _folder_bytes(folder: Path) -> int:
    """Return the bytes a folder takes on disk; files that vanish meanwhile count nothing."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_blocks * 512
        except FileNotFoundError:
            continue
    return total

"""Initialising the private server's data directory: whole or not at all."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pymysql.cursors import Cursor

from lode import layout, process, state
from lode.errors import LodeError
from lode.server_binary import ServerBinary
from lode.time_zones import load_time_zones

if TYPE_CHECKING:
    from lode.server import PrivateServer


def initialize_data(server: PrivateServer, binary: ServerBinary, password: str) -> None:
    """Build the data directory beside its place and rename it there last.

    A kill at any moment leaves only `data.new`, which the next start throws away. `password`
    becomes the administrator's, who may log in over the socket only.
    """
    building = server.data.with_name(f"{server.data.name}.new")
    _end_leftovers(building, server.pid_file)
    shutil.rmtree(building, ignore_errors=True)
    _create_system_tables(server, binary, building)
    state.write_private(server.home / "root.json", {"password": password})
    child = server.spawn(binary, building, ["--skip-networking"])
    try:
        with server.connect_admin("") as connection, connection.cursor() as cursor:
            load_time_zones(cursor)
            _secure(cursor, password)
    finally:
        child.terminate()
        child.wait(120)
    building.rename(server.data)
    layout.note_server_version(server.settings.home, binary)


def _end_leftovers(building: Path, pid_file: Path) -> None:
    """End what an interrupted initialisation left running; its data are thrown away anyway."""
    deadline = time.monotonic() + 30
    while (pid := process.find_server(building, pid_file)) is not None:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        except PermissionError:
            raise LodeError(f"Process {pid} of another user works on {building}: end it.") from None
        if time.monotonic() > deadline:
            raise LodeError(f"Process {pid}, which works on {building}, does not end: kill it.")
        time.sleep(0.05)


def _create_system_tables(server: PrivateServer, binary: ServerBinary, building: Path) -> None:
    if binary.engine == "mysql":
        arguments = binary.command(building, "--initialize-insecure", *server.options(binary))
    else:
        tool = binary.tool("mariadb-install-db", "mysql_install_db")
        if tool is None:
            raise LodeError(
                f"mariadb-install-db is missing beside {binary.path}: install the package"
                " mariadb-server-core whole."
            )
        arguments = [
            tool,
            "--no-defaults",
            f"--datadir={building}",
            f"--user={getpass.getuser()}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            # Or it stops where the machine's own name has no address.
            "--force",
        ]
    done = subprocess.run(
        arguments,
        capture_output=True,
        text=True,
        cwd=server.home,
        env=process.clean_environment(),
        check=False,
    )
    if done.returncode != 0:
        lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        errors = [line for line in lines if "ERROR" in line]
        told = [line for line in lines if not line.startswith("Installing ")]
        reason = process.bare_message((errors or told or ["no message"])[0])
        raise LodeError(f"The local server's data could not be initialised: {reason}")


def _secure(cursor: Cursor, password: str) -> None:
    """Leave one administrator, who needs the socket and the password; drop anonymous accounts."""
    cursor.execute("select user, host from mysql.user")
    for user, host in cursor.fetchall():
        if user == "" or (user == "root" and host != "localhost"):
            cursor.execute("drop user %s@%s", (user, host))
    cursor.execute("alter user 'root'@'localhost' identified by %s", (password,))

"""Finding a MariaDB or MySQL server on this machine, or having one installed."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lode.errors import LodeError
from lode.server_unpack import dist_folders
from lode.settings import Settings

# Servers live in sbin, which an ordinary user's PATH leaves out.
EXTRA_PATH = ("/usr/sbin", "/usr/local/sbin", "/usr/local/mysql/bin", "/usr/libexec")
NAMES = {"mariadb": ("mariadbd", "mysqld"), "mysql": ("mysqld",)}


@dataclass(frozen=True)
class ServerBinary:
    """A server program: its engine (mariadb or mysql), its version as numbers, its path."""

    path: Path
    engine: str
    version: tuple[int, ...]

    def command(self, data: Path, *options: str) -> list[str]:
        """Return the arguments to run it on `data`; no option file of the machine is read.

        A wrapper script names its own way to that in its first place, where a second one is an
        error.
        """
        with self.path.open("rb") as file:
            is_script = file.read(2) == b"#!"
        return [
            str(self.path),
            *([] if is_script else ["--no-defaults"]),
            f"--datadir={data}",
            f"--user={getpass.getuser()}",
            *options,
        ]

    def tool(self, *names: str) -> str | None:
        """Return the path of a program that came with the server, None if there is none."""
        folders = [self.path.resolve().parent, self.path.resolve().parent.parent / "bin"]
        search = os.pathsep.join([*map(str, folders), os.environ.get("PATH", ""), *EXTRA_PATH])
        return next((found for name in names if (found := shutil.which(name, path=search))), None)


def find_server_binary(settings: Settings) -> ServerBinary:
    """Return the server program for the engine, installing it first if there is none."""
    explicit = os.environ.get("LODE_MYSQLD")
    if explicit:
        return _explicit(Path(explicit), settings.engine)
    found = search(settings)
    if found is None:
        from lode.server_install import install_server

        install_server(settings)
        found = search(settings)
    if found is None:
        raise LodeError(
            f"No {settings.engine} server was found, though one was installed: set LODE_MYSQLD to"
            " its path."
        )
    return found


def search(settings: Settings) -> ServerBinary | None:
    """Return the first server of the engine on this machine, None if there is none."""
    folders = os.pathsep.join([os.environ.get("PATH", ""), *EXTRA_PATH])
    candidates = [found for name in NAMES[settings.engine] for found in _all(name, folders)]
    if settings.engine == "mysql":
        candidates += [folder / "mysqld" for folder in dist_folders(settings)]
    for candidate in candidates:
        binary = identify(candidate)
        if binary is not None and binary.engine == settings.engine:
            return binary
    return None


def _all(name: str, folders: str) -> list[Path]:
    """Return all programs of a name: the first `mysqld` may be MariaDB's, a later one MySQL's."""
    found = (shutil.which(name, path=folder) for folder in folders.split(os.pathsep) if folder)
    return [Path(path) for path in found if path]


def identify(path: Path) -> ServerBinary | None:
    """Ask a program what it is; None if it is no database server."""
    try:
        answer = subprocess.run(
            [str(path), "--no-defaults", "--version"],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"Ver (\d+)\.(\d+)\.(\d+)", answer)
    if found is None:
        return None
    engine = "mariadb" if "mariadb" in answer.lower() else "mysql"
    return ServerBinary(path, engine, tuple(int(part) for part in found.groups()))


def _explicit(path: Path, engine: str) -> ServerBinary:
    binary = identify(path)
    if binary is None:
        raise LodeError(f"LODE_MYSQLD is {path}, which is not a database server that runs here.")
    if binary.engine != engine:
        raise LodeError(
            f"LODE_MYSQLD is {path}, a {binary.engine} server, but LODE_ENGINE is {engine}:"
            " change one of them."
        )
    return binary

"""A private MySQL for systems that can't install one: downloaded by apt, unpacked apart.

Debian's stable release has MariaDB only; its development suite has MySQL. apt fetches and verifies
the server's packages and everything they need, the C library included, into a folder of their own.
Nothing is installed: a wrapper starts the server through its own dynamic loader, so that the
system's libraries are neither used nor touched.
"""

from __future__ import annotations

import getpass
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

from lode.errors import LodeError
from lode.locks import file_lock
from lode.settings import Settings

SUITE = "sid"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
LOCK_TIMEOUT_SECONDS = 1_800.0
# Needed by helper scripts of the packages only, and a third of the volume.
UNNEEDED = re.compile(r"(perl|libperl|debconf|libdbi|libdbd)")

WRAPPER = """\
#!/bin/sh
# Starts the private MySQL server with the libraries unpacked beside it.
here=$(dirname "$(readlink -f "$0")")
exec "$here/{loader}" --library-path "{libraries}" \\
    "$here/usr/sbin/mysqld" --no-defaults --basedir="$here/usr" \\
    --lc-messages-dir="$here/usr/share/mysql" \\
    --character-sets-dir="$here/usr/share/mysql/charsets" \\
    --plugin-dir="$here/usr/lib/mysql/plugin" "$@"
"""


def dist_folders(settings: Settings) -> list[Path]:
    """Return the folders that may hold an unpacked server, the preferred one first.

    The cache comes first: one download then serves every LODE_HOME of this user.
    """
    cache = os.environ.get("LODE_CACHE")
    if not cache:
        base = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
        cache = str(Path(base) / "motherlode")
    return [Path(cache) / "mysql", settings.server_home / "dist"]


def unpack_mysql(settings: Settings, packages: list[str]) -> Path:
    """Download and unpack MySQL, whole or not at all; returns the wrapper that starts it.

    `packages` are those of the system's own sources; without any, Debian's development suite
    is asked.
    """
    folder = next((path for path in dist_folders(settings) if _is_usable(path.parent)), None)
    if folder is None:
        raise LodeError(
            f"Neither {' nor '.join(str(path.parent) for path in dist_folders(settings))} can be"
            " written: set LODE_CACHE or LODE_HOME to a folder that can."
        )
    with file_lock(folder.with_name(f"{folder.name}.lock"), LOCK_TIMEOUT_SECONDS):
        wrapper = folder / "mysqld"
        if wrapper.exists():
            return wrapper
        print(f"Downloading MySQL into {folder} (about 60 MB) …", file=sys.stderr, flush=True)
        building = folder.with_name(f"{folder.name}.new")
        shutil.rmtree(building, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as work:
            for package in _download(Path(work), packages):
                _run(["dpkg-deb", "--extract", str(package), str(building)])
        _write_wrapper(building)
        _run([str(building / "mysqld"), "--version"])
        shutil.rmtree(folder, ignore_errors=True)
        building.rename(folder)
        return wrapper


def choose_mirror(targets: str) -> str | None:
    """Return the address of the mirror of Debian that apt uses here, None if it uses none.

    `targets` has one line `address|label` per configured index; while apt has no lists, the
    label is empty.
    """
    rows = [line.split("|") for line in targets.splitlines() if line.count("|") == 1]
    labelled = [address for address, label in rows if label == "Debian"]
    named = [address for address, label in rows if address.rstrip("/").endswith("/debian")]
    return next(iter([*labelled, *named]), None)


def _is_usable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


def _download(work: Path, packages: list[str]) -> list[Path]:
    """Have apt fetch the server and all it depends on; returns the packages' files."""
    for name in ("lists/partial", "archives/partial"):
        (work / name).mkdir(parents=True)
    # apt believes that nothing is installed, so that no library of this system is relied on.
    (work / "status").touch()
    options = {
        "Dir::State::lists": work / "lists",
        "Dir::State::status": work / "status",
        "Dir::Cache": work,
        "Dir::Cache::archives": work / "archives",
        "APT::Install-Recommends": "false",
        "APT::Keep-Downloaded-Packages": "true",
        "APT::Sandbox::User": getpass.getuser(),
        "Acquire::Languages": "none",
        "Debug::NoLocking": "true",
    }
    if not packages:
        (work / "sources.list").write_text(_source(), encoding="utf-8")
        options["Dir::Etc::sourcelist"] = work / "sources.list"
        options["Dir::Etc::sourceparts"] = "/dev/null"
    names = packages or ["mysql-server-core"]
    settings = [part for key, value in options.items() for part in ("-o", f"{key}={value}")]
    _run(["apt-get", "--quiet", *settings, "update"])
    _run(["apt-get", "--quiet", *settings, "--yes", "--download-only", "install", *names])
    files = sorted((work / "archives").glob("*.deb"))
    return [path for path in files if not UNNEEDED.match(path.name)]


def _source() -> str:
    """Return the sources.list of the development suite on the mirror that apt uses anyway."""
    chosen = choose_mirror(
        _run(
            ["apt-get", "indextargets", "--format", "$(REPO_URI)|$(LABEL)", "Created-By: Packages"]
        )
    )
    if chosen is None:
        raise LodeError(
            "apt uses no mirror of Debian here: run `apt-get update` as root first, or set"
            " LODE_MYSQLD to a MySQL server program."
        )
    signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    return f"deb {signed}{chosen} {SUITE} main\n"


def _write_wrapper(building: Path) -> None:
    """Write the script that starts the unpacked server through its own loader."""
    server = building / "usr" / "sbin" / "mysqld"
    loader = next(
        (path for path in sorted(building.rglob("ld-linux*.so.*")) if path.is_file()), None
    )
    if loader is None or not server.exists():
        raise LodeError("The downloaded packages hold no MySQL server that this machine can run.")
    folders = {path.parent for path in building.glob("*/lib*/**/*.so.*")}
    folders |= {loader.parent, building / "usr" / "lib" / "mysql" / "private"}
    libraries = ":".join(f"$here/{path.relative_to(building)}" for path in sorted(folders))
    wrapper = building / "mysqld"
    wrapper.write_text(
        WRAPPER.format(loader=loader.relative_to(building), libraries=libraries), encoding="utf-8"
    )
    wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no message"]
        reason = next((line for line in lines if line.startswith("E:")), lines[-1])
        raise LodeError(
            f"MySQL could not be fetched: `{Path(command[0]).name}` said {reason.rstrip('.')}."
            " Check the network, or set LODE_MYSQLD to a MySQL server program."
        )
    return done.stdout

"""Getting a database server onto a machine that has none, through the system's package manager.

Only the distributions' `-core` packages are used: they bring the program and register no system
service. Where installing would take other packages away, or where the distribution has no MySQL,
see lode/server_unpack.py.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from lode.errors import LodeError
from lode.server_unpack import unpack_mysql
from lode.settings import Settings

# Older releases put the version into the name of the package: mariadb-server-core-10.6.
NAME_PATTERNS = {
    "mariadb": (r"mariadb-server-core(-[0-9.]+)?", r"mariadb-client-core(-[0-9.]+)?"),
    "mysql": (r"mysql-server-core(-[0-9.]+)?",),
}

# What to name where apt has no lists yet.
DEFAULT_NAMES = {
    "mariadb": ("mariadb-server-core", "mariadb-client-core"),
    "mysql": ("mysql-server-core",),
}


def install_server(settings: Settings) -> None:
    """Install the engine's server; where that is not allowed, LodeError says what to run."""
    engine = settings.engine
    if shutil.which("apt-get") is None:
        raise LodeError(
            f"No {engine} server is on this machine, and no apt-get to install one: install"
            f" {engine} with the system's package manager, or set LODE_MYSQLD to a server program."
        )
    packages = find_packages(engine)
    if not packages and engine == "mysql" and _is_debian():
        unpack_mysql(settings, [])
        return
    if not packages and os.geteuid() == 0:
        _apt("update")
        packages = find_packages(engine)
    _check_rights(engine, packages)
    if removals(_simulate(packages)):
        if engine == "mysql":
            # Ubuntu's MySQL and MariaDB exclude each other: what is installed stays.
            unpack_mysql(settings, packages)
            return
        raise LodeError(
            f"Installing {' '.join(packages)} would remove other packages: set LODE_MYSQLD to a"
            " MariaDB server program, or LODE_ENGINE to mysql."
        )
    print(f"Installing {' '.join(packages)} …", file=sys.stderr, flush=True)
    _apt("install", "--yes", "--no-install-recommends", *packages)


def find_packages(engine: str) -> list[str]:
    """Return the packages that apt's sources have for an engine; [] if not all are there."""
    chosen = []
    for pattern in NAME_PATTERNS[engine]:
        found = subprocess.run(
            ["apt-cache", "search", "--names-only", f"^{pattern}$"],
            capture_output=True,
            text=True,
            check=False,
        )
        names = [line.split(" ", 1)[0] for line in found.stdout.splitlines() if line.strip()]
        if not names:
            return []
        chosen.append(newest(names))
    return chosen


def newest(names: Iterable[str]) -> str:
    """Return the package to take: without a version in its name, else the highest version."""
    return max(names, key=lambda name: (not name[-1].isdigit(), _numbers(name)))


def removals(simulation: str) -> list[str]:
    """Return the packages that a simulated installation (`apt-get -s`) would remove."""
    return re.findall(r"^Remv (\S+)", simulation, flags=re.MULTILINE)


def _numbers(name: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", name))


def _is_debian() -> bool:
    try:
        release = Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return False
    return re.search(r"^ID=\"?debian\"?$", release, flags=re.MULTILINE) is not None


def _check_rights(engine: str, packages: list[str]) -> None:
    if os.geteuid() == 0:
        if not packages:
            raise LodeError(
                f"apt-get knows no package of a {engine} server: add a source that has one, or set"
                " LODE_MYSQLD to a server program."
            )
        return
    names = " ".join(packages or DEFAULT_NAMES[engine])
    update = "" if packages else "apt-get update && sudo "
    raise LodeError(
        f"No {engine} server is on this machine, and installing one needs root: run"
        f" `sudo {update}apt-get install --no-install-recommends {names}`, then try again."
    )


def _simulate(packages: list[str]) -> str:
    done = subprocess.run(
        ["apt-get", "--simulate", "--no-install-recommends", "install", *packages],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise LodeError(f"apt-get can't install {' '.join(packages)}: {_reason(done.stderr)}")
    return done.stdout


def _apt(*arguments: str) -> None:
    done = subprocess.run(
        ["apt-get", "--quiet", "-o", "DPkg::Lock::Timeout=120", *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        check=False,
    )
    if done.returncode != 0:
        raise LodeError(
            f"`apt-get {' '.join(arguments)}` failed: {_reason(done.stderr)}. Run it by hand to"
            " see why, then try again."
        )


def _reason(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.startswith("E:")]
    return (lines or text.strip().splitlines() or ["no message"])[0].rstrip(".")

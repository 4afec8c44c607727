"""The marker of a LODE_HOME: whose it is, of which layout, and what may be deleted in it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from lode import state
from lode.errors import LodeError

if TYPE_CHECKING:
    from lode.server_binary import ServerBinary

LAYOUT = 1
MARKER = "layout.json"
# What parts may write into a home before a server was ever started in it; the first is the marker
# of somebody who claims the home at this moment, too.
EARLY_NAMES = (
    f".{MARKER}.",
    "cache",
    "dbt",
    "landing",
    "layout.json.lock",
    "logs",
    "sample",
    "test-",
)
# All that a private server's folder ever holds; reset deletes these names and no others.
SERVER_FILES = (
    "accounts",
    "data",
    "data.new",
    "error.log",
    "error.log.old",
    "files",
    "root.json",
    "server.json",
    "server.pid",
    "server.sock",
    "server.sock.lock",
    "tmp",
)


def claim_home(home: Path) -> None:
    """Make LODE_HOME ours if it is new or empty; LodeError if it is somebody else's.

    Everything that writes into a home calls this first.
    """
    try:
        if (home / MARKER).exists():
            check_layout(home)
            return
        home.mkdir(parents=True, exist_ok=True)
        foreign = sorted(path.name for path in home.iterdir() if not _is_early(path))
    except (FileExistsError, NotADirectoryError):
        raise LodeError(f"{home} is not a folder: set LODE_HOME to one.") from None
    except OSError as error:
        raise LodeError(
            f"{home} can't be written ({error.strerror}): make it writable or set LODE_HOME to"
            " another folder."
        ) from error
    if foreign:
        raise LodeError(
            f"{home} holds files that lode did not make ({', '.join(foreign[:3])}) and has no"
            f" {MARKER}: set LODE_HOME to an empty folder, or move the files away."
        )
    state.write_private(home / MARKER, {"layout": LAYOUT})


def is_there(folder: Path) -> bool:
    """Tell whether a folder exists; LodeError where that can't even be seen."""
    try:
        return folder.exists()
    except OSError as error:
        raise LodeError(
            f"{folder} can't be read ({error.strerror}): set LODE_HOME to another folder."
        ) from error


def check_layout(home: Path) -> None:
    """Raise LodeError when LODE_HOME is of another version's layout."""
    found = state.read_private(home / MARKER).get("layout")
    if found != LAYOUT:
        raise LodeError(
            f"{home} was made by another version (layout {found}, this one has {LAYOUT}): run"
            " `lode server reset`, which deletes the local server's data, or set LODE_HOME to"
            " another folder."
        )


def check_is_ours(home: Path) -> None:
    """Raise LodeError unless LODE_HOME bears our marker, of whatever layout."""
    if "layout" not in state.read_private(home / MARKER):
        raise LodeError(
            f"{home} was not made by lode (it has no {MARKER}): nothing was deleted; set LODE_HOME"
            " to the right folder."
        )


def is_current(home: Path) -> bool:
    """Tell whether LODE_HOME is of this version's layout."""
    return state.read_private(home / MARKER).get("layout") == LAYOUT


def renew(home: Path) -> None:
    """Write a new marker, after everything that an older layout made is gone."""
    state.write_private(home / MARKER, {"layout": LAYOUT})


def note_server_version(home: Path, binary: ServerBinary) -> None:
    """Remember which server made the data of its engine."""
    marker = state.read_private(home / MARKER)
    servers = {**marker.get("servers", {}), binary.engine: list(binary.version)}
    state.write_private(home / MARKER, {**marker, "servers": servers})


def forget_server_version(home: Path, engine: str) -> None:
    """Forget which server made an engine's data, once they are deleted."""
    marker = state.read_private(home / MARKER)
    servers = {name: made for name, made in marker.get("servers", {}).items() if name != engine}
    state.write_private(home / MARKER, {**marker, "servers": servers})


def check_server_version(home: Path, binary: ServerBinary) -> None:
    """Raise LodeError when the data were made by another release series than `binary` is of.

    An upgrade in place can't be taken back, and neither engine reads data of a newer series.
    """
    made_by = state.read_private(home / MARKER).get("servers", {}).get(binary.engine)
    if made_by is None or list(made_by[:2]) == list(binary.version[:2]):
        return
    raise LodeError(
        f"The local server's data were made by {binary.engine} {_dotted(made_by)}, the server here"
        f" is {_dotted(binary.version)}: set LODE_MYSQLD to the older one, run `lode server reset`,"
        " which deletes the data, or set LODE_HOME to another folder."
    )


def remove_server_files(server_home: Path) -> None:
    """Delete what a private server made, name by name; anything else in the folder stays."""
    for name in SERVER_FILES:
        path = server_home / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _is_early(path: Path) -> bool:
    if path.name == "server":
        # Made by an unpacked MySQL or a lock; a data directory without a marker is somebody else's.
        return not any(path.glob("*/data")) and not any(path.glob("*/*.json"))
    return path.name.startswith(EARLY_NAMES)


def _dotted(version: object) -> str:
    return ".".join(str(part) for part in version) if isinstance(version, (list, tuple)) else "?"

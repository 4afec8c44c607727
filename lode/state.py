"""Small state files under LODE_HOME: written whole or not at all, readable by their owner only."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from lode.errors import LodeError


def write_private(path: Path, value: dict[str, Any]) -> None:
    """Write `value` as JSON to `path`, mode 0600, by a rename: no reader sees half a file."""
    text = json.dumps(value, indent=1, sort_keys=True)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # mkstemp creates its file 0600: the content is never readable by others, not even briefly.
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        raise LodeError(
            f"{path} can't be written ({error.strerror}): make the folder writable or set"
            " LODE_HOME to another one."
        ) from error


def read_private(path: Path) -> dict[str, Any]:
    """Read a state file; {} when there is none; raises LodeError when it can't be read."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        raise LodeError(
            f"{path} can't be read ({error}): restore it, or set LODE_HOME to an empty folder."
        ) from error
    return value if isinstance(value, dict) else {}


def remembered_port(server_home: Path) -> int | None:
    """Return the port the private server uses, None before its first start."""
    port = read_private(server_home / "server.json").get("port")
    return port if isinstance(port, int) else None


def accounts_path(server_home: Path, prefix: str) -> Path:
    """Return the file that holds the account passwords of one prefix."""
    return server_home / "accounts" / f"{prefix}.json"


def read_accounts(server_home: Path, prefix: str) -> dict[str, tuple[str, str]]:
    """Return role -> (user, password) of one prefix; {} before it is provisioned."""
    path = accounts_path(server_home, prefix)
    stored = read_private(path)
    try:
        return {role: (entry["user"], entry["password"]) for role, entry in stored.items()}
    except (KeyError, TypeError):
        # `from None`: the cause would carry the content.
        raise LodeError(f"{path} holds no accounts: delete it and run `lode init`.") from None


def pepper_path(home: Path, engine: str, prefix: str) -> Path:
    """Return the file that holds the pepper of a warehouse's search keys, if none is given."""
    return home / "search_pepper" / f"{engine}-{prefix}.json"

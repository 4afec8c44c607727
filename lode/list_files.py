"""Files of exports that the dashboard asked for: where they lie, until when, and who may take one.

A file's name is random. Nothing in it may be used for longer than a day, so it is gone after two.
"""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path

from lode.errors import LodeError
from lode.rights import Principal, Right, require
from lode.settings import Settings

KEY = re.compile(r"[0-9a-f]{32}")
KEPT_SECONDS = 2 * 24 * 3600


def exports_folder(settings: Settings) -> Path:
    """Return the folder of all exports that the dashboard asked for."""
    return (settings.home / "exports" / settings.prefix).absolute()


def export_file(settings: Settings, key: str) -> Path:
    """Return the place of an export by its key; LodeError for what is no key."""
    if KEY.fullmatch(key) is None:
        raise LodeError("That is not the key of an export.")
    return exports_folder(settings) / f"{key}.csv"


def make_folder(settings: Settings) -> None:
    """Make the folder, and take away files that nobody may use any more."""
    folder = exports_folder(settings)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise LodeError(
            f"{folder} can't be written ({error.strerror}): make it writable or set LODE_HOME to"
            " another folder."
        ) from error
    oldest = time.time() - KEPT_SECONDS
    for path in folder.iterdir():
        # Another worker may take it away at the same time.
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()


def require_taker(who: Principal, *, needs_release: bool) -> None:
    """Raise LodeError, one sentence, unless somebody may take the file of an export."""
    require(who, Right.BUILD_LISTS)
    if needs_release:
        raise LodeError(
            "This export is so large that it waits for its release by a second person, who may"
            " release large lists."
        )

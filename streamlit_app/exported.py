"""The files of exports, for the page that offers them and the route that hands them out."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from lode.errors import LodeError
from lode.list_files import export_file, exports_folder, require_taker
from lode.rights import Principal
from lode.settings import Settings
from streamlit_app.queries.lists import ListExport

BLOCK_BYTES = 1024 * 1024


def offered_export(settings: Settings, found: ListExport, who: Principal, now: datetime) -> Path:
    """Return the file of an export that somebody may take now; LodeError says why they may not."""
    if not found.is_counted:
        raise LodeError(f"Export {found.number} has no file: it came to nothing.")
    require_taker(who, needs_release=found.needs_release(settings.release_above))
    if found.valid_until is None or found.valid_until <= now:
        raise LodeError(f"Export {found.number} may not be used any more: export the list again.")
    path = Path(found.file_path)
    # Files of the command line lie where whoever exported wanted them.
    if path.parent != exports_folder(settings) or path != export_file(settings, path.stem):
        raise LodeError(f"Export {found.number} was not made here: its file is where it was put.")
    if not path.is_file():
        raise LodeError(f"The file of export {found.number} is not on this machine (any more).")
    return path


def kept_export(
    settings: Settings, found: ListExport, who: Principal, now: datetime
) -> tuple[Path, str]:
    """Return file and name of an export to hand out; LodeError unless it is the one that left."""
    path = offered_export(settings, found, who, now)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    if digest.hexdigest() != found.file_sha256:
        raise LodeError(
            f"The file of export {found.number} is not the one that was made: export it again, and"
            " tell the administrator."
        )
    return path, f"{found.list_name}_v{found.version}_export_{found.number}.csv"

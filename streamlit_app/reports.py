"""Where the reports of an import lie, for the route that hands them out."""

from __future__ import annotations

from pathlib import Path

from loaders.landing_store import landing_store
from loaders.reports import report_place
from lode.errors import LodeError
from lode.settings import Settings
from streamlit_app.queries.imports import ImportHealth

KINDS = ("success", "errors", "checklist")


def kept_report(settings: Settings, import_: ImportHealth | None, kind: str) -> Path:
    """Return the file of a report; LodeError, one sentence, if there is none (yet)."""
    if import_ is None or kind not in KINDS:
        raise LodeError("There is no such report.")
    if import_.completed_at is None:
        raise LodeError(f"{import_.import_id} is {import_.status}: it has no reports yet.")
    place = report_place(
        import_.import_id, import_.attempt, import_.completed_at, KINDS.index(kind)
    )
    path = landing_store(settings).local_path(place)
    if not path.is_file():
        raise LodeError(
            f"The reports of {import_.import_id} are not in the landing zone: `lode run` writes"
            " them there, `lode report` anywhere."
        )
    return path

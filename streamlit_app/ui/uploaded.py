"""Files that were uploaded and wait: what is in them, and how their headers could be read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from loaders.preview import Preview, previews
from loaders.request import Request
from loaders.suggest import Proposal, suggest
from loaders.uploads import keep_upload, laid_files, open_upload, take_laid
from lode.rights import Right
from streamlit_app.auth import identity, tickets
from streamlit_app.auth.identity import needs
from streamlit_app.queries.errors import NotBuiltError
from streamlit_app.queries.imports import ImportHealth, imports_of
from streamlit_app.reports import KINDS
from streamlit_app.ui.connections import engine, settings

# What a page takes keeps the server's memory busy until it is written; larger files have a route.
WIDGET_MEGABYTES = 200
CHECKSUMS = "checksums"
TICKETS = "tickets"


@dataclass(frozen=True)
class Uploaded:
    """A file that waits, with its parts (tables, or members of an archive) and one of them open."""

    key: str
    name: str
    size_bytes: int
    checksum: str
    parts: tuple[Preview, ...]
    is_archive: bool


@needs(Right.START_IMPORTS)
def keep(name: str, file: object) -> str:
    """Write what came through the page to the server's disk and return its key."""
    limit = WIDGET_MEGABYTES * 1024**2
    return keep_upload(settings(), name, file, limit)  # type: ignore[arg-type]


@needs(Right.START_IMPORTS)
def laid() -> list[tuple[str, int]]:
    """Return name and size of the files that lie in the drop folder."""
    return laid_files(settings())


@needs(Right.START_IMPORTS)
def take(name: str) -> str:
    """Take a file of the drop folder as if it was uploaded, and return its key."""
    return take_laid(settings(), name)


@needs(Right.START_IMPORTS)
def look_into(key: str, member: str | None = None) -> Uploaded:
    """Look into a file that waits; LodeError, as loading would raise it, if it is not readable."""
    with (
        open_upload(settings(), key) as path,
        previews(path, settings(), Request(member=member)) as found,
    ):
        parts = tuple(found)
    is_archive = all(not part.header for part in parts) and len(parts) > 1
    size = path.stat().st_size
    return Uploaded(key, path.name, size, _checksum(key, path), parts, is_archive)


def proposal(part: Preview, name: str | None = None) -> Proposal:
    """Propose what each header of a part is; of one kind of file if it is named."""
    from loaders.mapping_choice import built_in

    return suggest(part.header, part.rows, built_in(name).feed if name else None)


def kinds_of_files() -> list[str]:
    """Return the names of the built-in mappings: what a file can be."""
    from loaders.mapping_choice import built_ins

    return [one.name for one in built_ins()]


def columns_of(kind: str) -> list[str]:
    """Return the columns that a kind of file can bring."""
    from loaders.feeds import COLUMNS
    from loaders.mapping_choice import built_in

    return list(COLUMNS[built_in(kind).feed])


@needs(Right.SEE_IMPORTS)
def earlier_imports(checksum: str) -> list[ImportHealth]:
    """Return the imports that came of the same bytes; none where nothing was built yet."""
    try:
        return imports_of(engine(), checksum)
    except NotBuiltError:
        return []


@needs(Right.START_IMPORTS)
def report_links(import_: ImportHealth) -> dict[str, str]:
    """Return an address for each report of an import, good once and in this browser only."""
    detail = {"import_id": import_.import_id}
    return {
        kind: f"/reports/{ticket_for(tickets.REPORT, {**detail, 'kind': kind})}" for kind in KINDS
    }


@needs(Right.START_IMPORTS)
def upload_link() -> str:
    """Return the address of the form for one large file."""
    return f"/uploads/{ticket_for(tickets.UPLOAD, {})}"


def ticket_for(purpose: str, detail: dict[str, str]) -> str:
    """Hand out a ticket, or the one this tab has got for the same if it can still be used."""
    mine: dict[str, str] = st.session_state.setdefault(TICKETS, {})
    place = f"{purpose} {sorted(detail.items())!r}"
    if not tickets.is_open(mine.get(place, "")):
        browser = tickets.browser_of(st.context.cookies.to_dict())
        mine[place] = tickets.issue(purpose, identity.current().subject, browser, detail)
    return mine[place]


def _checksum(key: str, path: Path) -> str:
    """Return the SHA-256 of a file, which is read once for each tab."""
    known: dict[str, str] = st.session_state.setdefault(CHECKSUMS, {})
    if key not in known:
        with path.open("rb") as file:
            digest = hashlib.sha256()
            while block := file.read(1024 * 1024):
                digest.update(block)
        known[key] = digest.hexdigest()
    return known[key]

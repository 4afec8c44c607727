"""Routes of our own beside the pages: readiness, files for download, uploads of large files."""

from __future__ import annotations

import html
import logging
from collections.abc import Callable, Mapping
from datetime import date

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route
from starlette.types import Message, Receive

from loaders.uploads import MAXIMUM_BYTES, TooLargeError, keep_upload, too_large
from lode import audit
from lode.db import close_quietly, transaction
from lode.errors import LodeError
from lode.list_takings import TakenError, note_taking
from lode.rights import AccessDeniedError, Principal, Right
from lode.settings import Settings, load_settings
from streamlit_app.auth import tickets
from streamlit_app.auth.route_access import admit, route_engine
from streamlit_app.exported import kept_export
from streamlit_app.queries.audit_export import export_lines, plan_export
from streamlit_app.queries.audit_log import Question
from streamlit_app.queries.engine import open_app_connection
from streamlit_app.queries.errors import NotBuiltError, QueryError
from streamlit_app.queries.imports import read_import
from streamlit_app.queries.lists import ListExport, read_export
from streamlit_app.queries.warehouse import read_version
from streamlit_app.reports import kept_report
from streamlit_app.ui.format import utc_now

logger = logging.getLogger("lode.dashboard")
# What a form has around its file: the lines between its parts, and the name.
FORM_BYTES = 100_000
NO_STORE = {"Cache-Control": "no-store"}
FORM = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Upload a large file · Motherlode</title>
<meta name="viewport" content="width=device-width">
<style>
body {{ font: 1rem/1.5 sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem;
  color: #14171C; background: #FFFFFF }}
button {{ font: inherit; color: #FFFFFF; background: #0B5FA5; border: 0; border-radius: .4rem;
  padding: .5rem 1rem }}
@media (prefers-color-scheme: dark) {{ body {{ color: #EDF0F4; background: #0F1318 }} }}
</style></head><body><main><h1>Upload a large file</h1><p>{sentence}</p>{form}</main></body></html>
"""
INPUTS = """<form method="post" enctype="multipart/form-data">
<p><label for="file">File</label><br><input id="file" type="file" name="file" required></p>
<p><button type="submit">Upload</button></p></form>"""


def ready(_request: Request) -> JSONResponse:
    """Answer 200 with the warehouse's version and age, or 503 with the sentence of a page."""
    try:
        version = read_version(route_engine())
        if version is None:
            raise NotBuiltError
    except (QueryError, LodeError) as problem:
        body: dict[str, object] = {"status": "not ready", "reason": problem.sentence}
        return JSONResponse(body, status_code=503, headers=NO_STORE)
    age_seconds = int((utc_now() - version.built_at).total_seconds())
    body = {
        "status": "ready",
        "warehouse_version": version.version,
        "warehouse_age_seconds": age_seconds,
    }
    return JSONResponse(body, headers=NO_STORE)


def report(request: Request) -> Response:
    """Stream one report of an import to the browser that asked for it, once, and note that."""
    try:
        settings = load_settings()
        ticket = tickets.redeem(
            request.path_params["ticket"], tickets.REPORT, tickets.browser_of(request.cookies)
        )
        who = admit(request, settings, ticket, Right.START_IMPORTS)
        import_ = read_import(route_engine(), ticket.detail["import_id"])
        path = kept_report(settings, import_, ticket.detail["kind"])
        given = {"report": path.name}
        _note(settings, who, "import.report", ticket.detail["import_id"], given)
    except (LodeError, QueryError) as problem:
        return _refusal(problem)
    kind = "application/json" if path.suffix == ".json" else "text/csv"
    return FileResponse(path, media_type=kind, filename=path.name, headers=NO_STORE)


def export(request: Request) -> Response:
    """Stream the file of an export to the browser that asked for it; again only for a reason."""
    try:
        settings = load_settings()
        ticket = tickets.redeem(
            request.path_params["ticket"], tickets.EXPORT, tickets.browser_of(request.cookies)
        )
        who = admit(request, settings, ticket, Right.SEE_LISTS)
        found = read_export(route_engine(), int(ticket.detail["export"]))
        if found is None:
            raise LodeError("There is no such export.")
        path, name = kept_export(settings, found, who, utc_now())
        _note_taking(settings, who, found, name, ticket.detail.get("reason", ""))
    except (LodeError, QueryError) as problem:
        return _refusal(problem)
    return FileResponse(path, media_type="text/csv", filename=name, headers=NO_STORE)


def audit_log(request: Request) -> Response:
    """Stream the entries that a page asked for to its browser, once; the log notes it before."""
    try:
        settings = load_settings()
        ticket = tickets.redeem(
            request.path_params["ticket"], tickets.AUDIT, tickets.browser_of(request.cookies)
        )
        who = admit(request, settings, ticket, Right.SEE_AUDIT)
        asked = dict(ticket.detail)
        begin, end = (date.fromisoformat(asked.pop(name)) for name in ("begin", "end"))
        planned = plan_export(route_engine(), Question(begin, end, **asked))
        noted = {"rows": planned.rows, "last": planned.last, "asked": ticket.detail}
        _note(settings, who, "audit.export", f"entries to {planned.last}", noted)
    except (LodeError, QueryError) as problem:
        return _refusal(problem)
    name = f"audit_log_{begin}_{end}.jsonl"
    headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="{name}"'}
    lines = export_lines(route_engine(), planned)
    return StreamingResponse(lines, media_type="application/x-ndjson", headers=headers)


def upload_form(request: Request) -> Response:
    """Show the form for one large file; it has no script, and its address is good once."""
    try:
        key = request.path_params["ticket"]
        tickets.look(key, tickets.UPLOAD, tickets.browser_of(request.cookies))
    except LodeError as problem:
        return _page(problem.sentence, status=403)
    limit = MAXIMUM_BYTES // 1024**3
    return _page(f"Up to {limit} GiB. It is loaded only when you start that.", INPUTS)


async def upload(request: Request) -> Response:
    """Take one large file, on disk and not in memory, then go back to the page of imports."""
    try:
        settings = load_settings()
        ticket = tickets.redeem(
            request.path_params["ticket"], tickets.UPLOAD, tickets.browser_of(request.cookies)
        )
        await run_in_threadpool(admit, request, settings, ticket, Right.START_IMPORTS)
        counted = Request(request.scope, _counted(request))
        async with counted.form(max_files=1, max_fields=1) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile) or not file.filename:
                raise LodeError("No file came: choose one and upload it again.")
            key = await run_in_threadpool(
                keep_upload, settings, file.filename, file.file, MAXIMUM_BYTES
            )
    except TooLargeError as problem:
        return _page(problem.sentence, status=413)
    except HTTPException:
        return _page("What came is no form with one file: upload it again.", status=400)
    except (LodeError, QueryError) as problem:
        return _page(problem.sentence, status=400)
    return RedirectResponse(f"/imports?upload={key}", status_code=303, headers=NO_STORE)


def _handed_out(path: str, endpoint: Callable[[Request], Response]) -> Route:
    """Return the route of a ticket, without HEAD: to look at a link must not use it up."""
    route = Route(path, endpoint, methods=["GET"])
    route.methods = {"GET"}
    return route


ROUTES = [
    Route("/ready", ready, methods=["GET"]),
    _handed_out("/reports/{ticket}", report),
    _handed_out("/exports/{ticket}", export),
    _handed_out("/audit-log/{ticket}", audit_log),
    Route("/uploads/{ticket}", upload_form, methods=["GET"]),
    Route("/uploads/{ticket}", upload, methods=["POST"]),
]


def _counted(request: Request) -> Receive:
    """Return what brings a request's body, and TooLargeError once more came than may.

    A body in chunks has no length in its headers. The form's parser deletes its temporary file when
    it gets the error. Starlette's own limit of a route answers without our sentence.
    """
    came = 0
    limit = MAXIMUM_BYTES + FORM_BYTES
    if int(request.headers.get("content-length") or 0) > limit:
        raise too_large("The file", MAXIMUM_BYTES)

    async def receive() -> Message:
        nonlocal came
        message = await request.receive()
        came += len(message.get("body", b""))
        if came > limit:
            raise too_large("The file", MAXIMUM_BYTES)
        return message

    return receive


def _note(
    settings: Settings, who: Principal, event: str, subject: str, given: Mapping[str, object]
) -> None:
    connection = open_app_connection(settings)
    try:
        with transaction(connection):
            audit.append(
                connection,
                settings,
                event,
                actor=who.subject,
                subject=subject,
                payload={**given, "roles": sorted(who.roles)},
            )
    finally:
        close_quietly(connection)


def _note_taking(
    settings: Settings, who: Principal, taken: ListExport, name: str, reason: str
) -> None:
    connection = open_app_connection(settings)
    try:
        given = {"file": name, "sha256": taken.file_sha256}
        lines = taken.rows or 0
        note_taking(connection, settings, who, taken.number, given, lines=lines, reason=reason)
    finally:
        close_quietly(connection)


def _refusal(problem: LodeError | QueryError) -> Response:
    is_forbidden = isinstance(problem, tickets.TicketError | AccessDeniedError | TakenError)
    return Response(
        problem.sentence + "\n",
        status_code=403 if is_forbidden else 404,
        media_type="text/plain; charset=utf-8",
        headers=NO_STORE,
    )


def _page(sentence: str, form: str = "", status: int = 200) -> HTMLResponse:
    text = FORM.format(sentence=html.escape(sentence), form=form)
    return HTMLResponse(text, status_code=status, headers=NO_STORE)

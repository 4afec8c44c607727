"""Release of a large export by a second person: until then its file has no name and is not out."""

from __future__ import annotations

import hashlib
from typing import Any

from pymysql.connections import Connection

from lode import audit
from lode.db import connect, transaction
from lode.errors import LodeError
from lode.list_ledger import COMPLETE, HELD, Export, deliver, export_of, instant, this_host
from lode.person import fetch
from lode.rights import LOCAL_PREFIX, AccessDeniedError, Principal, Right, require
from lode.settings import Settings

MAXIMUM_REASON = 500
BLOCK_BYTES = 1024 * 1024
FOUND = """
select
    exports.*, releases.released_by is not null as is_released,
    coalesce(exports.valid_until <= utc_timestamp(6), true) as is_over
from list_exports as exports
left join list_releases as releases on exports.id = releases.export_id
where exports.id = %(number)s
for update
"""


def release(settings: Settings, number: int, who: Principal, reason: str) -> Export:
    """Let a large export out, with a row and an entry of the audit log, and give it its file.

    Raises AccessDeniedError without the right, and for who exported it. Killed between the two it
    is released; the same again, or the next export, gives it its file.
    """
    require(who, Right.RELEASE_LISTS)
    if not 0 < len(reason.strip()) <= MAXIMUM_REASON:
        raise LodeError(f"Say why it may leave, in 1 to {MAXIMUM_REASON} characters.")
    with (
        connect("loader", settings, schema="raw") as connection,
        transaction(connection),
    ):
        rows = fetch(connection, FOUND, {"number": number})
        if not rows:
            raise LodeError(f"There is no export {number}: the page Priority lists has them.")
        export = export_of(rows[0])
        if not rows[0]["is_released"]:
            _require_releasable(settings, export, rows[0], who)
            _note(connection, settings, export, who, reason.strip())
            export.status = COMPLETE
    deliver(export)
    return export


def is_same_person(one: str, other: str) -> bool:
    """Tell whether two names are of one person; who works on this machine has two of them."""
    return one.removeprefix(LOCAL_PREFIX).lower() == other.removeprefix(LOCAL_PREFIX).lower()


def require_second(who: Principal, exported_by: str, limit: int) -> None:
    """Raise AccessDeniedError, one sentence, for who made the export."""
    if is_same_person(who.subject, exported_by):
        raise AccessDeniedError(
            f"An export of more than {limit:,} lines is released by somebody else than who made"
            " it: ask a second person who may release large lists."
        )


def _require_releasable(
    settings: Settings, export: Export, row: dict[str, Any], who: Principal
) -> None:
    what = f"Export {export.id}"
    if export.status not in (HELD, COMPLETE):
        raise LodeError(f"{what} has no file: it came to nothing.")
    if export.status == COMPLETE and export.row_count <= settings.release_above:
        raise LodeError(
            f"{what} needs no release: it has {export.row_count:,} lines, and only more than"
            f" {settings.release_above:,} wait for a second person."
        )
    require_second(who, export.exported_by, settings.release_above)
    if row["is_over"]:
        raise LodeError(f"{what} may not be used any more: export the list again.")
    if export.is_held:
        _require_file(export, row["host_name"])


def _require_file(export: Export, host: str) -> None:
    if host != this_host():
        raise LodeError(
            f"Export {export.id} was made on another machine: release it there, where its file is."
        )
    digest = hashlib.sha256()
    try:
        with export.part.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                digest.update(block)
    except OSError:
        raise LodeError(f"The file of export {export.id} is gone: export the list again.") from None
    if digest.hexdigest() != export.file_sha256:
        raise LodeError(
            f"The file of export {export.id} is not the one that was made: export the list again,"
            " and tell the administrator."
        )


def _note(
    connection: Connection[Any], settings: Settings, export: Export, who: Principal, reason: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into list_releases values (%s, %s, %s, utc_timestamp(6))",
            (export.id, who.subject, reason),
        )
        cursor.execute(
            "update list_exports set status = %s where id = %s and status = %s",
            (COMPLETE, export.id, HELD),
        )
    (row,) = fetch(connection, "select * from list_releases where export_id = %s", [export.id])
    audit.append(
        connection, settings, "list.release", actor=who.subject, subject=f"export {export.id}",
        payload={
            "released_at": instant(row["released_at"]),
            "list": export.list_name, "version": export.version, "rows": export.row_count,
            "exported_by": export.exported_by, "sha256": export.file_sha256, "reason": reason,
        },
    )  # fmt: skip

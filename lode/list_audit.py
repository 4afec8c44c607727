"""The ledger of exports against the audit log: each says what the other says, or one was changed.

An export that was counted has an entry, a released one another. Those that came to nothing before
they were counted have none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from pymysql.connections import Connection

from lode.db import connect
from lode.errors import LodeError
from lode.list_ledger import COMPLETE, FAILED, HELD, export_of, instant, ledger_facts
from lode.person import fetch
from lode.settings import Settings

ENTRIES = """
select sequence, actor, event, subject, payload from `{audit}`.audit_log
where event in ('list.export', 'list.release') order by sequence
"""
STRAY = """
select min(export_id) as export_id from list_export_rows as given
where not exists (select 1 from list_exports as exports where exports.id = given.export_id)
"""
ROWS = """
select line_number, concat(golden_person_id, ':', lower(hex(contact_hash))) as said
from list_export_rows where export_id = %s order by line_number, contact_hash
"""
Row = dict[str, Any]


def check_exports(settings: Settings) -> int:
    """Compare the ledger of exports with the audit log; return how many were counted.

    Raises LodeError, one sentence, for the first export whose row, lines or release was changed,
    removed or added. The chain of the log has to be verified first.
    """
    with connect("auditor", settings, schema="raw") as connection:
        with connection.cursor() as cursor:
            cursor.execute("start transaction with consistent snapshot, read only")
        fault = next(_faults(connection, settings), None)
        if fault:
            raise LodeError(f"{fault} Keep the server as it is, and compare the file and a backup.")
        counted = "select count(*) as counted from list_exports where file_sha256 is not null"
        return int(fetch(connection, counted)[0]["counted"])


def _faults(connection: Connection[Any], settings: Settings) -> Iterator[str]:
    told: dict[tuple[str, str], Row] = {}
    for entry in fetch(connection, ENTRIES.format(audit=settings.schema("audit"))):
        key = (entry["event"], entry["subject"])
        if key in told:
            yield f"Entry {entry['sequence']} of the audit log tells of {entry['subject']} again."
        told[key] = entry
    missing = {subject for _, subject in told}
    releases = {row["export_id"]: row for row in fetch(connection, "select * from list_releases")}
    for row in fetch(connection, "select * from list_exports order by id"):
        subject = f"export {row['id']}"
        export, freed = (told.get((event, subject)) for event in ("list.export", "list.release"))
        yield from _of_export(connection, row, export)
        yield from _of_release(row, export, releases.pop(row["id"], None), freed)
        missing.discard(subject)
    for subject in sorted(missing):
        yield f"The ledger of exports lacks {subject}, of which the audit log tells."
    for number in releases:
        yield f"The ledger has a release of export {number}, and no such export."
    for stray in fetch(connection, STRAY):
        if stray["export_id"] is not None:
            yield f"The ledger has lines of export {stray['export_id']}, and no such export."


def _of_export(connection: Connection[Any], row: Row, entry: Row | None) -> Iterator[str]:
    what = f"Export {row['id']} in the ledger"
    if entry is None:
        if row["status"] in (HELD, COMPLETE) or row["file_sha256"] is not None:
            yield f"{what} is {row['status']}, and no entry of the audit log tells of it."
        return
    said, place = json.loads(entry["payload"]), f"entry {entry['sequence']} of the audit log"
    is_held = said.pop("needs_release")
    if row["status"] not in ((HELD, COMPLETE, FAILED) if is_held else (COMPLETE,)):
        yield f"{what} is {row['status']}, which does not follow {place}."
    if row["status"] == FAILED:
        # When it came to nothing, not when it was made.
        said.pop("finished_at", None)
    facts = ledger_facts(export_of(row), row)
    for name, value in said.items():
        if facts.get(name) != value:
            yield f"{what} has another {name} than {place}."
    if entry["actor"] != row["exported_by"]:
        yield f"{what} is by somebody else than {place}."
    if _rows_of(connection, int(row["id"])) != (said["rows"], said["rows_hash"]):
        yield f"The lines of export {row['id']} in the ledger are not those of {place}."


def _of_release(
    row: Row, entry: Row | None, release: Row | None, freed: Row | None
) -> Iterator[str]:
    what = f"The release of export {row['id']} in the ledger"
    needs = bool(entry and json.loads(entry["payload"])["needs_release"])
    is_free = needs and row["status"] == COMPLETE
    if (release is None) != (freed is None) or (release is not None) != is_free:
        yield f"{what} and the audit log do not agree that there is one."
    elif release and freed:
        said = json.loads(freed["payload"])
        facts = {
            "list": row["list_name"], "version": row["version"], "rows": row["row_count"],
            "exported_by": row["exported_by"], "sha256": row["file_sha256"],
            "reason": release["reason"], "released_at": instant(release["released_at"]),
        }  # fmt: skip
        is_same = {**facts, **said} == facts and release["released_by"] == freed["actor"]
        if not is_same:
            yield f"{what} says otherwise than entry {freed['sequence']} of the audit log."


def _rows_of(connection: Connection[Any], export: int) -> tuple[int, str]:
    """Return how many lines an export has, and their digest; none of a line out of its place."""
    digest, count = hashlib.sha256(), 0
    for count, row in enumerate(fetch(connection, ROWS, export), start=1):
        digest.update(f"{row['said']}\n".encode())
        if row["line_number"] != count:
            return count, ""
    return count, digest.hexdigest()

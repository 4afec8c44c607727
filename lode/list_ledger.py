"""The ledger of exports: what left the house, and what was cut off on its way."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pymysql.connections import Connection

from lode import audit
from lode.db import transaction
from lode.list_definitions import ListVersion
from lode.list_gate import Allowed
from lode.person import fetch
from lode.settings import Settings

STARTED, HELD, COMPLETE, FAILED = "STARTED", "HELD", "COMPLETE", "FAILED"


@dataclass
class Export:
    """An export of a list: what was decided when, and the file that came of it."""

    id: int
    list_name: str
    version: int
    channel: str
    exported_by: str
    reason: str | None
    path: Path
    decided_at: datetime
    checked_count: int = 0
    row_count: int = 0
    waterfall: dict[str, int] = field(default_factory=dict)
    registry_versions: dict[str, int] = field(default_factory=dict)
    rules_hash: str | None = None
    valid_until: datetime | None = None
    rows_hash: str = ""
    file_sha256: str = ""
    status: str = STARTED

    @property
    def is_held(self) -> bool:
        """Whether it is whole and waits for a second person."""
        return self.status == HELD

    @property
    def part(self) -> Path:
        """The file while it is written."""
        return self.path.with_name(f".{self.path.name}.export-{self.id}.part")

    @property
    def sidecar(self) -> Path:
        """The file beside it that says what it is."""
        return self.path.with_name(f"{self.path.name}.json")

    @property
    def sidecar_part(self) -> Path:
        """The same while it is written."""
        return self.path.with_name(f".{self.path.name}.export-{self.id}.json.part")

    def as_json(self) -> dict[str, Any]:
        """What the sidecar says."""
        return {
            "export": self.id, "list": self.list_name, "version": self.version,
            "channel": self.channel, "exported_by": self.exported_by, "reason": self.reason,
            "decided_at": instant(self.decided_at), "valid_until": instant(self.valid_until),
            "checked": self.checked_count, "rows": self.row_count, "left_out": self.waterfall,
            "registry_versions": self.registry_versions, "rules_hash": self.rules_hash,
            "rows_hash": self.rows_hash, "sha256": self.file_sha256,
            "needs_release": self.is_held,
        }  # fmt: skip


def begin(
    connection: Connection[Any],
    wanted: ListVersion,
    by: str,
    reason: str | None,
    path: Path,
    at: datetime,
) -> Export:
    """Note that an export has begun, which decides by what is known at a moment."""
    channel = wanted.definition.channel
    with transaction(connection), connection.cursor() as cursor:
        cursor.execute(
            "insert into list_exports (list_name, version, channel, status, exported_by, reason,"
            " host_name, file_path, started_at, decided_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (wanted.name, wanted.version, channel, STARTED, by, reason, this_host(), str(path), at,
             at),
        )  # fmt: skip
        number = int(cursor.lastrowid)
    return Export(number, wanted.name, wanted.version, channel, by, reason, path, at)


def written(connection: Connection[Any], export: Export, digests: list[str]) -> set[str]:
    """Return which of some contact points have a line of the export already."""
    if not digests:
        return set()
    rows = fetch(
        connection,
        "select lower(hex(contact_hash)) as digest from list_export_rows"
        " where export_id = %(export)s and contact_hash in %(hashes)s",
        {"export": export.id, "hashes": [bytes.fromhex(one) for one in digests]},
    )
    return {str(row["digest"]) for row in rows}


def add_rows(connection: Connection[Any], export: Export, rows: Sequence[Allowed]) -> None:
    """Note who is in the lines that follow; they count when the export is complete."""
    if not rows:
        return
    with transaction(connection), connection.cursor() as cursor:
        cursor.executemany(
            "insert into list_export_rows (export_id, contact_hash, line_number,"
            " golden_person_id) values (%s, %s, %s, %s)",
            [
                (export.id, bytes.fromhex(row.point.digest), export.row_count + place,
                 row.point.golden_person_id)
                for place, row in enumerate(rows, start=1)
            ],
        )  # fmt: skip


def complete(connection: Connection[Any], settings: Settings, export: Export) -> None:
    """Count an export whose file is whole, with its entry in the audit log, or neither."""
    with transaction(connection), connection.cursor() as cursor:
        now = fetch(connection, "select utc_timestamp(6) as now")[0]["now"]
        cursor.execute(
            "update list_exports set status = %s, finished_at = %s,"
            " checked_count = %s, row_count = %s, waterfall = %s, registry_versions = %s,"
            " rules_hash = %s, valid_until = %s, rows_hash = %s, file_sha256 = %s"
            " where id = %s and status = %s",
            (
                export.status, now, export.checked_count, export.row_count,
                json.dumps(export.waterfall), json.dumps(export.registry_versions),
                export.rules_hash, export.valid_until,
                export.rows_hash, export.file_sha256, export.id, STARTED,
            ),
        )  # fmt: skip
        (row,) = fetch(connection, "select * from list_exports where id = %s", [export.id])
        audit.append(
            connection, settings, "list.export", actor=export.exported_by,
            subject=f"export {export.id}", payload=ledger_facts(export, row),
        )  # fmt: skip


def ledger_facts(export: Export, row: dict[str, Any]) -> dict[str, Any]:
    """Return what the audit log says of an export: its sidecar, and the rest of its row."""
    return {
        **export.as_json(), "file": row["file_path"], "host": row["host_name"],
        "started_at": instant(row["started_at"]), "finished_at": instant(row["finished_at"]),
    }  # fmt: skip


def fail(connection: Connection[Any], export: Export) -> None:
    """Note that an export came to nothing, and remove what was written of it."""
    with transaction(connection), connection.cursor() as cursor:
        failed = cursor.execute(
            "update list_exports set status = %s, finished_at = utc_timestamp(6)"
            " where id = %s and status in (%s, %s)",
            (FAILED, export.id, STARTED, HELD),
        )
    if failed:
        export.part.unlink(missing_ok=True)
        export.sidecar_part.unlink(missing_ok=True)


def deliver(export: Export) -> None:
    """Give the files of a counted export their names, the sidecar first; again changes nothing."""
    for part, path in ((export.sidecar_part, export.sidecar), (export.part, export.path)):
        if part.exists():
            part.replace(path)


def recover(connection: Connection[Any]) -> list[Export]:
    """Bring what killed exports left to its end; nobody else may be at work (see the run's lock).

    One that was not counted is FAILED and its rest removed, as is one that nobody released in time;
    one that was counted gets its file. Returns the latter, and those that wait for a second person.
    """
    # Every export does this first, so that only the newest one, or the one that was released last,
    # can still wait for its file.
    rows = fetch(
        connection,
        "select *, valid_until <= utc_timestamp(6) as is_over from list_exports"
        " where status = %(started)s or (host_name = %(host)s and (status = %(held)s or id in ("
        "(select max(id) from list_exports where host_name = %(host)s and status = %(complete)s),"
        " (select export_id from list_releases order by released_at desc limit 1))))",
        {"started": STARTED, "held": HELD, "complete": COMPLETE, "host": this_host()},
    )
    known = []
    for row in rows:
        export = export_of(row)
        if row["status"] == STARTED or (export.is_held and row["is_over"]):
            fail(connection, export)
        elif export.is_held:
            known.append(export)
        elif row["status"] == COMPLETE and export.part.exists():
            deliver(export)
            known.append(export)
    return known


def complete_at(connection: Connection[Any], path: Path) -> Export | None:
    """Return the newest export that was counted for a file of this machine, None without one."""
    rows = fetch(
        connection,
        "select * from list_exports where file_path = %(path)s and host_name = %(host)s"
        " and status = %(complete)s order by id desc limit 1",
        {"path": str(path), "host": this_host(), "complete": COMPLETE},
    )
    return export_of(rows[0]) if rows else None


def expected_people(connection: Connection[Any], name: str, version: int) -> int | None:
    """Return how many people the last export of a list's version looked at, None if there is none.

    What the next one has to look at is about as many: time left is told by it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select checked_count from list_exports where list_name = %s and version = %s"
            f" and status in ('{COMPLETE}', '{HELD}') order by id desc limit 1",
            (name, version),
        )
        row = cursor.fetchone()
    return int(row[0]) if row and row[0] else None


def export_of(row: dict[str, Any]) -> Export:
    """Return the export of a row of list_exports."""
    return Export(
        int(row["id"]), row["list_name"], int(row["version"]), row["channel"],
        row["exported_by"], row["reason"], Path(row["file_path"]), row["decided_at"],
        row["checked_count"] or 0, row["row_count"] or 0, json.loads(row["waterfall"] or "{}"),
        json.loads(row["registry_versions"] or "{}"), row["rules_hash"], row["valid_until"],
        row["rows_hash"] or "", row["file_sha256"] or "", row["status"],
    )  # fmt: skip


def this_host() -> str:
    """Return the name of this machine, as the ledger has it."""
    return socket.gethostname()[:255]


def instant(moment: datetime | None) -> str | None:
    """Return a moment as the audit log has it."""
    return None if moment is None else f"{moment.isoformat(timespec='microseconds')}Z"

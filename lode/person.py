"""One person: who stands behind an id today, what each file did for it, where each value is from.

Everything is computed by the models (person_lineage, person_provenance); this carries it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pymysql
from pymysql.connections import Connection
from pymysql.cursors import DictCursor

from loaders.feeds import RECORD_NUMBER_SPAN
from lode.db import NO_SUCH_TABLE, connect
from lode.errors import LodeError, printable
from lode.settings import Settings

VALUES_SQL = Path(__file__).parent / "sql" / "person_values.sql"
FIELDS = (
    "first_name", "middle_name", "last_name", "name_suffix", "company_name", "birth_date",
    "primary_email", "primary_phone", "street", "unit", "city", "state", "zip", "county", "country",
)  # fmt: skip


@dataclass(frozen=True)
class Identity:
    """Whom an id stands for: the golden person, and the living persons it is made of.

    The id's own state is golden_record, duplicate, retired or record.
    """

    requested_id: int
    requested_status: str
    golden_id: int
    members: tuple[int, ...]


def find_identity(connection: Connection[Any], person_id: int) -> Identity:
    """Return whom a person id or record id stands for today; LodeError if nobody."""
    rows = fetch(
        connection,
        "select golden_person_id, is_original, record_count from persons where id = %s",
        person_id,
    )
    status = "record"
    if rows:
        (row,) = rows
        status = "golden_record" if row["is_original"] else "duplicate"
        status = status if row["record_count"] else "retired"
        golden_id = int(row["golden_person_id"])
    else:
        golden_id = _golden_of_record(connection, person_id)
    members = fetch(
        connection,
        "select id from persons where golden_person_id = %s and record_count > 0 order by id",
        golden_id,
    )
    return Identity(person_id, status, golden_id, tuple(int(row["id"]) for row in members))


def golden_at(connection: Connection[Any], person_id: int, at: datetime) -> int:
    """Return the golden person for whom a person or record id stood at a moment (UTC).

    Raises LodeError for an id that is unknown, or was then. Of a moment before
    `identity_kept_since` it is who it was at that one.
    """
    moved = fetch(
        connection,
        "select golden_before from golden_group_changes"
        " where person_id = %(person)s and changed_at > %(at)s order by changed_at limit 1",
        {"person": person_id, "at": at},
    )
    if moved and moved[0]["golden_before"] is None:
        raise LodeError(
            f"Person {person_id} was not known yet at {at:%Y-%m-%d %H:%M:%S} UTC: choose a later"
            " moment."
        )
    if moved:
        return int(moved[0]["golden_before"])
    identity = find_identity(connection, person_id)
    if identity.requested_status == "record":
        query = "select person_id from person_records where record_id = %s and person_id <> %s"
        for holder in fetch(connection, query, [person_id, person_id]):
            return golden_at(connection, int(holder["person_id"]), at)
    return identity.golden_id


def _golden_of_record(connection: Connection[Any], record_id: int) -> int:
    rows = fetch(
        connection,
        "select persons.golden_person_id from person_records inner join persons"
        " on person_records.person_id = persons.id where person_records.record_id = %s",
        record_id,
    )
    if rows:
        return int(rows[0]["golden_person_id"])
    undone = fetch(
        connection,
        "select import_id, undone_at, undone_by, reason from imports_undone"
        " where import_seq = %s and %s between 1 and row_count",
        [*divmod(record_id, RECORD_NUMBER_SPAN)],
    )
    if undone:
        raise LodeError(f"Person {record_id} is no more: {_undoing(undone[0])}")
    raise LodeError(f"There is no person {record_id}: find people by name in the dashboard.")


def _undoing(row: dict[str, Any]) -> str:
    """Say by whom, when and why the import of a record was undone, as far as that is known."""
    import_id, moment = row["import_id"], row["undone_at"]
    known = f" by {row['undone_by']} on {moment:%Y-%m-%d %H:%M} UTC" if moment else ""
    why = f" ({printable(row['reason'], 200)})" if row["reason"] else ""
    return (
        f"the import that brought it was undone{known}{why}."
        f" `lode replay --import-id {import_id} --mode full` brings it back."
    )


def lineage(settings: Settings, person_id: int) -> dict[str, Any]:
    """Return the lineage of the golden person behind an id, oldest import first."""
    with connect("auditor", settings, schema="canonical") as connection:
        identity = find_identity(connection, person_id)
        reasons = fetch(
            connection,
            "select duplicate_id, match_reason from person_duplicates where original_id = %s"
            " order by duplicate_id",
            identity.golden_id,
        )
        imports = fetch(
            connection,
            "select * from person_lineage where person_id in %s order by import_seq, person_id",
            identity.members,
        )
        records = fetch(
            connection,
            "select person_id, import_seq, record_id %% 10000000000 as `row_number`"
            " from person_records where person_id in %s order by record_id",
            identity.members,
        )
    merged = {int(row["duplicate_id"]): str(row["match_reason"]) for row in reasons}
    result: dict[str, Any] = {"person_id": identity.golden_id}
    if person_id != identity.golden_id:
        result |= {"requested_id": person_id, "requested_status": identity.requested_status}
    numbers: dict[tuple[int, int], list[int]] = {}
    for row in records:
        key = (int(row["person_id"]), int(row["import_seq"]))
        numbers.setdefault(key, []).append(int(row["row_number"]))
    result["lineage"] = [_entry(row, numbers, identity, merged) for row in imports]
    result["merged_from"] = list(merged)
    result["current_status"] = "golden_record"
    return result


def _entry(
    row: dict[str, Any],
    numbers: dict[tuple[int, int], list[int]],
    identity: Identity,
    merged: dict[int, str],
) -> dict[str, Any]:
    person_id = int(row["person_id"])
    is_other = person_id != identity.golden_id
    reason = row["merge_reason"] or (merged.get(person_id) if is_other else None)
    entry: dict[str, Any] = {
        "import_id": row["import_id"],
        "source_file": row["source_file"],
        "imported_at": as_instant(row["imported_at"]),
        "records": numbers[(person_id, int(row["import_seq"]))],
        "fields_imported" if row["is_first"] else "fields_updated": json.loads(row["fields"]),
    }
    if reason:
        entry["merge_reason"] = reason
    if is_other:
        entry["merged_person_id"] = person_id
    return entry


def values(settings: Settings, person_id: int) -> tuple[Identity, list[dict[str, Any]]]:
    """Return the values of the golden person behind an id, each with where it comes from."""
    fields = " union all ".join(
        f"select {position} as position, '{name}' as field_name, cast({name} as char) as value"
        " from golden"
        for position, name in enumerate(FIELDS)
    )
    query = VALUES_SQL.read_text(encoding="utf-8").format(
        marts=settings.schema("marts"), canonical=settings.schema("canonical"), fields=fields
    )
    with connect("auditor", settings, schema="canonical") as connection:
        identity = find_identity(connection, person_id)
        rows = fetch(connection, query, {"golden": identity.golden_id, "members": identity.members})
    # A union with NULL makes some of the numbers decimal.
    for row in rows:
        for name in ("row_number", "record_id", "person_id", "override_id"):
            row[name] = None if row[name] is None else int(row[name])
    return identity, rows


def fetch(connection: Connection[Any], query: str, arguments: object = ()) -> list[dict[str, Any]]:
    """Return the rows of a query; LodeError if nothing was built yet."""
    if isinstance(arguments, int) or (isinstance(arguments, tuple) and " in %s" in query):
        arguments = (arguments,)
    try:
        with connection.cursor(DictCursor) as cursor:
            cursor.execute(query, arguments)
            return list(cursor.fetchall())
    except pymysql.err.ProgrammingError as error:
        if error.args[0] != NO_SUCH_TABLE:
            raise
        raise LodeError("People were not built yet, or not since an update: `lode run`.") from error


def as_instant(moment: datetime | None) -> str | None:
    """Return a UTC time as JSON writes it."""
    return None if moment is None else moment.isoformat(timespec="seconds") + "Z"

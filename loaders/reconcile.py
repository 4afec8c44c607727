"""Reconciliation: every record of every landed file is where the ledger says it is.

The file is compared with its SHA-256 and its records are counted again by the independent counter;
the raw table and the refused records are counted in the database, the outcomes added up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

from loaders import import_rows, ledger
from loaders.feeds import RECORD_NUMBER_SPAN, TABLES
from loaders.landing import is_landed, landed_path, settle
from loaders.recount import count_records
from lode.db import open_connection
from lode.errors import LodeError
from lode.settings import Settings

OUTCOMES = ("inserted", "updated", "unchanged", "collapsed", "rejected")
PROCESSED = ("COMPLETE", "COMPLETE_WITH_ERRORS")
# States in which an import is on its way: what is there is not all yet.
UNFINISHED = ("PENDING", "LOADING", "FAILED")


@dataclass(frozen=True)
class Reconciliation:
    """One import: what the file holds, where the records are, and the gaps, as sentences."""

    import_id: str
    filename: str
    status: str
    records_in_file: int | None
    loaded: int
    refused: int
    inserted: int | None
    updated: int | None
    unchanged: int | None
    collapsed: int | None
    rejected: int | None
    gaps: tuple[str, ...]

    def as_event(self) -> dict[str, object]:
        """Return it as one flat record."""
        return asdict(self)


def reconcile(settings: Settings, import_ids: list[str] | None = None) -> Iterator[Reconciliation]:
    """Yield the reconciliation of the imports named, or of all, oldest first."""
    with closing(open_connection("loader", settings, schema="raw")) as connection:
        if import_ids is None:
            newest_first = import_rows.read_all(connection, 2**31)
            import_ids = [row.import_id for row in reversed(newest_first)]
        for import_id in import_ids:
            row = import_rows.read(connection, import_id)
            yield _one(row, connection, settings)


def _one(row: import_rows.ImportRow, connection: Any, settings: Settings) -> Reconciliation:
    full = import_rows.read_full(connection, row.import_id)
    loaded, refused = _loaded(connection, row), ledger.count_rejects(connection, row.id)
    connection.commit()
    outcomes = {name: full[f"{name}_count"] for name in OUTCOMES}
    gaps: list[str] = []
    counted = _count_file(row, settings, gaps)
    if row.status not in UNFINISHED:
        _compare(row, counted, loaded, refused, gaps)
        if row.status in PROCESSED:
            total = sum(int(count or 0) for count in outcomes.values())
            if total != row.row_count:
                gaps.append(
                    f"{row.row_count} records were found in the file, but {total} are inserted,"
                    " updated, unchanged, collapsed or rejected"
                )
    return Reconciliation(
        import_id=row.import_id,
        filename=row.filename,
        status=row.status,
        records_in_file=counted,
        loaded=loaded,
        refused=refused,
        **outcomes,
        gaps=tuple(gaps),
    )


def _compare(
    row: import_rows.ImportRow, counted: int | None, loaded: int, refused: int, gaps: list[str]
) -> None:
    if counted is not None and counted != loaded + refused:
        gaps.append(
            f"the file has {counted} records, but {loaded} are in the raw table and {refused} among"
            " the refused"
        )
    for name, there, told in (
        ("records", loaded + refused, row.row_count),
        ("loaded records", loaded, row.loaded_count),
        ("refused records", refused, row.parse_rejected_count),
    ):
        if there != told:
            gaps.append(f"the ledger says {told} {name}, the tables have {there}")


def _count_file(row: import_rows.ImportRow, settings: Settings, gaps: list[str]) -> int | None:
    """Count the records of the landed file; what is wrong with it becomes a gap."""
    try:
        if not is_landed(row.s3_location, row.checksum, settings):
            if row.status not in UNFINISHED:
                gaps.append(f"the landed file {row.s3_location} is gone or was changed")
            return None
        path = landed_path(row.s3_location, settings)
        try:
            return count_records(path, row, settings)
        finally:
            if settings.landing is not None:
                settle(row.s3_location, settings)
    except LodeError as error:
        gaps.append(str(error).rstrip("."))
        return None


def _loaded(connection: Any, row: import_rows.ImportRow) -> int:
    base = row.id * RECORD_NUMBER_SPAN
    with connection.cursor() as cursor:
        cursor.execute(
            f"select count(*) from {TABLES[row.feed]} where record_id > %s and record_id < %s",
            (base, base + RECORD_NUMBER_SPAN),
        )
        (count,) = cursor.fetchone()
    return int(count)

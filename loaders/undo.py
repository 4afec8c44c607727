"""Undoing an import: the next run takes its records out and computes anew whom they touched.

The raw records and the landed file stay, so `lode replay` can bring the import back. What says who
must not be contacted is never taken out.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pymysql

from loaders import import_rows, ledger
from loaders.feeds import RECORD_NUMBER_SPAN
from loaders.replay import PROTECTED_FEEDS
from loaders.writer import Writer
from lode import audit
from lode.db import NO_SUCH_TABLE, connect, transaction
from lode.decisions import hold_by_other_records
from lode.errors import LodeError
from lode.pipeline import one_run_at_a_time
from lode.settings import Settings


@dataclass(frozen=True)
class Reversal:
    """What undoing an import does: records reversed, persons who go, persons who are kept."""

    import_id: str
    reversed_count: int
    gone_count: int
    kept_count: int
    is_done: bool = False

    def sentence(self) -> str:
        """Say it."""
        if self.is_done:
            return f"{self.import_id} was undone already: nothing changed."
        return (
            f"{self.import_id}: {self.reversed_count:,} records reversed; {self.gone_count:,}"
            f" persons go with them, {self.kept_count:,} are kept with what other imports say of"
            " them; 0 records refused."
        )


def undo(
    import_id: str, settings: Settings, *, by: str, reason: str | None = None, is_dry: bool = False
) -> Reversal:
    """Mark an import to be taken out by the next run, and say what that does.

    With `is_dry` it is only said. Raises LodeError if the import may not be undone: opt-outs and
    do-not-call lists never are.
    """
    with closing(Writer(settings)) as writer, one_run_at_a_time(settings):
        row = import_rows.read(writer.connection, import_id)
        if row.feed in PROTECTED_FEEDS:
            raise LodeError(
                f"{import_id} says who must not be contacted, and undoing it would lift that: 0"
                f" records reversed, 0 kept, {row.loaded_count or 0:,} refused."
            )
        writer.claim(row.checksum, row.source_table, row.filename)
        if row.status == ledger.UNDONE:
            return Reversal(import_id, 0, 0, 0, is_done=True)
        reversal = _effect(row, settings)
        if not is_dry and row.status != ledger.UNDOING:
            _mark(writer, row, reversal, by, reason, settings)
    return reversal


def _effect(row: import_rows.ImportRow, settings: Settings) -> Reversal:
    """Count what taking the import out does; a warehouse without people has nobody to lose."""
    first, last = row.id * RECORD_NUMBER_SPAN, (row.id + 1) * RECORD_NUMBER_SPAN - 1
    if row.feed != "people":
        return Reversal(row.import_id, row.loaded_count or 0, 0, 0)
    query = """
        select coalesce(sum(own_count), 0), coalesce(sum(not has_others), 0),
            coalesce(sum(has_others), 0)
        from (
            select own.person_id, own.own_count, exists (
                select 1 from person_records as other
                where other.person_id = own.person_id
                    and other.record_id not between %s and %s
            ) as has_others
            from (
                select person_id, count(*) as own_count from person_records
                where record_id between %s and %s group by person_id
            ) as own
        ) as persons
    """
    with connect("auditor", settings, schema="canonical") as connection:
        try:
            with connection.cursor() as cursor:
                cursor.execute(query, (first, last, first, last))
                counts: tuple[Any, ...] = cursor.fetchone() or (0, 0, 0)
        except pymysql.err.ProgrammingError as error:
            if error.args[0] != NO_SUCH_TABLE:
                raise
            counts = (0, 0, 0)
    reversed_count, gone_count, kept_count = (int(count) for count in counts)
    return Reversal(row.import_id, reversed_count, gone_count, kept_count)


def _mark(
    writer: Writer,
    row: import_rows.ImportRow,
    reversal: Reversal,
    by: str,
    reason: str | None,
    settings: Settings,
) -> None:
    first, last = row.id * RECORD_NUMBER_SPAN, (row.id + 1) * RECORD_NUMBER_SPAN - 1
    with transaction(writer.connection), writer.connection.cursor() as cursor:
        if reversal.reversed_count and row.feed == "people":
            hold_by_other_records(writer.connection, settings, first, last)
        cursor.execute(
            "update import_metadata set status = %s where id = %s", (ledger.UNDOING, row.id)
        )
        cursor.execute(
            "insert into import_reversals (import_seq, requested_at, requested_by, reason,"
            " reversed_count, gone_count, kept_count) values (%s, %s, %s, %s, %s, %s, %s)",
            (
                row.id,
                ledger.utc_now(),
                by[:128],
                reason[:1024] if reason else None,
                reversal.reversed_count,
                reversal.gone_count,
                reversal.kept_count,
            ),
        )
        audit.append(
            writer.connection,
            settings,
            "import.undo",
            actor=by[:128],
            subject=row.import_id,
            payload={
                "reason": reason,
                "reversed": reversal.reversed_count,
                "gone": reversal.gone_count,
                "kept": reversal.kept_count,
            },
        )

"""Facts that are only added to, against the audit log: each row is what its entry says.

An entry has the digest of its row, or of the rows of its file. Rows from before entries had
digests are noted by one entry for each table, which `lode init` adds when it finds them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from pymysql.connections import Connection
from pymysql.cursors import SSCursor, SSDictCursor

from lode import audit
from lode.db import connect, transaction
from lode.errors import LodeError
from lode.fact_digest import digest_of, digest_of_rows, file_key
from lode.fact_triggers import ANSWER
from lode.settings import Settings
from lode.slot_triggers import FIXED as SLOT

BASELINE = "facts.baseline"
Row = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """A table of facts, what one is called, and which entries tell of its beginning and its end.

    `fixed` are the columns that are there from the beginning, where a row ends later; one of
    `ended_by` is not null then. With `file` (a moment, a name), one entry tells of all rows that
    were written down together.
    """

    table: str
    word: str
    begins: str
    ends: tuple[str, ...] = ()
    fixed: tuple[str, ...] | None = None
    ended_by: tuple[str, ...] = ()
    file: tuple[str, str] | None = None
    order: str = "id"


FACTS = (
    Facts("opt_out_requests", "request", "request.add"),
    Facts("reply_reviews", "answer", "reply.wait", ("reply.decide",), ANSWER, ("decided_at",)),
    Facts(
        "contact_reservations", "slot", "slot.take", ("slot.use", "slot.release"), SLOT,
        ("used_at", "released_at"),
    ),
    Facts(
        "consent_records", "consents of", "consent.add", file=("recorded_at", "recorded_by"),
        order="recorded_at, recorded_by, id",
    ),
    Facts(
        "phone_lines", "lines of", "lines.add", file=("recorded_at", "source"),
        order="recorded_at, source, phone_e164, effective_on",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Unit:
    """What one entry tells of: a row, or the rows of a file; `end` is its digest once it ended."""

    key: str
    count: int
    digest: str
    end: str | None = None


@dataclass
class Told:
    """What the log says of a table: number and digest of the entry of each unit."""

    begun: dict[str, tuple[int, str]] = field(default_factory=dict)
    ended: dict[str, tuple[int, str]] = field(default_factory=dict)
    older: tuple[int, str] | None = None


@dataclass
class Older:
    """Rows that no entry with a digest tells of."""

    count: int = 0
    first: str = ""
    digest: Any = field(default_factory=hashlib.sha256)

    def add(self, unit: Unit) -> None:
        """Take one more."""
        self.first = self.first or unit.key
        self.count += unit.count
        self.digest.update(f"{unit.digest}\n".encode())


def check_facts(settings: Settings) -> int:
    """Compare the facts with the audit log; return how many rows there are.

    Raises LodeError, one sentence, for the first fact that was changed, removed or added. The chain
    of the log has to be verified first.
    """
    with connect("auditor", settings, schema="raw") as connection:
        with connection.cursor() as cursor:
            cursor.execute("start transaction with consistent snapshot, read only")
        count = 0
        for facts in FACTS:
            told, older = _told(connection, settings, facts), Older()
            with closing(_units(connection, facts)) as units:
                for unit in units:
                    count += unit.count
                    _raise(_fault_of(facts, unit, told, older))
            _raise(next(_faults_of_end(facts, told, older), None))
        return count


def adopt_facts(settings: Settings) -> None:
    """Note the facts from before entries had digests, once, by an entry for each table."""
    with connect("loader", settings, schema="raw") as connection:
        for facts in FACTS:
            told, older = _told(connection, settings, facts), Older()
            if told.begun or told.older:
                continue
            with transaction(connection):
                for unit in _units(connection, facts):
                    older.add(unit)
                if older.count:
                    audit.append(
                        connection, settings, BASELINE, actor="lode init",
                        subject=f"facts {facts.table}",
                        payload={"rows": older.count, "row": older.digest.hexdigest()},
                    )  # fmt: skip


def _told(connection: Connection[Any], settings: Settings, facts: Facts) -> Told:
    told = Told()
    with connection.cursor(SSCursor) as cursor:
        cursor.execute(
            f"select sequence, event, subject, payload from `{settings.schema('audit')}`.audit_log"
            " where event in %(events)s or (event = %(baseline)s and subject = %(table)s)"
            " order by sequence",
            {
                "events": (facts.begins, *facts.ends), "baseline": BASELINE,
                "table": f"facts {facts.table}",
            },
        )  # fmt: skip
        for sequence, event, subject, payload in cursor.fetchall_unbuffered():
            said = json.loads(payload)
            if "row" not in said:
                continue
            entry = (int(sequence), str(said["row"]))
            if event == BASELINE:
                told.older = told.older or entry
            else:
                side = told.ended if event in facts.ends else told.begun
                side[said.get("file") or str(subject).removeprefix(f"{facts.word} ")] = entry
    return told


def _units(connection: Connection[Any], facts: Facts) -> Generator[Unit, None, None]:
    with connection.cursor(SSDictCursor) as cursor:
        cursor.execute(f"select * from {facts.table} order by {facts.order}")
        rows: Iterable[Row] = cursor.fetchall_unbuffered()
        if facts.file is None:
            for row in rows:
                is_ended = any(row[name] is not None for name in facts.ended_by)
                end = digest_of(row) if is_ended else None
                # What comes with the end is null before it, and in the digest if it is not.
                begun = digest_of(row, facts.fixed if is_ended else None)
                yield Unit(str(row["id"]), 1, begun, end)
            return
        moment, name = facts.file
        for key, own in groupby(rows, key=lambda row: file_key(row[moment], row[name])):
            yield Unit(key, *digest_of_rows(own))


def _fault_of(facts: Facts, unit: Unit, told: Told, older: Older) -> str | None:
    what = f"{facts.word.capitalize()} {unit.key}"
    begun, ended = told.begun.pop(unit.key, None), told.ended.pop(unit.key, None)
    if begun is None:
        older.add(unit)
        if ended is None:
            return None
    elif begun[1] != unit.digest:
        return f"{what} is not what entry {begun[0]} of the audit log says."
    if (ended is None) != (unit.end is None):
        return f"{what} and the audit log do not agree whether it has ended."
    if ended and ended[1] != unit.end:
        return f"{what} did not end as entry {ended[0]} of the audit log says."
    return None


def _faults_of_end(facts: Facts, told: Told, older: Older) -> Iterator[str]:
    for key, (sequence, _) in [*told.begun.items(), *told.ended.items()]:
        yield (
            f"{facts.word.capitalize()} {key} is gone from {facts.table}, of which entry {sequence}"
            " of the audit log tells."
        )
    if told.older is None and older.count:
        yield f"{facts.word.capitalize()} {older.first} is in no entry of the audit log."
    elif told.older and told.older[1] != older.digest.hexdigest():
        yield (
            f"What {facts.table} has of before entry {told.older[0]} of the audit log is not what"
            " it was then."
        )


def _raise(fault: str | None) -> None:
    if fault:
        raise LodeError(f"{fault} Keep the server as it is, and compare a backup.")

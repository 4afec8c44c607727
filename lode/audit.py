"""The audit log: commands add to it within their own transactions, auditors read and verify it."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

import pymysql
from pymysql.connections import Connection
from pymysql.cursors import SSCursor

from lode.audit_chain import Entry, Head, Verdict, verify, verify_part
from lode.audit_span import PartVerdict, Span, numbers_of
from lode.db import connect, error_code
from lode.errors import LodeError
from lode.settings import Settings

# No table, no schema, no right to it: as the servers number them.
MISSING = (1044, 1049, 1142, 1143, 1146)
TOLD_EVERY = 5_000
LAST_POSSIBLE = 2**64 - 1
MAXIMUM_PAYLOAD_CHARACTERS = 60_000
SIZES = {"actor": 128, "event": 64, "subject": 128}
COLUMNS = (
    "sequence, recorded_at, account, actor, event, subject, payload, previous_hash, entry_hash"
)


def append(
    connection: Connection[Any],
    settings: Settings,
    event: str,
    *,
    actor: str,
    subject: str,
    payload: Mapping[str, Any],
) -> None:
    """Add an entry within the caller's transaction: it is there if and only if that commits.

    Make it the transaction's last statement, as the end of the log stays locked from here to the
    commit. The payload holds no personal data: ids and counts, not names or numbers.
    """
    values = {"actor": actor, "event": event, "subject": subject, "payload": canonical(payload)}
    for name, size in (*SIZES.items(), ("payload", MAXIMUM_PAYLOAD_CHARACTERS)):
        if not values[name] or len(values[name]) > size:
            raise LodeError(f"The {name} of an audit entry needs 1 to {size} characters.")
    with _sentences(settings), connection.cursor() as cursor:
        cursor.execute(
            f"insert into `{settings.schema('audit')}`.audit_log (actor, event, subject, payload)"
            " values (%(actor)s, %(event)s, %(subject)s, %(payload)s)",
            values,
        )


def canonical(payload: Mapping[str, Any]) -> str:
    """Return a payload as JSON that is the same text for the same content, in ASCII."""
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), allow_nan=False, default=str)


def verify_log(
    settings: Settings,
    anchors: Mapping[int, str],
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> Verdict:
    """Read the whole log in one snapshot, as the auditor, and follow its chain.

    `tell` is told every so often how many entries were read, and how many there are.
    """
    with _sentences(settings), connect("auditor", settings) as connection:
        head = _begin(connection, settings)
        # What was not read, behind a fault, must be done with before the connection is closed.
        with closing(_entries(connection, settings)) as entries:
            total = head.sequence if head else None
            return verify(_told(entries, total, tell), head, anchors)


def verify_span(
    settings: Settings,
    span: Span,
    anchors: Mapping[int, str],
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> PartVerdict:
    """Read a part of the log in one snapshot, as the auditor, and follow its chain.

    LodeError where no entry is in it. `tell` is told as by `verify_log`.
    """
    with _sentences(settings), connect("auditor", settings) as connection:
        head = _begin(connection, settings)
        first, last = numbers_of(connection, settings, span, head)
        with closing(_entries(connection, settings, first - 1, last + 1)) as entries:
            told = _told(entries, last - first + 1, tell)
            return PartVerdict(first, last, verify_part(told, first, last, head, anchors))


def _begin(connection: Connection[Any], settings: Settings) -> Head | None:
    """Begin a snapshot, and return where the log ends in it."""
    with connection.cursor() as cursor:
        cursor.execute("start transaction with consistent snapshot, read only")
        cursor.execute(f"select sequence, entry_hash from `{settings.schema('audit')}`.audit_head")
        row = cursor.fetchone()
    return Head(*row) if row else None


def newest(settings: Settings, limit: int, event: str | None, subject: str | None) -> list[Entry]:
    """Return the newest entries, oldest first; of one event or one subject if they are given."""
    query = (
        f"select {COLUMNS} from `{settings.schema('audit')}`.audit_log"
        " where (%(event)s is null or event = %(event)s)"
        " and (%(subject)s is null or subject = %(subject)s)"
        " order by sequence desc limit %(limit)s"
    )
    values = {"event": event, "subject": subject, "limit": limit}
    with (
        _sentences(settings),
        connect("auditor", settings) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(query, values)
        return [Entry(*row) for row in reversed(cursor.fetchall())]


def _entries(
    connection: Connection[Any], settings: Settings, first: int = 0, last: int = LAST_POSSIBLE
) -> Generator[Entry, None, None]:
    with connection.cursor(SSCursor) as cursor:
        cursor.execute(
            f"select {COLUMNS} from `{settings.schema('audit')}`.audit_log"
            " where sequence between %s and %s order by sequence",
            (first, last),
        )
        for row in cursor.fetchall_unbuffered():
            yield Entry(*row)


def _told(
    entries: Iterator[Entry], total: int | None, tell: Callable[[int, int], None]
) -> Iterator[Entry]:
    """Yield the entries, and tell how many there were after some thousands of them."""
    for count, entry in enumerate(entries, start=1):
        yield entry
        if total is not None and count % TOLD_EVERY == 0:
            tell(count, total)


@contextmanager
def _sentences(settings: Settings) -> Iterator[None]:
    try:
        yield
    except pymysql.MySQLError as error:
        if error_code(error) not in MISSING:
            raise
        name = settings.schema("audit")
        raise LodeError(
            f"There is no audit log {name} that this account can use, and nothing is done without"
            " one: run `lode init` (elsewhere an administrator runs what `lode init --print-grants`"
            " prints)."
        ) from error

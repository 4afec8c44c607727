"""Files of exports that leave: each once, again only for a reason, and counted as looks.

A line of such a file is a look at somebody's contact values. The entry of the audit log says how
many there are (`reveals`); the day's budget of single looks is not used up by them, as who needs
many people is to take a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymysql.connections import Connection

from lode import audit
from lode.db import transaction
from lode.errors import LodeError
from lode.reveals import REASON_MAXIMUM, REASON_MINIMUM
from lode.rights import Principal
from lode.settings import Settings

TAKEN = "list.download"


class TakenError(LodeError):
    """A file that was taken before, and is wanted again without a reason."""


def note_taking(
    connection: Connection[Any],
    settings: Settings,
    who: Principal,
    number: int,
    given: Mapping[str, Any],
    *,
    lines: int,
    reason: str,
) -> None:
    """Note that the file of an export leaves now; TakenError if it did before, and no reason given.

    The entry comes first: it holds the end of the log, so that of two who take a file at the same
    moment the second one sees the first.
    """
    why = reason.strip()
    if why and not REASON_MINIMUM <= len(why) <= REASON_MAXIMUM:
        raise LodeError(
            f"A reason has {REASON_MINIMUM} to {REASON_MAXIMUM} characters: it goes into the audit"
            " log."
        )
    subject = f"export {number}"
    said = {**given, "rows": lines, "reveals": lines, "reason": why or None}
    with transaction(connection):
        audit.append(
            connection, settings, TAKEN, actor=who.subject, subject=subject,
            payload={**said, "roles": sorted(who.roles)},
        )  # fmt: skip
        if not why and _times(connection, settings, subject) > 1:
            raise TakenError(
                f"The file of export {number} was taken before: go back to the page, and say under"
                ' "Take it again" why it is needed again.'
            )


def _times(connection: Connection[Any], settings: Settings, subject: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select count(*) from `{settings.schema('audit')}`.audit_log"
            " where subject = %s and event = %s",
            (subject, TAKEN),
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0

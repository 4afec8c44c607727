"""Looking at the contact values of one person: with a right and a reason, counted, and for minutes.

Each look is a row and an entry of the audit log, both committed before a value is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import pymysql
from pymysql.connections import Connection
from pymysql.cursors import DictCursor

from lode import audit
from lode.db import transaction
from lode.errors import LodeError
from lode.rights import Principal, Right, require
from lode.settings import Settings

LEASE = timedelta(minutes=10)
# Looks that one may take on one day (UTC), also at somebody seen before in another tab. Whoever
# needs more needs a list, not a look.
DAILY_BUDGET = 50
REASON_MINIMUM = 5
REASON_MAXIMUM = 500
DUPLICATE_KEY = 1062
ATTEMPTS = 5


@dataclass(frozen=True)
class Lease:
    """The right to read one person's contact values until a moment (UTC), for one actor."""

    actor: str
    person_id: int
    number: int
    expires_at: datetime

    def covers(self, person_id: int, now: datetime) -> bool:
        """Tell whether the lease is for this person and still runs."""
        return self.person_id == person_id and now < self.expires_at


def reveal(
    connection: Connection[Any], settings: Settings, who: Principal, person_id: int, reason: str
) -> Lease:
    """Note that somebody looks at a person's contact values, and return the lease to do so.

    LodeError, one sentence, without the right, without a reason, or beyond the day's budget.
    """
    require(who, Right.REVEAL)
    why = reason.strip()
    if not REASON_MINIMUM <= len(why) <= REASON_MAXIMUM:
        raise LodeError(
            f"Say why you need to see them, in {REASON_MINIMUM} to {REASON_MAXIMUM} characters:"
            " the reason goes into the audit log."
        )
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction(connection):
                return _note(connection, settings, who, person_id, why)
        except pymysql.IntegrityError as error:
            # The same person at another tab took this number at this moment.
            if error.args[0] != DUPLICATE_KEY or attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def find_lease(
    connection: Connection[Any], settings: Settings, who: Principal, person_id: int, number: int
) -> Lease | None:
    """Return a lease of today or yesterday that still runs, None if there is none (any more)."""
    query = (
        f"select expires_at from `{settings.schema('raw')}`.app_reveals"
        " where actor = %s and number = %s and person_id = %s"
        " and revealed_on >= utc_date() - interval 1 day and expires_at > utc_timestamp(6)"
    )
    with connection.cursor(DictCursor) as cursor:
        cursor.execute(query, (who.subject, number, person_id))
        row = cursor.fetchone()
    return Lease(who.subject, person_id, number, row["expires_at"]) if row else None


def _note(
    connection: Connection[Any], settings: Settings, who: Principal, person_id: int, reason: str
) -> Lease:
    table = f"`{settings.schema('raw')}`.app_reveals"
    with connection.cursor() as cursor:
        cursor.execute(
            f"select utc_timestamp(6), coalesce(max(number), 0) from {table}"
            " where actor = %s and revealed_on = utc_date()",
            (who.subject,),
        )
        now, used = cast("tuple[datetime, int]", cursor.fetchone())
        if used >= DAILY_BUDGET:
            raise LodeError(
                f"You have looked {DAILY_BUDGET} times today, which is the limit: it begins anew"
                " at midnight UTC. Who needs more people needs a list."
            )
        lease = Lease(who.subject, person_id, used + 1, now + LEASE)
        cursor.execute(
            f"insert into {table}"
            " (actor, revealed_on, number, person_id, reason, revealed_at, expires_at)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            (lease.actor, now.date(), lease.number, person_id, reason, now, lease.expires_at),
        )
    audit.append(
        connection,
        settings,
        "person.reveal",
        actor=who.subject,
        subject=f"person {person_id}",
        payload={
            "number": lease.number,
            "reason": reason,
            "roles": sorted(who.roles),
            "expires_at": lease.expires_at,
        },
    )
    return lease

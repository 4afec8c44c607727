"""Who looks at which pair of possible duplicates: leases, so that two stewards never collide.

A row per look, deferral or decision; the newest of a pair counts until it expires.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pymysql
from pymysql.connections import Connection
from pymysql.cursors import DictCursor

from lode.db import transaction
from lode.errors import LodeError
from lode.rights import Principal, Right, require
from lode.second_looks import DUPLICATE_KEY, Pair, note_first
from lode.settings import Settings

LOOKING, DEFERRED, DECIDED = "looking", "deferred", "decided"
# How long a pair is kept from the others. A decision leaves the queue with the next run; until
# then, and if it could not be written down, the pair comes back after a day.
LEASES = {
    LOOKING: timedelta(minutes=10),
    DEFERRED: timedelta(days=1),
    DECIDED: timedelta(days=1),
}


@dataclass(frozen=True)
class Hold:
    """Who has a pair, since which look, and until when (UTC)."""

    pair: Pair
    number: int
    actor: str
    state: str
    expires_at: datetime


def take(connection: Connection[Any], settings: Settings, who: Principal, pair: Pair) -> Hold:
    """Take a pair to look at; one's own look that still runs is kept. LodeError if it is held."""
    require(who, Right.REVIEW)
    with transaction(connection):
        held = _newest(connection, settings, pair)
        if held is not None and held.actor == who.subject and held.state == LOOKING:
            return held
        return _note(connection, settings, who, pair, LOOKING, held)


def put(
    connection: Connection[Any], settings: Settings, who: Principal, pair: Pair, state: str
) -> Hold:
    """Note that a pair was deferred or decided by who has it. LodeError if it is another's now."""
    require(who, Right.REVIEW)
    with transaction(connection):
        return _note(connection, settings, who, pair, state, _newest(connection, settings, pair))


def decide(
    connection: Connection[Any], settings: Settings, who: Principal, pair: Pair, verdict: str
) -> Hold:
    """Note that who has a pair decided about it; LodeError if it is another's now.

    With it goes the verdict, if the pair is drawn for a blind second look.
    """
    require(who, Right.REVIEW)
    with transaction(connection):
        held = _newest(connection, settings, pair)
        noted = _note(connection, settings, who, pair, DECIDED, held)
        note_first(connection, settings, who, pair, verdict)
    return noted


def decided_at(connection: Connection[Any], settings: Settings, pair: Pair) -> datetime | None:
    """Return when a pair was decided that still waits for the run that honours it, else None."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select max(noted_at) from `{settings.schema('raw')}`.app_reviews"
            " where person_id_l = %s and person_id_r = %s and state = %s"
            " and expires_at > utc_timestamp(6)",
            (*pair, DECIDED),
        )
        found = cursor.fetchone()
    moment: datetime | None = found[0] if found else None
    return moment


def wait_again(connection: Connection[Any], settings: Settings, pair: Pair) -> None:
    """Let a decided pair wait for somebody again, as its decision ended; needs a loader's rights.

    Within the caller's transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"update `{settings.schema('raw')}`.app_reviews set expires_at = utc_timestamp(6)"
            " where person_id_l = %s and person_id_r = %s and state = %s"
            " and expires_at > utc_timestamp(6)",
            (*pair, DECIDED),
        )


def require_undecided(connection: Connection[Any], settings: Settings, hold: Hold) -> None:
    """Raise LodeError if the pair was decided since a look: in another tab, say."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select 1 from `{settings.schema('raw')}`.app_reviews where person_id_l = %s"
            " and person_id_r = %s and number > %s and state = %s limit 1",
            (*hold.pair, hold.number, DECIDED),
        )
        if cursor.fetchone():
            raise LodeError(
                f"The pair {hold.pair[0]} and {hold.pair[1]} was decided meanwhile, in another tab"
                " perhaps: go back to the queue."
            )


def _note(
    connection: Connection[Any],
    settings: Settings,
    who: Principal,
    pair: Pair,
    state: str,
    held: Hold | None,
) -> Hold:
    if held is not None and held.actor != who.subject:
        raise LodeError(f"{_held_words(held)}: take the next one.")
    table = f"`{settings.schema('raw')}`.app_reviews"
    with connection.cursor(DictCursor) as cursor:
        cursor.execute(
            f"select utc_timestamp(6) as moment, coalesce(max(number), 0) as used from {table}"
            " where person_id_l = %s and person_id_r = %s",
            pair,
        )
        row = cursor.fetchone() or {}
        number, now = int(row["used"]) + 1, row["moment"]
        expires_at = now + LEASES[state]
        try:
            cursor.execute(
                f"insert into {table} (person_id_l, person_id_r, number, actor, state, noted_at,"
                " expires_at) values (%s, %s, %s, %s, %s, %s, %s)",
                (*pair, number, who.subject, state, now, expires_at),
            )
        except pymysql.IntegrityError as error:
            if error.args[0] != DUPLICATE_KEY:
                raise
            raise LodeError(
                "Somebody else took this pair at this moment: take the next one."
            ) from error
    return Hold(pair, number, who.subject, state, expires_at)


def _held_words(held: Hold) -> str:
    if held.state == DECIDED:
        return f"{held.actor} decided about this pair, and the next run honours that"
    verb = "put this pair aside" if held.state == DEFERRED else "has this pair"
    return f"{held.actor} {verb} until {held.expires_at:%Y-%m-%d %H:%M} UTC"


def _newest(connection: Connection[Any], settings: Settings, pair: Pair) -> Hold | None:
    """Return who has a pair now, None if nobody does."""
    with connection.cursor(DictCursor) as cursor:
        cursor.execute(
            "select number, actor, state, expires_at, expires_at > utc_timestamp(6) as runs"
            f" from `{settings.schema('raw')}`.app_reviews"
            " where person_id_l = %s and person_id_r = %s order by number desc limit 1",
            pair,
        )
        row = cursor.fetchone()
    if not row or not row["runs"]:
        return None
    return Hold(pair, int(row["number"]), row["actor"], row["state"], row["expires_at"])

"""Blind second looks: a share of decided pairs is put before another steward.

A row per verdict: number 1 is the first steward's, number 2 the second one's, given without seeing
the first. It measures how far stewards agree, and changes no decision: a pair about which two
differ is listed.
"""

from __future__ import annotations

import hashlib
from typing import Any

import pymysql
from pymysql.connections import Connection

from lode import audit
from lode.db import transaction
from lode.errors import LodeError
from lode.rights import Principal, Right, require
from lode.settings import Settings

DUPLICATE_KEY = 1062
Pair = tuple[int, int]
# One in so many pairs; which ones, nobody chooses.
ONE_IN = 20
VERDICTS = ("same", "different", "household")
FIRST, SECOND = 1, 2


def is_drawn(pair: Pair) -> bool:
    """Tell whether a pair gets a second look; the same answer whenever it is asked."""
    digest = hashlib.sha256(f"{pair[0]}-{pair[1]}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % ONE_IN == 0


def note_first(
    connection: Connection[Any], settings: Settings, who: Principal, pair: Pair, verdict: str
) -> None:
    """Note what was decided about a pair, if it is drawn; part of the caller's transaction.

    A pair that has a verdict keeps it: what is decided again was looked at before.
    """
    require(who, Right.REVIEW)
    if is_drawn(pair):
        with connection.cursor() as cursor:
            cursor.execute(
                f"insert ignore into {_table(settings)} (person_id_l, person_id_r, number, actor,"
                " verdict, noted_at) values (%s, %s, %s, %s, %s, utc_timestamp(6))",
                (*pair, FIRST, who.subject, _checked(verdict)),
            )


def give_second(
    connection: Connection[Any], settings: Settings, who: Principal, pair: Pair, verdict: str
) -> bool:
    """Note what a second steward says of a pair, in the audit log too; return if both agree.

    LodeError if the pair waits for no second look, or not for one of who asks.
    """
    require(who, Right.REVIEW)
    _checked(verdict)
    with transaction(connection):
        first = _first(connection, settings, pair)
        if first is None or first[0] == who.subject:
            raise LodeError(f"The pair {pair[0]} and {pair[1]} waits for no second look of yours.")
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"insert into {_table(settings)} (person_id_l, person_id_r, number, actor,"
                    " verdict, noted_at) values (%s, %s, %s, %s, %s, utc_timestamp(6))",
                    (*pair, SECOND, who.subject, verdict),
                )
        except pymysql.IntegrityError as error:
            if error.args[0] != DUPLICATE_KEY:
                raise
            raise LodeError(
                "Somebody else has given this pair its second look: take the next one."
            ) from error
        agrees = first[1] == verdict
        audit.append(
            connection, settings, "review.second", actor=who.subject,
            subject=f"pair {pair[0]}-{pair[1]}", payload={"verdict": verdict, "agrees": agrees},
        )  # fmt: skip
    return agrees


def _first(connection: Connection[Any], settings: Settings, pair: Pair) -> tuple[str, str] | None:
    """Return who decided about a pair first, and how."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select actor, verdict from {_table(settings)}"
            " where person_id_l = %s and person_id_r = %s and number = %s",
            (*pair, FIRST),
        )
        row = cursor.fetchone()
    return (str(row[0]), str(row[1])) if row else None


def _checked(verdict: str) -> str:
    if verdict not in VERDICTS:
        raise LodeError(f"A verdict is one of {', '.join(VERDICTS)}.")
    return verdict


def _table(settings: Settings) -> str:
    return f"`{settings.schema('raw')}`.app_verdicts"

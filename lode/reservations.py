"""Slots under the frequency caps: taken in the transaction that decides, then used or given back.

Two callers who ask for the last slot of a person or a contact point wait for each other on a row of
contact_locks, so that exactly one gets it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pymysql
from pymysql.connections import Connection

from lode.db import NO_SUCH_TABLE, connect, error_code, transaction
from lode.decision_statements import ask
from lode.errors import LodeError
from lode.settings import Settings

CHANNELS = ("call", "sms", "email", "mail")
TRIES = 5
# Deadlock, lock wait timeout: the whole transaction is gone and may be tried again.
LOST_RACE = (1205, 1213)


@dataclass(frozen=True)
class Contact:
    """Whom a caller wants to contact: a contact point, a golden person, or both."""

    channel: str
    value: str | None = None
    person_id: int | None = None
    states: tuple[str, ...] = ()


@dataclass(frozen=True)
class Slot:
    """A promise: the contact may be made until it expires."""

    id: int
    expires_at: datetime


@dataclass(frozen=True)
class Refusal:
    """A cap that is used up, and when it allows the next contact."""

    cap_id: str
    rule: str
    citation: str
    next_allowed_at: datetime


@contextmanager
def deciding(connection: Connection[Any]) -> Iterator[Connection[Any]]:
    """Open the transaction in which a decision is taken and its slot reserved.

    It reads what others have committed while it waited, which a snapshot of its beginning would
    hide.
    """
    with connection.cursor() as cursor:
        cursor.execute("set transaction isolation level read committed")
    with transaction(connection):
        yield connection


def reserve(
    connection: Connection[Any],
    settings: Settings,
    contact: Contact,
    *,
    by: str,
    minutes: int = 15,
    at: datetime | None = None,
    campaign: str | None = None,
) -> Slot | Refusal:
    """Take a slot within a transaction of `deciding`, or say which cap is used up.

    `at` is the moment of the contact; the server's present time if it is not given.
    """
    _check(contact, by, minutes)
    with connection.cursor() as cursor, _sentences():
        person = _golden(cursor, settings, contact.person_id)
        _lock(cursor, settings, contact, person)
        now = at or _now(cursor)
        if refusal := _refusal(connection, settings, contact, person, now):
            return refusal
        expires_at = now + timedelta(minutes=minutes)
        cursor.execute(
            f"insert into `{settings.schema('raw')}`.contact_reservations"
            " (channel, contact_value, person_id, campaign, reserved_by, reserved_at, expires_at)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            (contact.channel, contact.value, person, campaign, by, now, expires_at),
        )
        return Slot(int(cursor.lastrowid), expires_at)


def reserve_now(
    settings: Settings, contact: Contact, *, by: str, minutes: int = 15
) -> Slot | Refusal:
    """Take a slot in a transaction of its own; one that loses a deadlock is tried again."""
    with connect("loader", settings, schema="raw") as connection:
        for remaining in reversed(range(TRIES)):
            try:
                with deciding(connection):
                    return reserve(connection, settings, contact, by=by, minutes=minutes)
            except pymysql.MySQLError as error:
                if error_code(error) not in LOST_RACE or not remaining:
                    raise
    raise AssertionError("unreachable")


def use(connection: Connection[Any], settings: Settings, slot_id: int, at: datetime) -> None:
    """Note that the contact was made, at the moment its touchpoint will have.

    A touchpoint of the same point, channel and moment is the same contact and counts once.
    """
    _end(connection, settings, slot_id, "used_at", at)


def release(connection: Connection[Any], settings: Settings, slot_id: int) -> None:
    """Give a slot back: the contact was not made."""
    with connection.cursor() as cursor:
        _end(connection, settings, slot_id, "released_at", _now(cursor))


def _end(
    connection: Connection[Any], settings: Settings, slot_id: int, column: str, at: datetime
) -> None:
    with connection.cursor() as cursor:
        ended = cursor.execute(
            f"update `{settings.schema('raw')}`.contact_reservations set {column} = %s"
            " where id = %s and used_at is null and released_at is null",
            (at, slot_id),
        )
    if not ended:
        raise LodeError(f"Slot {slot_id} is not held: it was used or released, or never existed.")


def _check(contact: Contact, by: str, minutes: int) -> None:
    if contact.channel not in CHANNELS:
        raise LodeError(f"There is no such channel; choose one of {', '.join(CHANNELS)}.")
    if contact.value is None and contact.person_id is None:
        raise LodeError("A slot needs a contact point, a person, or both.")
    if not 0 < len(by) <= 128 or not 0 < minutes <= 24 * 60:
        raise LodeError("A slot needs who asks (1 to 128 characters) and 1 to 1440 minutes.")


def _golden(
    cursor: pymysql.cursors.Cursor, settings: Settings, person_id: int | None
) -> int | None:
    if person_id is None:
        return None
    cursor.execute(
        f"select golden_person_id from `{settings.schema('canonical')}`.persons where id = %s",
        (person_id,),
    )
    row = cursor.fetchone()
    if row is None:
        raise LodeError(f"There is no person {person_id}: no slot can be counted for it.")
    return int(row[0])


def _lock(
    cursor: pymysql.cursors.Cursor, settings: Settings, contact: Contact, person: int | None
) -> None:
    """Wait for all others who decide about the point or the person on this channel.

    In the order of the keys, so that two who want the same two don't hold one each.
    """
    names = [f"point {contact.value}"] if contact.value is not None else []
    names += [f"person {person}"] if person is not None else []
    keys = sorted(hashlib.sha256(f"{contact.channel} {name}".encode()).digest() for name in names)
    cursor.execute(
        f"insert into `{settings.schema('raw')}`.contact_locks (lock_key) values"
        f" {', '.join(['(%s)'] * len(keys))} on duplicate key update lock_key = lock_key",
        keys,
    )


def _refusal(
    connection: Connection[Any],
    settings: Settings,
    contact: Contact,
    person: int | None,
    now: datetime,
) -> Refusal | None:
    """Return the cap that is used up longest, by the macro that decides about everybody."""
    marks = {
        "person": person, "value": contact.value, "channel": contact.channel,
        "states": ",".join(contact.states), "at": now,
    }  # fmt: skip
    rows = ask(connection, "caps", marks, settings.schema("canonical"))
    if not rows:
        return None
    (row,) = rows
    return Refusal(row["cap_id"], row["rule"], row["citation"], row["blocks_until"])


def _now(cursor: pymysql.cursors.Cursor) -> datetime:
    cursor.execute("select utc_timestamp(6)")
    row = cursor.fetchone()
    assert row is not None
    moment: datetime = row[0]
    return moment


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except pymysql.MySQLError as error:
        if error_code(error) != NO_SUCH_TABLE:
            raise
        raise LodeError(
            "Nobody can be contacted before contacts made are known: run `lode init` and `lode run`"
            " first."
        ) from error

"""Roles of people, with dates: granted, ended and read. The table is only added to, and audited.

The app's account may read it and nothing else, so nobody grants a role through the dashboard.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pymysql
from pymysql.connections import Connection
from pymysql.cursors import DictCursor

from lode import audit
from lode.db import connect, transaction
from lode.errors import LodeError, printable
from lode.rights import ADMIN, LOCAL_PREFIX, ROLES, Principal
from lode.settings import Settings

SUBJECT_SIZE = 128
DUPLICATE_KEY = 1062
# The grants that nobody has ended; with `{raw}` for the schema. Who reads adds the moment.
NOT_ENDED = """
from `{raw}`.app_roles as granted
left join `{raw}`.app_roles as ended on granted.id = ended.revokes_id
where granted.revokes_id is null and ended.id is null
"""
AT_PRESENT = """
and granted.valid_from <= utc_timestamp(6)
and (granted.valid_to is null or granted.valid_to > utc_timestamp(6))
"""


@dataclass(frozen=True)
class Grant:
    """A role that somebody has from one moment on, until another or for good; times are UTC."""

    number: int
    subject: str
    role: str
    valid_from: datetime
    valid_to: datetime | None
    granted_by: str
    reason: str


def grant(
    settings: Settings,
    subject: str,
    role: str,
    *,
    by: str,
    reason: str,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
) -> int:
    """Give somebody a role and return the number of the grant; without dates from now on."""
    who = checked_subject(subject)
    _check(role, by, reason)
    if valid_from and valid_to and valid_to <= valid_from:
        raise LodeError("A role must begin before it ends.")
    with connect("loader", settings, schema="raw") as connection:
        for standing in _standing(connection, settings, who, role):
            if valid_from is None and standing.valid_from <= _now(connection):
                until = f"until {standing.valid_to:%Y-%m-%d %H:%M} UTC" if standing.valid_to else ""
                raise LodeError(
                    f"{printable(who)} has the role {role} already {until}".rstrip()
                    + ": end it first with `lode access revoke`."
                )
        with transaction(connection):
            number = _insert(connection, (who, role, valid_from, valid_to, None, by, reason))
            payload = {"grant": number, "role": role, "from": valid_from, "to": valid_to}
            _note(connection, settings, "access.grant", who, by, {**payload, "reason": reason})
    return number


def revoke(settings: Settings, subject: str, role: str, *, by: str, reason: str) -> list[int]:
    """End somebody's role at once, also where it would begin later; return the grants' numbers."""
    who = checked_subject(subject)
    _check(role, by, reason)
    with connect("loader", settings, schema="raw") as connection:
        numbers = [one.number for one in _standing(connection, settings, who, role)]
        if not numbers:
            raise LodeError(f"{printable(who)} has no role {role}: nothing to end.")
        try:
            with transaction(connection):
                for number in numbers:
                    _insert(connection, (who, role, None, None, number, by, reason))
                payload = {"grants": numbers, "role": role, "reason": reason}
                _note(connection, settings, "access.revoke", who, by, payload)
        except pymysql.IntegrityError as error:
            if error.args[0] != DUPLICATE_KEY:
                raise
            raise LodeError(f"Somebody else ended the role {role} at this moment.") from error
    return numbers


def grants(settings: Settings, subject: str | None = None) -> list[Grant]:
    """Return the grants that stand now or will begin, by person and role."""
    with connect("loader", settings, schema="raw") as connection:
        return _standing(connection, settings, checked_subject(subject) if subject else None)


def roles_of(connection: Connection[Any], settings: Settings, subject: str) -> frozenset[str]:
    """Return the roles that somebody has at this moment."""
    query = f"select granted.role {NOT_ENDED} {AT_PRESENT} and granted.subject = %s".replace(
        "{raw}", settings.schema("raw")
    )
    return frozenset(row["role"] for row in _fetch(connection, query, [subject]))


def principal_of(settings: Settings, subject: str) -> Principal:
    """Return somebody with the roles of this moment; who works on this machine is its admin."""
    if subject.startswith(LOCAL_PREFIX):
        return Principal(subject, frozenset({ADMIN} if settings.is_local else ()))
    with connect("loader", settings, schema="raw") as connection:
        return Principal(subject, roles_of(connection, settings, subject))


def checked_subject(subject: str) -> str:
    """Return a person's name as it is stored: the e-mail address of the login, in lower case."""
    name = subject.strip().lower()
    if not name or len(name) > SUBJECT_SIZE or any(character.isspace() for character in name):
        raise LodeError(f"A login is an e-mail address of 1 to {SUBJECT_SIZE} characters.")
    if name.startswith(LOCAL_PREFIX):
        raise LodeError(
            f"{printable(name)} works on this machine itself and needs no role: name a login."
        )
    return name


def _check(role: str, by: str, reason: str) -> None:
    if role not in ROLES:
        raise LodeError(
            f"There is no role {printable(role, 40)}: choose one of {', '.join(ROLES)}."
        )
    for name, text, limit in (("--by", by, 128), ("--reason", reason, 1024)):
        if not text.strip() or len(text) > limit:
            raise LodeError(f"{name} needs a text of 1 to {limit} characters.")


def _standing(
    connection: Connection[Any], settings: Settings, subject: str | None, role: str | None = None
) -> list[Grant]:
    query = (
        "select granted.id, granted.subject, granted.role, granted.valid_from, granted.valid_to,"
        " granted.granted_by, granted.reason"
        f" {NOT_ENDED} and (granted.valid_to is null or granted.valid_to > utc_timestamp(6))"
        " and (%(subject)s is null or granted.subject = %(subject)s)"
        " and (%(role)s is null or granted.role = %(role)s)"
        " order by granted.subject, granted.role, granted.id"
    ).replace("{raw}", settings.schema("raw"))
    rows = _fetch(connection, query, {"subject": subject, "role": role})
    return [Grant(*row.values()) for row in rows]


def _insert(connection: Connection[Any], values: tuple[Any, ...]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into app_roles (subject, role, valid_from, valid_to, revokes_id, granted_by,"
            " reason, recorded_at) values"
            " (%s, %s, coalesce(%s, utc_timestamp(6)), %s, %s, %s, %s, utc_timestamp(6))",
            values,
        )
        return int(cursor.lastrowid)


def _note(
    connection: Connection[Any],
    settings: Settings,
    event: str,
    subject: str,
    by: str,
    payload: dict[str, Any],
) -> None:
    audit.append(connection, settings, event, actor=by, subject=subject, payload=payload)


def _fetch(connection: Connection[Any], query: str, values: object = ()) -> list[dict[str, Any]]:
    with connection.cursor(DictCursor) as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def _now(connection: Connection[Any]) -> datetime:
    now: datetime = _fetch(connection, "select utc_timestamp(6) as moment")[0]["moment"]
    return now

"""Manual decisions: a value that wins over all records of a person, until it is revoked."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import phonenumbers
from pymysql.connections import Connection

from lode import audit
from lode.db import connect, transaction
from lode.decisions import OVERRIDES, check_signature, hold_records, living_person
from lode.errors import LodeError, printable
from lode.masking import mask_value
from lode.person import fetch
from lode.settings import Settings

SIZES = {
    "first_name": 100,
    "middle_name": 100,
    "last_name": 100,
    "name_suffix": 16,
    "company_name": 255,
    "birth_date": 10,
    "primary_phone": 20,
    "primary_email": 254,
}
# dbt reads these two in the seed as an empty cell (macro null_words).
NULL_WORDS = ("NULL", "null")
CONTACTS = {
    "primary_phone": ("phone_numbers", "phone_e164"),
    "primary_email": ("email_addresses", "email"),
}


def decide(
    settings: Settings, person_id: int, field: str, value: str, *, by: str, reason: str
) -> int:
    """Write down a value that wins from the next run on; return the number of the decision."""
    _check(field, by, reason)
    with connect("loader", settings, schema="canonical") as connection:
        person = living_person(connection, person_id)
        _refuse_null_word(connection, settings, field, value.strip())
        wanted = _checked_value(connection, person, field, value.strip())
        with transaction(connection):
            return _write(connection, settings, person, field, wanted, None, by, reason)


def revoke(settings: Settings, person_id: int, field: str, *, by: str, reason: str) -> list[int]:
    """End all decisions that stand for a field of a person; return their numbers."""
    _check(field, by, reason)
    with connect("loader", settings, schema="canonical") as connection:
        person = living_person(connection, person_id)
        standing = _standing(connection, settings, person, field)
        if not standing:
            raise LodeError(f"No decision stands for {field} of person {person}: nothing to end.")
        with transaction(connection):
            for number in standing:
                _write(connection, settings, person, field, None, number, by, reason)
    return standing


@dataclass(frozen=True)
class StandingValue:
    """A decision about a field that nobody has ended; of several the last one wins."""

    number: int
    value: str


def standing_values(settings: Settings, person_id: int, field: str) -> list[StandingValue]:
    """Return what stands for a field of a person, also what no run has seen yet, oldest first."""
    raw = settings.schema("raw")
    with connect("loader", settings, schema="canonical") as connection:
        person = living_person(connection, person_id)
        standing = _standing(connection, settings, person, field)
        return [
            StandingValue(int(row["id"]), str(row["value"]))
            for number in standing
            for row in fetch(
                connection, f"select id, value from `{raw}`.person_overrides where id = %s", number
            )
        ]


def waiting_decisions(settings: Settings) -> int:
    """Return how many decisions no run has honoured yet."""
    raw = settings.schema("raw")
    query = (
        f"select count(*) as waiting from `{raw}`.person_overrides as decided"
        " left join person_overrides as applied on decided.id = applied.id"
        " where applied.id is null"
    )
    with connect("auditor", settings, schema="canonical") as connection:
        try:
            return int(fetch(connection, query)[0]["waiting"])
        except LodeError:
            # Nothing was built yet, so there is nobody that could be decided about.
            return 0


def _check(field: str, by: str, reason: str) -> None:
    if field not in SIZES:
        raise LodeError(
            f"{printable(field, 40)} can't be decided by hand: choose one of {', '.join(SIZES)}."
        )
    check_signature(by, reason)


def _refuse_null_word(
    connection: Connection[Any], settings: Settings, field: str, value: str
) -> None:
    """Raise LodeError for a word that stands for no value in files, such as N/A."""
    words = f"`{settings.schema('staging')}`.placeholder_values"
    query = f"select 1 from {words} where kind = 'null_word' and value = %s"
    if value in NULL_WORDS or fetch(connection, query, [value]):
        raise LodeError(
            f"{value} stands for no value, and a decision has to give {field} one: name the value,"
            " or end a decision that stands with --revoke."
        )


def _checked_value(connection: Connection[Any], person: int, field: str, value: str) -> str:
    """Return the value as it is stored; LodeError if it can't be one of the field."""
    if not value or len(value) > SIZES[field]:
        raise LodeError(f"{field} needs a value of 1 to {SIZES[field]} characters.")
    if field == "birth_date":
        try:
            return datetime.date.fromisoformat(value).isoformat()
        except ValueError as error:
            raise LodeError("birth_date needs a date such as 1970-02-09.") from error
    if field not in CONTACTS:
        return value
    value = value.lower() if field == "primary_email" else _as_e164(value)
    table, column = CONTACTS[field]
    query = f"select id from {table} where person_id = {person:d} and {column} = %s"
    if not fetch(connection, query, [value]):
        raise LodeError(
            f"Person {person} has no such {column}: only one of its own can be the primary one."
        )
    return value


def _as_e164(value: str) -> str:
    try:
        number = phonenumbers.parse(value, "US")
    except phonenumbers.NumberParseException as error:
        raise LodeError("primary_phone needs a telephone number.") from error
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _standing(
    connection: Connection[Any], settings: Settings, person: int, field: str
) -> list[int]:
    """Return the decisions not revoked whose person this is, also those no run has seen yet."""
    raw = settings.schema("raw")
    query = f"""
        select standing.id
        from (
            select decided.id, min(living.record_id) as record_id
            from `{raw}`.person_overrides as decided
            inner join `{raw}`.person_override_records as records
                on decided.id = records.override_id
            inner join person_records as living on records.record_id = living.record_id
            left join `{raw}`.person_overrides as ended on decided.id = ended.revokes_id
            where decided.field_name = %s and decided.value is not null and ended.id is null
            group by decided.id
        ) as standing
        inner join person_records on standing.record_id = person_records.record_id
        where person_records.person_id = %s
        order by standing.id
    """
    return [int(row["id"]) for row in fetch(connection, query, (field, person))]


def _write(
    connection: Connection[Any],
    settings: Settings,
    person: int,
    field: str,
    value: str | None,
    revokes_id: int | None,
    by: str,
    reason: str,
) -> int:
    raw = settings.schema("raw")
    before = _value_before(connection, settings, person, field, revokes_id)
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into `{raw}`.person_overrides"
            " (field_name, value, revokes_id, decided_by, reason, decided_at)"
            " values (%s, %s, %s, %s, %s, utc_timestamp(6))",
            (field, value, revokes_id, by.strip(), reason.strip()),
        )
        number = int(cursor.lastrowid)
    hold_records(connection, settings, OVERRIDES, number, person)
    audit.append(
        connection,
        settings,
        "person.override" if revokes_id is None else "person.override_revoked",
        actor=by.strip(),
        subject=f"person {person}",
        payload={
            "decision": number,
            "field": field,
            "revokes": revokes_id,
            "before": before and mask_value(field, before),
            "after": value and mask_value(field, value),
            "reason": reason,
        },
    )
    return number


def _value_before(
    connection: Connection[Any], settings: Settings, person: int, field: str, revokes_id: int | None
) -> str | None:
    """Return the value that a decision ends or takes the place of: decided before, or of a file."""
    decided = [revokes_id] if revokes_id else _standing(connection, settings, person, field)
    table, column, key, of = "persons", field, "id = %s", person
    if decided:
        table, column, of = f"`{settings.schema('raw')}`.person_overrides", "value", decided[-1]
    elif field in CONTACTS:
        table, column = CONTACTS[field]
        key = "person_id = %s and is_primary = 1"
    rows = fetch(connection, f"select {column} as value from {table} where {key}", of)
    value = rows[0]["value"] if rows else None
    return None if value is None else str(value)

"""Definitions of lists: saved filters over golden persons, versioned, never free SQL."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import pymysql
from pymysql.connections import Connection

from lode import audit
from lode.db import connect, transaction
from lode.errors import LodeError, printable
from lode.masking import mask_value
from lode.person import fetch
from lode.phone_formats import check_format
from lode.settings import Settings

CHANNELS = ("call", "sms", "email", "mail")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
STATE = re.compile(r"[A-Z]{2}")
# Columns of marts.golden_persons that a condition may name, and how their values are read.
COLUMNS: dict[str, type] = {
    "birth_date": date, "city": str, "company_name": str, "country": str, "county": str,
    "first_seen_at": date, "import_count": int, "last_name": str, "person_count": int,
    "record_count": int, "state": str, "updated_at": date, "zip": str,
}  # fmt: skip
OPERATORS = ("!=", ">=", "<=", "=", "<", ">")
# Columns whose values in a condition may be those of one person.
PERSONAL = ("birth_date", "company_name", "last_name")
LOGGED_CHARACTERS = 2_000
MAXIMUM_DAYS = 36_500
SEGMENTS = ("business", "private")
MAXIMUM_SCORE = 100


@dataclass(frozen=True)
class Definition:
    """What belongs into a list: a channel and filters that must all hold.

    `phones` is the format of numbers in its files (lode.phone_formats), None for E.164.
    """

    channel: str
    states: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    where: tuple[tuple[str, str, str], ...] = ()
    campaigns: tuple[str, ...] = ()
    touched_days: int | None = None
    untouched_days: int | None = None
    segment: str | None = None
    least_score: int | None = None
    phones: str | None = None

    @property
    def text(self) -> str:
        """The definition as it is stored: the same text for the same content.

        What came later is left out where it says nothing, so that older versions keep their text.
        """
        later = ("campaigns", "touched_days", "untouched_days", "segment", "least_score", "phones")
        said = asdict(self)
        return audit.canonical({key: said[key] for key in said if key not in later or said[key]})

    @property
    def digest(self) -> str:
        """What makes it another version."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class ListVersion:
    """A saved version of a list."""

    name: str
    version: int
    definition: Definition
    defined_by: str
    defined_at: datetime


def definition_of(
    channel: str,
    states: Sequence[str],
    sources: Sequence[str],
    where: Sequence[str],
    campaigns: Sequence[str] = (),
    touched_days: int | None = None,
    untouched_days: int | None = None,
    segment: str | None = None,
    least_score: int | None = None,
    phones: str | None = None,
) -> Definition:
    """Return a definition from what the user says; LodeError names what can't be read."""
    if channel not in CHANNELS:
        raise LodeError(f"--channel needs one of {', '.join(CHANNELS)}.")
    codes = [state.strip().upper() for state in states]
    if odd := [code for code in codes if not STATE.fullmatch(code)]:
        raise LodeError(f"--state needs two letters such as TX, not {printable(odd[0], 40)}.")
    if any(not source.strip() or len(source) > 64 for source in sources):
        raise LodeError("--source needs the name of a mapping, such as `lode imports` shows.")
    if any(not campaign.strip() or len(campaign) > 255 for campaign in campaigns):
        raise LodeError("--campaign needs the name of a campaign, up to 255 characters.")
    if segment is not None and segment not in SEGMENTS:
        raise LodeError(f"--segment needs one of {', '.join(SEGMENTS)}.")
    if least_score is not None and not 0 < least_score <= MAXIMUM_SCORE:
        raise LodeError(f"--score needs a number from 1 to {MAXIMUM_SCORE}.")
    check_format(phones, channel)
    _check_days(touched_days, untouched_days)
    return Definition(
        channel,
        tuple(sorted(set(codes))),
        tuple(sorted({source.strip() for source in sources})),
        tuple(sorted({condition_of(text) for text in where})),
        tuple(sorted({campaign.strip() for campaign in campaigns})),
        touched_days,
        untouched_days,
        segment,
        least_score,
        phones,
    )


def _check_days(touched: int | None, untouched: int | None) -> None:
    for option, days in (("--touched-within", touched), ("--not-touched-for", untouched)):
        if days is not None and not 0 < days <= MAXIMUM_DAYS:
            raise LodeError(f"{option} needs a number of days from 1 to {MAXIMUM_DAYS}.")
    if touched is not None and untouched is not None and touched <= untouched:
        raise LodeError(
            f"Nobody was contacted within {touched} days and not for {untouched}: give"
            " --touched-within more days than --not-touched-for."
        )


def condition_of(text: str) -> tuple[str, str, str]:
    """Return column, comparison and value of a condition; LodeError for what is none."""
    found = re.fullmatch(r"\s*([a-z_]+)\s*(!=|>=|<=|=|<|>)\s*(.+?)\s*", text)
    if not found or found[1] not in COLUMNS:
        raise LodeError(
            f"--where needs a column, a comparison and a value, such as zip>=78700, not"
            f" {printable(text, 40)}: columns are {', '.join(COLUMNS)}."
        )
    column, operator, value = found.groups()
    try:
        if COLUMNS[column] is int:
            int(value)
        if COLUMNS[column] is date:
            date.fromisoformat(value)
    except ValueError:
        kind = "a number" if COLUMNS[column] is int else "a day such as 2026-01-05"
        raise LodeError(f"--where {column} needs {kind}, not {printable(value, 40)}.") from None
    return column, operator, value


def define(settings: Settings, name: str, definition: Definition, by: str) -> ListVersion:
    """Save a definition as a list's next version; the same one again stays the version it is."""
    if not NAME.fullmatch(name):
        raise LodeError("A list's name has up to 64 small letters, digits, _ and -, such as tx_1.")
    with connect("loader", settings, schema="raw") as connection, transaction(connection):
        known = versions(connection, name, is_locked=True)
        if known and known[-1].definition == definition:
            return known[-1]
        if known and known[-1].definition.channel != definition.channel:
            raise LodeError(
                f"The list {name} is for the channel {known[-1].definition.channel}: give a list"
                " for another channel a name of its own."
            )
        version = len(known) + 1
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "insert into list_definitions values (%s, %s, %s, %s, %s, %s,"
                    " utc_timestamp(6))",
                    (name, version, definition.channel, definition.text, definition.digest, by),
                )
        except pymysql.err.IntegrityError:
            raise LodeError(f"Somebody else is defining the list {name}: try again.") from None
        audit.append(
            connection, settings, "list.define", actor=by, subject=f"list {name}",
            payload={
                "version": version, "definition_hash": definition.digest,
                **_changed(known[-1].definition if known else None, definition),
            },
        )  # fmt: skip
        return versions(connection, name)[-1]


def _changed(old: Definition | None, new: Definition) -> dict[str, Any]:
    """What the audit log says of a new version: each part that differs, before and after."""
    before = asdict(old) if old else dict.fromkeys(asdict(new))
    after = asdict(new)
    # A first version says what it says; what it leaves open is no change.
    names = [name for name in after if before[name] != after[name] and (old or after[name])]
    return {
        "before": {name: _loggable(name, before[name]) for name in names} if old else None,
        "after": {name: _loggable(name, after[name]) for name in names},
    }


def _loggable(name: str, part: Any) -> Any:
    """Return a part of a definition without values of persons, and its digest if it is long."""
    if len(text := audit.canonical({name: part})) > LOGGED_CHARACTERS:
        return {"sha256": hashlib.sha256(text.encode()).hexdigest(), "entries": len(part)}
    if name != "where":
        return part
    return [
        (column, operator, mask_value(column, value) if column in PERSONAL else value)
        for column, operator, value in part
    ]


def versions(
    connection: Connection[Any], name: str | None, *, is_locked: bool = False
) -> list[ListVersion]:
    """Return all versions of a list, or of all lists, oldest first."""
    rows = fetch(
        connection,
        "select list_name, version, definition, defined_by, defined_at from list_definitions"
        " where %(name)s is null or list_name = %(name)s order by list_name, version"
        + (" for update" if is_locked else ""),
        {"name": name},
    )
    return [
        ListVersion(
            row["list_name"], int(row["version"]), _read(row["definition"]), row["defined_by"],
            row["defined_at"],
        )
        for row in rows
    ]  # fmt: skip


def newest(settings: Settings, name: str, version: int | None = None) -> ListVersion:
    """Return a version of a list, the newest if none is named; LodeError if there is none."""
    with connect("auditor", settings, schema="raw") as connection:
        known = versions(connection, name)
    found = [one for one in known if version in (None, one.version)]
    if not found:
        what = f"version {version} of the list" if known else "list"
        raise LodeError(f"There is no {what} {printable(name, 64)}: `lode list lists` shows all.")
    return found[-1]


def _read(text: str) -> Definition:
    said = json.loads(text)
    return Definition(
        said["channel"], tuple(said["states"]), tuple(said["sources"]),
        tuple(tuple(one) for one in said["where"]), tuple(said.get("campaigns", ())),
        said.get("touched_days"), said.get("untouched_days"), said.get("segment"),
        said.get("least_score"), said.get("phones"),
    )  # fmt: skip

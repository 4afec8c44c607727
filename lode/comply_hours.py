"""When contact points may be called or texted, by the clocks of all places they may be in.

The answer is that of the macro calling_hours, whose statement the last run left: `lode comply
explain`, the evidence and the export gate all read it here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pymysql.connections import Connection

from lode.decision_statements import ask

if TYPE_CHECKING:
    from lode.comply import Contact

WITH_HOURS = ("call", "sms")
# Of whom nothing is known may be in any zone: so many clocks say nothing to a reader.
MOST_CLOCKS = 4
# Digest of a contact point, channel, moment.
Question = tuple[str, str, datetime]


@dataclass(frozen=True)
class Hours:
    """From when on a contact point may be called or texted (UTC), and the zones it may be in.

    `enforced_from` is the moment asked about itself if it is within the hours, and None if nothing
    opens within two weeks; `advised_from` counts what only advises, too. `broken` has a row for
    each rule against the moment, as the statement gives it.
    """

    enforced_from: datetime | None
    advised_from: datetime | None
    time_zones: tuple[str, ...]
    broken: tuple[dict[str, Any], ...] = ()


def hours_of(
    connection: Connection[Any],
    asks: Iterable[tuple[Contact, str, datetime]],
    known_at: datetime,
) -> dict[Question, Hours]:
    """Return the hours of contact points on channels at moments, by what was known at another one.

    Channels without hours have no answer. A thousand contact points at most at a time.
    """
    asked = {(one, channel, at) for one, channel, at in asks if channel in WITH_HOURS}
    if not asked:
        return {}
    contacts = {(one.kind, one.value, one.digest, one.phone) for one, _, _ in asked}
    questions = [(one.digest, channel, at.isoformat(sep=" ")) for one, channel, at in asked]
    marks = {"asked": json.dumps(sorted(contacts, key=repr)), "asks": json.dumps(questions),
             "at": known_at}  # fmt: skip
    rows: dict[Question, list[dict[str, Any]]] = {}
    for row in ask(connection, "windows", marks):
        key = (str(row["contact_hash"]), str(row["channel"]), row["at_utc"])
        rows.setdefault(key, []).append(row)
    return {key: _hours(own) for key, own in rows.items()}


def local_times(at: datetime, time_zones: Iterable[str]) -> list[tuple[str, datetime]]:
    """Return a moment (naive, UTC) on the clock of each zone that has one."""
    found = []
    for zone in time_zones:
        try:
            found.append((zone, at.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(zone))))
        except ZoneInfoNotFoundError:
            continue
    return found


def local_words(at: datetime | None, time_zones: tuple[str, ...]) -> str:
    """Return a moment (naive, UTC) on up to four clocks, as words; "" if there are more."""
    if at is None or len(time_zones) > MOST_CLOCKS:
        return ""
    return "; ".join(
        f"{local:%Y-%m-%d %H:%M} {zone}" for zone, local in local_times(at, time_zones)
    )


def _hours(rows: list[dict[str, Any]]) -> Hours:
    first = {str(row["strictness"]): row for row in rows}
    return Hours(
        first["enforce"]["next_allowed_at"],
        first["advise"]["next_allowed_at"],
        tuple(str(first["enforce"]["time_zones"]).split(",")),
        tuple(row for row in rows if row["rule_id"] is not None),
    )

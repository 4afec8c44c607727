"""The named time zones of the private server, written from the IANA database that Python reads.

MySQL and MariaDB keep zones in five tables of the schema `mysql`, which a new server has empty:
`convert_tz` then returns null. The servers' own loaders are not in every package and know nothing
of the rule at the end of a zone file, so that with slim zone files they miss every change after
2007. Both engines get the same rows here.
"""

from __future__ import annotations

import datetime
import struct
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from pymysql.cursors import Cursor

# The tables' own limits: convert_tz knows no moment before 1970, MariaDB none after January 2038.
FIRST_MOMENT = 0
LAST_MOMENT = 2**31 - 1
# After the last moment in its file a zone follows one rule for ever, whose halves last longer than
# this.
STEP_SECONDS = 14 * 86_400
ROWS_PER_STATEMENT = 2_000

State = tuple[int, bool, str]


@dataclass(frozen=True)
class Zone:
    """One time zone: its first state, and (moment in Unix seconds, state from then on)."""

    name: str
    first: State
    changes: tuple[tuple[int, State], ...]


def read_zone(name: str) -> Zone:
    """Return a zone's changes from 1970 to 2038; a state is (offset in seconds, is DST, name)."""
    zone = zoneinfo.ZoneInfo(name)
    moments = [moment for moment in file_moments(name) if FIRST_MOMENT < moment < LAST_MOMENT]
    first = state = _state_at(zone, FIRST_MOMENT)
    changes = []
    for moment in moments:
        if (next_state := _state_at(zone, moment)) != state:
            changes.append((moment, next_state))
            state = next_state
    moment = moments[-1] if moments else FIRST_MOMENT
    while moment < LAST_MOMENT:
        later = min(moment + STEP_SECONDS, LAST_MOMENT)
        if (next_state := _state_at(zone, later)) != state:
            later = _first_difference(zone, moment, later, state)
            state = _state_at(zone, later)
            changes.append((later, state))
        moment = later
    return Zone(name, first, tuple(changes))


def file_moments(name: str) -> tuple[int, ...]:
    """Return the moments (Unix seconds, ascending) of the changes in a zone's file.

    RFC 8536: two blocks, the second with 64-bit moments; each header is 44 bytes and ends with six
    counts.
    """
    data = _file_bytes(name)
    if data[:4] != b"TZif" or data[4:5] < b"2":
        return ()
    *_, leaps, times, types, letters = _counts(data, 0)
    is_ut, is_std = _counts(data, 0)[:2]
    second = 44 + times * 5 + types * 6 + letters + leaps * 8 + is_std + is_ut
    times = _counts(data, second)[3]
    return struct.unpack_from(f">{times}q", data, second + 44)


def load_time_zones(cursor: Cursor) -> int:
    """Fill the server's zone tables, replacing what they hold; returns how many zones there are."""
    zones = [read_zone(name) for name in sorted(zoneinfo.available_timezones())]
    cursor.execute("use mysql")
    for table in (
        "time_zone",
        "time_zone_name",
        "time_zone_transition",
        "time_zone_transition_type",
    ):
        cursor.execute(f"truncate table {table}")
    rows = list(_rows(zones))
    for table, width in (
        ("time_zone (time_zone_id, use_leap_seconds)", 2),
        ("time_zone_name (name, time_zone_id)", 2),
        (
            "time_zone_transition_type"
            " (time_zone_id, transition_type_id, `offset`, is_dst, abbreviation)",
            5,
        ),
        ("time_zone_transition (time_zone_id, transition_time, transition_type_id)", 3),
    ):
        kind = table.split(" ", 1)[0]
        chosen = [values for name, values in rows if name == kind]
        marks = f"({', '.join(['%s'] * width)})"
        for start in range(0, len(chosen), ROWS_PER_STATEMENT):
            cursor.executemany(
                f"insert into {table} values {marks}", chosen[start : start + ROWS_PER_STATEMENT]
            )
    cursor.execute("flush tables")
    return len(zones)


def _rows(zones: list[Zone]) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yield (table, row) for every zone; a zone's states are numbered from 0, the first first."""
    for zone_id, zone in enumerate(zones, start=1):
        numbers: dict[State, int] = {zone.first: 0}
        for _, state in zone.changes:
            numbers.setdefault(state, len(numbers))
        yield "time_zone", (zone_id, "N")
        yield "time_zone_name", (zone.name, zone_id)
        for (offset, is_dst, abbreviation), number in numbers.items():
            row = (zone_id, number, offset, int(is_dst), abbreviation[:8])
            yield "time_zone_transition_type", row
        for moment, state in zone.changes:
            yield "time_zone_transition", (zone_id, moment, numbers[state])


def _counts(data: bytes, start: int) -> tuple[int, ...]:
    """Return a header's counts: UT flags, standard flags, leap seconds, moments, types, letters."""
    return struct.unpack_from(">6I", data, start + 20)


def _file_bytes(name: str) -> bytes:
    """Return a zone's compiled file, from where Python's own zoneinfo takes it."""
    for folder in zoneinfo.TZPATH:
        path = Path(folder) / name
        if path.is_file():
            return path.read_bytes()
    package, _, file_name = f"tzdata/zoneinfo/{name}".rpartition("/")
    return (resources.files(package.replace("/", ".")) / file_name).read_bytes()


def _first_difference(zone: zoneinfo.ZoneInfo, low: int, high: int, state: State) -> int:
    """Return the first second in (low, high] without `state`; low has it, high has not."""
    while high - low > 1:
        middle = (low + high) // 2
        if _state_at(zone, middle) == state:
            low = middle
        else:
            high = middle
    return high


def _state_at(zone: zoneinfo.ZoneInfo, moment: int) -> State:
    at = datetime.datetime.fromtimestamp(moment, zone)
    offset = at.utcoffset() or datetime.timedelta()
    return int(offset.total_seconds()), bool(at.dst()), at.tzname() or ""

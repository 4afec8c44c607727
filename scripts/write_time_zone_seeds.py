"""Write the seeds of seeds/time_zones from Python's zone database and the package `zipcodes`.

    pip install zipcodes tzdata && python scripts/write_time_zone_seeds.py

Run it once a year, or when a state changes its clocks, and commit what it writes.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import zipcodes

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
FOLDER = SEEDS / "time_zones"
FIRST, LAST = datetime(2020, 1, 1, tzinfo=timezone.utc), datetime(2038, 1, 1, tzinfo=timezone.utc)
HOLIDAY_YEARS = range(2024, 2034)
# The name that stands for all zones with the same clock since FIRST.
PREFERRED = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix",
    "America/Anchorage", "America/Adak", "America/Puerto_Rico", "Pacific/Honolulu", "Pacific/Guam",
)  # fmt: skip
# What the package has wrong.
CORRECTIONS = {"Napakiak": "America/Anchorage"}
# Territories are plausible for nobody of whom nothing is known; their own codes and ZIPs say so.
OUTLYING = {"AS", "FM", "GU", "MH", "MP", "PR", "PW", "VI"}


def intervals(name: str) -> list[tuple[datetime, datetime, int]]:
    """Return (from, to, offset in seconds) of a zone, in UTC, to the second."""
    zone, found, start = ZoneInfo(name), [], FIRST
    while start < LAST:
        offset = start.astimezone(zone).utcoffset()
        step = start
        while step < LAST and step.astimezone(zone).utcoffset() == offset:
            step += timedelta(days=7)
        low, high = step - timedelta(days=7), min(step, LAST)
        while step < LAST and high - low > timedelta(seconds=1):
            middle = low + (high - low) // 2
            middle = middle.replace(microsecond=0)
            if middle.astimezone(zone).utcoffset() == offset:
                low = middle
            else:
                high = middle
        found.append((start, high, int(offset.total_seconds())))
        start = high
    return found


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a seed, sorted, with bare line feeds."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(sorted(rows, key=lambda row: [str(value) for value in row]))


def nth(year: int, month: int, weekday: int, number: int) -> date:
    """Return the nth weekday (0 = Monday) of a month; number -1 is the last."""
    if number < 0:
        day = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return day - timedelta(days=(day.weekday() - weekday) % 7)
    day = date(year, month, 1)
    return day + timedelta(days=(weekday - day.weekday()) % 7 + 7 * (number - 1))


def easter(year: int) -> date:
    """Return Easter Sunday (Gregorian, Meeus)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


def holidays() -> Iterable[tuple[str, date, str]]:
    """Yield (jurisdiction, day, name): the day itself and the day it is observed."""
    for year in HOLIDAY_YEARS:
        fixed = [
            ("US", date(year, 1, 1), "New Year's Day"), ("US", date(year, 6, 19), "Juneteenth"),
            ("US", date(year, 7, 4), "Independence Day"), ("US", date(year, 11, 11), "Veterans Day"),
            ("US", date(year, 12, 25), "Christmas Day"), ("LA", date(year, 1, 8), "Battle of New Orleans"),
            ("LA", date(year, 1, 19), "Robert E. Lee Day"), ("UT", date(year, 7, 24), "Pioneer Day"),
        ]  # fmt: skip
        yield from fixed
        for jurisdiction, day, name in fixed:
            if day.weekday() > 4:
                moved = day + timedelta(days=-1 if day.weekday() == 5 else 1)
                yield jurisdiction, moved, f"{name} (observed)"
        yield from (
            ("US", nth(year, 1, 0, 3), "Martin Luther King Jr. Day"),
            ("US", nth(year, 2, 0, 3), "Presidents' Day"), ("US", nth(year, 5, 0, -1), "Memorial Day"),
            ("US", nth(year, 9, 0, 1), "Labor Day"), ("US", nth(year, 10, 0, 2), "Columbus Day"),
            ("US", nth(year, 11, 3, 4), "Thanksgiving Day"),
            ("LA", easter(year) - timedelta(days=47), "Mardi Gras"),
            ("LA", easter(year) - timedelta(days=2), "Good Friday"),
            ("RI", nth(year, 8, 0, 2), "Victory Day"),
        )  # fmt: skip


def main() -> None:
    """Write all seeds."""
    places = [row for row in zipcodes.list_all() if row["timezone"]]
    clocks: dict[str, list[tuple[datetime, datetime, int]]] = {}
    stands_for: dict[str, str] = {}
    names = {CORRECTIONS.get(row["timezone"], row["timezone"]) for row in places}
    for name in [*PREFERRED, *sorted(names - set(PREFERRED))]:
        own = intervals(name)
        stands_for[name] = next((kept for kept, clock in clocks.items() if clock == own), name)
        clocks.setdefault(stands_for[name], own)
    of_state, of_code = defaultdict(set), defaultdict(set)
    ranges: list[list[str]] = []
    for row in sorted(places, key=lambda one: one["zip_code"]):
        zone = stands_for[CORRECTIONS.get(row["timezone"], row["timezone"])]
        of_state[row["state"]].add(zone)
        for code in row["area_codes"]:
            of_code[code].add(zone)
        last = ranges[-1] if ranges else None
        prefix = row["zip_code"][:3]
        if last and last[0] == prefix and last[3:] == [row["state"], zone]:
            last[2] = row["zip_code"]
        else:
            ranges.append([prefix, row["zip_code"], row["zip_code"], row["state"], zone])
    of_state["US"] = set().union(*(of_state[s] for s in of_state if s not in OUTLYING))
    with (SEEDS / "phone" / "nanp_area_codes.csv").open(encoding="utf-8") as file:
        codes = {
            row["area_code"]: row["state_code"]
            for row in csv.DictReader(file)
            if row["kind"] == "geographic" and row["state_code"] in of_state
        }
    for code, state in codes.items():
        # A code that the package doesn't know is as wide as its state.
        of_code[code] = of_code.get(code) or set(of_state[state])
    offsets = (
        (name, f"{start:%Y-%m-%d %H:%M:%S}", f"{end:%Y-%m-%d %H:%M:%S}", offset)
        for name, clock in clocks.items()
        for start, end, offset in clock
    )
    write(
        FOLDER / "time_zone_offsets.csv",
        ("time_zone", "utc_from", "utc_to", "offset_seconds"),
        offsets,
    )
    write(
        FOLDER / "zip_time_zones.csv",
        ("zip_prefix", "zip_from", "zip_to", "state_code", "time_zone"),
        ranges,
    )
    write(
        FOLDER / "state_time_zones.csv", ("state_code", "time_zone"),
        ((state, zone) for state, zones in of_state.items() for zone in zones),
    )  # fmt: skip
    write(
        FOLDER / "area_code_time_zones.csv", ("area_code", "time_zone"),
        ((code, zone) for code in codes for zone in of_code[code]),
    )  # fmt: skip
    days = {(jurisdiction, day): name for jurisdiction, day, name in holidays()}
    write(
        SEEDS / "compliance" / "holidays.csv", ("jurisdiction", "holiday_date", "holiday_name"),
        ((*key, name) for key, name in days.items()),
    )  # fmt: skip


if __name__ == "__main__":
    main()

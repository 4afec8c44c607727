"""The seeds of places and clocks against Python's own zone database."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from clock_and_rules import holidays, seed

AMERICAN = (
    "Adak Anchorage Boise Chicago Denver Detroit Indiana/Indianapolis Indiana/Knox Indiana/Marengo"
    " Indiana/Petersburg Indiana/Tell_City Indiana/Vevay Indiana/Vincennes Indiana/Winamac Juneau"
    " Kentucky/Louisville Kentucky/Monticello Los_Angeles Menominee Metlakatla New_York Nome"
    " North_Dakota/Beulah North_Dakota/Center North_Dakota/New_Salem Phoenix Puerto_Rico Sitka"
    " St_Thomas Yakutat"
).split()
PACIFIC = ("Honolulu", "Guam", "Saipan", "Pago_Pago", "Palau", "Chuuk", "Majuro")


def clocks() -> dict[str, list[tuple[datetime, datetime, int]]]:
    """Return (from, to, offset) of every zone of the seed."""
    found = defaultdict(list)
    for row in seed("time_zones/time_zone_offsets"):
        span = (datetime.fromisoformat(row["utc_from"]), datetime.fromisoformat(row["utc_to"]))
        found[row["time_zone"]].append((*span, int(row["offset_seconds"])))
    return {name: sorted(spans) for name, spans in found.items()}


def offset(zone: str, at: datetime) -> int:
    moved = at.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(zone)).utcoffset()
    assert moved is not None
    return int(moved.total_seconds())


def test_spans_follow_each_other_without_a_gap_for_years_to_come() -> None:
    for name, spans in clocks().items():
        assert spans[0][0] == datetime(2020, 1, 1), name
        assert spans[-1][1] == datetime(2038, 1, 1), name
        assert all(one[1] == two[0] for one, two in itertools.pairwise(spans)), name


def test_every_span_is_what_python_says_to_the_second() -> None:
    second = timedelta(seconds=1)
    for name, spans in clocks().items():
        for start, end, seconds in spans:
            middle = start + (end - start) / 2
            for at in (start, middle, end - second):
                assert offset(name, at) == seconds, (name, at)
            if end < datetime(2038, 1, 1):
                assert offset(name, end) != seconds, (name, end)


def test_every_american_zone_has_a_clock() -> None:
    """A zone that is not in the seed has at every change, and between, the clock of one that is."""
    known = clocks()
    names = [f"America/{name}" for name in AMERICAN] + [f"Pacific/{name}" for name in PACIFIC]
    moments = {start for spans in known.values() for start, _, _ in spans}
    moments |= {at - timedelta(seconds=1) for at in moments if at > datetime(2020, 1, 1)}
    shown = {tuple(offset(name, at) for at in sorted(moments)) for name in known}
    for name in names:
        assert tuple(offset(name, at) for at in sorted(moments)) in shown, name


def test_places_name_zones_that_have_a_clock() -> None:
    zones = set(clocks())
    for name in ("zip_time_zones", "state_time_zones", "area_code_time_zones"):
        assert {row["time_zone"] for row in seed(f"time_zones/{name}")} <= zones, name
    ranges = sorted(seed("time_zones/zip_time_zones"), key=lambda row: row["zip_from"])
    assert all(row["zip_from"] <= row["zip_to"] for row in ranges)
    assert all(a["zip_to"] < b["zip_from"] for a, b in itertools.pairwise(ranges))
    states = {row["state_code"] for row in seed("address/us_states") if row["state_code"]}
    unplaced = states - {row["state_code"] for row in seed("time_zones/state_time_zones")}
    assert unplaced <= {"AA", "AE", "AP", "UM"}


def test_area_codes_that_cross_zones_have_all_of_them() -> None:
    found = defaultdict(set)
    for row in seed("time_zones/area_code_time_zones"):
        found[row["area_code"]].add(row["time_zone"].partition("/")[2])
    for codes, zones in {
        "850 270 364 906 812 930": {"New_York", "Chicago"},
        "605 701 308 620 785 915 432": {"Chicago", "Denver"},
        "208 986 541 458": {"Denver", "Los_Angeles"},
        "928": {"Phoenix", "Denver"},
    }.items():
        for code in codes.split():
            assert zones <= found[code], code
    assert found["212"] == {"New_York"}
    assert found["907"] == {"Anchorage", "Adak"}


def test_holidays_of_a_year_that_is_known() -> None:
    days = {day for name, day in holidays() if name == "US" and day.year == 2026}
    assert days == {
        date(2026, month, day)
        for month, day in (
            (1, 1), (1, 19), (2, 16), (5, 25), (6, 19), (7, 3), (7, 4), (9, 7), (10, 12), (11, 11),
            (11, 26), (12, 25),
        )
    }  # fmt: skip
    # Moved from a Sunday, and from a Saturday into the year before.
    assert {("US", date(2027, 7, 5)), ("US", date(2027, 12, 31))} <= holidays()
    assert {
        ("LA", date(2026, 2, 17)),
        ("LA", date(2026, 4, 3)),
        ("RI", date(2026, 8, 10)),
    } <= holidays()
    assert max(day.year for _, day in holidays()) >= 2033

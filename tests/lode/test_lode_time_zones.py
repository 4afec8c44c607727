"""Time zones: what is written to the server's tables says the same as Python at every moment."""

from __future__ import annotations

import bisect
import zoneinfo
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lode.time_zones import LAST_MOMENT, file_moments, read_zone

NAMES = sorted(zoneinfo.available_timezones())
START = datetime(1970, 1, 1, tzinfo=timezone.utc)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(NAMES), st.lists(st.integers(0, LAST_MOMENT - 1), min_size=20, max_size=20))
def test_every_zone_agrees_with_python(name: str, moments: list[int]) -> None:
    zone = read_zone(name)
    starts = [moment for moment, _ in zone.changes]
    assert starts == sorted(set(starts))
    for moment in moments:
        position = bisect.bisect_right(starts, moment)
        offset, is_dst, abbreviation = zone.changes[position - 1][1] if position else zone.first
        expected = (START + timedelta(seconds=moment)).astimezone(zoneinfo.ZoneInfo(name))
        assert timedelta(seconds=offset) == expected.utcoffset()
        assert (is_dst, abbreviation) == (bool(expected.dst()), expected.tzname())


def test_short_lived_rules_are_not_jumped_over() -> None:
    # Recife had one week of summer time in October 2000 (IANA database, southamerica).
    changes = [
        moment
        for moment, _ in read_zone("America/Recife").changes
        if datetime.fromtimestamp(moment, timezone.utc).year == 2000
    ]
    assert timedelta(days=6) < timedelta(seconds=changes[-1] - changes[-2]) < timedelta(days=8)


def test_slim_zone_files_reach_as_far_as_fat_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read_zone("America/Chicago")
    until_2007 = tuple(m for m in file_moments("America/Chicago") if m < 1_200_000_000)
    monkeypatch.setattr("lode.time_zones.file_moments", lambda name: until_2007)
    assert read_zone("America/Chicago") == whole
    assert datetime.fromtimestamp(whole.changes[-1][0], timezone.utc).year == 2037

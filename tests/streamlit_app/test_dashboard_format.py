"""Numbers, times and foreign text as a reader sees them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamlit_app.ui import format as form


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, "0"),
        (999, "999"),
        (1_509, "1,509"),
        (99_999, "99,999"),
        (123_456, "123.5 K"),
        (999_949, "999.9 K"),
        (999_951, "1 M"),
        (84_000_123, "84 M"),
        (1_254_000_000, "1.254 B"),
        (10**15, "1000 T"),
    ],
)
def test_compact_numbers(number: int, shown: str) -> None:
    assert form.compact(number) == shown


def test_a_day_without_a_time_is_the_same_day_everywhere() -> None:
    zone = form.zone_of("America/Chicago")
    assert form.local_day(datetime(2014, 5, 3), zone) == "2014-05-03"
    assert form.local_day(datetime(2014, 5, 3, 0, 0, 1), zone) == "2014-05-02 19:00 CDT"
    assert form.local_day(None, zone) == "–"


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0 people"), (1, "1 person"), (84_000_123, "84,000,123 people")]
)
def test_a_count_has_the_noun_that_fits(count: int, shown: str) -> None:
    assert form.counted(count, "person", "people") == shown
    assert form.counted(count, "record").endswith("record" if count == 1 else "records")


def test_whole_numbers_shares_and_sizes() -> None:
    assert form.whole(84_000_123) == "84,000,123"
    assert form.whole(None) == "–"
    assert form.percent(1, 3) == "33.3 %"
    assert form.percent(1, 0) == "–"
    assert form.file_size(999) == "999 bytes"
    assert form.file_size(1_234_567) == "1.2 MB"
    assert form.file_size(None) == "–"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, "–"), (0.84, "0.8 s"), (42.4, "42 s"), (59.7, "1 min 0 s"), (8_040, "2 h 14 min")],
)
def test_durations(seconds: float | None, shown: str) -> None:
    assert form.duration(seconds) == shown


@pytest.mark.parametrize(
    ("zone", "moment", "shown"),
    [
        # Arizona has no summer time, Indiana has, Hawaii never had.
        ("America/Phoenix", datetime(2026, 7, 1, 12), "2026-07-01 05:00 MST"),
        ("America/Indiana/Indianapolis", datetime(2026, 7, 1, 12), "2026-07-01 08:00 EDT"),
        ("Pacific/Honolulu", datetime(2026, 7, 1, 12), "2026-07-01 02:00 HST"),
        # The two nights of change, a minute before and a minute after.
        ("America/New_York", datetime(2026, 3, 8, 6, 59), "2026-03-08 01:59 EST"),
        ("America/New_York", datetime(2026, 3, 8, 7, 1), "2026-03-08 03:01 EDT"),
        ("America/New_York", datetime(2026, 11, 1, 5, 59), "2026-11-01 01:59 EDT"),
        ("America/New_York", datetime(2026, 11, 1, 6, 1), "2026-11-01 01:01 EST"),
        ("Nowhere/Land", datetime(2026, 1, 1, 0), "2026-01-01 00:00 UTC"),
        ("../../etc/passwd", datetime(2026, 1, 1, 0), "2026-01-01 00:00 UTC"),
        (None, datetime(2026, 1, 1, 0), "2026-01-01 00:00 UTC"),
    ],
)
def test_times_are_on_the_viewers_clock(zone: str | None, moment: datetime, shown: str) -> None:
    assert form.local_time(moment, form.zone_of(zone)) == shown


@pytest.mark.parametrize(
    ("passed", "shown"),
    [
        (timedelta(seconds=-5), "less than a minute ago"),
        (timedelta(seconds=59), "less than a minute ago"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=25), "1 day ago"),
        (timedelta(days=800), "2 years ago"),
    ],
)
def test_ages(passed: timedelta, shown: str) -> None:
    now = datetime(2026, 2, 19, 12)
    assert form.age(now - passed, now) == shown


def test_plain_text_is_one_short_visible_line() -> None:
    assert form.plain("a\n\tb\u202ec\u200bd\x00e") == "a b c d e"
    assert len(form.plain("x" * 10_000)) == 200
    assert form.plain("x" * 10_000).endswith("…")
    assert form.plain(None) == "None"


def test_markup_is_escaped() -> None:
    assert form.esc("![x](http://e.example/a)") == (
        "\\!\\[x\\]\\(http&#58;\u2060\\/\\/e\\.example\\/a\\)"
    )
    assert form.esc("www.example.com").startswith("www\u2060\\.")
    assert form.esc("$x$ <b> *i* _u_ `c` #h") == ("\\$x\\$ \\<b\\> \\*i\\* \\_u\\_ \\`c\\` \\#h")


@given(st.text(max_size=400))
def test_no_markup_character_survives_unescaped(text: str) -> None:
    escaped = form.esc(text)
    assert "\n" not in escaped
    rest = escaped.replace("&#58;\u2060", "")
    for position, character in enumerate(rest):
        if character in "`*_[]()<>#|~$^!":
            before = rest[:position]
            slashes = len(before) - len(before.rstrip("\\"))
            assert slashes % 2 == 1, (text, escaped)
    assert ":" not in escaped


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Pacific/Honolulu"])
def test_the_ends_of_the_calendar_are_shown(zone: str) -> None:
    """A file may say anything; a clock that has no such moment shows it as it is stored."""
    for moment in (datetime.min, datetime.max):
        shown = form.local_time(moment, form.zone_of(zone))
        assert f"{moment:%m-%d %H:%M}" in shown or not shown.endswith("UTC")
    assert form.local_time(datetime.max, form.zone_of("Asia/Tokyo")) == "9999-12-31 23:59 UTC"

"""How many contacts were checked, and at which hours of the week they were made."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from made_marts import BUILT_AT, insert
from made_risk import HOURS, hours_of
from opened_page import VIEWER_ZONE, OpenPage
from sqlalchemy import Engine
from test_dashboard_pages import fill, texts

from lode.db import connect
from lode.settings import Settings
from streamlit_app.queries.contact_hours import offsets_of, read_hours, read_made
from streamlit_app.queries.risk import Weeks
from streamlit_app.ui.risk_hours import DAYS, frame_of

pytestmark = pytest.mark.database

AUTUMN = {"from": "2025-10-30", "to": "2025-11-11"}
WEEKS = Weeks(date(2025, 10, 27), date(2025, 11, 10))
CHICAGO = ZoneInfo("America/Chicago")


def add_hours(settings: Settings, rows: list[Any]) -> None:
    with connect("transformer", settings, schema="marts", autocommit=True) as connection:
        insert(connection.cursor(), "contact_hours", rows)


@pytest.mark.parametrize(("count", "words"), [(12_345, "12,345 contacts"), (1, "1 contact")])
def test_no_incident_says_among_how_many(
    open_page: OpenPage, empty: Settings, count: int, words: str
) -> None:
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    day = datetime(2025, 11, 5)
    outside = [*hours_of(day - timedelta(days=40), (3, "call", 7, 0))]
    add_hours(empty, [*hours_of(day, (14, "call", count, 0)), *outside])
    app = open_page("risk", empty, **AUTUMN)
    assert not app.exception
    (said,) = app.success
    assert said.value.startswith(
        f"No incident among {words} made from 2025-10-27 to 2025-11-16: none stands against a rule"
    )
    assert app.metric[0].delta == f"of {count:,} made"


def test_the_hours_are_those_of_the_clock(seeded_engine: Engine, seeded: Settings) -> None:
    found = read_hours(seeded_engine, WEEKS, "", CHICAGO)
    assert [(DAYS[one.weekday], one.hour, one.contacts) for one in found.hours if one.contacts] == [
        ("Monday", 9, 11_000),
        ("Tuesday", 9, 993),
        ("Sunday", 8, 300),
        ("Sunday", 17, 5),
        ("Sunday", 20, 7),
    ]
    assert found.day_only == 40
    made = sum(row["contact_count"] for row in HOURS)
    assert found.contacts + found.day_only == read_made(seeded_engine, WEEKS) == made == 12_345
    texted = read_hours(seeded_engine, WEEKS, "sms", ZoneInfo("UTC"))
    assert [(one.weekday, one.hour, one.contacts) for one in texted.hours] == [(6, 23, 5)]
    assert read_made(seeded_engine, Weeks(date(2025, 11, 10), date(2025, 11, 10))) == 993


def test_a_clock_that_is_put_back(empty: Settings, open_page: OpenPage) -> None:
    """On 2025-11-02 at 07:00 UTC summer time ended in Chicago: 06:00 and 07:00 are both one."""
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    add_hours(empty, hours_of(datetime(2025, 11, 2), (6, "call", 2, 0), (7, "call", 3, 0)))
    app = open_page("risk", empty, view="hours", **AUTUMN)
    assert not app.exception
    sunday = app.dataframe[0].value.to_dict("records")[6]
    ones = {hour: count for hour, count in sunday.items() if count and hour != "Day"}
    assert ones == ({"01": 5} if VIEWER_ZONE == "America/Chicago" else {"06": 2, "07": 3})


def test_offsets_of_a_span() -> None:
    begin, end = datetime(2025, 1, 6), datetime(2026, 1, 12)
    assert offsets_of(CHICAGO, begin, end) == [
        (datetime(2025, 3, 9, 8), -6 * 3600),
        (datetime(2025, 11, 2, 7), -5 * 3600),
        (end, -6 * 3600),
    ]
    assert offsets_of(ZoneInfo("America/Phoenix"), begin, end) == [(end, -7 * 3600)]
    assert offsets_of(CHICAGO, datetime(1, 1, 1), datetime(1, 1, 8))[-1][0] == datetime(1, 1, 8)


def test_the_map_has_its_words_and_its_table(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("risk", seeded, view="hours", **AUTUMN)
    assert not app.exception
    first = "12,305 contacts, most of them on Monday from 09:00 to 10:00 (11,000)"
    if VIEWER_ZONE == "America/Chicago":
        assert f"{first}; at weekends 312 (2.5 %)" in texts(app).replace("\\", "").replace(
            "&#58;\u2060", ":"
        )
    assert "Of 40 more contacts only the day is known." in texts(app)
    (chart,) = app.get("vega_lite_chart")
    assert "Map of weekdays and hours: 12,305 contacts" in repr(chart.proto)
    (table,) = app.dataframe
    assert table.value.drop(columns="Day").sum().sum() == 12_305
    app = open_page("risk", seeded, view="hours", ch="email", **AUTUMN)
    assert "No contact of these weeks is known." in texts(app)
    app = open_page("risk", seeded, view="hours", ch="mail", **AUTUMN)
    assert not app.exception
    assert not app.dataframe
    assert "Of 40 more contacts only the day is known." in texts(app)


@pytest.mark.parametrize(
    ("first", "last"), [("0001-01-01", "0001-02-02"), ("9999-12-30", "9999-12-31"), ("x", "<b>")]
)
def test_ends_of_the_calendar_and_nonsense(
    open_page: OpenPage, seeded: Settings, first: str, last: str
) -> None:
    app = open_page("risk", seeded, view="hours", ch="![x](y)", **{"from": first, "to": last})
    assert not app.exception
    assert not app.error
    assert "No contact of these weeks is known." in texts(app)
    assert any("is not offered here" in one.value for one in app.warning)


def test_every_hour_has_its_place(seeded_engine: Engine) -> None:
    frame = frame_of(read_hours(seeded_engine, WEEKS, "", CHICAGO))
    assert list(frame.columns) == ["Day", *(f"{hour:02d}" for hour in range(24))]
    assert list(frame["Day"]) == list(DAYS)

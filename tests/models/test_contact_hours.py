"""The hours of a day count every contact, and a run counts the days again that it touches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from raw_rows import insert_import, table_rows
from test_undo import set_status

from lode.db import connect
from lode.dbt import DbtResult
from lode.settings import Settings

pytestmark = pytest.mark.database

MODELS = ["--resource-type", "seed", "--resource-type", "model", "--select", "+contact_hours"]
HOURS = (
    "select day_on, hour_of_day, channel, contact_count, day_only_count from contact_hours"
    " order by day_on, hour_of_day, channel"
)
FIRST, LATER = date(2026, 1, 6), date(2026, 3, 20)


def contact(kind: str, at: str, number: int) -> dict[str, str | None]:
    return {
        "touchpoint_type": kind,
        "touchpoint_date": at,
        "phone": f"+1512555{100 + number:04d}",
        "source_record_id": f"{kind} {at} {number}",
    }


def hours_after(
    settings: Settings, dbt: Callable[..., DbtResult], *arguments: str
) -> list[tuple[object, ...]]:
    done = dbt(["build", *arguments, *MODELS], settings)
    assert done.returncode == 0, done.output[-2000:]
    with connect("auditor", settings, schema="canonical") as connection:
        cursor = connection.cursor()
        cursor.execute("select count(*) from touchpoints")
        (count,) = cursor.fetchone() or (0,)
    rows = table_rows(settings, "marts", HOURS)
    assert sum(int(str(row[3])) for row in rows) == count
    return rows


def test_hours_are_counted_and_counted_again(
    warehouse: Settings, dbt: Callable[..., DbtResult]
) -> None:
    made = [
        contact("call", "2026-01-06T14:00:00", 1),
        contact("call", "2026-01-06T14:59:59", 2),
        contact("sms", "2026-01-06T14:10:00", 1),
        contact("call", "2026-01-06", 3),
        contact("call", "2026-01-06T00:00:01", 4),
        contact("call", "2026-03-20T23:00:00", 5),
    ]
    insert_import(warehouse, 1, "touchpoints", made)
    first = [
        (FIRST, 0, "call", 2, 1),
        (FIRST, 14, "call", 2, 0),
        (FIRST, 14, "sms", 1, 0),
        (LATER, 23, "call", 1, 0),
    ]
    assert hours_after(warehouse, dbt) == first
    # A repeat, another contact of that hour, and one of a day far away.
    more = [made[0], contact("call", "2026-01-06T14:30:00", 6), contact("call", "2019-05-05", 7)]
    insert_import(warehouse, 2, "touchpoints", more)
    added = [(date(2019, 5, 5), 0, "call", 1, 1), *first]
    added[2] = (FIRST, 14, "call", 3, 0)
    assert hours_after(warehouse, dbt) == added
    # What nothing tells of any more is gone; the repeat is the contact now.
    set_status(warehouse, 1, "UNDOING")
    left = [(date(2019, 5, 5), 0, "call", 1, 1), (FIRST, 14, "call", 2, 0)]
    assert hours_after(warehouse, dbt) == left
    assert hours_after(warehouse, dbt, "--full-refresh") == left

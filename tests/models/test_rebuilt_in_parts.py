"""Decisions that two sessions built say what those of one say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from decided_numbers import learn
from raw_rows import insert_import, table_rows
from reference_decision import History, Request, Stay

from lode.comply import utc_moment
from lode.dbt import DbtResult
from lode.pipeline import run_pipeline
from lode.settings import Settings

pytestmark = pytest.mark.database

PEOPLE: list[dict[str, str | None]] = [
    {"first_name": "Ann", "last_name": f"Ash{n}", "phone_1": f"512-555-{n:04d}",
     "phone_2": f"213-555-{n // 2:04d}", "email_1": f"ann{n}@example.com",
     "street_1": f"{n} Main St", "city": "Austin", "state": "TX", "zip": "78701" if n % 7 else None}
    for n in range(100, 160)
]  # fmt: skip
BUILT = ("int_golden_contacts", "contact_verdicts", "contactability")
# All columns but when a row was added.
QUERIES = (
    ("canonical", "select * from contact_verdicts order by 1, 2, 3"),
    ("marts", "select * from contactability order by 1"),
    (
        "canonical",
        "select golden_person_id, contact_kind, contact_value, contact_hash, phone, area_code,"
        " area_state, phone_type, is_primary, is_verified, is_foreign, is_complete_address"
        " from int_golden_contacts order by 1, 2, 3",
    ),
)


def facts(now: datetime) -> list[History]:
    """Return what is known of every second number: a list it is on, or a request."""
    return [
        History(
            5125550000 + n,
            [Request("all" if n % 3 else "sms", now, now)] if n % 4 else [],
            stays=[Stay("national", now, None)] if n % 5 else [],
        )
        for n in range(100, 160, 2)
    ]


def test_two_sessions_build_what_one_builds(
    warehouse: Settings, dbt: Callable[..., DbtResult]
) -> None:
    now = utc_moment(None, "") - timedelta(days=1)
    insert_import(warehouse, 1, "people", PEOPLE)
    run_pipeline(warehouse)
    learn(warehouse, facts(now), [(0, date(now.year, now.month, now.day), now)])
    run_pipeline(warehouse)
    whole = [table_rows(warehouse, schema, query) for schema, query in QUERIES]
    assert [len(rows) > 20 for rows in whole] == [True, True, True]

    selected = [*BUILT, *(f"build_{name}" for name in BUILT), "int_decisions_touched+1"]
    done = dbt(
        ["run", "--full-refresh", "--select", "int_golden_touched", *selected,
         "--vars", "{rebuild_parts_from: 1}"],
        warehouse,
    )  # fmt: skip
    assert done.returncode == 0, done.output[-2000:]
    assert [table_rows(warehouse, schema, query) for schema, query in QUERIES] == whole
    messages = {row["unique_id"].rsplit(".", 1)[-1]: row["message"] for row in done.results}
    # Whoever came first to the second half, there were two.
    assert messages["int_golden_contacts"] == f"build int_golden_contacts: {len(whole[2])} rows"
    assert [name for name in BUILT if f"build_{name}" not in messages] == []
    assert table_rows(warehouse, "canonical", "select count(*) from rebuild_parts") == [(0,)]

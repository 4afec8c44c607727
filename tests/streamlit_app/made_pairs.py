"""Pairs that wait for a steward, made up, for the tests of the duplicate review."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pymysql.cursors import Cursor

from lode.db import connect
from lode.settings import Settings

ASHA = 10_000_000_001
BEN = 10_000_000_002
ZOE = 20_000_000_007
HOSTILE = 20_000_000_008
LI = 20_000_000_009
# A second record of Asha: another last name and mailbox, the same number.
ASHA_TWO = 10_000_000_777
MARKUP = "![x](http://tracker.example.com/w.png)"

Row = Mapping[str, Any]


def pair(first: int, second: int, weight: float, **values: object) -> Row:
    """Return a row of review_pairs, its waterfall adding up to the weight."""
    steps = [["prior", "", -12.0], ["email", "exact", 9.5], ["first_name", "differs", weight + 2.5]]
    row: dict[str, Any] = {
        "person_id_l": first,
        "person_id_r": second,
        "golden_person_id_l": first,
        "golden_person_id_r": second,
        "match_weight": weight,
        "match_score": 71.5,
        "match_reason": "email",
        "link_threshold": 2.0,
        "review_threshold": -3.0,
        "waterfall": json.dumps(steps),
        "is_risky": 0,
        "job_id": "dedup_1",
    }
    return {**row, **values}


def _value(
    person: int, table: str, field: str, value: str, effective_at: str, cell: str = ""
) -> Row:
    return {
        "person_id": person,
        "table_name": table,
        "field_name": field,
        "cell_of": cell,
        "preference": 1,
        "cell_value": value,
        "rule": "only value",
        "import_id": "imp_2026_02_17_001",
        "source_file": "campaign_leads_q1.csv",
        "source_row": 1,
        "effective_at": effective_at,
        "decided_by": None,
        "reason": None,
    }


def _values() -> list[Row]:
    return [
        _value(BEN, "persons", "first_name", "Benjamín", "2026-01-05"),
        _value(BEN, "persons", "last_name", "De La Cruz", "2026-01-05"),
        _value(BEN, "phone_numbers", "phone_raw", "(217) 555-0143", "2026-01-05", "+12175550143"),
        _value(ASHA, "phone_numbers", "phone_raw", "+1 217 555 0143", "2026-02-01", "+12175550143"),
        _value(BEN, "email_addresses", "email", "ben@example.com", "2026-01-05", "ben@example.com"),
        _value(HOSTILE, "persons", "first_name", MARKUP, "2026-01-05"),
        _value(LI, "persons", "first_name", "Wei", "2026-01-05"),
    ]


def seed_pairs(cursor: Cursor) -> None:
    """Fill the queue: one risky pair that weighs least, one that weighs more, a hostile one."""
    from made_marts import insert

    insert(cursor, "field_origins", _values())
    hostile = json.dumps([["prior", "", -3.0], [MARKUP, ":red[x] <b>", 2.0]])
    insert(
        cursor,
        "review_pairs",
        [
            pair(ASHA, BEN, -1.5, is_risky=1),
            pair(ZOE, LI, 1.25),
            pair(HOSTILE, LI, -1.0, waterfall=hostile, match_reason=MARKUP),
        ],
    )


def add_pairs(settings: Settings, count: int) -> None:
    """Add many pairs, and let the optimizer count them."""
    from made_marts import insert

    first_id = 90_000_000_000
    rows = [
        pair(first_id + n, first_id + n + 1, 2.0 - 5 * (n % 1009) / 1009, is_risky=n % 7 == 0)
        for n in range(count)
    ]
    with connect("transformer", settings, schema="marts", autocommit=True) as connection:
        cursor = connection.cursor()
        insert(cursor, "review_pairs", rows)
        cursor.execute("analyze table review_pairs")
    notes = [
        {"person_id_l": row["person_id_l"], "person_id_r": row["person_id_r"], "number": number,
         "actor": "ops", "state": "decided", "noted_at": "2026-01-01", "expires_at": "2026-01-02"}
        for row in rows
        for number in (1, 2)
    ]  # fmt: skip
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        insert(cursor, "app_reviews", notes)
        cursor.execute("analyze table app_reviews")

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
BENS_OLDER = 10_000_000_012
# Four persons that are one: three linked with each other, the last by one link only.
GROUP = tuple(40_000_000_001 + n for n in range(4))
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
    person: int, table: str, field: str, value: str, effective_at: str, **values: object
) -> Row:
    row: dict[str, Any] = {
        "person_id": person,
        "table_name": table,
        "field_name": field,
        "cell_of": "",
        "preference": 1,
        "cell_value": value,
        "rule": "only value",
        "record_id": person,
        "import_id": "imp_2026_02_17_001",
        "source_file": "campaign_leads_q1.csv",
        "source_row": person % 10_000_000_000,
        "effective_at": effective_at,
        "known_at": effective_at,
        "decided_by": None,
        "reason": None,
    }
    return {**row, **values}


def _values() -> list[Row]:
    """Return what two records of Ben, one more of Asha and one of others say."""
    older = {"preference": 2, "rule": "outranked", "record_id": BENS_OLDER, "source_row": 12}
    return [
        _value(BEN, "persons", "first_name", "Benjamín", "2026-01-05", rule="newest source date"),
        _value(BEN, "persons", "first_name", "Ben", "2025-03-01", **older),
        _value(BEN, "persons", "last_name", "De La Cruz", "2026-01-05"),
        _value(BEN, "persons", "birth_date", "1984-07-19", "2025-03-01",
               record_id=BENS_OLDER, source_row=12),
        _value(BEN, "phone_numbers", "primary_phone", "+12175550143", "2026-01-05"),
        _value(BEN, "phone_numbers", "primary_phone", "+12175550177", "2026-01-05", preference=2),
        _value(BEN, "email_addresses", "primary_email", "ben@example.com", "2026-01-05"),
        _value(ASHA, "email_addresses", "primary_email", "asha@example.com", "2026-02-17 08:00",
               source_row=7),
        _value(HOSTILE, "persons", "first_name", MARKUP, "2026-01-05", source_file=MARKUP),
        _value(LI, "persons", "first_name", "Wei", "2026-01-05"),
    ]  # fmt: skip


def _proposed(field: str, value: str, person: int, rule: str) -> Row:
    return {
        "person_id_l": ASHA,
        "person_id_r": BEN,
        "field_name": field,
        "cell_value": value,
        "person_id": person,
        "rule": rule,
    }


PROPOSED = (
    _proposed("first_name", "Asha", ASHA, "newest source date"),
    _proposed("middle_name", "Q", ASHA_TWO, "only value"),
    _proposed("last_name", "Nakamura-O'Neil", ASHA, "manual override"),
    _proposed("birth_date", "1984-07-19", BEN, "most complete record"),
)


def decision(number: int, kind: str, first: int, second: int | None, **values: object) -> Row:
    """Return a row of identity_decisions."""
    row: dict[str, Any] = {
        "decision_id": number,
        "split_id": number,
        "kind": kind,
        "first_person_id": first,
        "second_person_id": second,
        "decided_by": "ops",
        "reason": "made up",
        "decided_at": "2026-02-01",
    }
    return {**row, **values}


# Who stands alone, as person, golden person, name and records.
OTHERS = [
    (BEN, BEN, "Benjamín De La Cruz", 1),
    (ZOE, ZOE, "Zoë Van Dyke", 1),
    (LI, LI, "Wei Li", 1),
    (HOSTILE, HOSTILE, MARKUP, 1),
]


def _seed_group(cursor: Cursor) -> None:
    """Make a group of four, of which people chose who stands for it, and who is alone with Ben."""
    from made_marts import insert

    names = ("Rosa Ibarra", "Rosa Ibarra", "R Ibarra", MARKUP)
    members = [
        (one, GROUP[0], name, n + 1) for n, (one, name) in enumerate(zip(GROUP, names, strict=True))
    ]
    insert(
        cursor,
        "person_members",
        [
            {"person_id": one, "golden_person_id": golden, "record_count": records,
             "is_original": int(one == golden), "full_name": name}
            for one, golden, name, records in [*members, *OTHERS]
        ],
    )  # fmt: skip
    links = ((0, 1, 8.0), (1, 2, 5.0), (0, 2, 4.0), (2, 3, 2.3))
    insert(
        cursor,
        "person_links",
        [
            {"person_id_l": GROUP[low], "person_id_r": GROUP[high], "match_weight": weight,
             "match_reason": "email"}
            for low, high, weight in links
        ],
    )  # fmt: skip
    insert(cursor, "identity_decisions", [decision(41, "golden", GROUP[0], None)])


def seed_pairs(cursor: Cursor) -> None:
    """Fill the queue: one risky pair that weighs least, one that weighs more, a hostile one."""
    from made_marts import insert

    _seed_group(cursor)
    insert(cursor, "golden_proposals", PROPOSED)
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

"""The life of made-up people: events, caps and origins of values, for the timeline's tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymysql.cursors import Cursor

from lode.db import connect
from lode.settings import Settings

ASHA = 10_000_000_001
HOSTILE = 20_000_000_008
BUSY = 30_000_000_001
FORMER = 10_000_000_777
BUSY_EVENTS = 120
DAY = timedelta(days=1)

Row = Mapping[str, Any]


def event(golden: int, event_id: str, kind: str, happened_at: datetime, **values: object) -> Row:
    """Return a row of person_events that was known when it happened."""
    row: dict[str, Any] = {
        "golden_person_id": golden,
        "happened_at": happened_at,
        "event_id": event_id,
        "event_kind": kind,
        "event_type": "",
        "channel": None,
        "contact_kind": None,
        "contact_value": None,
        "person_id": None,
        "import_id": None,
        "record_count": None,
        "actor": None,
        "detail": None,
        "known_at": happened_at,
    }
    return {**row, **values}


def _at_phone(value: str = "+12175550143") -> dict[str, object]:
    return {"contact_kind": "phone", "contact_value": value}


LEARNT_LATE = datetime(2026, 2, 18, 9)
ASHAS_LIFE = [
    event(ASHA, "import-1", "import", datetime(2024, 3, 1, 8), event_type="campaign_leads",
          import_id="imp_2024_03_01_001", record_count=1, detail="campaign_leads_q1.csv"),
    event(ASHA, "contact-1", "call", datetime(2025, 11, 3, 15), event_type="no_answer",
          channel="call", import_id="imp_2026_02_18_001", detail="Spring", known_at=LEARNT_LATE,
          **_at_phone()),
    event(ASHA, "consent-1", "consent", datetime(2025, 12, 1, 12), event_type="consent",
          channel="call", actor="ops", detail="newsletter", **_at_phone()),
    event(ASHA, "request-1", "opt_out", datetime(2026, 1, 9, 10), event_type="opt_out",
          channel="sms", detail="STOP", **_at_phone()),
    event(ASHA, "listed-1", "dnc", datetime(2026, 1, 12), event_type="listed", detail="national",
          **_at_phone()),
    event(ASHA, "group-1", "merge", datetime(2026, 2, 1, 4), event_type="merged",
          person_id=FORMER, actor="dedup_1", detail="email"),
    event(ASHA, "value-1", "decision", datetime(2026, 2, 2, 9), event_type="override",
          person_id=ASHA, actor="ops", detail="last_name: asked by phone"),
]  # fmt: skip


def _busy_life() -> list[Row]:
    """Return more events than two pages hold, several of them at one instant."""
    return [
        event(BUSY, f"contact-{n:03d}", ("call", "sms")[n % 2],
              datetime(2026, 1, 1) + DAY * (n // 4), channel=("call", "sms")[n % 2],
              event_type="sent", **_at_phone(f"+1217555{n % 100 + 100:04d}"))
        for n in range(BUSY_EVENTS)
    ]  # fmt: skip


MARKUP = "![x](http://tracker.example.com/e.png) <b>:red[x]</b>"


def _hostile_life() -> list[Row]:
    return [
        event(HOSTILE, f"{kind}-9", kind, datetime(2026, 1, n + 1), event_type=MARKUP[:32],
              channel=":red[x]"[:8], contact_kind="email", contact_value=MARKUP, actor=MARKUP,
              detail=MARKUP * 4, import_id=MARKUP, record_count=84_000_000_001 % 2**32)
        for n, kind in enumerate(("import", "call", "consent", "opt_out", "dnc", "decision", "new"))
    ]  # fmt: skip


def _fields() -> list[Row]:
    given: Sequence[tuple[str, str, str, int, str, str]] = [
        ("persons", "first_name", "", 1, "Asha", "newest source date"),
        ("persons", "last_name", "", 1, "Nakamura-O'Neil", "manual override"),
        ("persons", "last_name", "", 2, "Nakamura", "outranked"),
        ("persons", "birth_date", "", 1, "1984-07-09", "only value"),
        ("phone_numbers", "primary_phone", "", 1, "+12175550143", "verified"),
        ("email_addresses", "email", "asha@example.com", 1, "asha@example.com", "only value"),
        ("addresses", "street", "AB12", 1, "12 N OAK ST", "newest record"),
        ("addresses", "zip", "AB12", 1, "62701", "newest record"),
        ("addresses", "city", "AB12", 1, "SPRINGFIELD", "newest record"),
    ]
    return [
        {
            "person_id": ASHA,
            "table_name": table,
            "field_name": field,
            "cell_of": cell,
            "preference": rank,
            "cell_value": value,
            "rule": rule,
            "record_id": None if rule == "manual override" else ASHA,
            "import_id": None if rule == "manual override" else "imp_2026_02_17_001",
            "source_file": None if rule == "manual override" else "campaign_leads_q1.csv",
            "source_row": None if rule == "manual override" else 7,
            "effective_at": datetime(2026, 2, 17, 8),
            # The decision came a day after the file.
            "known_at": datetime(2026, 2, 18 + (rule == "manual override"), 9),
            "decided_by": "ops" if rule == "manual override" else None,
            "reason": None,
        }
        for table, field, cell, rank, value, rule in given
    ]


def seed_life(cursor: Cursor) -> None:
    """Fill the tables about lives."""
    from made_marts import insert

    insert(cursor, "person_events", [*ASHAS_LIFE, *_busy_life(), *_hostile_life()])
    insert(cursor, "field_origins", _fields())
    members = [(ASHA, ASHA, 3), (FORMER, ASHA, 1), (10_000_000_778, ASHA, 0)]
    insert(
        cursor,
        "person_members",
        [
            {"person_id": one, "golden_person_id": golden, "record_count": count,
             "is_original": int(one == golden)}
            for one, golden, count in members
        ],
    )  # fmt: skip
    now = datetime(2026, 2, 18, 12)
    cap = {"golden_person_id": ASHA, "citation": "House rule", "enforcement": "enforce",
           "last_contacted_at": now}  # fmt: skip
    insert(
        cursor,
        "caps_used",
        [
            {**cap, "cap_id": "call_day", "channel": "call", "max_contacts": 3, "window_hours": 24,
             "used_count": 3, "free_at": now + DAY},
            {**cap, "cap_id": "sms_week", "channel": "sms", "max_contacts": 3, "window_hours": 168,
             "used_count": 2, "free_at": None},
            {**cap, "cap_id": "me_8_hours", "channel": "call", "max_contacts": 1, "window_hours": 8,
             "used_count": 1, "free_at": now + DAY / 3, "enforcement": "advise"},
        ],
    )  # fmt: skip


def add_lives(settings: Settings, people: int, events_of_each: int) -> None:
    """Add lives of many people, and let the optimizer count them."""
    from made_marts import insert

    first_id = 90_000_000_000
    start = datetime(2026, 1, 1)
    with connect("transformer", settings, schema="marts", autocommit=True) as connection:
        cursor = connection.cursor()
        insert(
            cursor,
            "person_events",
            [
                event(first_id + n, f"contact-{n}-{m}", "call", start + DAY * m)
                for n in range(people)
                for m in range(events_of_each)
            ],
        )
        cap = {"channel": "call", "max_contacts": 3, "window_hours": 24, "used_count": 1}
        caps = [
            {"golden_person_id": first_id + n, "cap_id": "call_day", **cap} for n in range(people)
        ]
        insert(cursor, "caps_used", caps)
        cursor.execute("analyze table person_events, caps_used")

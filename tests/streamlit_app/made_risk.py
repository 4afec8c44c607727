"""A register of contacts made against the rules, made up; its sums are those of the model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pymysql.cursors import Cursor

from lode.db import connect
from lode.settings import Settings

ASHA = 10_000_000_001
HOSTILE = 20_000_000_008
BUSY = 30_000_000_001
NATIONAL = "call.NATIONAL_DNC.national_dnc"
# A Monday, and the moment of Asha's call in made_life.py.
FIRST_WEEK = datetime(2025, 11, 3)
CALLED_AT = datetime(2025, 11, 3, 15)
BUSY_CALLS = 120

Row = Mapping[str, Any]


def incident(touchpoint: int, made_at: datetime, reason: str, **values: object) -> Row:
    """Return a row of contact_incidents: a call that broke a rule and is counted."""
    row: dict[str, Any] = {
        "touchpoint_id": touchpoint,
        "content_hash": hashlib.sha256(str(touchpoint).encode()).digest(),
        "golden_person_id": ASHA,
        "channel": "call",
        "reason_code": reason,
        "rule_id": reason.lower(),
        "citation": f"Citation of {reason}",
        "penalty_citation": "47 USC 227(c)(5)",
        "minimum_usd": 500,
        "maximum_usd": 1500,
        "is_counted": 1,
        "made_at": made_at,
    }
    return {**row, **values}


def seed_incidents() -> list[Row]:
    """Return 124 incidents of 123 contacts in three weeks, by three rules."""
    frequent: dict[str, Any] = {
        "penalty_citation": None, "minimum_usd": 0, "maximum_usd": 0, "is_counted": 0,
    }  # fmt: skip
    return [
        incident(1, CALLED_AT, "NATIONAL_DNC"),
        incident(1, CALLED_AT, "FREQUENCY_CAP", **frequent),
        incident(2, FIRST_WEEK - timedelta(microseconds=1), "NATIONAL_DNC"),
        incident(3, CALLED_AT, "OPT_OUT", channel="email", golden_person_id=None, minimum_usd=0,
                 maximum_usd=53_088),
        *(
            incident(100 + n, FIRST_WEEK + timedelta(days=7, hours=n // 2), "NATIONAL_DNC",
                     golden_person_id=BUSY)
            for n in range(BUSY_CALLS)
        ),
    ]  # fmt: skip


def create_register(cursor: Cursor, settings: Settings) -> None:
    """Create the register empty, and the view that pages read, as dbt leaves them."""
    from tests.typed_tables import table_statement

    name = f"`{settings.schema('canonical')}`.contact_incidents"
    model = "canonical/compliance/contact_incidents"
    cursor.execute(table_statement(settings, model, name))
    view = select_of(settings, "compliance_incidents")
    cursor.execute(f"create view compliance_incidents as {view}")


def select_of(settings: Settings, model: str) -> str:
    """Return the text of a model that reads the register and nothing else."""
    path = settings.root / "models" / "marts" / "compliance" / f"{model}.sql"
    sql = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    name = f"`{settings.schema('canonical')}`.contact_incidents"
    sql = sql.replace("{{ ref('contact_incidents') }}", name)
    assert "{{" not in sql, f"the model {model} needs more than this fixture renders"
    return sql


def seed_risk(cursor: Cursor, settings: Settings) -> None:
    """Fill the register and the sums from it, and how caps and requests stand."""
    from made_marts import insert

    fill_register(cursor, settings, seed_incidents())
    insert(cursor, "contact_hours", [*HOURS])
    insert(cursor, "cap_usage", [*CAP_STEPS])
    insert(cursor, "opt_outs_applied", [*OPT_OUT_WEEKS])
    insert(cursor, "opt_out_register", [*REQUESTS])


def hours_of(day: datetime, *counts: tuple[int, str, int, int]) -> list[Row]:
    """Return rows of contact_hours of a day: hour, channel, contacts, those without a time."""
    names = ("hour_of_day", "channel", "contact_count", "day_only_count")
    return [{"day_on": day.date(), **dict(zip(names, one, strict=True))} for one in counts]


def _step(used: int, people: int, blocked: int = 0, **values: object) -> Row:
    row: dict[str, Any] = {
        "cap_id": "call_day", "channel": "call", "max_contacts": 3, "window_hours": 24,
        "used_count": used, "person_count": people, "blocked_count": blocked,
    }  # fmt: skip
    return {**row, **values}


def _week(week: datetime, channel: str, *counts: int | None) -> Row:
    names = (
        "request_count", "contacted_count", "late_count", "contact_count", "longest_days",
        "longest_until_known_days",
    )  # fmt: skip
    return {
        "week_start": week.date(), "channel": channel, **dict(zip(names, counts, strict=True)),
        "deadline_days": 14, "deadline_citation": "47 CFR 64.1200(a)(10)",
    }  # fmt: skip


# Sunday and Monday, by UTC; at 02:00 on Monday it is Sunday evening in Chicago.
HOURS = (
    *hours_of(FIRST_WEEK - timedelta(days=1), (14, "call", 300, 0), (23, "sms", 5, 0)),
    *hours_of(FIRST_WEEK, (0, "mail", 40, 40), (2, "call", 7, 0), (15, "call", 11_000, 0)),
    *hours_of(FIRST_WEEK + timedelta(days=8), (15, "call", 993, 0)),
)
CAP_STEPS = (
    _step(1, 900), _step(2, 250), _step(3, 40, 40), _step(5, 10, 10),
    _step(1, 7, 7, cap_id="mail_month", channel="mail", max_contacts=1, window_hours=720),
)  # fmt: skip
OPT_OUT_WEEKS = (
    _week(FIRST_WEEK, "call", 60, 3, 1, 5, 20, 2),
    _week(FIRST_WEEK, "email", 30, 0, 0, 0, None, 0),
    _week(FIRST_WEEK + timedelta(days=7), "all", 10, 1, 0, 1, 3, 1),
    _week(FIRST_WEEK - timedelta(days=70), "call", 99, 99, 99, 99, 99, 99),
)


def request(number: int, made_at: datetime, contacts: int = 0, **values: object) -> Row:
    """Return a row of opt_out_register: a request about calls, and what became of it."""
    row: dict[str, Any] = {
        "request_id": number, "golden_person_id": ASHA, "channel": "call", "contact_kind": "phone",
        "contact_value": "+12175550143", "opted_out_at": made_at, "known_at": made_at,
        "deadline_on": (made_at + timedelta(days=14)).date(), "contact_count": contacts,
        "last_contact_at": made_at + timedelta(days=2) if contacts else None,
        "is_contacted": int(contacts > 0), "is_late": 0,
    }  # fmt: skip
    return {**row, **values}


# Those of the weeks above that a contact followed, and one that none did.
REQUESTS = (
    request(1, FIRST_WEEK, 3, is_late=1, last_contact_at=FIRST_WEEK + timedelta(days=20)),
    request(2, FIRST_WEEK + timedelta(days=1), 1),
    request(3, FIRST_WEEK + timedelta(days=1), 1, golden_person_id=None),
    request(4, FIRST_WEEK + timedelta(days=7), 1, channel="all", contact_kind="email",
            contact_value="asha@example.com"),
    request(5, FIRST_WEEK + timedelta(days=2)),
)  # fmt: skip


def fill_register(cursor: Cursor, settings: Settings, rows: list[Row]) -> None:
    """Add incidents, and make the sums anew with the model's own text."""
    from made_marts import insert

    insert(cursor, f"`{settings.schema('canonical')}`.contact_incidents", rows)
    cursor.execute("delete from compliance_risk")
    cursor.execute(f"insert into compliance_risk {select_of(settings, 'compliance_risk')}")


def add_incidents(settings: Settings, rows: list[Row]) -> None:
    """Add incidents to a warehouse that stands, and let the optimizer count them."""
    with connect("transformer", settings, schema="marts", autocommit=True) as connection:
        cursor = connection.cursor()
        fill_register(cursor, settings, rows)
        cursor.execute(f"analyze table `{settings.schema('canonical')}`.contact_incidents")


def add_look_back(settings: Settings, job: int, count: int, since: datetime) -> None:
    """Keep contacts over a cap as a job leaves them: one an hour, of people with three each."""
    rows = [
        {
            "job_id": job, "made_at": since + timedelta(hours=n), "touchpoint_id": 1 + n,
            "golden_person_id": ASHA + n // 3, "shown_contact": "+1••••••••43",
            "is_blocked": int(n % 3 == 2), "is_first": int(n % 3 == 0), "over_count": 3,
        }
        for n in range(count)
    ]  # fmt: skip
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        from made_marts import insert

        insert(connection.cursor(), "cap_look_backs", rows)
        connection.cursor().execute("analyze table cap_look_backs")

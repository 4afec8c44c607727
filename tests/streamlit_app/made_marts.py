"""Marts for the dashboard's tests: their shape from the models' YAML, their rows made up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from made_life import seed_life
from made_lists import seed_lists
from made_pairs import seed_pairs
from made_risk import create_register, seed_risk
from pymysql.cursors import Cursor

from lode.db import connect
from lode.search_pepper import known_pepper, note_pepper, search_key
from lode.settings import Settings
from tests.typed_tables import table_statement

TABLES = {
    "golden_persons": "people",
    "contact_points": "people",
    "search_keys": "people",
    "contactability_profiles": "people",
    "contactability_cube": "people",
    "person_events": "people",
    "person_members": "people",
    "field_origins": "people",
    "caps_used": "people",
    "review_pairs": "people",
    "golden_proposals": "people",
    "person_links": "people",
    "identity_decisions": "people",
    "compliance_risk": "compliance",
    "contact_hours": "compliance",
    "cap_usage": "compliance",
    "opt_outs_applied": "compliance",
    "opt_out_register": "compliance",
    "contacts_made": "compliance",
    "kpi_days": "operations",
    "audit_days": "operations",
    "warehouse_summary": "operations",
    "warehouse_version": "operations",
    "table_sizes": "operations",
    "import_problems": "operations",
}
ASHA = 10_000_000_001
BEN = 10_000_000_002
ZOE = 20_000_000_007
HOSTILE = 20_000_000_008
LI = 20_000_000_009
BUILT_AT = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0) - timedelta(minutes=10)

Row = Mapping[str, Any]


def create_marts(settings: Settings) -> None:
    """Create the marts empty, as dbt leaves them after a build over nothing."""
    note_pepper(settings)
    with connect("transformer", settings, schema="marts", autocommit=True) as connection:
        cursor = connection.cursor()
        for table, folder in TABLES.items():
            cursor.execute(_table_statement(settings, table, folder))
        for view in ("import_health", "import_attempts"):
            cursor.execute(_view_statement(settings, view))
        create_register(cursor, settings)
    add_registry_copy(settings, age_days=1)


def add_registry_copy(settings: Settings, age_days: int, area_code: int = 0) -> None:
    """Add a copy of the national do-not-call registry that was accessed some days ago."""
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute("insert ignore into dnc_lists (list_id, list_name) values (1, 'national')")
        row = {
            "list_id": 1, "kind": "full", "filename": "made_up.txt", "file_size_bytes": 1,
            "checksum": f"{area_code:064x}", "area_codes": "all", "loaded_by": "ops",
            "accessed_on": BUILT_AT.date() - timedelta(days=age_days), "status": "LOADED",
            "attempt": 1, "chunk_rows": 1, "chunks_done": 1, "number_count": 0, "added_count": 0,
            "removed_count": 0, "started_at": BUILT_AT, "loaded_at": BUILT_AT,
        }  # fmt: skip
        insert(cursor, "dnc_downloads", [row])
        cursor.execute(
            "insert into dnc_coverage (download_id, area_code) values (last_insert_id(), %s)",
            (area_code,),
        )


def _table_statement(settings: Settings, table: str, folder: str) -> str:
    return table_statement(settings, f"marts/{folder}/{table}", table)


def _view_statement(settings: Settings, view: str) -> str:
    path = settings.root / "models" / "marts" / "operations" / f"{view}.sql"
    sql = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for table in ("import_metadata", "import_attempts"):
        ledger = f"`{settings.schema('raw')}`.{table}"
        sql = sql.replace(f"{{{{ source('raw', '{table}') }}}}", ledger)
    assert "{{" not in sql, f"the model {view} needs more than this fixture renders"
    return f"create view {view} as {sql}"


def seed_marts(settings: Settings) -> None:
    """Fill marts and ledger with a handful of people and imports in every state."""
    with connect("transformer", settings, schema="marts", autocommit=True) as connection:
        cursor = connection.cursor()
        insert(cursor, "golden_persons", [*_people(), *_millers()])
        add_contact_points(settings, cursor, _contact_points())
        add_profiles(cursor)
        insert(cursor, "contactability_cube", CUBE)
        seed_life(cursor)
        seed_pairs(cursor)
        seed_risk(cursor, settings)
        insert(cursor, "warehouse_summary", [SUMMARY])
        insert(cursor, "kpi_days", kpi_days())
        insert(cursor, "warehouse_version", [{"version": "5f2d8c1e-build", "built_at": BUILT_AT}])
        insert(cursor, "import_problems", PROBLEMS)
    add_imports(settings, IMPORTS)
    add_attempts(settings, attempt(2, 1, datetime(2026, 2, 19, 3, 30)))
    seed_lists(settings)


def add_crowd(settings: Settings, count: int) -> None:
    """Add people of many names with a phone each, and let the optimizer count them."""
    first_id = 90_000_000_000
    names = [(f"First{n % 97}", f"Last{n % 1009}") for n in range(count)]
    with connect("transformer", settings, schema="marts", autocommit=True) as connection:
        cursor = connection.cursor()
        insert(
            cursor,
            "golden_persons",
            [person(first_id + n, first, last) for n, (first, last) in enumerate(names)],
        )
        add_contact_points(
            settings,
            cursor,
            [
                contact(first_id + n, "phone", f"+1{201 + n // 100}55501{n % 100:02d}", "call")
                for n in range(count)
            ],
        )
        cursor.execute("delete from contactability_profiles")
        add_profiles(cursor)
        cursor.execute(
            "analyze table golden_persons, contact_points, search_keys, contactability_profiles"
        )


def add_profiles(cursor: Cursor) -> None:
    """Make the profiles of all golden persons, of nothing but what may reach them."""
    flags = ("is_callable", "is_textable", "is_emailable", "is_mailable")
    digest = f"unhex(left(sha2(concat_ws('|', {', '.join(flags)}), 256), 32))"
    cursor.execute(
        "insert into contactability_profiles (profile_hash, golden_person_id, person_count)"
        f" select {digest}, golden_person_id, 1 from golden_persons"
    )
    reasons = ", ".join(f"if({flag}, '', 'OPT_OUT')" for flag in flags)
    cursor.execute(
        "insert into contactability_profiles (profile_hash, golden_person_id, call_reasons,"
        " sms_reasons, email_reasons, mail_reasons, person_count, state, sources, is_business,"
        f" score_band) select {digest}, 0, {reasons}, count(*), '', '', 0, 0 from golden_persons"
        f" group by {', '.join(flags)}"
    )


def add_contact_points(settings: Settings, cursor: Cursor, points: Sequence[Row]) -> None:
    """Add contact points, and the keys by which phones and mailboxes are found."""
    insert(cursor, "contact_points", points)
    pepper = known_pepper(settings)
    assert pepper is not None
    keys = {
        (one["contact_kind"], search_key(pepper, one["contact_value"]), one["golden_person_id"])
        for one in points
        if one["contact_kind"] != "address"
    }
    cursor.executemany("insert into search_keys values (%s, %s, %s)", sorted(keys))


def add_imports(settings: Settings, imports: Sequence[Row]) -> None:
    """Add rows to the loaders' ledger."""
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        insert(connection.cursor(), "import_metadata", [_ledger_row(row) for row in imports])


def add_attempts(settings: Settings, *attempts: Row) -> None:
    """Add attempts to the loaders' ledger."""
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        insert(connection.cursor(), "import_attempts", attempts)


def attempt(import_seq: int, number: int, started_at: datetime, **values: object) -> Row:
    """Return a row of import_attempts: one that loaded within ten seconds."""
    row: dict[str, Any] = {
        "import_seq": import_seq, "attempt": number, "started_at": started_at,
        "ended_at": started_at + timedelta(seconds=10), "status": "LOADED", "error_message": None,
    }  # fmt: skip
    return {**row, **values}


def set_import(settings: Settings, import_id: str, **values: object) -> None:
    """Change one row of the ledger, as a loader at work does."""
    assignments = ", ".join(f"{name} = %s" for name in values)
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        connection.cursor().execute(
            f"update import_metadata set {assignments} where import_id = %s",
            [*values.values(), import_id],
        )


def insert(cursor: Cursor, table: str, rows: Sequence[Row]) -> None:
    """Insert rows that all have the same columns."""
    names = list(rows[0])
    columns = ", ".join(f"`{name}`" for name in names)
    marks = ", ".join(["%s"] * len(names))
    cursor.executemany(
        f"insert into {table} ({columns}) values ({marks})",
        [[row[name] for name in names] for row in rows],
    )


def cell(state: str, sources: str, reasons: str, count: int, **values: object) -> Row:
    """Return a row of contactability_cube, for calls and a private contact of a middling score."""
    row: dict[str, Any] = {
        "channel": "call",
        "state": state,
        "sources": sources,
        "is_business": 0,
        "score_band": 50,
        "reasons": reasons,
        "first_reason": reasons.split(",")[0],
        "reason_bits": 0,
        "person_count": count,
    }
    return {**row, **values}


CUBE: list[Row] = [
    cell("TX", "crm,web_signups", "", 700),
    cell("TX", "crm", "", 30, is_business=1, score_band=75),
    cell("TX", "crm", "NATIONAL_DNC,STATE_DNC", 200),
    cell("TX", "crm_old", "NO_CONTACT", 50, score_band=0),
    cell("CA", "crm", "OPT_OUT", 1_000),
    cell("TX", "crm", "PERSON_OPT_OUT", 9_000, channel="mail"),
]


SUMMARY: Row = {
    "records": 84_000_123,
    "rejected": 1_234,
    "persons": 61_000_000,
    "golden_persons": 52_345_678,
    "callable": 12_345_678,
    "textable": 9_876_543,
    "emailable": 31_000_000,
    "mailable": 44_444_444,
    "built_at": BUILT_AT,
}


def kpi_days() -> list[Row]:
    """Return the numbers of the day of the build, those of the summary, and of the day before."""
    kept = {name: count for name, count in SUMMARY.items() if name != "built_at"}
    now = {**kept, "incidents": 123, "opt_outs": 100, "late_opt_outs": 100}
    then = {name: count - 1_000 for name, count in now.items()}
    then = {**then, "rejected": 1_235, "incidents": 123, "opt_outs": 90, "late_opt_outs": 100}
    days = ((BUILT_AT, now), (BUILT_AT - timedelta(days=1), then))
    return [{"day_on": at.date(), **counts, "built_at": at} for at, counts in days]


IMPORTS: list[Row] = [
    {
        "id": 1,
        "import_id": "imp_2026_02_17_001",
        "filename": "campaign_leads_q1.csv",
        "status": "COMPLETE",
        "row_count": 12_000,
        "inserted_count": 11_000,
        "updated_count": 500,
        "unchanged_count": 300,
        "collapsed_count": 200,
        "rejected_count": 0,
    },
    {
        "id": 2,
        "import_id": "imp_2026_02_18_001",
        "filename": "mailing_house.csv",
        "status": "COMPLETE_WITH_ERRORS",
        "row_count": 1_000,
        "inserted_count": 900,
        "updated_count": 20,
        "unchanged_count": 30,
        "collapsed_count": 10,
        "rejected_count": 40,
    },
    {
        "id": 3,
        "import_id": "imp_2026_02_18_002",
        "filename": "crm.sqlite",
        "status": "COMPLETE",
        "row_count": 500,
        "inserted_count": 400,
        "updated_count": 50,
        "unchanged_count": 30,
        "collapsed_count": 10,
        "rejected_count": 3,
    },
    {
        "id": 4,
        "import_id": "imp_2026_02_19_001",
        "filename": "web_signups.csv",
        "status": "LOADED",
        "row_count": 777,
    },
    {
        "id": 5,
        "import_id": "imp_2026_02_19_002",
        "filename": "call_center_export.csv",
        "status": "FAILED",
        "row_count": None,
        "error_message": "web_signups.csv is not UTF-8 at byte 4711: say its encoding.",
    },
]


# Of the second import: 40 refused, of which 2 are doubtful too.
PROBLEMS: list[Row] = [
    {
        "import_seq": 2,
        "error_number": number,
        "severity": severity,
        "error_type": "VALIDATION",
        "field_name": field,
        "error_message": message,
        "problem_count": count,
        "first_row": first,
    }
    for number, severity, field, message, count, first in (
        (1, "reject", "phone", "The number 217-555-0143 has too few digits.", 40, 11),
        (7, "warning", "email", "The domain looks mistyped.", 2, 30),
    )
]


def _ledger_row(row: Row) -> Row:
    defaults: dict[str, Any] = {
        "source_type": "campaign_leads",
        "feed": "people",
        "format": "csv",
        "import_date": BUILT_AT,
        "uploaded_by": "ops",
        "uploaded_at": datetime(2026, 2, 19, 3, 30, 0),
        "file_size_bytes": 1_234_567,
        "checksum": f"{row['id']:064x}",
        "s3_location": "landing/made-up",
        "schema_version": "1",
        "mapping_hash": "0" * 64,
        "mapping": "{}",
        "read_options": "{}",
        "attempt": 1,
        "inserted_count": None,
        "updated_count": None,
        "unchanged_count": None,
        "collapsed_count": None,
        "rejected_count": None,
        "loaded_at": datetime(2026, 2, 19, 3, 31, 0),
        "completed_at": None,
        "processing_duration_seconds": 12.5,
        "error_message": None,
    }
    return {**defaults, **row}


def person(person_id: int, first: str | None, last: str | None, **values: object) -> Row:
    """Return a row of golden_persons."""
    row: dict[str, Any] = {
        "golden_person_id": person_id,
        "first_name": first,
        "last_name": last,
        "full_name": " ".join(part for part in (first, last) if part) or None,
        "company_name": None,
        "city": "SPRINGFIELD",
        "state": "IL",
        "zip": "62701",
        "country": "US",
        "birth_date": None,
        "record_count": 1,
        "person_count": 1,
        "import_count": 1,
        "is_callable": 0,
        "is_textable": 0,
        "is_emailable": 0,
        "is_mailable": 0,
        "first_seen_at": datetime(2026, 1, 5, 12, 0, 0),
        "updated_at": datetime(2026, 2, 18, 18, 0, 0),
    }
    return {**row, **values}


def _people() -> list[Row]:
    return [
        person(
            ASHA,
            "Asha",
            "Nakamura-O'Neil",
            company_name="Example Orchards",
            birth_date="1984-07-09",
            record_count=4,
            person_count=2,
            import_count=3,
            is_callable=1,
            is_emailable=1,
            is_mailable=1,
        ),
        person(BEN, "Benjamín", "De La Cruz", city="ALBUQUERQUE", state="NM"),
        person(ZOE, "Zoë", "Van Dyke", city=None, state=None, country=None),
        person(HOSTILE, HOSTILE_NAME[:100], "Hostile", full_name=HOSTILE_NAME[:320]),
        person(LI, "Wei", "Li", is_textable=1),
    ]


# An image that would be fetched, HTML, a directive, a formula, a link, and a change of direction.
HOSTILE_NAME = (
    "![x](http://tracker.example.com/a.png) <img src=http://tracker.example.com/b.png>"
    " :red[x] :material/delete: $x^2$ =HYPERLINK(1) www.example.net \u202eevil\n# head"
)


def _millers() -> list[Row]:
    """Return more people of one name than a list shows."""
    return [person(30_000_000_000 + number, f"Jo{number:02d}", "Miller") for number in range(1, 61)]


def contact(person_id: int, kind: str, value: str, channel: str, **values: object) -> Row:
    """Return a row of contact_points."""
    row: dict[str, Any] = {
        "golden_person_id": person_id,
        "contact_kind": kind,
        "contact_value": value,
        "channel": channel,
        "contact_display": value,
        "phone_type": "mobile" if kind == "phone" else None,
        "is_primary": 0,
        "is_verified": 0,
        "reasons": "",
        "is_allowed": 1,
    }
    row.update(values)
    row["is_allowed"] = int(row["reasons"] == "")
    return row


PHONE = "+12175550143"
EMAIL = "asha@example.com"
SHARED_EMAIL = "household@example.org"
ADDRESS = "12 N OAK ST, APT 4, SPRINGFIELD, IL 62701"


def _contact_points() -> list[Row]:
    return [
        contact(ASHA, "phone", PHONE, "call", is_primary=1, is_verified=1),
        contact(
            ASHA, "phone", PHONE, "sms", is_primary=1, is_verified=1, reasons="OPT_OUT,NATIONAL_DNC"
        ),
        contact(
            ASHA, "phone", "+442079460143", "call", phone_type="landline", reasons="FOREIGN_NUMBER"
        ),
        contact(
            ASHA,
            "phone",
            "+442079460143",
            "sms",
            phone_type="landline",
            reasons="FOREIGN_NUMBER,LANDLINE",
        ),
        contact(ASHA, "email", EMAIL, "email", is_primary=1),
        contact(ASHA, "email", SHARED_EMAIL, "email", reasons="NEWLY_INVENTED_RULE"),
        contact(ASHA, "address", ADDRESS, "mail", is_primary=1),
        contact(BEN, "email", SHARED_EMAIL, "email", reasons="PERSON_OPT_OUT"),
        contact(HOSTILE, "email", "=cmd|x@example.net", "email"),
    ]

"""stg_people and import_validation_log over literal records and over real files."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import phonenumbers
import pytest

from lode.db import connect
from lode.dbt import DbtResult
from lode.settings import Settings

pytestmark = pytest.mark.database

REAL_FILES = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"
WIDTH = 10**10
RECORDS: list[dict[str, str]] = [
    {
        "full_name": "O'BRIEN, DR. MARY ANN, JR",
        "phone_1": "512-555-0134 / 737-555-0199",
        "street_1": "12 North Oak Street, Apartment 4",
        "state": "texas",
        "zip": "8014-1234",
        "birth_date": "02/30/1970",
        "email_1": "Mary@Example.org",
    },
    {"full_name": "The Oak Family Trust", "street_1": "P.O. Box 12"},
    {"first_name": "John M.", "last_name": "van der Berg III", "birth_date": "03/04/1970"},
    {"first_name": "x" * 120, "last_name": "Long", "zip": "78701"},
    {"email_1": "none@none.com", "phone_1": "555"},
    {"first_name": "Ann", "last_name": "Lee", "street_1": "100 North Avenue", "zip": "787011234"},
    {"first_name": "Hoa", "last_name": "Church", "street_1": "123 1/2 S.W. Main Street North"},
    {"birth_date": "1945-03-01", "street_1": "18 Oak Street", "zip": "78701"},
    {"street_1": "18 Oak Street", "zip": "78701"},
]


def write_raw(
    warehouse: Settings,
    rows: Sequence[Mapping[str, str | None]],
    feed: str = "people",
    table: str = "staging_raw_import",
) -> None:
    """Put records of a feed into a loaded import number 1 of a warehouse without files."""
    with connect("loader", warehouse, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "insert into import_metadata (id, import_id, filename, source_type, feed, format,"
            " import_date, uploaded_by, uploaded_at, file_size_bytes, checksum, s3_location,"
            " schema_version, mapping_hash, mapping, read_options, status, attempt, row_count,"
            " loaded_count,"
            " parse_rejected_count) values (1, 'imp_2026_03_01_001', 'a.csv', 'test', %s,"
            " 'csv', now(6), 'test', now(6), 1, sha2('a', 256), 'test', '1', sha2('a', 256), '{}',"
            " '{}', 'LOADED', 1, %s, %s, 0)",
            (feed, len(rows), len(rows)),
        )
        for number, row in enumerate(rows, start=1):
            names = ", ".join(["record_id", *row])
            marks = ", ".join(["%s"] * (len(row) + 1))
            cursor.execute(
                f"insert into {table} ({names}) values ({marks})",
                (WIDTH + number, *row.values()),
            )


def stage(
    dbt: Callable[..., DbtResult], warehouse: Settings, rows: Sequence[Mapping[str, str | None]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return stg_people and import_validation_log of the rows, each as dicts in order."""
    write_raw(warehouse, rows)
    seeded = dbt(["seed"], warehouse)
    assert seeded.returncode == 0, seeded.output
    built = dbt(["run", "-s", "+import_validation_log"], warehouse)
    assert built.returncode == 0, built.output
    tables: list[list[dict[str, Any]]] = []
    with connect("transformer", warehouse, schema="staging") as connection:
        for table, order in (
            ("stg_people", "record_id"),
            ("import_validation_log", "record_id, error_number"),
        ):
            cursor = connection.cursor()
            cursor.execute(f"select * from {table} order by {order}")
            names = [column[0] for column in cursor.description]
            tables.append([dict(zip(names, row, strict=True)) for row in cursor.fetchall()])
    return tables[0], tables[1]


def test_literal_records(dbt: Callable[..., DbtResult], warehouse: Settings) -> None:
    """Names, streets, numbers and problems of made-up records come out as written here."""
    people, problems = stage(dbt, warehouse, RECORDS)
    assert [row["record_id"] for row in people] == [WIDTH + n for n in range(1, 10)]
    doctor, trust, berg, long_name, nobody, lee, church, born, resident = people
    assert [doctor[c] for c in ("name_prefix", "first_name", "middle_name", "last_name")] == [
        "Dr",
        "Mary",
        "Ann",
        "O'Brien",
    ]
    assert [doctor[c] for c in ("name_suffix", "last_name_key", "middle_initial")] == [
        "JR",
        "obrien",
        "a",
    ]
    assert [doctor[c] for c in ("phone_1", "email_1", "birth_date")] == [
        "+15125550134",
        "mary@example.org",
        None,
    ]
    assert [doctor[c] for c in ("street", "unit", "street_key")] == [
        "12 N OAK ST",
        "APT 4",
        "12 OAK",
    ]
    assert [doctor[c] for c in ("state", "zip", "zip_plus4", "country", "name_zip_key")] == [
        "TX",
        "08014",
        "1234",
        "US",
        "mary|obrien|08014",
    ]
    assert (trust["first_name"], trust["company_name"]) == (None, "The Oak Family Trust")
    assert (trust["street"], trust["street_key"]) == ("PO BOX 12", "PO BOX 12")
    assert [berg[c] for c in ("first_name", "middle_name", "last_name", "name_suffix")] == [
        "John",
        "M",
        "van der Berg",
        "III",
    ]
    assert long_name["first_name"] == "X" + "x" * 99
    assert nobody["rejection_reason"] == resident["rejection_reason"] == "NO_IDENTITY"
    assert (born["rejection_reason"], born["street_key"]) == (None, "18 OAK")
    assert (lee["street"], lee["zip"], lee["zip_plus4"]) == ("100 NORTH AVE", "78701", "1234")
    assert (church["first_name"], church["last_name"]) == ("Hoa", "Church")
    assert church["street"] == "123 1/2 SW MAIN ST N"
    found = {(row["row_number"], row["error_type"], row["field_name"]) for row in problems}
    assert found == {
        (1, "VALIDATION", "birth_date"),
        (1, "MULTIPLE_NUMBERS", "phone_1"),
        (3, "AMBIGUOUS_DATE", "birth_date"),
        (4, "VALUE_TOO_LONG", "first_name"),
        (5, "MISSING_REQUIRED", "name"),
        (9, "MISSING_REQUIRED", "name"),
        (5, "VALIDATION", "email_1"),
        (5, "VALIDATION", "phone_1"),
    }


AWKWARD_NAMES = {
    "N/A N/A": (None, None, None),
    "John N/A Smith": ("John", None, "Smith"),
    "NULL Smith": (None, None, "Smith"),
    "TANG, NA": ("Na", None, "Tang"),
    "Current Resident": (None, None, None),
    "John Smith or current resident": ("John", None, "Smith"),
    '"Smith, John"': ("John", None, "Smith"),
    "'Ann Lee'": ("Ann", None, "Lee"),
    "John Smith (Jack)": ("John", None, "Smith"),
    "Lee (Ray), Ann": ("Ann", None, "Lee"),
    "JOHN Q SMITH DECEASED": ("John", "Q", "Smith"),
    "J.R. Smith": ("J.R", None, "Smith"),
    "Mr.": (None, None, None),
    "Señora Ana Ruiz": ("Ana", None, "Ruiz"),
    "Sr. Juan Carlos Perez": ("Juan", "Carlos", "Perez"),
    "Est. of John Smith": (None, None, None),
}
AWKWARD_COLUMNS = {
    ("John & Mary", "Smith"): ("John", "Smith", None),
    ("Mr", "Smith"): (None, "Smith", None),
    ("Ann and", "Lee"): ("Ann and", "Lee", None),
    ("Estate of John", "Smith"): (None, None, "Estate of John Smith"),
    ("Est. of John", "Smith"): (None, None, "Est. of John Smith"),
    ("Sr. Juan", "Perez"): ("Juan", "Perez", None),
}

AWKWARD_STREETS = {
    ("c/o John Smith", "12 Oak St"): ("12 OAK ST", None, "12 OAK"),
    ("c/o John Smith, 12 Oak St", "Apt 4"): ("12 OAK ST", "APT 4", "12 OAK"),
    ("12 Oak St", "Attn: Dept 5"): ("12 OAK ST", None, "12 OAK"),
    ("c/o John Smith", None): (None, None, None),
    ("Acme Tools", "12 Oak St"): ("12 OAK ST", None, "12 OAK"),
    ("Urb. Las Rosas", "9 Calle A"): ("URB LAS ROSAS 9 CALLE A", None, "URB LAS ROSAS 9 CALLE A"),
    ("12 Oak St; 34 Elm Ave", None): ("12 OAK ST 34 ELM AVE", None, "12 OAK ST 34 ELM"),
}


def test_awkward_records(dbt: Callable[..., DbtResult], warehouse: Settings) -> None:
    """What stands around names and streets is left out, and no part of them is lost with it."""
    rows: list[dict[str, str | None]] = [
        {"full_name": name, "email_1": "a@example.com"} for name in AWKWARD_NAMES
    ]
    rows += [
        {"first_name": first, "last_name": last, "email_1": "a@example.com"}
        for first, last in AWKWARD_COLUMNS
    ]
    streets = len(rows)
    rows += [
        {"street_1": first, "street_2": second, "email_1": "a@example.com"}
        for first, second in AWKWARD_STREETS
    ]
    rows.append({"email_1": "a@example.com", "birth_date": "45123", "source_date": "45123.5"})
    mailboxes = "a@example.com / b@example.com"
    rows.append({"full_name": "Ann Lee", "email_1": mailboxes, "email_2": "b@gmial.com"})
    people, problems = stage(dbt, warehouse, rows)
    names = [tuple(row[c] for c in ("first_name", "middle_name", "last_name")) for row in people]
    apart = [tuple(row[c] for c in ("first_name", "last_name", "company_name")) for row in people]
    lines = [tuple(row[c] for c in ("street", "unit", "street_key")) for row in people[streets:-2]]
    assert dict(zip(AWKWARD_STREETS, lines, strict=True)) == AWKWARD_STREETS
    count = len(AWKWARD_NAMES)
    assert dict(zip(AWKWARD_NAMES, names[:count], strict=True)) == AWKWARD_NAMES
    assert dict(zip(AWKWARD_COLUMNS, apart[count:streets], strict=True)) == AWKWARD_COLUMNS
    found = {(row["row_number"], row["error_type"], row["field_name"]) for row in problems}
    assert (count + 1, "MULTIPLE_PERSONS", "first_name") in found
    assert [row[0] for row in found if row[1] == "MULTIPLE_STREETS"] == [len(rows) - 2]
    assert {row[1:] for row in found if row[0] == len(rows) - 1} == {
        (kind, field)
        for kind in ("SERIAL_DATE", "VALIDATION")
        for field in ("birth_date", "source_date")
    }
    assert people[-2]["birth_date"] is None
    assert {row[1:] for row in found if row[0] == len(rows)} == {
        ("MULTIPLE_ADDRESSES", "email_1"),
        ("DOMAIN_TYPO", "email_2"),
    }


def test_real_files(dbt: Callable[..., DbtResult], warehouse: Settings) -> None:
    """us-500 has 500 valid numbers twice; chinook's numbers are what phonenumbers says."""
    if not REAL_FILES.is_dir():
        pytest.skip("the shared files are not on this machine")
    with (REAL_FILES / "us-500.csv").open(encoding="utf-8") as file:
        rows: list[dict[str, str | None]] = [
            {
                "first_name": row["first_name"],
                "last_name": row["last_name"],
                "phone_1": row["phone1"],
                "phone_2": row["phone2"],
                "street_1": row["address"],
                "state": row["state"],
                "zip": row["zip"],
            }
            for row in csv.DictReader(file)
        ]
    with closing(sqlite3.connect(REAL_FILES / "chinook.sqlite")) as database:
        query = "select FirstName, LastName, Phone, Country, State from Customer"
        names = ("first_name", "last_name", "phone_1", "country", "state")
        customers = [dict(zip(names, row, strict=True)) for row in database.execute(query)]
    people, _ = stage(dbt, warehouse, [*rows, *customers])
    assert all(row["phone_1"] and row["phone_2"] for row in people[:500])
    assert all(row["first_name"] and row["last_name"] for row in people)
    for source, row in zip(customers, people[500:], strict=True):
        assert row["first_name"] == source["first_name"]
        if source["phone_1"] is None:
            assert row["phone_1"] is None
            continue
        number = phonenumbers.parse(source["phone_1"], row["country"])
        if phonenumbers.is_valid_number(number):
            form = phonenumbers.PhoneNumberFormat.E164
            assert row["phone_1"] == phonenumbers.format_number(number, form)

"""Real files that nobody here made; skipped where they are not at hand."""

from __future__ import annotations

from pathlib import Path

import phonenumbers
import pytest

from loaders.load import load_file
from lode.pipeline import run_pipeline
from lode.settings import Settings, find_root
from tests.models.raw_rows import table_rows

REAL = find_root().parent / "shared" / "data" / "real"
pytestmark = [
    pytest.mark.database,
    pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here"),
]


def load_and_run(settings: Settings, path: Path, table: str | None = None) -> None:
    """Load one file and bring it into the marts."""
    load_file(path, settings, table=table, uploaded_by="test")
    run_pipeline(settings)


def test_us_500_gives_500_persons(warehouse: Settings) -> None:
    """Every row a person, both phone columns in E.164, mailbox and address; twice is once."""
    load_and_run(warehouse, REAL / "us-500.csv")
    again = load_file(REAL / "us-500.csv", warehouse, uploaded_by="test")
    assert again.is_duplicate
    assert again.row_count == 500

    (accounting,) = table_rows(
        warehouse,
        "canonical",
        "select record_count, inserted_count, rejected_count from import_results",
    )
    assert accounting == (500, 500, 0)
    assert table_rows(
        warehouse,
        "canonical",
        "select count(*), count(first_name), count(last_name), sum(is_original) from persons",
    ) == [(500, 500, 500, 500)]
    phones = [str(row[0]) for row in table_rows(
        warehouse, "canonical", "select phone_e164 from phone_numbers"
    )]  # fmt: skip
    assert len(phones) == 1000
    assert all(phone.startswith("+1") and len(phone) == 12 for phone in phones)
    assert table_rows(
        warehouse, "canonical", "select count(distinct email) from email_addresses"
    ) == [(500,)]
    assert table_rows(
        warehouse,
        "canonical",
        "select street, city, county, state, zip from addresses"
        " inner join persons on addresses.person_id = persons.id"
        " where first_name = 'Josephine' and last_name = 'Darakjy'",
    ) == [("4 B BLUE RIDGE BLVD", "Brighton", "Livingston", "MI", "48116")]
    (extra,) = table_rows(
        warehouse, "raw", "select extra from staging_raw_import order by record_id limit 1"
    )
    assert "http://www.bentonjohnbjr.com" in str(extra[0])


def test_chinook_customers_keep_their_accents_and_their_countries(warehouse: Settings) -> None:
    """59 people of 24 countries; numbers in E.164 as libphonenumber has them, none forced to +1."""
    load_and_run(warehouse, REAL / "chinook.sqlite", table="Customer")
    people = table_rows(
        warehouse, "canonical", "select first_name, last_name from persons order by id"
    )
    assert len(people) == 59
    assert people[0] == ("Luís", "Gonçalves")
    raw = table_rows(
        warehouse,
        "raw",
        "select record_id, phone_1 from staging_raw_import where phone_1 is not null",
    )
    found = {
        int(str(row[0])): str(row[1])
        for row in table_rows(warehouse, "staging", "select record_id, phone_1 from stg_people")
    }
    compared = 0
    for record_id, text in raw:
        number = phonenumbers.parse(str(text), "US")
        if phonenumbers.is_valid_number(number):
            expected = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            assert found[int(str(record_id))] == expected
            compared += 1
    assert compared > 50


def test_a_database_and_its_dump_give_the_same_persons(warehouse: Settings) -> None:
    """Chinook as SQLite and as MySQL's dump: 59 customers each, the same 59 persons."""
    load_and_run(warehouse, REAL / "chinook.sqlite", table="Customer")
    before = _people(warehouse)
    load_and_run(warehouse, REAL / "chinook_mysql.sql", table="Customer")
    assert _people(warehouse) == before
    assert len(before) == 59
    records = table_rows(
        warehouse,
        "raw",
        "select count(*), count(distinct source_record_id, first_name, last_name, email_1,"
        " coalesce(phone_1, ''), coalesce(street_1, ''), coalesce(city, ''), coalesce(country, ''))"
        " from staging_raw_import",
    )
    assert records == [(118, 59)]
    assert table_rows(
        warehouse,
        "canonical",
        "select sum(inserted_count), sum(record_count) from import_results",
    ) == [(59, 118)]


def _people(settings: Settings) -> list[tuple[object, ...]]:
    return table_rows(
        settings, "canonical", "select id, first_name, last_name from persons order by id"
    )

"""stg_touchpoints over literal contacts: which are one, whose name counts, what is reported."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lode.db import connect
from lode.dbt import DbtResult
from lode.settings import Settings
from tests.models.raw_rows import insert_import

pytestmark = pytest.mark.database

DAY = {"touchpoint_date": "2026-02-01", "touchpoint_type": "email", "campaign_name": "Spring"}
LETTER = {**DAY, "touchpoint_type": "mail", "zip": "78701"}
CONTACTS: list[dict[str, str]] = [
    {**DAY, "first_name": "Test", "last_name": "N/A", "email": "ann@example.com"},
    {**LETTER, "full_name": "John Smith Sr"},
    {**LETTER, "full_name": "John Smith Jr"},
    {**DAY, "first_name": "Ann", "email": "poe@example.com"},
    {**DAY, "first_name": "Bob", "last_name": "Poe", "email": "poe@example.com"},
    {**DAY, "first_name": "Bob & Ann", "last_name": "Poe", "email": "poe@example.com"},
    {**DAY, "touchpoint_date": "03/04/2026", "email": "bad@@example.com", "phone": "5125550134"},
]


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query on the staging schema."""
    with connect("transformer", settings, schema="staging") as connection:
        cursor = connection.cursor()
        cursor.execute(query)
        return list(cursor.fetchall())


def test_literal_contacts(dbt: Callable[..., DbtResult], warehouse: Settings) -> None:
    """Father and son, and two of one mailbox, are two contacts; placeholders are no names."""
    insert_import(warehouse, 1, "touchpoints", CONTACTS)
    assert dbt(["seed"], warehouse).returncode == 0
    built = dbt(["run", "-s", "+import_validation_log"], warehouse)
    assert built.returncode == 0, built.output
    contacts = rows(
        warehouse,
        "select first_name_key, last_name_key, name_suffix, content_hash from stg_touchpoints"
        " order by record_id",
    )
    assert [contact[:3] for contact in contacts] == [
        (None, None, None),
        ("john", "smith", "SR"),
        ("john", "smith", "JR"),
        ("ann", None, None),
        ("bob", "poe", None),
        ("bob", "poe", None),
        (None, None, None),
    ]
    hashes = [contact[3] for contact in contacts]
    assert hashes[4] == hashes[5]
    assert len(set(hashes)) == len(CONTACTS) - 1
    problems = (
        "select `row_number`, error_type, field_name from import_validation_log order by 1, 2"
    )
    assert rows(warehouse, problems) == [
        (7, "AMBIGUOUS_DATE", "touchpoint_date"),
        (7, "VALIDATION", "email"),
    ]

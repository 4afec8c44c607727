"""The values of a golden person: those of an address are given by that address alone."""

from __future__ import annotations

import pytest

from lode.db import connect
from lode.person import values
from lode.settings import Settings
from tests.typed_tables import table_statement

pytestmark = pytest.mark.database

PERSON = 10000000001
# Records, newest first, of two addresses in one town: one has the street, the others just the ZIP.
HOMES = (
    ("B", 30000000009, {"city": "Austin", "state": "TX", "zip": "78701"}),
    ("A", 20000000005, {"street": "1 OAK ST", "city": "Austin", "state": "TX", "zip": "78701"}),
    ("C", 10000000001, {"city": "Austin", "state": "TX", "county": "Travis"}),
)
PROVENANCE = """
    create table person_provenance (
        person_id bigint unsigned, table_name varchar(32), field_name varchar(32),
        cell_of varchar(254), cell_value varchar(254), preference int, rule varchar(32),
        record_id bigint unsigned, `row_number` bigint unsigned, import_id varchar(64),
        source_file varchar(255), imported_at datetime(6), effective_at datetime(6),
        override_id bigint unsigned, decided_by varchar(128), reason varchar(255)
    ) character set utf8mb4 collate utf8mb4_bin
"""


@pytest.fixture
def two_homes(warehouse: Settings) -> Settings:
    """A golden person with the address A, of whom the towns of two others are known too."""
    with (
        connect("transformer", warehouse, schema="canonical", autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(table_statement(warehouse, "canonical/people/persons", "persons"))
        cursor.execute(PROVENANCE)
        cursor.execute(
            "insert into persons (id, golden_person_id, is_original, record_count)"
            " values (%s, %s, 1, 3)",
            (PERSON, PERSON),
        )
        cursor.executemany(
            "insert into person_provenance (person_id, table_name, field_name, cell_of, cell_value,"
            " preference, rule, record_id)"
            " values (%s, 'addresses', %s, %s, %s, 1, 'only value', %s)",
            [
                (PERSON, name, home, value, record)
                for home, record, cells in HOMES
                for name, value in cells.items()
            ],
        )
    with (
        connect("transformer", warehouse, schema="marts", autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(table_statement(warehouse, "marts/people/golden_persons", "golden_persons"))
        cursor.execute(
            "insert into golden_persons (golden_person_id, street, city, state, zip)"
            " values (%s, '1 OAK ST', 'Austin', 'TX', '78701')",
            (PERSON,),
        )
    return warehouse


def test_the_values_of_an_address_come_from_it_alone(two_homes: Settings) -> None:
    """Other addresses that share its town explain nothing of it, whichever is read first."""
    _, found = values(two_homes, PERSON)
    assert {row["field_name"]: row["record_id"] for row in found} == dict.fromkeys(
        ("street", "city", "state", "zip"), 20000000005
    )

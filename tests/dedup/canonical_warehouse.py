"""The canonical tables by hand, for tests that need a warehouse but no dbt."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from lode.db import connect
from lode.settings import Settings

DDL = {
    "persons": """
        create table persons (
            id bigint unsigned primary key, first_name varchar(100), middle_name varchar(100),
            last_name varchar(100), name_suffix varchar(16), birth_date date,
            company_name varchar(255), is_original tinyint(1), golden_person_id bigint unsigned,
            record_count int unsigned not null
        )
    """,
    "phone_numbers": """
        create table phone_numbers (
            id bigint unsigned auto_increment primary key, person_id bigint unsigned not null,
            phone_e164 varchar(20), phone_type varchar(16), is_primary tinyint(1) not null
        )
    """,
    "email_addresses": """
        create table email_addresses (
            id bigint unsigned auto_increment primary key, person_id bigint unsigned not null,
            email varchar(254), is_primary tinyint(1) not null
        )
    """,
    "addresses": """
        create table addresses (
            id bigint unsigned auto_increment primary key, person_id bigint unsigned not null,
            street varchar(255), unit varchar(64), city varchar(100), state varchar(50),
            zip varchar(16), county varchar(100), country char(2), street_key varchar(255),
            is_primary tinyint(1) not null
        )
    """,
    "person_redirects": """
        create table person_redirects (
            person_id bigint unsigned primary key, reason varchar(32), retired_at datetime(6)
        )
    """,
    "person_records": """
        create table person_records (
            record_id bigint unsigned primary key, person_id bigint unsigned not null
        )
    """,
    "imports_undone": """
        create table imports_undone (
            import_seq int unsigned primary key, import_id varchar(64), row_count int unsigned,
            undone_at datetime(6), undone_by varchar(128), reason varchar(255)
        )
    """,
}

STG_PEOPLE = """
    create table stg_people (
        record_id bigint unsigned primary key, first_name varchar(100), middle_name varchar(100),
        last_name varchar(100), name_suffix varchar(16), email_1 varchar(254),
        email_2 varchar(254), phone_1 varchar(20), phone_2 varchar(20), phone_3 varchar(20),
        street_key varchar(255), city varchar(100), state varchar(50), zip varchar(16),
        country char(2), birth_date date, rejection_reason varchar(64)
    )
"""


def create_canonical(settings: Settings, tables: dict[str, pa.Table] | None = None) -> None:
    """Create the canonical tables and fill them with the given Arrow tables."""
    with connect("transformer", settings, schema="canonical", autocommit=True) as connection:
        with connection.cursor() as cursor:
            for name, ddl in DDL.items():
                cursor.execute(f"drop table if exists {name}")
                cursor.execute(ddl)
        for name, table in (tables or {}).items():
            insert(connection, name, table)


def insert(connection: Any, name: str, table: pa.Table) -> None:
    """Insert all rows of an Arrow table."""
    rows = table.to_pylist()
    if not rows:
        return
    columns = list(rows[0])
    statement = (
        f"insert into {name} ({', '.join(columns)}) values ({', '.join(['%s'] * len(columns))})"
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, [tuple(row.values()) for row in rows])


def rows(settings: Settings, query: str, role: str = "loader", schema: str = "raw") -> list[Any]:
    """All rows of a query."""
    with connect(role, settings, schema=schema) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())

"""Rules are rows of a seed: what a row says is checked, for its source type, and may refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rendered_macros import render
from test_stg_people import WIDTH, write_raw

from lode.db import connect
from lode.dbt import DbtResult
from lode.settings import Settings

pytestmark = pytest.mark.database

RECORDS = [
    {"full_name": "Ann Lee", "phone_1": "512-555-0101", "zip": "78701"},
    {"full_name": "Bob Ray", "email_1": "bob@example.com", "phone_1": "512-555-0101"},
    {"full_name": "Cy Day", "email_1": "cy@example.com", "zip": "Austin"},
    {"full_name": "Di Fox", "email_1": "n/a", "city": "X"},
]
# source_type `test` is the one that write_raw gives its import.
RULES = [
    (201, "people", "test", "email_1|phone_1", "required", None, "reject", "MISSING_REQUIRED"),
    (202, "people", "test", "zip", "format", "^[0-9]{5}$", "warning", "ODD_ZIP"),
    (203, "people", "test", "city", "min_length", "2", "error", "SHORT_CITY"),
    (204, "people", "test", "phone_1", "duplicate", None, "warning", "DUPLICATE"),
    (205, "people", "other", "email_1", "required", None, "reject", "MISSING_REQUIRED"),
    (206, "people", "*", "full_name", "max_length", "6", "warning", "LONG_NAME"),
    (207, "people", "test", "full_name", "format", "^[A-Za-z '\\\\.-]+$", "reject", "ODD_NAME"),
]
LOGS = ("+import_validation_log", "+import_duplicate_log")


def add_rules(settings: Settings, rules: list[tuple[Any, ...]]) -> None:
    """Put rows into the seed's table, as a changed CSV file would."""
    with connect("transformer", settings, schema="staging", autocommit=True) as connection:
        connection.cursor().executemany(
            "insert into validation_rules (rule_number, feed, source_type, field_name, rule_kind,"
            " parameter, severity, error_type, error_message)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, 'Made up.')",
            rules,
        )


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query on the staging schema."""
    with connect("transformer", settings, schema="staging") as connection:
        cursor = connection.cursor()
        cursor.execute(query)
        return list(cursor.fetchall())


def test_a_rule_is_a_row(dbt: Callable[..., DbtResult], warehouse: Settings) -> None:
    write_raw(warehouse, RECORDS)
    assert dbt(["seed"], warehouse).returncode == 0
    add_rules(warehouse, RULES)
    built = dbt(["run", "-s", *LOGS], warehouse)
    assert built.returncode == 0, built.output
    refused = rows(
        warehouse,
        "select record_id, rejection_reason from stg_people where rejection_reason is not null",
    )
    assert refused == [(WIDTH + 4, "MISSING_REQUIRED")]
    own = ["stg_people,test_name:accepted_values", "assert_rejection_reasons_are_known"]
    tested = dbt(["test", "-s", *own], warehouse)
    assert tested.returncode == 0, tested.output[-2000:]
    problems = "select `row_number`, error_number, severity, field_value from {} where error_number"
    found = rows(
        warehouse, problems.format("import_validation_log") + " between 200 and 299 order by 1, 2"
    )
    assert found == [
        (1, 206, "warning", "Ann Lee"),
        (2, 206, "warning", "Bob Ray"),
        (3, 202, "warning", "Austin"),
        (4, 201, "reject", None),
        (4, 203, "error", "X"),
    ]
    assert rows(warehouse, problems.format("import_duplicate_log") + " > 200") == [
        (2, 204, "warning", "+15125550101")
    ]


REQUESTS = [
    {"email": "ann@example.com", "phone": "512-555-0101"},
    {"email": "bob@example.com; bob@example.org"},
    {"phone": "512-555-0102 / 512-555-0103"},
    {"email": "nobody", "phone": "512-555-0104"},
    {"email": "cid@example.com, nobody@", "phone": "n/a"},
    {"phone": "512-555-0105/0106"},
    {"email": "dee@example.com", "phone": "555-0107"},
    {"phone": "+44 20 7946 0018 / 512-555-0108"},
]


def test_what_a_request_names_and_is_not_stopped_is_reported(
    dbt: Callable[..., DbtResult], warehouse: Settings
) -> None:
    """Every mailbox and number is stopped; somebody has to know of what can't be read."""
    write_raw(warehouse, REQUESTS, "opt_outs", "staging_raw_opt_outs")
    assert dbt(["seed"], warehouse).returncode == 0
    built = dbt(["run", "-s", "+import_validation_log", "+stg_request_statements"], warehouse)
    assert built.returncode == 0, built.output
    assert rows(
        warehouse,
        "select `row_number`, error_number, severity, field_value from import_validation_log"
        " order by 1, 2",
    ) == [
        (4, 124, "error", "nobody"),
        (5, 122, "error", REQUESTS[4]["email"]),
        (6, 123, "error", REQUESTS[5]["phone"]),
        (7, 125, "error", "555-0107"),
    ]
    kept = "select coalesce(email, phone_e164) from {} order by record_id, 1"
    assert [point for (point,) in rows(warehouse, kept.format("stg_opt_outs"))] == [
        "ann@example.com", "bob@example.com", "+15125550102", "+15125550104", "cid@example.com",
        "+15125550105", "dee@example.com", "+442079460018",
    ]  # fmt: skip
    assert [point for (point,) in rows(warehouse, kept.format("stg_request_statements"))] == [
        "bob@example.org", "+15125550103", "+15125550108",
    ]  # fmt: skip


UNUSABLE = [
    ("people", "fromat", "x", "error", "its kind fromat is not known"),
    ("people", "max_length", "ten", "error", "ten is no number of characters"),
    ("people", "format", "", "error", "needs a parameter"),
    ("people", "duplicate", "", "reject", "can not refuse a record"),
    ("campaigns", "duplicate", "", "error", "among people only"),
    ("dnc", "required", "", "reject", "is never refused by a rule"),
    ("people", "format", "x", "reject", ""),
]


def test_rows_that_can_not_be_used_are_told(
    dbt: Callable[..., DbtResult], warehouse: Settings
) -> None:
    calls = [
        f"validation_rule_fault({feed!r}, {{'rule_kind': {kind!r}, 'parameter': {parameter!r},"
        f" 'severity': {severity!r}}})"
        for feed, kind, parameter, severity, _ in UNUSABLE
    ]
    for fault, (*_, words) in zip(render(dbt, warehouse, calls), UNUSABLE, strict=True):
        assert words in fault if words else fault == ""

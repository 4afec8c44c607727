"""Telephone texts that nobody was asked about when dbt ran alone: their records are taken again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lode.dbt import DbtResult
from lode.phone_resolver import take_again
from lode.pipeline import run_pipeline
from lode.settings import Settings
from tests.models.raw_rows import insert_import, table_rows
from tests.models.test_identity import build, snapshot

pytestmark = pytest.mark.database

WIDE = "\uff15\uff11\uff12-\uff14\uff15\uff16-\uff17\uff18\uff19\uff10"


def states(settings: Settings) -> list[tuple[object, ...]]:
    query = "select id, status from import_metadata order by id"
    return table_rows(settings, "raw", query)


def test_numbers_that_come_late_are_taken_by_the_next_run(
    warehouse: Settings, dbt: Callable[..., DbtResult]
) -> None:
    """A bare `dbt run`, then `lode run`, give every cell that a full refresh gives."""
    people = [
        {"last_name": "Lee", "first_name": "Ann", "phone_1": WIDE, "zip": "78701"},
        {"last_name": "Ray", "first_name": "Bob", "phone_1": "512-555-0102", "zip": "78701"},
    ]
    insert_import(warehouse, 1, "people", people)
    insert_import(warehouse, 2, "people", [{"last_name": "Poe", "phone_1": "555"}])
    insert_import(warehouse, 3, "opt_outs", [{"phone": WIDE, "channel": "sms"}])
    build(dbt, warehouse, command="seed")
    build(dbt, warehouse)
    assert states(warehouse) == [(1, "COMPLETE"), (2, "COMPLETE"), (3, "COMPLETE_WITH_ERRORS")]
    numbers = "select phone_e164 from phone_numbers order by person_id"
    assert table_rows(warehouse, "canonical", numbers) == [("+15125550102",)]

    # One of the same person, found by the number, comes by the usual way.
    again = [{"last_name": "Lee", "first_name": "Ann", "phone_1": WIDE, "zip": "10001"}]
    insert_import(warehouse, 4, "people", again)
    run_pipeline(warehouse)
    assert {status for _, status in states(warehouse)} == {"COMPLETE"}
    assert table_rows(warehouse, "canonical", numbers) == [("+15124567890",), ("+15125550102",)]
    late = snapshot(warehouse)
    assert take_again(warehouse) == 0
    build(dbt, warehouse, "--full-refresh")
    assert snapshot(warehouse) == late

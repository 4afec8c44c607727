"""Telephone texts that nobody was asked about when dbt ran alone: their records are taken again."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest_lode import clean_environment, one_sentence
from killed_process import environment

from lode.db import connect
from lode.dbt import DbtResult
from lode.errors import BusyError
from lode.phone_resolver import take_again
from lode.pipeline import one_run_at_a_time, run_pipeline
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


def test_dbt_alone_and_lode_run_take_turns(
    warehouse: Settings, dbt: Callable[..., DbtResult], tmp_path: Path
) -> None:
    """Asked about in the middle of `dbt run`, a number would never come: it was built without."""
    people = [{"last_name": "Lee", "first_name": "Ann", "phone_1": WIDE, "zip": "78701"}]
    insert_import(warehouse, 1, "people", people)
    build(dbt, warehouse, command="seed")
    alone = [str(Path(sys.executable).parent / "dbt"), "run", "--target-path", str(tmp_path)]
    variables = clean_environment(**environment(warehouse))
    with one_run_at_a_time(warehouse):
        refused = subprocess.run(alone, env=variables, capture_output=True, text=True)
    assert "process" in one_sentence(refused, "dbt: Another run is under way in this warehouse (")

    # Held up where people are standardized and nobody is mapped yet.
    table = f"{warehouse.schema('canonical')}.person_records"
    lock = f"build.{hashlib.md5(table.encode()).hexdigest()}"
    with connect("loader", warehouse, autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute("select get_lock(%s, 0)", (lock,))
        with subprocess.Popen(alone, env=variables, stdout=subprocess.DEVNULL) as running:
            wait_until_built(warehouse, "record_match_keys", running)
            with pytest.raises(BusyError, match=r"run is under way in this warehouse: wait"):
                run_pipeline(warehouse)
            cursor.execute("select release_lock(%s)", (lock,))
        assert running.returncode == 0
    assert states(warehouse) == [(1, "COMPLETE")]
    # Nobody asked meanwhile, so the next `lode run` does, and takes the import again.
    assert take_again(warehouse) == 1
    assert states(warehouse) == [(1, "LOADED")]


def wait_until_built(settings: Settings, table: str, running: subprocess.Popen[bytes]) -> None:
    """Wait until dbt has made a table of canonical; fail if it ends before."""
    query = (
        "select count(*) from information_schema.tables"
        " where table_schema = database() and table_name = %s"
    )
    while table_rows(settings, "canonical", query, [table]) == [(0,)]:
        assert running.poll() is None
        time.sleep(0.1)

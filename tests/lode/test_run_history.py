"""Runs of dbt as they are kept: states and seconds, no values, and not for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from lode.db import connect
from lode.dbt import DbtResult
from lode.run_history import KEPT_RUNS, note_run
from lode.settings import Settings

pytestmark = pytest.mark.database
START = datetime(2026, 2, 1, 12)


def node(name: str, status: str, message: str | None = None) -> dict[str, Any]:
    """A node as run_results.json has it."""
    return {
        "unique_id": name,
        "status": status,
        "execution_time": 1.5,
        "message": message,
        "adapter_response": {},
    }


def kept(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with connect("loader", settings, schema="raw") as connection:
        cursor = connection.cursor()
        cursor.execute(query)
        return list(cursor.fetchall())


def test_a_run_is_kept_with_what_failed_and_no_values(warehouse_module: Settings) -> None:
    nodes = [
        node("model.motherlode.persons", "success", "merge persons: 1 inserted"),
        node("test.motherlode.not_null_persons_id.0a1b", "fail", "Got 3 results"),
        node("model.motherlode.addresses", "error", "Duplicate entry\n'jo@example.com'"),
        node("model.motherlode.golden_persons", "skipped"),
        node("seed.motherlode.channels", "success"),
    ]
    note_run(warehouse_module, DbtResult(1, nodes), START)
    assert kept(
        warehouse_module, "select started_at, exit_code, node_count, bad_count from dbt_runs"
    ) == [(START, 1, 5, 3)]
    found = kept(warehouse_module, "select kind, name, state, seconds, message from dbt_nodes")
    assert ("model", "persons", "success", 1.5, "merge persons: 1 inserted") in found
    assert ("test", "not_null_persons_id.0a1b", "fail", 1.5, "Got 3 results") in found
    assert ("model", "addresses", "error", 1.5, "Duplicate entry '[e-mail]'") in found
    assert ("model", "golden_persons", "skipped", 1.5, "") in found


def test_old_runs_go_as_new_ones_come(warehouse_module: Settings) -> None:
    for _ in range(KEPT_RUNS + 3):
        note_run(warehouse_module, DbtResult(0, [node("model.motherlode.x", "success")]), START)
    ((runs, first),) = kept(warehouse_module, "select count(*), min(id) from dbt_runs")
    assert runs == KEPT_RUNS
    assert kept(warehouse_module, f"select count(*) from dbt_nodes where run_id < {first}") == [
        (0,)
    ]


def test_a_run_that_cant_be_kept_is_no_failure(warehouse: Settings) -> None:
    """An older warehouse has no such tables: its run goes on."""
    with connect("loader", warehouse, schema="raw", autocommit=True) as connection:
        connection.cursor().execute("drop table dbt_nodes")
    note_run(warehouse, DbtResult(0, [node("model.motherlode.x", "success")]), START)
    assert kept(warehouse, "select count(*) from dbt_runs") == [(0,)]

"""`dbt source freshness`: a feed that is late is told, one that came is not, whatever its size."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from loaders.dnc.load import DncRequest, load_registry
from lode.comply import utc_moment
from lode.db import connect
from lode.dbt import DbtResult
from lode.settings import Settings
from tests.models.raw_rows import insert_import

pytestmark = pytest.mark.database

FEEDS = {
    "staging_raw_import": ("people", {"last_name": "Lee"}),
    "staging_raw_opt_outs": ("opt_outs", {"email": "ann@example.com"}),
    "staging_raw_touchpoints": ("touchpoints", {"email": "ann@example.com"}),
}
Runner = Callable[..., DbtResult]


def measured(dbt: Runner, settings: Settings, target: Path) -> tuple[int, dict[str, str]]:
    """Run the command; returns its exit code, and what it says of each raw table."""
    done = dbt(["source", "freshness"], settings, target)
    found = json.loads((target / "sources.json").read_text(encoding="utf-8"))["results"]
    return done.returncode, {
        str(row["unique_id"]).rpartition(".")[2]: str(row["status"]) for row in found
    }


def age(settings: Settings, days: int) -> None:
    """Have all imports handed in, and the copy of the list accessed, so many days ago."""
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "update import_metadata set uploaded_at = utc_timestamp(6) - interval %s day", (days,)
        )
        cursor.execute(
            "update dnc_downloads set accessed_on = utc_date() - interval %s day", (days,)
        )


def test_late_feeds_are_told(dbt: Runner, warehouse_module: Settings, tmp_path: Path) -> None:
    for number, (feed, row) in enumerate(FEEDS.values(), start=1):
        insert_import(warehouse_module, number, feed, [row, row])
    path = tmp_path / "registry.txt"
    path.write_text("5125550134\n")
    today = utc_moment(None, "").date()
    load_registry(path, warehouse_module, DncRequest("national", "A-1", today, area_codes=()))
    age(warehouse_module, 0)
    code, states = measured(dbt, warehouse_module, tmp_path)
    came = {"import_metadata", "dnc_downloads", *FEEDS}
    assert {name: states[name] for name in came} == dict.fromkeys(came, "pass")
    # What never came is late; what a warehouse can do without is only a warning.
    assert {states[name] for name in set(states) - came} == {"warn"}
    assert code == 0

    age(warehouse_module, 8)
    code, states = measured(dbt, warehouse_module, tmp_path)
    assert code == 0
    assert {states[name] for name in FEEDS} == {"warn"}
    assert states["dnc_downloads"] == "pass"

    age(warehouse_module, 32)
    code, states = measured(dbt, warehouse_module, tmp_path)
    assert code == 1
    late = {name for name, state in states.items() if state == "error"}
    assert late == {"import_metadata", "staging_raw_import", "dnc_downloads"}

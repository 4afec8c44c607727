"""When an import is called complete: after a run of everything, and not before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lode.dbt import DbtResult
from lode.settings import Settings
from lode.warehouse_state import read_imports
from tests.models.raw_rows import insert_import

pytestmark = pytest.mark.database


def status(settings: Settings) -> str:
    (account,) = read_imports(settings)
    return account.status


def test_only_a_run_of_everything_completes_an_import(
    warehouse: Settings, dbt: Callable[..., DbtResult]
) -> None:
    """A part of the models, or a broken run, leaves it LOADED; the next whole run takes it."""
    people = [{"first_name": "Ann", "last_name": "Lee", "email_1": "ann@example.com"}, {}]
    insert_import(warehouse, 1, "people", people)
    assert dbt(["seed"], warehouse).returncode == 0
    part = dbt(["run", "--exclude", "golden_persons"], warehouse)
    assert part.returncode in (0, 1)
    assert status(warehouse) == "LOADED"
    whole = dbt(["run"], warehouse)
    assert whole.returncode == 0, whole.output[-2000:]
    assert status(warehouse) == "COMPLETE_WITH_ERRORS"
    (account,) = read_imports(warehouse)
    assert account.is_balanced
    assert (account.inserted_count, account.rejected_count) == (1, 1)

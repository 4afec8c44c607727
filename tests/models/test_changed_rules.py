"""A rule that somebody changes in a seed decides from the next run on, and exports can prove it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lode.db import connect
from lode.dbt import DbtResult
from lode.pipeline import run_pipeline, seeds_digest
from lode.settings import Settings
from tests.models.raw_rows import insert_import, table_rows

pytestmark = pytest.mark.database

# One cell of each seed that decisions, and the hours of an export, go by.
CHANGES = (
    "update compliance_rules set value = value + 1 where topic = 'registry_max_age'",
    "update opt_out_reach set enforcement = 'advise' limit 1",
    "update request_statements set channel = 'all' where channel = 'call' limit 1",
    "update dnc_list_policies set is_lifted_by_consent = 0 where list_kind = 'national'",
    "update line_type_policies set rule_id = 'another' limit 1",
    "update frequency_caps set jurisdiction = 'WY' limit 1",
    "update calling_windows set end_time = '12:00:00' limit 1",
    "update holidays set holiday_date = holiday_date + interval 400 day limit 1",
    "update reason_codes set sort_order = sort_order + 1000 limit 1",
    "update area_code_time_zones set time_zone = 'America/Adak' where area_code = '512'",
    "update state_time_zones set time_zone = 'America/Adak' where state_code = 'WY'",
    "update zip_time_zones set time_zone = 'America/Adak' limit 1",
    "update time_zone_offsets set offset_seconds = offset_seconds + 3600 limit 1",
)


@pytest.fixture(scope="module")
def built(warehouse_module: Settings) -> Settings:
    """A warehouse of one person after its first run."""
    insert_import(warehouse_module, 1, "people", [{"last_name": "Lee"}])
    run_pipeline(warehouse_module)
    return warehouse_module


@pytest.fixture(scope="module")
def query(
    built: Settings,
    dbt: Callable[..., DbtResult],
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """The select of the model that holds the digest of the rules as they are."""
    target = tmp_path_factory.mktemp("target")
    done = dbt(["compile", "--select", "decision_facts"], built, target)
    assert done.returncode == 0, done.output
    models = target / "compiled" / "motherlode" / "models"
    return (models / "staging" / "compliance" / "decision_facts.sql").read_text("utf-8")


def decided_by(settings: Settings) -> str:
    """Return the digest of the rules by which the last run decided."""
    return str(table_rows(settings, "canonical", "select rules_hash from decided_facts")[0][0])


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.split()[1])
def test_the_digest_is_another_as_soon_as_a_cell_of_a_rule_is(
    built: Settings, query: str, change: str
) -> None:
    with connect("transformer", built, schema="staging") as connection:
        cursor = connection.cursor()

        def digest() -> str:
            cursor.execute(query)
            return str(cursor.fetchall()[0][-1])

        before = digest()
        assert before == decided_by(built)
        assert cursor.execute(change) > 0
        assert digest() != before
        connection.rollback()
        assert digest() == before


def test_a_run_follows_a_changed_rule_though_nothing_else_is_new(built: Settings) -> None:
    before = decided_by(built)
    assert not run_pipeline(built).has_changed
    with connect("transformer", built, schema="staging", autocommit=True) as connection:
        connection.query("update frequency_caps set jurisdiction = 'WY' limit 1")
    marker = built.home / "dbt" / f"seeds-{built.engine}-{built.prefix}.sha256"
    assert marker.read_text() == seeds_digest(built.root / "seeds")
    marker.write_text("that of the files before somebody changed one")
    assert run_pipeline(built).has_changed
    assert decided_by(built) != before
    assert not run_pipeline(built).has_changed

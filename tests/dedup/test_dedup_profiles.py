"""The profile for registries: Febrl's sets, and a warehouse that stays with its profile."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from canonical_warehouse import create_canonical
from febrl import febrl
from partitions import pair_quality, run_model

from dedup.explain import explain
from dedup.find import Question, find
from dedup.model import load_model, model_path, newest_model, save_model, shipped_path
from dedup.pipeline import run
from dedup.profiles import PROFILES, REGISTRY, rules_for
from dedup.settings import PEOPLE, DedupRules
from dedup.spark import to_spark
from lode.db import connect
from lode.errors import LodeError
from lode.settings import Settings


@pytest.mark.parametrize("number", [3, 4])
def test_febrl_is_found_by_a_model_that_never_saw_it(number: int) -> None:
    tables, truth = febrl(number)
    assert len(truth) == (5_000 if number == 3 else 10_000)
    model = load_model(shipped_path(REGISTRY), REGISTRY)
    assert "Febrl 2" in model.trained_on
    run_of_set = run_model(tables, REGISTRY, model)
    precision, recall, f1 = pair_quality(run_of_set.golden, truth)
    assert f1 >= 0.999
    assert precision >= 0.998
    assert recall >= 0.998


def test_profiles_have_models_and_conditions_of_their_own() -> None:
    assert rules_for(PEOPLE) == DedupRules()
    assert REGISTRY.terms == ("first_name", "last_name", "street_name", "zip", "city")
    with pytest.raises(LodeError, match="no dedup profile 'patients': use one of people, registry"):
        rules_for("patients")
    for rules in PROFILES.values():
        model = load_model(shipped_path(rules), rules)
        for comparison in rules.comparisons:
            assert comparison.levels[-1].condition == "else"
            assert set(model.levels[comparison.name]) == {one.name for one in comparison.levels}
        for rule in rules.blocking_rules:
            assert "&&" not in to_spark(rule.condition())
    with pytest.raises(LodeError, match="other comparison levels"):
        load_model(shipped_path(REGISTRY), DedupRules())


@pytest.mark.database
def test_a_warehouse_stays_with_its_profile(warehouse: Settings) -> None:
    create_canonical(warehouse, _first(500))
    first = run(warehouse, rules=REGISTRY)
    assert first.links > 20
    assert first.model_version == "registry-1"
    again = run(warehouse)
    assert again.is_unchanged
    assert again.job_id == first.job_id
    with connect("transformer", warehouse, schema="canonical", autocommit=True) as connection:
        connection.query("update persons set golden_person_id = id")
    one, other = _linked(warehouse)
    told = explain(warehouse, one, other)
    assert told.is_one
    assert '"house_number"' in told.waterfall or '"city"' in told.waterfall
    hits = find(warehouse, Question(name="Lachlan Ryan", zip="2099"))
    assert all(hit.match_weight > -20 for hit in hits)
    newest = newest_model(warehouse, REGISTRY)
    save_model(newest, model_path(warehouse, "20260101T000000Z", REGISTRY))
    assert newest_model(warehouse, DedupRules()).version == "default-1"
    assert run(warehouse, rules=DedupRules(), is_forced=True).model_version == "default-1"


def _first(count: int) -> dict[str, pa.Table]:
    """The first records of a set, originals and duplicates of the same people first."""
    tables, truth = febrl(3)
    chosen = pa.array(sorted(sorted(truth, key=lambda one: (truth[one], one))[:count]), pa.uint64())
    return {
        name: table.filter(
            pc.is_in(table.column("id" if name == "persons" else "person_id"), chosen)
        )
        for name, table in tables.items()
    }


def _linked(settings: Settings) -> tuple[int, int]:
    with connect("auditor", settings, schema="raw") as connection, connection.cursor() as cursor:
        cursor.execute(
            "select person_id_l, person_id_r from dedup_pairs where decision = 'link'"
            " order by match_weight, person_id_l limit 1"
        )
        row = cursor.fetchone()
    assert row is not None
    return int(row[0]), int(row[1])

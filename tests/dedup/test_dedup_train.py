"""Training on generated records: exact counts, fixed levels, no silent defaults, clear refusals."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pyarrow as pa
import pytest
from generated_people import make_records
from joined_people import canonical_tables, join_records
from literal_people import featured
from partitions import pair_quality, run_model

from dedup.comparisons import COMPARISONS
from dedup.model import DEFAULT_PATH, load_model
from dedup.settings import DedupRules, TrainingRules
from dedup.shared_keys import count_shared_keys
from dedup.train import Training, train
from lode.errors import LodeError

RULES = replace(DedupRules(), training=TrainingRules(random_pairs=2e5, em_pairs=1e5))
BASE = load_model(DEFAULT_PATH, RULES)


def record_tables(people: int, seed: int) -> dict[str, pa.Table]:
    records = make_records(people, seed)
    return canonical_tables(records, {one.record_id: one.record_id for one in records})


@pytest.fixture(scope="module")
def training() -> Training:
    with featured(record_tables(4_000, 601), RULES) as (database, _):
        return train(database, RULES, "a test", BASE)


def test_fixed_levels_stay_and_nothing_is_a_default_in_silence(training: Training) -> None:
    unseen = set(training.unseen)
    for comparison in COMPARISONS:
        for level in comparison.levels:
            value = training.model.levels[comparison.name][level.name]
            if level.m is not None:
                assert value.m == level.m
            if "default" in (value.m_origin, value.u_origin):
                assert f"{comparison.name}: {level.name}" in unseen


def test_training_learns_what_tells_people_apart(training: Training) -> None:
    levels = training.model.levels
    assert levels["first_name"]["equal"].m > 0.6
    assert levels["first_name"]["different"].m == 1e-9
    assert levels["email"]["same primary"].u < 1e-4
    assert levels["phone"]["same primary"].u < 1e-4
    assert 0.1 < training.model.matches_per_record < 0.6


def test_trained_model_finds_people_it_was_not_trained_on(training: Training) -> None:
    records = make_records(people=2_000, seed=602)
    truth = {record.record_id: record.truth for record in records}
    person_of = join_records(records)
    golden = run_model(canonical_tables(records, person_of), RULES, training.model).golden
    found = pair_quality({one: golden[person_of[one]] for one in person_of}, truth)
    assert found[2] >= 0.87


def test_shared_keys_are_counted_exactly() -> None:
    with featured(record_tables(400, 603), RULES) as (database, _):
        counted = count_shared_keys(database, 1.1)
        rows = database.execute(
            "select first_initial, email, emails from features where first_initial is not null"
        ).fetchall()
    known = [row for row in rows if row[1] is not None]
    strangers = [(a, b) for a, b in combinations(known, 2) if a[0] != b[0]]
    same = sum(a[1] == b[1] for a, b in strangers)
    pairs = len(known) * (len(known) - 1) / 2
    assert counted["email", "same primary"] == pytest.approx(1.1 * same / pairs)
    assert same > 0


def test_too_few_records_are_refused() -> None:
    with (
        featured(record_tables(300, 604), RULES) as (database, _),
        pytest.raises(LodeError, match="at least 1,000 records"),
    ):
        train(database, RULES, "a test", BASE)


def test_records_without_a_repeat_are_refused() -> None:
    tables = record_tables(1_500, 605)
    for name in ("phone_numbers", "email_addresses", "addresses"):
        tables[name] = tables[name].slice(0, 0)
    with (
        featured(tables, RULES) as (database, _),
        pytest.raises(LodeError, match="exact rules match"),
    ):
        train(database, RULES, "a test", BASE)


def test_training_that_does_not_settle_is_refused() -> None:
    hasty = replace(RULES, training=replace(RULES.training, max_iterations=1, convergence=1e-12))
    with (
        featured(record_tables(1_500, 606), hasty) as (database, _),
        pytest.raises(LodeError, match="did not settle"),
    ):
        train(database, hasty, "a test", BASE)

"""A run that looks wrong is not published, in a sentence; the last good one stays in force."""

from __future__ import annotations

from dataclasses import replace

import pytest
from canonical_warehouse import create_canonical, rows
from generated_people import make_records
from joined_people import canonical_tables, join_records

from dedup.gates import GateRules, require_sound
from dedup.pipeline import run
from dedup.settings import DedupRules
from lode.errors import LodeError
from lode.settings import Settings

GATES = GateRules()
SOUND = {
    "persons": 10_000,
    "largest_cluster": 7,
    "singleton_share": 0.9,
    "rule_pairs": {"email": 2_000, "swapped names + ZIP3": 12},
}
IN_FORCE = {"settings": {"thresholds": {"link": 2.0}, "gates": SOUND}}
DESCRIPTION = {"thresholds": {"link": 2.0}}


def small(few: dict[str, object]) -> dict[str, object]:
    return {"settings": {**IN_FORCE["settings"], "gates": SOUND | few}}


@pytest.mark.parametrize(
    "measured",
    [
        SOUND,
        SOUND | {"singleton_share": 0.82},
        SOUND | {"persons": 20_000, "rule_pairs": {"email": 12_000, "new rule": 90_000}},
        SOUND | {"persons": 100_000, "rule_pairs": {"email": 500_000}},
        SOUND | {"rule_pairs": {"email": 2_100, "swapped names + ZIP3": 900}},
    ],
)
def test_what_changes_a_little_is_published(measured: dict[str, object]) -> None:
    require_sound(measured, DESCRIPTION, IN_FORCE, GATES)
    require_sound(measured, DESCRIPTION, None, GATES)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"largest_cluster": 41}, "largest group has 41 persons, more than 40"),
        ({"singleton_share": 0.7}, "on their own are 70%, they were 90%"),
        ({"rule_pairs": {"email": 9_000}}, "'email' finds 4.5 times the pairs"),
        ({"rule_pairs": {"email": 0}}, "'email' finds 0.0 times the pairs"),
        ({"persons": 900}, "there are 900 persons, there were 10,000"),
        ({"persons": 0}, "there are 0 persons, there were 10,000"),
    ],
)
def test_what_changes_much_is_not(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(LodeError, match="last good one stays in force") as caught:
        require_sound(SOUND | change, DESCRIPTION, IN_FORCE, GATES)
    assert sentence in caught.value.sentence


def test_other_thresholds_and_small_sets_are_not_compared() -> None:
    other = {"thresholds": {"link": 9.0}}
    require_sound(SOUND | {"singleton_share": 0.1}, other, IN_FORCE, GATES)
    with pytest.raises(LodeError, match="there are 0 persons"):
        require_sound(SOUND | {"persons": 0}, other, IN_FORCE, GATES)
    few = {"persons": 999, "singleton_share": 0.1}
    require_sound(SOUND | {"singleton_share": 0.9}, DESCRIPTION, small(few), GATES)
    require_sound(SOUND | few | {"persons": 0}, DESCRIPTION, small(few), GATES)
    require_sound(SOUND | few | {"persons": 5_000}, DESCRIPTION, small(few), GATES)
    half = {"persons": 5_000, "rule_pairs": {"email": 1_000}}
    require_sound(SOUND | half, DESCRIPTION, IN_FORCE, GATES)


@pytest.mark.database
def test_a_bad_run_leaves_the_last_good_one_in_force(warehouse: Settings) -> None:
    records = make_records(people=300, seed=15)
    create_canonical(warehouse, canonical_tables(records, join_records(records)))
    good = run(warehouse)
    strict = replace(DedupRules(), gates=GateRules(largest_cluster=1))
    query = "select job_id, status from dedup_runs order by started_at"
    with pytest.raises(LodeError, match="more than 1"):
        run(warehouse, rules=strict, is_forced=True)
    stored = rows(warehouse, query)
    assert [status for _, status in stored] == ["PUBLISHED", "FAILED"]
    assert rows(warehouse, "select distinct job_id from dedup_pairs") == [(good.job_id,)]
    accepted = run(warehouse, rules=strict, is_forced=True, accepted="looked at it")
    assert accepted.clusters == good.clusters
    kept = "select json_unquote(json_extract(settings, '$.accepted')) from dedup_runs where job_id"
    assert rows(warehouse, f"{kept} = '{accepted.job_id}'") == [("looked at it",)]

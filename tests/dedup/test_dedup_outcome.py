"""The shipped model on whole sets of people: it finds them, and it leaves others alone."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace

import pyarrow as pa
import pytest
from generated_people import make_records
from joined_people import canonical_tables, join_records
from literal_people import featured, person, tables
from partitions import pair_quality, run_model

from dedup.cluster import cluster, decide
from dedup.model import DEFAULT_PATH, load_model
from dedup.predict import predict
from dedup.settings import DedupRules, with_thresholds
from lode.errors import LodeError

RULES = DedupRules()
HOME = ("12 OAK", "Austin", "TX", "78701")


def test_model_recovers_most_people_that_the_upsert_left_apart() -> None:
    records = make_records(people=3_000, seed=501)
    truth = {record.record_id: record.truth for record in records}
    person_of = join_records(records)
    golden = run_model(canonical_tables(records, person_of)).golden
    upsert = pair_quality(person_of, truth)
    found = pair_quality({one: golden[person_of[one]] for one in person_of}, truth)
    assert found[1] >= 0.86, "recall"
    assert found[2] >= 0.91, "F1"
    assert found[1] >= upsert[1] + 0.15
    assert found[0] >= upsert[0] - 0.03
    assert max(Counter(golden.values()).values()) <= 12


def test_order_of_the_input_does_not_matter() -> None:
    records = make_records(people=800, seed=77)
    canonical = canonical_tables(records, join_records(records))
    mixed = {}
    for name, table in canonical.items():
        order = list(range(table.num_rows))
        random.Random(3).shuffle(order)
        mixed[name] = table.take(pa.array(order))
    first, second = run_model(canonical), run_model(mixed)
    assert first.golden == second.golden
    assert first.pairs == second.pairs
    assert first.outcome.links > 20


def test_pairs_weighed_in_parts_are_the_same_pairs() -> None:
    records = make_records(people=800, seed=79)
    canonical = canonical_tables(records, join_records(records))
    whole, parts = run_model(canonical), run_model(canonical, replace(RULES, chunk_pairs=1000))
    assert whole.pairs.keys() == parts.pairs.keys()
    assert whole.golden == parts.golden
    assert whole.outcome == parts.outcome
    assert sum(whole.outcome.rule_pairs.values()) > 1000


def test_golden_id_is_the_smallest_of_its_cluster() -> None:
    records = make_records(people=800, seed=78)
    golden = run_model(canonical_tables(records, join_records(records))).golden
    members: dict[int, list[int]] = {}
    for one, head in golden.items():
        members.setdefault(head, []).append(one)
    assert all(head == min(group) for head, group in members.items())


def test_veto_keeps_spouses_apart() -> None:
    run = run_model(
        tables(
            person(1, "John", "Zabriskie", emails=["zab@example.com"], phones=["+15125550101"],
                   homes=[HOME]),
            person(2, "Susan", "Zabriskie", emails=["zab@example.com"], phones=["+15125550101"],
                   homes=[HOME]),
        )
    )  # fmt: skip
    assert run.pairs == {}


@pytest.mark.parametrize(
    ("father", "son"),
    [
        ({"suffix": "SR"}, {"suffix": "JR"}),
        ({"suffix": "SR", "middle": "A"}, {"suffix": "JR", "middle": "A"}),
        ({"born": "1945-03-02"}, {"born": "1971-08-30"}),
        ({"middle": "Adam"}, {"middle": "Bert"}),
        (
            {"emails": ["a77x@example.com"], "phones": ["+15125550101"]},
            {"emails": ["b88y@example.org"], "phones": ["+15125550177"]},
        ),
    ],
)
def test_father_and_son_stay_apart(father: dict[str, object], son: dict[str, object]) -> None:
    run = run_model(
        tables(
            person(1, "John", "Zabriskie", homes=[HOME], **father),
            person(2, "John", "Zabriskie", homes=[HOME], **son),
        )
    )
    assert run.golden == {1: 1, 2: 2}


@pytest.mark.parametrize("size", [2, 20_000, 84_000_000])
def test_whatever_a_family_shares_never_makes_it_one_person(size: int) -> None:
    shared = {
        "emails": ["thezabriskies@example.com"],
        "phones": ["+15125550101", "+15125550102"],
        "homes": [HOME],
    }
    family = tables(
        person(1, "John", "Zabriskie", **shared),
        person(2, "Susan", "Zabriskie", **shared),
        person(3, "Sam", "Zabriskie", born="2001-01-09", **shared),
        person(4, "Samantha", "Zabriskie", born="1998-07-21", **shared),
        person(5, None, "Zabriskie", **shared),
    )
    model = load_model(DEFAULT_PATH, RULES)
    with featured(family, RULES) as (database, _):
        predict(database, RULES, model, size)
        decide(database, RULES.thresholds.link)
        assert cluster(database) == 0


def test_household_only_ever_takes_weight_off() -> None:
    records = make_records(people=1_000, seed=79)
    pairs = run_model(canonical_tables(records, join_records(records))).pairs
    assert len(pairs) > 30
    seen = 0
    for weight, _, waterfall in pairs.values():
        steps = json.loads(waterfall)
        taken = [step[2] for step in steps if step[0] == "household"]
        seen += len(taken)
        assert all(step < 0 for step in taken)
        assert sum(step[2] for step in steps) == pytest.approx(weight, abs=0.06)
    assert seen > 10


def test_same_person_with_a_new_number_and_a_nickname_is_found() -> None:
    run = run_model(
        tables(
            person(1, "Robert", "Zabriskie", emails=["rz@example.com"], homes=[HOME]),
            person(2, "Bob", "Zabriskie", phones=["+15125550101"], homes=[HOME]),
            person(3, "Alice", "Miller", homes=[("9 PINE", "Reno", "NV", "89501")]),
        )
    )
    assert run.golden == {1: 1, 2: 1, 3: 3}
    weight, decision, waterfall = run.pairs[1, 2]
    steps = json.loads(waterfall)
    assert decision == "link"
    assert [step[:2] for step in steps] == [
        ["prior", ""],
        ["first_name", "nickname"],
        ["last_name", "equal"],
        ["address", "same address"],
        ["household", "may be a member"],
    ]
    assert sum(step[2] for step in steps) == pytest.approx(weight, abs=0.05)


def test_placeholder_values_weld_nobody() -> None:
    first = ["James", "Mary", "Peter", "Susan", "Karl", "Ann", "Otto", "Ruth", "Hugo", "Vera"]
    last = ["Able", "Baker", "Clark", "Dorn", "Eng", "Fahey", "Gore", "Hull", "Ives", "Jopp"]
    crowd = [
        person(10 + n, first[n % 10], last[(n + 3 * (n // 10)) % 10], phones=["+12005550100"],
               emails=["none@example.com"], homes=[(f"{n} OAK", "Austin", "TX", f"787{n:02d}")])
        for n in range(40)
    ]  # fmt: skip
    run = run_model(tables(*crowd))
    assert run.outcome.links == 0
    assert all("email" not in pair[2] and "phone" not in pair[2] for pair in run.pairs.values())


def test_switchboard_of_few_does_not_weld_namesakes_of_one_letter() -> None:
    staff = [
        person(1, "James", "Able", phones=["+12125550150"]),
        person(2, "Peter", "Baker", phones=["+12125550150"]),
        person(3, "Karl", "Clark", phones=["+12125550150"]),
    ]
    assert run_model(tables(*staff)).outcome.links == 0


@pytest.mark.parametrize("people", [[], [person(7, "Ann", "Smith", emails=["a@example.com"])]])
def test_nobody_and_somebody_alone_make_no_pair(people: list[dict[str, object]]) -> None:
    run = run_model(tables(*people))
    assert (run.outcome.links, run.outcome.reviews, run.outcome.clusters) == (0, 0, 0)


def test_columns_without_any_value_are_no_error() -> None:
    run = run_model(
        tables(
            person(1, "Robert", None, emails=["rzz44@example.com"]),
            person(2, "Robert", None, emails=["rzz44@example.com"]),
            person(3, None, None, emails=["other@example.com"]),
        )
    )
    assert run.golden[3] == 3


def test_thresholds_move_pairs_between_link_and_review() -> None:
    people = tables(
        person(1, "Robert", "Zabriskie", emails=["rz@example.com"], homes=[HOME]),
        person(2, "Bob", "Zabriskie", phones=["+15125550101"], homes=[HOME]),
    )
    strict = run_model(people, with_thresholds(DedupRules(), 40.0, 0.0))
    assert (strict.outcome.links, strict.outcome.reviews, strict.outcome.clusters) == (0, 1, 0)
    assert run_model(people).outcome.clusters == 1
    with pytest.raises(LodeError, match="review"):
        with_thresholds(DedupRules(), 1.0, 2.0)

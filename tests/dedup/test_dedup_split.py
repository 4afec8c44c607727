"""No cluster holds two persons whom people keep apart, whatever links there are."""

from __future__ import annotations

import random
from itertools import combinations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from partitions import union_find
from test_dedup_cluster import OFFSET, clustered, name_table, pair_table

from dedup.cluster import cluster, decide
from dedup.constraints import Constraints, Standing, constraints_of
from dedup.database import open_database
from dedup.identity import changes_between, choose_golden, find_events
from dedup.source import Former
from dedup.split import split

PERSONS = st.integers(1, 12)
PAIRS = st.lists(st.tuples(PERSONS, PERSONS), max_size=8)
LINKS = st.lists(st.tuples(PERSONS, PERSONS, st.floats(2, 30)), max_size=30)
FORMER = pa.schema([("person_id", pa.uint64()), ("golden_person_id", pa.uint64())])


def ordered(pairs: list[tuple[int, int]]) -> set[tuple[int, int]]:
    return {(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}


@given(LINKS, PAIRS, st.randoms())
def test_split_honours_every_pair_and_no_order(
    links: list[tuple[int, int, float]], pairs: list[tuple[int, int]], chance: random.Random
) -> None:
    apart = ordered(pairs)
    weights = {(min(a, b), max(a, b)): weight for a, b, weight in links if a != b}
    rows = [(*pair, weight) for pair, weight in weights.items()]
    parts = split(rows, [], apart)
    for low, high in apart:
        assert low not in parts or high not in parts or parts[low] != parts[high]
    mixed = rows[:]
    chance.shuffle(mixed)
    assert split(mixed, [], sorted(apart, reverse=True)) == parts
    whole = union_find(parts, weights)
    for a, b in combinations(parts, 2):
        assert parts[a] != parts[b] or whole[a] == whole[b], "a split joins nobody"
    if not apart:
        assert parts == whole


def test_a_group_is_cut_at_its_weakest_link() -> None:
    chain = [(1, 2, 9.0), (2, 3, 4.0), (3, 4, 8.0)]
    assert split(chain, [], [(1, 4)]) == {1: 1, 2: 1, 3: 3, 4: 3}
    assert split(chain, [(2, 3)], [(1, 4)]) == {1: 1, 2: 1, 3: 1, 4: 4}
    assert split(chain, [], [(1, 3), (2, 4)]) == {1: 1, 2: 1, 3: 3, 4: 3}


def run_cluster(
    pairs: list[tuple[int, int, float]],
    constraints: Constraints,
    names: dict[int, str | None] | None = None,
) -> tuple[dict[int, int], dict[tuple[int, int], str]]:
    people = {person for pair in pairs for person in pair[:2]}
    with open_database() as database:
        database.register("pairs", pair_table(pairs))
        database.register("features", name_table(names or dict.fromkeys(people, "ann")))
        decide(database, 6.0, constraints)
        cluster(database, constraints)
        decided = {
            (low, high): decision
            for low, high, decision in database.execute("select * from decisions").fetchall()
        }
        return dict(database.execute("select * from clusters").fetchall()), decided


def test_decisions_stand_above_the_model() -> None:
    one, two, three, four = (OFFSET + n for n in range(1, 5))
    pairs = [(one, two, 9.0), (two, three, 8.0), (three, four, -2.0)]
    assert clustered(pairs, dict.fromkeys((one, two, three, four), "ann"))[1] == {
        one: one, two: one, three: one,
    }  # fmt: skip
    found, decided = run_cluster(pairs, Constraints(must=((three, four),), apart=((one, three),)))
    assert found == {one: one, two: one, three: three, four: three}
    assert decided[one, two] == decided[three, four] == "link"
    assert decided[two, three] == "review", "a link that was cut is left to people"


def test_whom_people_made_somebody_nameless_the_model_makes_nobody_else() -> None:
    names: dict[int, str | None] = {1: "john", 2: "jane", 3: "j"}
    pairs = [(1, 3, -5.0), (2, 3, 9.0)]
    found, decided = run_cluster(pairs, Constraints(must=((1, 3),)), names)
    assert found == {1: 1, 3: 1}, "J. is John by a decision, so the model's Jane is another one"
    assert decided[2, 3] == "review"
    both = Constraints(must=((1, 3), (2, 3)))
    assert run_cluster(pairs, both, names)[0] == {1: 1, 2: 1, 3: 1}, "people may say both"


@settings(max_examples=15, deadline=None)
@given(LINKS, PAIRS)
def test_clusters_never_hold_a_pair_kept_apart(
    links: list[tuple[int, int, float]], pairs: list[tuple[int, int]]
) -> None:
    weights = {(min(a, b), max(a, b)): weight for a, b, weight in links if a != b}
    constraints = Constraints(apart=tuple(ordered(pairs)))
    found, _ = run_cluster([(*pair, w) for pair, w in weights.items()], constraints)
    assert all(found.get(low, low) != found.get(high, high) for low, high in constraints.apart)


def standing(number: int, kind: str, first: int | None, second: int | None = None) -> Standing:
    return Standing(number, kind, first, second, "ops", "test", "2026-03-01 10:00:00")


def test_contradicting_decisions_are_told_and_keep_apart() -> None:
    found = constraints_of(
        [
            standing(1, "link", 10, 20),
            standing(2, "link", 20, 30),
            standing(3, "apart", 10, 30),
            standing(4, "apart", 40, 40),
            standing(5, "link", 50, None),
            standing(6, "golden", 20),
        ]
    )
    assert found.must == ((10, 20),)
    assert found.apart == ((10, 30),)
    assert found.golden == {20: 6}
    assert [sentence.split()[1] for sentence in found.conflicts] == ["4", "2"]


def chosen(
    clusters: dict[int, int],
    former: dict[int, int],
    ever: tuple[int, ...] = (),
    choice: int = 0,
    known: tuple[int, ...] = (),
) -> tuple[dict[int, int], list[str]]:
    """Golden ids of a partition after another one, and the kinds of events between them."""
    with open_database() as database:
        everyone = sorted({*clusters, *former})
        database.register("features", name_table(dict.fromkeys(everyone, "ann")))
        grouped = pa.table(
            {"person_id": list(clusters), "golden_person_id": list(clusters.values())}, FORMER
        )
        database.register("grouped", grouped)
        database.execute("create table clusters as select * from grouped")
        database.execute("create table golden_choices (person_id ubigint, decision_id ubigint)")
        if choice:
            database.execute("insert into golden_choices values (?, 1)", [choice])
        heads = pa.table({"person_id": pa.array(ever, pa.uint64())})
        seen = pa.table({"person_id": pa.array(known or list(former), pa.uint64())})
        before = pa.table(
            {"person_id": list(former), "golden_person_id": list(former.values())}, FORMER
        )
        choose_golden(database, Former(before, heads, seen))
        find_events(database)
        events = database.execute(
            "select distinct event_number, event_type from events order by 1"
        ).fetchall()
        return dict(database.execute("select * from clusters").fetchall()), [e[1] for e in events]


def test_golden_ids_are_kept_whatever_joins() -> None:
    pair = {20: 20, 30: 20}
    assert chosen({10: 10, 20: 10, 30: 10}, pair) == (dict.fromkeys((10, 20, 30), 20), ["merge"])
    assert chosen({10: 10, 20: 10, 30: 10}, pair, known=(10, 20, 30))[0] == {10: 10, 20: 10, 30: 10}
    assert chosen(pair, pair) == (pair, [])
    both = {10: 10, 11: 10, 20: 20, 21: 20}
    merged = dict.fromkeys((10, 11, 20, 21), 10)
    assert chosen(merged, both) == (merged, ["merge"])
    assert chosen(both, merged) == (both, ["split"])
    former = {**both, 21: 21, 20: 21}
    assert chosen(both, merged, ever=(10, 21))[0] == former, "who was golden before is it again"
    assert chosen(pair, pair, choice=30) == ({20: 30, 30: 30}, ["rename"])
    assert chosen({}, pair) == ({}, ["split"])


def test_changes_of_one_group_are_one_event() -> None:
    rows = [(1, 1, 1), (2, 1, 3), (3, 3, 3), (7, 7, 7), (8, 8, 7)]
    found = [(c.event_number, c.event_type, c.person_id) for c in changes_between(rows)]
    assert found == [
        (1, "regroup", 1), (1, "regroup", 2), (1, "regroup", 3), (2, "merge", 7), (2, "merge", 8),
    ]  # fmt: skip

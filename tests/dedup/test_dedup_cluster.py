"""Clusters are the connected components of the linked pairs, named after their smallest member."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from partitions import union_find

from dedup.cluster import cluster, decide
from dedup.database import open_database

EDGES = st.lists(
    st.tuples(st.integers(1, 30), st.integers(1, 30), st.sampled_from([-3.0, 5.99, 6.0, 31.5])),
    max_size=40,
)
OFFSET = 10_000_000_000 * 4_000_000


def pair_table(pairs: list[tuple[int, int, float]]) -> pa.Table:
    return pa.Table.from_pylist(
        [{"person_id_l": a, "person_id_r": b, "match_weight": w} for a, b, w in pairs],
        schema=pa.schema(
            [
                ("person_id_l", pa.uint64()),
                ("person_id_r", pa.uint64()),
                ("match_weight", pa.float64()),
            ]
        ),
    )


def name_table(names: dict[int, str | None]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {"unique_id": one, "first_name": name, "last_name": "smith"}
            for one, name in names.items()
        ],
        schema=pa.schema(
            [
                ("unique_id", pa.uint64()),
                ("first_name", pa.string()),
                ("last_name", pa.string()),
            ]
        ),
    )


def clustered(
    pairs: list[tuple[int, int, float]], names: dict[int, str | None]
) -> tuple[int, dict[int, int]]:
    with open_database() as database:
        database.register("pairs", pair_table(pairs))
        database.register("features", name_table(names))
        decide(database, 6.0)
        count = cluster(database)
        return count, dict(database.execute("select * from clusters").fetchall())


@settings(max_examples=30, deadline=None)
@given(EDGES)
def test_clusters_are_connected_components(edges: list[tuple[int, int, float]]) -> None:
    weights = {(min(a, b) + OFFSET, max(a, b) + OFFSET): w for a, b, w in edges if a != b}
    linked = [pair for pair, weight in weights.items() if weight >= 6.0]
    nodes = {node for pair in linked for node in pair}
    expected = union_find(nodes, linked)
    count, found = clustered(
        [(*pair, weight) for pair, weight in weights.items()], dict.fromkeys(nodes, "ann")
    )
    assert found == expected
    assert count == len(set(expected.values()))


@pytest.mark.parametrize("unknown", [None, "j"])
def test_nameless_person_does_not_join_two_who_are_apart(unknown: str | None) -> None:
    names = {1: "john", 2: "jane", 3: unknown}
    assert clustered([(1, 3, 9.0), (2, 3, 9.0)], names)[1] == {}
    assert clustered([(1, 3, 9.0)], names)[1] == {1: 1, 3: 1}
    assert clustered([(1, 2, 9.0), (1, 3, 9.0), (2, 3, 9.0)], names)[1] == {1: 1, 2: 1, 3: 1}
    assert clustered([(1, 3, 9.0), (2, 3, 5.0)], names)[1] == {1: 1, 3: 1}


def test_person_with_a_name_may_join_others() -> None:
    names: dict[int, str | None] = {1: "bob", 2: "robert", 3: "rob"}
    assert clustered([(1, 3, 9.0), (2, 3, 9.0)], names)[1] == {1: 1, 2: 1, 3: 1}

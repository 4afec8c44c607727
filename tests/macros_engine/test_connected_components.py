"""`materialized: connected_components` against union-find, on graphs of every shape."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from engine_project import EngineProject
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Edge = tuple[int, int]
COLUMNS = {"node": "bigint unsigned", "component": "bigint unsigned"}
GRAPHS = [f"graph_{number}" for number in range(10)]


def components(edges: Iterable[Edge]) -> dict[int, int]:
    """The oracle: union-find; node -> smallest node of its component."""
    parents: dict[int, int] = {}

    def root(node: int) -> int:
        parents.setdefault(node, node)
        while parents[node] != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node

    for a, b in edges:
        first, second = sorted((root(a), root(b)))
        parents[second] = first
    return {node: root(node) for node in list(parents)}


@pytest.fixture(scope="module")
def graphs(project: EngineProject) -> EngineProject:
    """Models that find the components of whatever edges a test writes into their tables."""
    for name in GRAPHS:
        project.execute(
            f"create table {{staging}}.{name} (node_a bigint unsigned, node_b bigint unsigned)"
        )
        project.model(
            name,
            f"select node_a, node_b from {{{{ target.schema }}}}.{name}",
            COLUMNS,
            materialized="connected_components",
            indexes=[{"columns": ["component"]}],
        )
    return project


def found(project: EngineProject, examples: list[list[Edge]]) -> list[dict[int, int]]:
    """Build all graphs in one dbt run; returns node -> component of each."""
    for name, edges in zip(GRAPHS, examples, strict=False):
        project.execute(f"truncate table {{staging}}.{name}")
        for start in range(0, len(edges), 5000):
            values = ", ".join(f"({a}, {b})" for a, b in edges[start : start + 5000])
            project.execute(f"insert into {{staging}}.{name} values {values}")
    names = GRAPHS[: len(examples)]
    messages = project.build(*names)
    results = [
        dict(project.rows(f"select node, component from {{canonical}}.{name}")) for name in names
    ]
    for name, message, result in zip(names, messages, results, strict=True):
        assert message.startswith(f"build {name}: {len(result)} nodes in ")
    return results


def test_graphs_of_every_shape(graphs: EngineProject) -> None:
    chance = random.Random(7)
    chain = [(i, i + 1) for i in range(1, 10_000)]
    names = list(range(10_000))
    chance.shuffle(names)
    shuffled_chain = [(names[i], names[i + 1]) for i in range(9_999)]
    star = [(5_000, i) for i in range(1, 4_000)]
    great = 2**63
    extreme = [(great - 1, great), (great, great + 1), (2**64 - 1, great), (0, 2**64 - 2)]
    scattered = [(chance.randrange(20_000), chance.randrange(20_000)) for _ in range(10_000)]
    examples = [
        chain,
        shuffled_chain,
        star,
        [(a, b) for b, a in reversed(chain)],
        extreme,
        [(3, 3), (4, 4), (4, 4), (5, 6), (6, 5)],
        [],
        scattered,
        [(a, b) for a in range(60) for b in range(60)],
        [(2 * i, 2 * i + 1) for i in range(3_000)],
    ]
    for edges, result in zip(examples, found(graphs, examples), strict=True):
        assert result == components(edges)
    assert graphs.rows("show index from {canonical}.graph_0 where key_name = 'by_component'")
    assert not [name for name in graphs.relations() if "__" in name]


nodes = st.integers(0, 14)
many = st.lists(
    st.lists(st.tuples(nodes, nodes), max_size=20), min_size=len(GRAPHS), max_size=len(GRAPHS)
)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(many)
def test_any_small_graph(graphs: EngineProject, examples: list[list[Edge]]) -> None:
    for edges, result in zip(examples, found(graphs, examples), strict=True):
        assert result == components(edges)


def test_bad_edges_are_refused_in_one_sentence(project: EngineProject) -> None:
    kind = {"materialized": "connected_components"}
    project.model("half", "select 1 as node_a, null as node_b", COLUMNS, **kind)
    project.model("other", "select 1 as a, 2 as b", COLUMNS, **kind)
    project.model("narrow", "select 1 as node_a, 2 as node_b", {"node": "int"}, **kind)
    done = project.run("run", "--select", "half", "other", "narrow")
    said = {
        result["unique_id"].rsplit(".", 1)[-1]: str(result["message"]).splitlines()[1].strip()
        for result in done.results
    }
    assert said == {
        "half": (
            "half cannot be stored: Column 'node_a' cannot be null (the primary key is node)."
            " Nothing was changed."
        ),
        "other": (
            "other selects a, b: a connected_components model selects node_a and node_b,"
            " nothing else."
        ),
        "narrow": (
            "narrow must declare two columns in its YAML, the node (its primary key) and the"
            " component."
        ),
    }
    assert not {"half", "other", "narrow", "half__new"} & project.relations().keys()

"""Partitions for tests: union-find as the reference, and running the model without a warehouse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import comb

import pyarrow as pa
from literal_people import featured

from dedup.backend import Backend
from dedup.model import DEFAULT_PATH, Model, load_model
from dedup.outcome import Outcome, compare_and_cluster
from dedup.settings import DedupRules


def union_find(nodes: Iterable[int], edges: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Node → smallest node of its component."""
    root = {node: node for node in nodes}

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for a, b in edges:
        low, high = sorted((find(a), find(b)))
        root[high] = low
    return {node: find(node) for node in root}


@dataclass(frozen=True)
class Run:
    """What the model made of canonical tables."""

    golden: dict[int, int]
    pairs: dict[tuple[int, int], tuple[float, str, str]]
    outcome: Outcome


def run_model(
    canonical: dict[str, pa.Table],
    rules: DedupRules | None = None,
    model: Model | None = None,
    backend: Backend = Backend.DUCKDB,
) -> Run:
    """Compare and cluster with the shipped model; golden maps every person."""
    rules = rules or DedupRules()
    model = model or load_model(DEFAULT_PATH, rules)
    with featured(canonical, rules) as (database, features):
        outcome = compare_and_cluster(database, rules, model, features, backend=backend)
        clustered = dict(database.execute("select * from clusters").fetchall())
        pairs = {
            (low, high): (weight, decision, waterfall)
            for low, high, weight, decision, waterfall in database.execute(
                "select person_id_l, person_id_r, match_weight, decision, waterfall"
                " from final_pairs"
            ).fetchall()
        }
    everyone = canonical["persons"].column("id").to_pylist()
    return Run({one: clustered.get(one, one) for one in everyone}, pairs, outcome)


def pair_quality(cluster: dict[int, int], truth: dict[int, int]) -> tuple[float, float, float]:
    """Pair precision, recall and F1 after closure."""
    both = Counter((cluster[one], truth[one]) for one in cluster)
    found = sum(comb(n, 2) for n in both.values())
    precision = found / max(1, sum(comb(n, 2) for n in Counter(cluster.values()).values()))
    recall = found / max(1, sum(comb(n, 2) for n in Counter(truth.values()).values()))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)

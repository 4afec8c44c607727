"""From features to pairs and clusters in DuckDB: the part of a run that needs no warehouse."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dedup.backend import Backend
from dedup.blocking import check_budget
from dedup.cluster import cluster, decide
from dedup.constraints import NO_CONSTRAINTS, Constraints, register_constraints
from dedup.features import Features
from dedup.model import Model
from dedup.predict import Scope, predict, weigh
from dedup.score import score_pairs
from dedup.settings import DedupRules


@dataclass(frozen=True)
class Outcome:
    """How many pairs were linked and left to review, the clusters they make, pairs by rule."""

    links: int
    reviews: int
    clusters: int
    rule_pairs: dict[str, int]


SQL = Path(__file__).with_name("sql") / "final_pairs.sql"
NO_FLOOR = -1e9


def compare_and_cluster(
    database: duckdb.DuckDBPyConnection,
    rules: DedupRules,
    model: Model,
    features: Features,
    constraints: Constraints = NO_CONSTRAINTS,
    candidates: str | None = None,
    backend: Backend = Backend.DUCKDB,
) -> Outcome:
    """Create the tables `final_pairs` and `clusters`; raises LodeError above the pair budget.

    `candidates` names a table of pairs to compare instead of those that the blocking rules find:
    few, so Spark is not asked about them. `known_scores` then holds the scores that still hold.
    """
    rule_pairs: dict[str, int] = {}
    if features.person_count < 2:
        _create_empty_pairs(database)
    else:
        rule_pairs = check_budget(database, rules, features.table)
        if backend is Backend.SPARK and candidates is None:
            _find_pairs_on_spark(database, rules, model, features)
        else:
            chunks = math.ceil(math.sqrt(sum(rule_pairs.values()) / rules.chunk_pairs))
            _find_pairs(database, rules, model, features, candidates, chunks)
        _keep_pairs(database, rules)
        _add_decided_pairs(database, rules, model, features, constraints)
    score_pairs(database, "pairs", features.table, "known_scores" if candidates else None)
    decide(database, rules.thresholds.link, constraints, bool(rules.household_chances))
    clusters = cluster(database, constraints)
    database.execute("create or replace table final_pairs as\n" + SQL.read_text("utf-8"))
    links, reviews = database.execute(
        "select count(*) filter (where decision = 'link'),"
        " count(*) filter (where decision = 'review') from final_pairs"
    ).fetchall()[0]
    return Outcome(int(links), int(reviews), clusters, rule_pairs)


def _find_pairs(
    database: duckdb.DuckDBPyConnection,
    rules: DedupRules,
    model: Model,
    features: Features,
    candidates: str | None,
    chunks: int,
) -> None:
    """Create `scored_pairs`, those worth remembering."""
    scope = Scope(candidates, "scored_pairs", _floor(rules), chunks=1 if candidates else chunks)
    predict(database, rules, model, features.person_count, features.table, scope)


def _find_pairs_on_spark(
    database: duckdb.DuckDBPyConnection, rules: DedupRules, model: Model, features: Features
) -> None:
    from dedup.spark import score_on_spark

    floor = _floor(rules)
    scored = score_on_spark(database, rules, model, features.person_count, features.table, floor)
    weigh(database, scored, rules, model, "scored_pairs", floor)
    database.execute(f"drop table {scored}")


def _floor(rules: DedupRules) -> float:
    return rules.thresholds.review - rules.kept_margin


def _keep_pairs(database: duckdb.DuckDBPyConnection, rules: DedupRules) -> None:
    """Create `pairs` from the review threshold on, and `candidates`, those worth remembering."""
    database.execute(
        f"""
        create or replace table candidates as
        select person_id_l, person_id_r from scored_pairs;

        create or replace table pairs as
        select * from scored_pairs where match_weight >= {rules.thresholds.review!r};

        drop table scored_pairs;
        """
    )


def _add_decided_pairs(
    database: duckdb.DuckDBPyConnection,
    rules: DedupRules,
    model: Model,
    features: Features,
    constraints: Constraints,
) -> None:
    """Weigh the pairs that people made one although no rule compares them, or they weigh little."""
    if not constraints.must:
        return
    register_constraints(database, constraints)
    database.execute(
        """
        create or replace table decided_candidates as
        select must_pairs.*
        from must_pairs
        inner join features as l on must_pairs.person_id_l = l.unique_id
        inner join features as r on must_pairs.person_id_r = r.unique_id
        anti join pairs
            on
                must_pairs.person_id_l = pairs.person_id_l
                and must_pairs.person_id_r = pairs.person_id_r
        """.replace("features", features.table)
    )
    count, table = features.person_count, features.table
    scope = Scope("decided_candidates", "decided_pairs", NO_FLOOR, has_terms=True)
    predict(database, rules, model, count, table, scope)
    database.execute("insert into pairs select * from decided_pairs")


def _create_empty_pairs(database: duckdb.DuckDBPyConnection) -> None:
    database.execute(
        """
        create or replace table pairs (
            person_id_l ubigint,
            person_id_r ubigint,
            match_weight double,
            match_probability double,
            waterfall varchar
        )
        """
    )

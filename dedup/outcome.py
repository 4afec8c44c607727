"""From features to pairs and clusters in DuckDB: the part of a run that needs no warehouse."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from dedup.blocking import check_budget
from dedup.cluster import cluster, decide
from dedup.features import Features
from dedup.model import Model
from dedup.predict import predict
from dedup.score import score_pairs
from dedup.settings import DedupRules


@dataclass(frozen=True)
class Outcome:
    """How many pairs were linked and left to review, and how many clusters they make."""

    links: int
    reviews: int
    clusters: int


def compare_and_cluster(
    database: duckdb.DuckDBPyConnection, rules: DedupRules, model: Model, features: Features
) -> Outcome:
    """Create the tables `final_pairs` and `clusters`; raises LodeError above the pair budget."""
    if features.person_count < 2:
        _create_empty_pairs(database)
    else:
        check_budget(database, rules, features.table)
        predict(database, rules, model, features.person_count, features.table)
    score_pairs(database, "pairs", features.table)
    decide(database, rules.thresholds.link)
    database.execute(
        """
        create or replace table final_pairs as
        select
            pairs.person_id_l,
            pairs.person_id_r,
            pairs.match_weight,
            pairs.match_probability,
            pair_scores.match_score,
            pair_scores.match_reason,
            decisions.decision,
            pairs.waterfall,
        from pairs
        inner join pair_scores
            on
                pairs.person_id_l = pair_scores.person_id_l
                and pairs.person_id_r = pair_scores.person_id_r
        inner join decisions
            on
                pairs.person_id_l = decisions.person_id_l
                and pairs.person_id_r = decisions.person_id_r
        """
    )
    links, reviews = database.execute(
        "select count(*) filter (where decision = 'link'),"
        " count(*) filter (where decision = 'review') from final_pairs"
    ).fetchall()[0]
    return Outcome(int(links), int(reviews), cluster(database))


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

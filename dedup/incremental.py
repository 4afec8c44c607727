"""Comparing only who is new or changed, against all: the same pairs as a full run finds.

A pair of two persons whose features are those of the last run is a candidate now exactly if it was
one then; it is weighed again, as frequencies moved. All pairs with somebody new or changed are
looked for by the blocking rules. Pairs far below the review threshold are not remembered; so many
frequencies would have to move for one of them to matter that a full run is due by then.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from dedup.blocking_rules import BlockingRule
from dedup.settings import DedupRules
from dedup.snapshot import Meta

# More new, changed or lost persons than this share of the last run: a full run.
MOST_CHANGED = 0.25


@dataclass(frozen=True)
class Changes:
    """How many persons are new or changed, and how many of the last run are gone."""

    changed: int
    gone: int


def find_changes(database: duckdb.DuckDBPyConnection) -> Changes:
    """Create `changed_persons` (unique_id) from `features` and the attached snapshot."""
    database.execute(
        """
        create or replace table changed_persons as
        with former as (
            select unique_id, hash(f) as digest from kept.features as f
        ),
        present as (
            select unique_id, hash(f) as digest from features as f
        )
        select present.unique_id
        from present
        anti join former
            on present.unique_id = former.unique_id and present.digest = former.digest
        """
    )
    changed = database.execute("select count(*) from changed_persons").fetchall()[0][0]
    gone = database.execute(
        "select count(*) from kept.features as f anti join features on f.unique_id ="
        " features.unique_id"
    ).fetchall()[0][0]
    return Changes(int(changed), int(gone))


def fits(meta: Meta | None, wanted: Meta, changes: Changes | None) -> bool:
    """Whether the snapshot lets a run be incremental: same model and rules, few changes."""
    if meta is None or (meta.job_id, meta.model, meta.rules) != (
        wanted.job_id, wanted.model, wanted.rules,
    ):  # fmt: skip
        return False
    if changes is None:
        return True
    return changes.changed + changes.gone <= MOST_CHANGED * meta.person_count


def collect_candidates(database: duckdb.DuckDBPyConnection, rules: DedupRules) -> None:
    """Create `candidate_pairs` and `known_scores`.

    The pairs are those remembered of unchanged persons and all of the others. The brief's score of
    a pair depends on its two persons only, so those of unchanged ones still hold.
    """
    found = " union all ".join(_touching(rule) for rule in rules.blocking_rules)
    database.execute(
        f"""
        create or replace table changed_features as
        select features.* from features semi join changed_persons using (unique_id);

        create or replace table unchanged_persons as
        select unique_id from features anti join changed_persons using (unique_id);

        create or replace table known_scores as {_of_unchanged("pair_scores")};

        create or replace table candidate_pairs as
        {_of_unchanged("candidates")}
        union
        select distinct least(a, b), greatest(a, b)
        from ({found})
        """
    )


def _of_unchanged(table: str) -> str:
    """SQL for the rows of a remembered table of pairs of which both persons are unchanged."""
    return f"""
        select pairs.*
        from kept.{table} as pairs
        semi join unchanged_persons as l on pairs.person_id_l = l.unique_id
        semi join unchanged_persons as r on pairs.person_id_r = r.unique_id
    """


def _touching(rule: BlockingRule) -> str:
    """SQL for the pairs of one rule of which the left one is new or changed."""
    sources = [_source(rule, table) for table in ("changed_features", "features")]
    return f"""
        select l.unique_id as a, r.unique_id as b
        from {sources[0]} as l
        inner join {sources[1]} as r on {rule.condition()} and l.unique_id <> r.unique_id
    """


def _source(rule: BlockingRule, table: str) -> str:
    if rule.explode is None:
        return table
    return f"(select * replace (unnest({rule.explode}) as {rule.explode}) from {table})"

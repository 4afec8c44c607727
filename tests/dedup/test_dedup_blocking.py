"""Blocking counts are exact, and a run above the budget is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from generated_people import make_records
from joined_people import canonical_tables, join_records
from literal_people import featured

from dedup.blocking import check_budget, count_blocking
from dedup.settings import DedupRules
from lode.errors import LodeError


def test_counts_equal_the_joins_they_stand_for() -> None:
    records = make_records(people=1_000, seed=31)
    rules = DedupRules()
    with featured(canonical_tables(records, join_records(records))) as (database, _):
        counts = {count.name: count for count in count_blocking(database, rules)}
        for rule in rules.blocking_rules:
            source = "features"
            if rule.explode:
                source = (
                    f"(select * replace (unnest({rule.explode}) as {rule.explode}) from features)"
                )
            pairs = database.execute(
                f"select count(*) from {source} as l inner join {source} as r"
                f" on {rule.condition()} and l.unique_id < r.unique_id"
            ).fetchall()[0][0]
            assert counts[rule.name].pair_count == pairs, rule.name
            if pairs:
                assert counts[rule.name].largest_block >= 2
    assert sum(count.pair_count > 0 for count in counts.values()) >= len(counts) - 2


def test_run_above_the_budget_is_refused_by_name() -> None:
    records = make_records(people=500, seed=32)
    rules = replace(DedupRules(), pair_budget=10)
    with featured(canonical_tables(records, join_records(records))) as (database, _):
        check_budget(database, DedupRules())
        with pytest.raises(
            LodeError, match=r"would compare .* pairs, the budget is 10: the rule '"
        ):
            check_budget(database, rules)

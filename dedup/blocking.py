"""Blocking, counted exactly before a run: pairs per rule, largest blocks, and the pair budget."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from dedup.blocking_rules import BlockingRule
from dedup.settings import DedupRules
from lode.errors import LodeError


@dataclass(frozen=True)
class RuleCount:
    """Pairs that one rule makes by itself, and how many persons its largest block holds."""

    name: str
    reason: str
    pair_count: int
    largest_block: int


def count_blocking(
    database: duckdb.DuckDBPyConnection, rules: DedupRules, table: str = "features"
) -> list[RuleCount]:
    """Count every rule over the feature table; no pair is built for it."""
    return [_count(database, rule, table) for rule in rules.blocking_rules]


def check_budget(
    database: duckdb.DuckDBPyConnection, rules: DedupRules, table: str = "features"
) -> dict[str, int]:
    """Refuse a run that would compare more pairs than the budget allows; pairs by rule.

    Raises LodeError.
    """
    counts = count_blocking(database, rules, table)
    total = sum(count.pair_count for count in counts)
    if total > rules.pair_budget:
        worst = max(counts, key=lambda count: count.pair_count)
        raise LodeError(
            f"The dedup would compare {total:,} pairs, the budget is {rules.pair_budget:,}:"
            f" the rule {worst.name!r} alone makes {worst.pair_count:,} (largest block"
            f" {worst.largest_block:,} persons); see `lode dedup blocking` and narrow that rule."
        )
    return {count.name: count.pair_count for count in counts}


def _count(database: duckdb.DuckDBPyConnection, rule: BlockingRule, table: str) -> RuleCount:
    query = _crossed_query(rule, table) if rule.crossed else _equal_query(rule, table)
    pairs, largest = database.execute(query).fetchall()[0]
    return RuleCount(rule.name, rule.reason, int(pairs), int(largest))


def _source(rule: BlockingRule, table: str) -> str:
    """The table with the rule's list, if it has one, spread over rows."""
    if rule.explode is None:
        return table
    return (
        f"(select * replace (unnest({rule.explode}) as {rule.explode})"
        f" from {table} where {rule.explode} is not null)"
    )


def _equal_query(rule: BlockingRule, table: str) -> str:
    keys = ", ".join(rule.keys)
    known = " and ".join(f"{key} is not null" for key in rule.keys)
    return f"""
        select
            coalesce(sum(persons * (persons - 1) // 2), 0),
            coalesce(max(persons), 0),
        from (
            select count(*) as persons
            from {_source(rule, table)} as keyed
            where {known}
            group by {keys}
        ) as blocks
    """


def _crossed_query(rule: BlockingRule, table: str) -> str:
    condition = rule.condition()
    return f"""
        select count(*), coalesce(max(block), 0)
        from (
            select l.unique_id, count(*) over (partition by l.unique_id) + 1 as block
            from {table} as l
            inner join {table} as r
                on {condition} and l.unique_id < r.unique_id
        ) as crossed
    """

"""The last CTE of a query becomes the query: other text, the same rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lode.dbt import DbtResult
from lode.settings import Settings
from tests.models.raw_rows import table_rows
from tests.standardize.rendered_macros import render

pytestmark = pytest.mark.database

NUMBERS = "with a as (select 1 as x union all select 1 union all select 2)"
# Query, and whether its last CTE is taken out.
QUERIES = {
    f"{NUMBERS}, final as (select x, count(*) from a group by x) select * from final": True,
    "with final as (select 1 as x) select * from final": True,
    f"{NUMBERS}, final as (select (x + 1) as y from a where x in (1)) select * from final": True,
    # What is not written like a model stays as it is.
    f"{NUMBERS} select x from a": False,
    "with final as (select 1 as x) select x from final": False,
    "with final as (select 1 as x), b as (select * from final) select * from b": False,
    "with final as (select '(' as x) select * from final": False,
}


def test_the_same_rows_without_the_last_cte(
    warehouse: Settings, dbt: Callable[..., DbtResult]
) -> None:
    calls = [f'without_final("{query}")' for query in QUERIES]
    for query, found in zip(QUERIES, render(dbt, warehouse, calls), strict=True):
        assert (found != query) == QUERIES[query], query
        rows = table_rows(warehouse, "staging", found)
        assert sorted(rows) == sorted(table_rows(warehouse, "staging", query))

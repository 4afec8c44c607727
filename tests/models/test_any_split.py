"""Any split of records into imports, in any order, built together or one by one: the same persons.

LODE_SPLITS sets how many random histories are tried; each takes up to six runs of dbt.
"""

from __future__ import annotations

import itertools
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lode.dbt import DbtResult
from lode.settings import Settings
from lode.warehouse import deprovision, provision
from tests.models.raw_rows import insert_import, table_rows
from tests.models.test_identity import (
    build,
    nickname_pairs,
    persons_by_oracle,
    random_people,
    snapshot,
    standardized_people,
)

pytestmark = pytest.mark.database

SPLITS = int(os.environ.get("LODE_SPLITS", "1"))
PEOPLE = 120


@dataclass(frozen=True)
class History:
    """How records arrive: which ones, cut where, in which order, and after which parts is built."""

    seed: int
    parts: tuple[tuple[int, int], ...]
    is_built_after: tuple[bool, ...]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Up to four parts of one table in any order; after each but the last dbt may run or not."""
    cuts = draw(st.lists(st.integers(1, PEOPLE - 1), min_size=1, max_size=3, unique=True))
    parts = draw(st.permutations(list(itertools.pairwise([0, *sorted(cuts), PEOPLE]))))
    pauses = st.booleans()
    is_built_after = [*draw(st.tuples(*[pauses] * (len(parts) - 2))), True, True]
    return History(draw(st.integers(0, 9999)), tuple(parts), tuple(is_built_after))


@given(history=histories())
@hypothesis_settings(
    max_examples=SPLITS,
    deadline=None,
    derandomize=SPLITS == 1,
    database=None,
    phases=[Phase.generate, *([Phase.shrink] if SPLITS > 1 else [])],
)
def test_any_history_of_imports_gives_the_persons_of_a_full_refresh(
    server: Settings, dbt: Callable[..., DbtResult], history: History
) -> None:
    warehouse = server.with_prefix(f"t_{secrets.token_hex(4)}")
    provision(warehouse)
    try:
        assert_same_persons(warehouse, dbt, history)
    finally:
        deprovision(warehouse)


def assert_same_persons(
    warehouse: Settings, dbt: Callable[..., DbtResult], history: History
) -> None:
    """Let records arrive as told; compare with the oracle, which knows no order, and a rebuild."""
    people = random_people(PEOPLE, history.seed)
    build(dbt, warehouse, command="seed")
    for import_seq, ((start, end), is_built) in enumerate(
        zip(history.parts, history.is_built_after, strict=True), start=1
    ):
        insert_import(warehouse, import_seq, "people", people[start:end])
        if is_built:
            build(dbt, warehouse)
    by_increments = snapshot(warehouse)
    found = {int(str(row[0])): int(str(row[1])) for row in by_increments["person_records"]}
    assert found == persons_by_oracle(standardized_people(warehouse), nickname_pairs(warehouse))
    assert 1 < len(set(found.values())) < len(found)
    (records,) = table_rows(warehouse, "raw", "select count(*) from staging_raw_import")
    assert records == (PEOPLE,)
    build(dbt, warehouse, "--full-refresh")
    assert snapshot(warehouse) == by_increments

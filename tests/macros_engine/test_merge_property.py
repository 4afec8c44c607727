"""Any merge of any rows is the merge of two dictionaries, counts included."""

from __future__ import annotations

from typing import Any

import pytest
from engine_project import EngineProject
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Row = tuple[Any, ...]

MODELS = [f"random_{number}" for number in range(8)]
texts = st.sampled_from(["a", "A", "á", "a ", "", None])
cells = st.tuples(st.integers(1, 3), texts, st.one_of(st.none(), st.integers(-1, 1)))
tables = st.dictionaries(st.integers(1, 9), cells, max_size=9)
merges = st.tuples(tables, tables, st.sets(st.integers(1, 3)))


@pytest.fixture(scope="module")
def random_models(project: EngineProject) -> EngineProject:
    """Models that merge whatever a test writes into their tables of rows and of groups."""
    for name in MODELS:
        columns = "(id int, g int, v varchar(9), n int) collate utf8mb4_bin"
        project.execute(
            f"create table {{staging}}.{name}_rows {columns}",
            f"create table {{staging}}.{name}_groups (g int)",
        )
        project.model(
            f"{name}_groups",
            f"select * from {{{{ target.schema }}}}.{name}_groups",
            materialized="view",
        )
        project.model(
            name,
            f"select * from {{{{ target.schema }}}}.{name}_rows"
            f" where 1 = 1 -- depends_on: {{{{ ref('{name}_groups') }}}}",
            {"id": "int", "g": "int", "v": "varchar(9)", "n": "int"},
            materialized="incremental",
            primary_key="id",
            indexes=[{"columns": ["g"]}],
            merge_scope={"column": "g", "relation": f"{name}_groups"},
        )
    project.build(*[f"{name}_groups" for name in MODELS])
    return project


def write(project: EngineProject, table: str, rows: list[Row]) -> None:
    project.execute(f"truncate table {{staging}}.{table}")
    if rows:
        values = ", ".join(
            "("
            + ", ".join(
                "null" if cell is None else f"'{cell}'" if isinstance(cell, str) else str(cell)
                for cell in row
            )
            + ")"
            for row in rows
        )
        project.execute(f"insert into {{staging}}.{table} values {values}")


def merged(
    target: dict[int, Row], batch: dict[int, Row], groups: set[int]
) -> tuple[dict[int, Row], str]:
    """The oracle: the same merge over dictionaries, and the message it would give."""
    inserted = len(batch.keys() - target.keys())
    updated = sum(key in target and target[key] != row for key, row in batch.items())
    gone = {key for key, row in target.items() if row[0] in groups and key not in batch}
    result = {key: row for key, row in target.items() if key not in gone} | batch
    unchanged = len(batch) - inserted - updated
    return result, (
        f"{inserted} inserted, {updated} updated, {unchanged} unchanged, {len(gone)} deleted"
    )


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.lists(merges, min_size=len(MODELS), max_size=len(MODELS)))
def test_any_merge_is_the_merge_of_two_dictionaries(
    random_models: EngineProject, examples: list[tuple[dict[int, Row], dict[int, Row], set[int]]]
) -> None:
    project = random_models
    # A first build cannot be asked for in a merge, so the former rows are put there by hand.
    existing = project.relations()
    if MODELS[0] not in existing:
        project.build(*MODELS)
    for name, (target, batch, groups) in zip(MODELS, examples, strict=True):
        write(project, f"{name}_rows", [(key, *row) for key, row in target.items()])
        project.execute(
            f"delete from {{canonical}}.{name}",
            f"insert into {{canonical}}.{name} select * from {{staging}}.{name}_rows",
        )
        write(project, f"{name}_rows", [(key, *row) for key, row in batch.items()])
        write(project, f"{name}_groups", [(group,) for group in groups])
    messages = project.build(*MODELS)
    for name, message, (target, batch, groups) in zip(MODELS, messages, examples, strict=True):
        expected, counts = merged(target, batch, groups)
        assert message == f"merge {name}: {counts}"
        rows = project.rows(f"select * from {{canonical}}.{name}")
        assert {row[0]: row[1:] for row in rows} == expected

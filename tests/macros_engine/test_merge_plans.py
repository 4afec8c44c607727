"""No statement of a merge scans its target, whichever side is the larger one."""

from __future__ import annotations

from typing import Any

import pytest
from engine_project import EngineProject

from lode.db import connect

# The texts of a merge's statements, written down by a hook in the model's own context.
STATEMENTS = {
    "counts": "merge_counts_sql(batch, this, 'seq')",
    "update": "merge_update_sql(batch, this)",
    "insert": "merge_insert_sql(batch, this, false)",
    "scope": "merge_scope_sql(batch, this, 'select count(*)')",
    "delete": "merge_scope_sql(batch, this, 'delete t')",
}
HOOK = """
{% macro write_statements() -%}
    {%- if execute -%}
    {%- set batch = this.incorporate(path={'identifier': this.identifier ~ '__batch'}) -%}
    {%- set texts = {TEXTS} -%}
    {%- for name, text in texts.items() -%}
        {%- set literal = sql_text(text, 20000) -%}
        {%- do run_query(
            'insert into ' ~ target.schema ~ '.statements values ('
            ~ "'" ~ this.identifier ~ "', '" ~ name ~ "', " ~ literal ~ ')'
        ) -%}
    {%- endfor -%}
    insert into {{ target.schema }}.counters
    select '{{ this.identifier }}', '{{ is_incremental() }}', lower(variable_name), variable_value
    from STATUS.session_status
    where variable_name in (
        'Handler_read_rnd_next', 'Handler_read_next', 'Handler_read_first', 'Handler_read_prev',
        'Handler_read_rnd'
    )
    {%- endif -%}
{%- endmacro %}
"""
SHAPES: dict[str, tuple[list[str], list[dict[str, Any]]]] = {
    "single": (["id"], [{"columns": ["grp"]}]),
    "composite": (["grp", "id"], []),
    "text_key": (["code", "id"], [{"columns": ["grp", "v"], "name": "of_group"}]),
}
COLUMNS = {
    "id": "bigint unsigned",
    "grp": "int unsigned",
    "code": "varchar(20)",
    "v": "varchar(100)",
    "seq": "int unsigned",
}
SIZE = 20_000


@pytest.fixture(scope="module")
def planned(project: EngineProject, engine: str) -> EngineProject:
    """Tables of 20,000 rows, and the texts of the statements that merge into them."""
    project.execute(
        "create table {staging}.statements (model varchar(64), name varchar(64), text mediumtext)",
        "create table {staging}.counters (model varchar(64), is_merge varchar(9),"
        " name varchar(64), value bigint)",
        "create table {staging}.rows_of_batch (id bigint unsigned, grp int unsigned,"
        " code varchar(20), v varchar(100), seq int unsigned)",
    )
    fill(project, SIZE)
    project.model(
        "groups",
        "select 7 as grp",
        {"grp": "int unsigned"},
        materialized="table",
        primary_key="grp",
    )
    status = "information_schema" if engine == "mariadb" else "performance_schema"
    calls = ", ".join(f"'{name}': {call}" for name, call in STATEMENTS.items())
    hook = HOOK.replace("{TEXTS}", "{" + calls + "}").replace("STATUS", status)
    (project.folder / "macros" / "write_statements.sql").write_text(hook)
    for name, (key, indexes) in SHAPES.items():
        project.model(
            name,
            "{{ config(post_hook='{{ write_statements() }}') }}"
            "select id, grp, code, v, seq from {{ target.schema }}.rows_of_batch"
            " -- depends_on: {{ ref('groups') }}",
            COLUMNS,
            materialized="incremental",
            primary_key=key,
            indexes=indexes,
            audit_by="seq",
            merge_scope={"column": "grp", "relation": "groups"},
        )
    project.build("groups", *SHAPES)
    return project


def fill(project: EngineProject, rows: int) -> None:
    digits = " union all ".join(f"select {d} as d" for d in range(10))
    project.execute(
        "truncate table {staging}.rows_of_batch",
        f"""
        insert into {{staging}}.rows_of_batch
        select i, i div 10, concat('code ', i), concat('value ', i), 1
        from (
            select a.d + 10 * b.d + 100 * c.d + 1000 * d.d + 10000 * e.d as i
            from ({digits}) as a, ({digits}) as b, ({digits}) as c, ({digits}) as d, ({digits}) as e
        ) as numbers
        where i < {rows}
        """,
    )


def plans(
    project: EngineProject, model: str, target_rows: int, batch_rows: int
) -> dict[str, dict[str, tuple[str, str | None]]]:
    """Explain each statement over tables of these sizes: statement -> alias -> (access, key)."""
    statements = project.rows(
        "select name, max(text) from {staging}.statements where model = %s group by name", model
    )
    target, batch = f"`{project.schema()}`.`{model}`", f"`{project.schema()}`.`{model}__batch`"
    explain = "explain " if project.settings.engine == "mariadb" else "explain format=traditional "
    found: dict[str, dict[str, tuple[str, str | None]]] = {}
    with (
        connect("transformer", project.settings, schema="canonical") as connection,
        connection.cursor() as cursor,
    ):
        # Only the copy is filled as wanted; the statements are pointed at it.
        copy = target.replace(model, f"{model}_copy")
        cursor.execute(f"drop table if exists {copy}")
        cursor.execute(f"create table {copy} like {target}")
        cursor.execute(f"create temporary table {batch} like {target}")
        source = f"select * from {target} order by id limit"
        cursor.execute(f"insert into {copy} {source} {target_rows}")
        cursor.execute(f"insert into {batch} {source} {batch_rows}")
        cursor.execute(f"analyze table {copy}, {batch}")
        for name, text in statements:
            cursor.execute(explain + text.replace(f"{target} ", f"{copy} "))
            headings = [column[0] for column in cursor.description or ()]
            rows = [dict(zip(headings, row, strict=True)) for row in cursor.fetchall()]
            found[name] = {row["table"]: (row["type"], row["key"]) for row in rows if row["table"]}
    return found


@pytest.mark.parametrize("model", SHAPES)
@pytest.mark.parametrize(("target_rows", "batch_rows"), [(SIZE, 10), (10, SIZE), (SIZE, SIZE)])
def test_every_statement_looks_the_target_up(
    planned: EngineProject, model: str, target_rows: int, batch_rows: int
) -> None:
    found = plans(planned, model, target_rows, batch_rows)
    assert found.keys() == STATEMENTS.keys()
    for name in ("counts", "update", "insert"):
        assert found[name]["t"] == ("eq_ref", "PRIMARY"), (name, found[name])
    key, indexes = SHAPES[model]
    index = "PRIMARY" if key[0] == "grp" else indexes[0].get("name", "by_grp")
    for name in ("scope", "delete"):
        assert found[name]["t"] == ("ref", index), (name, found[name])
        assert found[name]["b"] == ("eq_ref", "PRIMARY"), (name, found[name])


def test_a_small_merge_reads_few_rows_of_a_large_target(planned: EngineProject) -> None:
    planned.execute(
        "delete from {staging}.rows_of_batch where id >= 20",
        "update {staging}.rows_of_batch set v = 'changed' where id < 5",
        "update {staging}.rows_of_batch set id = id + 100000 where id between 5 and 9",
    )
    messages = planned.build(*SHAPES)
    # Group 7 is in the scope and not in the batch: its ten rows go. 5 to 9 got new ids.
    assert messages == [
        f"merge {name}: 5 inserted, 5 updated, 10 unchanged, 10 deleted" for name in SHAPES
    ]
    read = planned.rows(
        "select model, sum(value) from {staging}.counters where is_merge = 'True' group by model"
    )
    assert {model for model, _ in read} == SHAPES.keys()
    # A scan of the target would read its 20,000 rows.
    assert max(int(value) for _, value in read) < SIZE / 5, read

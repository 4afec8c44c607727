"""Config `rebuild_parts` and `materialized: builder`: one table, loaded by two sessions."""

from __future__ import annotations

import time

import pytest
from engine_project import EngineProject

ROWS = 400
COLUMNS = {"id": "bigint unsigned", "name": "varchar(20)"}
# Each row takes a moment, so that both sessions are at work at the same time.
SQL = """
with

numbered as (

    select * from {{ ref('numbered') }}

),

final as (

    select
        numbered.id,
        concat('no ', numbered.id, left(sleep({{ var('pause', 0.002) }}), 0)) as name
    from numbered
    where {{ of_part('numbered.id') }}

)

select * from final
"""
NUMBERED = f"""
with recursive numbers as (select 1 as i union all select i + 1 from numbers where i < {ROWS})
select i * 10 as id from numbers
"""
BUILDER = "-- depends_on: {{ ref('numbered') }}\nselect 1 as builds"
ALL = ("numbered", "parted", "build_parted")


@pytest.fixture
def parted(project: EngineProject) -> EngineProject:
    """A project with a table of two parts, a builder for it, and what it is made of."""
    project.execute(
        "drop table if exists {canonical}.parted",
        "drop table if exists {canonical}.parted__new",
        "drop table if exists {canonical}.rebuild_parts",
    )
    project.model(
        "numbered", NUMBERED, {"id": "bigint unsigned"}, materialized="table", primary_key="id"
    )
    write_parted(project, SQL)
    project.model("build_parted", BUILDER, materialized="builder", builds="parted")
    return project


def write_parted(project: EngineProject, sql: str) -> None:
    project.model(
        "parted", sql, COLUMNS, materialized="incremental", primary_key="id", order_by=[],
        rebuild_parts={"column": "id", "relation": "numbered"},
    )  # fmt: skip


def stored(project: EngineProject) -> list[tuple[int, str]]:
    return project.rows("select id, name from {canonical}.parted order by id")


EXPECTED = [(i * 10, f"no {i * 10}") for i in range(1, ROWS + 1)]


def test_two_sessions_load_one_half_each(parted: EngineProject) -> None:
    messages = parted.build(*ALL, variables={"rebuild_parts_from": ROWS})
    assert messages[1:] == [
        f"build parted: {ROWS} rows",
        f"load {ROWS // 2} rows of parted",
    ]
    assert stored(parted) == EXPECTED
    assert parted.rows("select count(*) from {canonical}.rebuild_parts") == [(0,)]
    # A merge afterwards has nothing to share, and changes nothing.
    again = parted.build(*ALL, variables={"rebuild_parts_from": ROWS})
    assert again[1:] == [
        f"merge parted: 0 inserted, 0 updated, {ROWS} unchanged, 0 deleted",
        "load 0 rows of parted",
    ]


def test_without_a_second_thread_one_session_loads_both(parted: EngineProject) -> None:
    done = parted.run(
        "run", "--threads", "1", "--select", "numbered", "parted",
        variables={"rebuild_parts_from": ROWS, "pause": 0},
    )  # fmt: skip
    assert done.returncode == 0, done.output
    assert stored(parted) == EXPECTED
    # The builder comes too late, or finds nobody to help.
    assert parted.build("build_parted") == ["load 0 rows of parted"]


def test_a_small_table_is_loaded_in_one_piece(parted: EngineProject) -> None:
    messages = parted.build(*ALL, variables={"rebuild_parts_from": ROWS + 1, "pause": 0})
    assert messages[1:] == [f"build parted: {ROWS} rows", "load 0 rows of parted"]
    assert stored(parted) == EXPECTED
    assert "rebuild_parts" not in parted.relations()


@pytest.mark.parametrize("wrong", [10, ROWS * 10])
def test_a_wrong_row_in_either_half_is_one_sentence(parted: EngineProject, wrong: int) -> None:
    variables = {"rebuild_parts_from": ROWS, "pause": 0.001}
    parted.build(*ALL, variables=variables)
    long = f"repeat('x', if(numbered.id = {wrong}, 21, 1))"
    write_parted(parted, SQL.replace("'no ', numbered.id", long))
    done = parted.run("run", "--full-refresh", "--select", *ALL, variables=variables)
    assert done.returncode != 0
    assert "Traceback" not in done.output
    assert "parted cannot be stored: Data truncated for column 'name'" in done.output
    assert stored(parted) == EXPECTED
    assert "parted__new" not in parted.relations()
    # The next run is as if nothing had been.
    write_parted(parted, SQL)
    parted.build(*ALL, variables=variables)
    assert stored(parted) == EXPECTED


def test_a_half_whose_session_is_killed_is_loaded_by_the_other(parted: EngineProject) -> None:
    parted.build("numbered")
    started = parted.start(
        "run", "--select", "parted", "build_parted",
        "--vars", f"{{rebuild_parts_from: {ROWS}, pause: 0.01}}",
    )  # fmt: skip
    loading = (
        "select id from information_schema.processlist"
        " where info like '%%insert ignore into%%numbered.id%%>=%%' and id <> connection_id()"
        " and user = substring_index(current_user(), '@', 1) and state = 'User sleep'"
    )
    deadline = time.monotonic() + 60
    while not (found := parted.rows(loading)):
        assert time.monotonic() < deadline
        assert started.poll() is None
        time.sleep(0.05)
    parted.execute(f"kill {found[0][0]}")
    # The run says that a session was lost; the table is whole.
    assert started.wait(timeout=120) != 0
    assert stored(parted) == EXPECTED


def test_a_builder_needs_a_model_in_parts(parted: EngineProject) -> None:
    for built in ("nothing", "numbered"):
        parted.model("build_parted", BUILDER, materialized="builder", builds=built)
        assert parted.refuse("build_parted") == (
            f"build_parted builds {built}, which is not a model with rebuild_parts."
        )


def test_a_part_needs_the_column_of_a_model(parted: EngineProject) -> None:
    parted.model(
        "parted", SQL, COLUMNS, materialized="incremental", primary_key="id",
        rebuild_parts={"column": "id"},
    )  # fmt: skip
    sentence = parted.refuse("parted")
    assert sentence == (
        "parted has rebuild_parts that are not {column: a column of whole numbers, relation: name"
        " of a model}."
    )

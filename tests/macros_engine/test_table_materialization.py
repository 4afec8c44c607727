"""`materialized: table`: types, keys, indexes, the atomic swap, and its error sentences."""

from __future__ import annotations

import hashlib
import threading
import time

import pymysql
import pytest
from engine_project import EngineProject

from lode.db import connect

PERSONS = {"id": "bigint unsigned", "name": "varchar(20)", "born": "date"}
SQL = """
with recursive numbers as (
    select 1 as i union all select i + 1 from numbers where i < {{ var('rows', 200) }}
)
select cast(born as date) as born, i as id, concat('Zoë ', {{ var('version', 1) }}) as name
from (select {{ var('rows', 200) }} - i + 1 as i, '2001-02-03' as born from numbers) as reversed
"""


def columns_of(project: EngineProject, name: str) -> dict[str, tuple[str, str | None, str, str]]:
    rows = project.rows(f"show full columns from {{canonical}}.{name}")
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}


def test_a_table_has_the_types_keys_and_indexes_of_its_yaml(project: EngineProject) -> None:
    project.model(
        "typed",
        # The long value does not fit into the sort buffer that MySQL has by default.
        "select 1 as id, 'a' as code, 'é' as name, 1.5 as score, '{\"a\": 1}' as extra"
        " union all select 2, 'b', 'é', 2.5, json_quote(repeat('x', 900000))",
        {
            "id": "bigint unsigned",
            "code": "char(2)",
            "name": "varchar(30) collate utf8mb4_unicode_ci",
            "score": "decimal(5,2)",
            "extra": "json",
        },
        materialized="table",
        primary_key=["code", "id"],
        indexes=[
            {"columns": ["name", "id"]},
            {"columns": ["score"], "unique": True, "name": "one_score"},
        ],
        persist_docs={"relation": True, "columns": True},
    )
    assert project.build("typed") == ["build typed: 2 rows"]

    columns = columns_of(project, "typed")
    assert columns["id"][0] in ("bigint unsigned", "bigint(20) unsigned")
    assert columns["code"][:4] == ("char(2)", "utf8mb4_bin", "NO", "PRI")
    assert columns["name"][:3] == ("varchar(30)", "utf8mb4_unicode_ci", "YES")
    assert columns["score"][0] == "decimal(5,2)"
    indexes: dict[str, list[str]] = {}
    for row in project.rows("show index from {canonical}.typed"):
        indexes.setdefault(f"{row[2]} {'unique' if row[1] == 0 else ''}".strip(), []).append(row[4])
    assert indexes == {
        "PRIMARY unique": ["code", "id"],
        "by_name_id": ["name", "id"],
        "one_score unique": ["score"],
    }
    comments = project.rows("show full columns from {canonical}.typed")
    assert comments[0][8] == "It's a column: \\id"


def test_rows_are_stored_whatever_the_order_of_columns_and_rows(project: EngineProject) -> None:
    project.model("people", SQL, PERSONS, materialized="table", primary_key="id")
    project.build("people")
    rows = project.rows("select id, name, cast(born as char) from {canonical}.people order by id")
    assert rows == [(i, "Zoë 1", "2001-02-03") for i in range(1, 201)]


def test_readers_never_see_a_gap_whatever_takes_the_place_of_what(project: EngineProject) -> None:
    seen: set[tuple[int, str, str]] = set()
    problems: list[str] = []
    is_over = threading.Event()

    def build(version: int, kind: str) -> None:
        project.model("watched", SQL, PERSONS, materialized=kind, primary_key="id")
        project.build("watched", variables={"version": version, "rows": 200 + version})
        assert project.relations()["watched"] == ("view" if kind == "view" else "table")

    def read() -> None:
        query = project.named("select count(*), min(name), max(name) from {canonical}.watched")
        with (
            connect("auditor", project.settings, autocommit=True) as connection,
            connection.cursor() as cursor,
        ):
            while not is_over.is_set():
                try:
                    cursor.execute(query)
                    seen.update(cursor.fetchall())
                except pymysql.MySQLError as error:
                    problems.append(str(error))

    kinds = dict(enumerate(("table", "table", "view", "view", "incremental"), start=1))
    build(1, kinds[1])
    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for version in list(kinds)[1:]:
        build(version, kinds[version])
    is_over.set()
    for reader in readers:
        reader.join()

    assert problems == []
    assert seen == {(200 + v, f"Zoë {v}", f"Zoë {v}") for v in kinds}
    assert [name for name in project.relations() if name.startswith("watched")] == ["watched"]


def test_tables_of_one_view_are_put_in_place_at_once(project: EngineProject) -> None:
    """MySQL locks the view with each of them; two that did so at once would be a deadlock."""
    names = [f"part_{number}" for number in range(12)]
    for name in names:
        project.model(name, "select 1 as id", {"id": "int"}, materialized="table", primary_key="id")
    joined = "\nunion all ".join(f"select id from {{{{ ref('{name}') }}}}" for name in names)
    project.model("whole", joined, materialized="view")
    project.build(*names, "whole")
    for _ in range(2):
        project.build(*names)
    assert project.rows("select count(*) from {canonical}.whole") == [(12,)]


def test_leftovers_of_a_kill_do_not_matter(project: EngineProject) -> None:
    for name in ("left_table", "left_incremental"):
        project.model(name, SQL, PERSONS, materialized=name[5:], primary_key="id")
        project.execute(
            f"create table {{canonical}}.{name}__new (nothing int)",
            f"create view {{canonical}}.{name}__old as select 1 as nothing",
        )
    project.build("left_table", "left_incremental")
    for name in ("left_table", "left_incremental"):
        project.execute(f"create table {{canonical}}.{name}__old (nothing int)")
    done = project.run("run", "--full-refresh", "--select", "left_table", "left_incremental")
    assert done.returncode == 0, done.output
    assert project.rows("select count(*) from {canonical}.left_incremental") == [(200,)]
    left = [name for name in project.relations() if name.startswith("left_")]
    assert sorted(left) == ["left_incremental", "left_table"]


def test_a_killed_build_leaves_the_old_table_and_the_next_one_succeeds(
    project: EngineProject,
) -> None:
    slow = SQL + "where {{ var('seconds', 0) }} = 0 or sleep({{ var('seconds', 0) }} / 1000) = 0"
    project.model("unlucky", slow, PERSONS, materialized="table", primary_key="id")
    project.build("unlucky")
    # The server goes on for as long as all rows take, and the next build waits for it: 5 s.
    started = project.start("run", "--select", "unlucky", "--vars", '{"version": 2, "seconds": 25}')
    try:
        deadline = time.monotonic() + 60
        while "unlucky__new" not in project.relations():
            assert time.monotonic() < deadline
            assert started.poll() is None
            time.sleep(0.05)
    finally:
        started.kill()
        started.wait()
    assert project.rows("select distinct name from {canonical}.unlucky") == [("Zoë 1",)]
    project.build("unlucky", variables={"version": 3})
    assert project.rows("select distinct name from {canonical}.unlucky") == [("Zoë 3",)]
    assert [n for n in project.relations() if n.startswith("unlucky")] == ["unlucky"]


KEYED = {"materialized": "table", "primary_key": ["id"]}
WRONG = {
    "no_type": (
        "select 1 as id, 'a' as name",
        {"id": "int", "name": None},
        KEYED,
        "no_type.name has no data_type: add one to the column in the model's YAML.",
    ),
    "not_declared": (
        "select 1 as id, 'a' as name, 2 as age",
        {"id": "int"},
        KEYED,
        "not_declared selects name, age, which its YAML does not declare: add the column with a"
        " data_type, or leave it out of the select.",
    ),
    "not_selected": (
        "select 1 as id",
        {"id": "int", "name": "text", "age": "int"},
        KEYED,
        "not_selected does not select name, age, which its YAML declares: add the column to the"
        " select, or take it out of the YAML.",
    ),
    "no_key": (
        "select 1 as id",
        {"id": "int"},
        {"materialized": "table"},
        "no_key has no primary key: add `config: {primary_key: [column, …]}` to its YAML.",
    ),
    "strange_key": (
        "select 1 as id",
        {"id": "int"},
        {"materialized": "table", "primary_key": ["person_id"]},
        "strange_key.person_id is in the primary key but not among the columns of its YAML.",
    ),
    "strange_index": (
        "select 1 as id",
        {"id": "int"},
        KEYED | {"indexes": [{"columns": ["email"]}]},
        "strange_index.email is in an index but not among the columns of its YAML.",
    ),
    "null_key": (
        "select 1 as id, 'a' as code union all select 2, null",
        {"id": "int", "code": "varchar(9)"},
        {"materialized": "table", "primary_key": ["id", "code"]},
        "null_key cannot be stored: Column 'code' cannot be null (the primary key is id, code)."
        " Nothing was changed.",
    ),
    "too_long": (
        "select 1 as id, 'abcdef' as name",
        {"id": "int", "name": "varchar(5)"},
        KEYED,
        "too_long cannot be stored: Data truncated for column 'name' at row 1."
        " Nothing was changed.",
    ),
    "too_great": (
        "select 1 as id, 300 as age",
        {"id": "int", "age": "tinyint unsigned"},
        KEYED,
        "too_great cannot be stored: Out of range value for column 'age' at row 1."
        " Nothing was changed.",
    ),
}


@pytest.fixture(scope="module")
def sentences(project: EngineProject) -> dict[str, str]:
    """What dbt says about each of the wrong models, all in one run."""
    for name, (sql, columns, config, _) in WRONG.items():
        project.model(name, sql, columns, **config)
    project.model("twice", "select 7 as id union all select 7", {"id": "int"}, **KEYED)
    done = project.run("run", "--select", *WRONG, "twice")
    assert done.returncode == 1
    assert "Traceback" not in done.output
    return {
        result["unique_id"].rsplit(".", 1)[-1]: str(result["message"]).splitlines()[1].strip()
        for result in done.results
    }


@pytest.mark.parametrize("name", WRONG)
def test_bad_models_are_refused_in_one_sentence(
    project: EngineProject, sentences: dict[str, str], name: str
) -> None:
    assert sentences[name] == WRONG[name][3]
    assert name not in project.relations()
    assert f"{name}__new" not in project.relations()


def test_a_warning_that_a_model_ignores_does_not_stop_it(project: EngineProject) -> None:
    config = KEYED | {"ignored_warnings": [1265]}
    columns = {"id": "int", "name": "varchar(5)"}
    project.model("cut", "select 1 as id, 'abcdef' as name", columns, **config)
    project.build("cut")
    assert project.rows("select id, name from {canonical}.cut") == [(1, "abcde")]


def test_a_duplicate_key_is_refused_in_one_sentence(
    project: EngineProject, sentences: dict[str, str]
) -> None:
    assert sentences["twice"].startswith(
        "twice cannot be stored: two rows have the same primary key (id): Duplicate entry '7' for"
    )
    assert "twice" not in project.relations()


def test_two_builds_of_one_table_do_not_meet(project: EngineProject) -> None:
    project.model("busy", SQL, PERSONS, materialized="table", primary_key="id")
    with (
        connect("transformer", project.settings, autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("select get_lock(%s, 0)", (lock_name(project),))
        sentence = project.refuse("busy", variables={"lock_wait_seconds": 1})
    assert sentence == (
        "busy is being built by another session, which did not end within 1 seconds:"
        " wait for it, then run again."
    )
    assert "busy" not in project.relations()


def lock_name(project: EngineProject) -> str:
    return "build." + hashlib.md5(f"{project.schema()}.busy".encode()).hexdigest()

"""`materialized: incremental`: what a merge writes, counts, logs and refuses."""

from __future__ import annotations

from engine_project import EngineProject, add_imports

# Pairs of values that a careless comparison takes for the same, per type.
TYPES: dict[str, list[str]] = {
    "varchar(40)": ["'Zoe'", "'zoe'", "'Zoë'", "'Zoe '", "''", "null"],
    "varchar(41) collate utf8mb4_unicode_ci": ["'Zoe'", "'ZOE'", "'Zoë'", "'Zoe '", "'ß'", "'ss'"],
    "text": ["'a'", "'a '", "'A'", "''", "null"],
    "char(3)": ["'a'", "'A'", "null"],
    "int": ["0", "null", "1", "-1"],
    "bigint unsigned": ["9223372036854775808", "9223372036854775807", "9223372036854775809"],
    "decimal(30,2)": ["1.00", "1.01", "9007199254740993.00", "9007199254740992.00"],
    "double": ["0.1", "0.10000000000000002", "0.30000000000000004e0", "0.3e0"],
    "float": ["16777216", "16777214", "null"],
    "date": ["'2026-02-19'", "'2026-02-20'", "null"],
    "datetime(6)": ["'2026-02-19 10:00:00.000001'", "'2026-02-19 10:00:00.000002'", "null"],
    "time(3)": ["'10:00:00.001'", "'10:00:00.002'"],
    "tinyint(1)": ["true", "false", "null"],
    "json": ['\'{"a": "x"}\'', '\'{"a": "X"}\'', "'[1]'", "null"],
    "varbinary(9)": ["'a'", "'a '", "'A'", "unhex('ff')"],
    "enum('a','b')": ["'a'", "'b'", "null"],
}


def test_every_difference_of_every_type_is_seen_and_nothing_else(project: EngineProject) -> None:
    columns = {f"c{number}": data_type for number, data_type in enumerate(TYPES)}
    changes: list[tuple[str, str, str]] = [
        (column, before, after)
        for column, data_type in columns.items()
        for before in TYPES[data_type]
        for after in TYPES[data_type]
    ]
    names = ", ".join(columns)

    def fill(which: int) -> None:
        values = ", ".join(
            "(" + ", ".join([str(i), *(c[which] if c[0] == n else "null" for n in columns)]) + ")"
            for i, c in enumerate(changes)
        )
        declared = ", ".join(f"{name} {data_type}" for name, data_type in columns.items())
        project.execute(
            "drop table if exists {staging}.values_of_types",
            f"create table {{staging}}.values_of_types (id int, {declared})"
            " default character set utf8mb4 collate utf8mb4_bin",
            f"insert into {{staging}}.values_of_types (id, {names}) values {values}",
        )

    project.model(
        "all_types",
        "select * from {{ target.schema }}.values_of_types",
        {"id": "int"} | columns,
        materialized="incremental",
        primary_key="id",
    )
    fill(1)
    project.build("all_types")
    fill(2)
    different = sum(before != after for _, before, after in changes)
    same = len(changes) - different
    assert project.build("all_types") == [
        f"merge all_types: 0 inserted, {different} updated, {same} unchanged, 0 deleted"
    ]
    wrong = " or ".join(f"not (hex(t.{c}) <=> hex(v.{c}))" for c in columns)
    assert not project.rows(
        "select t.id from {canonical}.all_types as t join {staging}.values_of_types as v"
        f" using (id) where {wrong}"
    )
    assert project.build("all_types") == [
        f"merge all_types: 0 inserted, 0 updated, {len(changes)} unchanged, 0 deleted"
    ]


def test_counts_are_logged_per_import_and_reported(project: EngineProject) -> None:
    add_imports(project.settings, ["imp_2026_02_19_001", "imp_2026_02_19_002"])
    project.execute(
        "create table {staging}.facts (id bigint unsigned, v varchar(9), seq int unsigned)",
        "insert into {staging}.facts values (1, 'a', 1), (2, 'b', 1), (3, 'c', 2), (4, 'd', null)",
        "create table {staging}.touched (fact_id bigint unsigned)",
        "insert into {staging}.touched values (1), (2), (3), (4), (4)",
    )
    project.model(
        "touched_facts", "select 1 as id", {"id": "int"}, materialized="table", primary_key="id"
    )
    project.model("touched", "select * from {{ target.schema }}.touched", materialized="view")
    project.model(
        "facts",
        "-- depends_on: {{ ref('touched') }}\nselect id, v, seq from {{ target.schema }}.facts",
        {"id": "bigint unsigned", "v": "varchar(9)", "seq": "int unsigned"},
        materialized="incremental",
        primary_key="id",
        audit_by="seq",
        merge_scope={"column": "id", "relation": "touched", "relation_column": "fact_id"},
    )
    assert project.build("touched", "facts") == ["view touched", "build facts: 4 rows"]
    project.execute(
        "update {staging}.facts set v = 'B', seq = 2 where id = 2",
        "delete from {staging}.facts where id in (1, 4)",
        "insert into {staging}.facts values (9, 'z', 2)",
        "delete from {staging}.touched where fact_id = 1",
    )
    done = project.run("run", "--select", "facts")
    assert done.returncode == 0, done.output
    (result,) = done.results
    assert result["adapter_response"] == {
        "_message": "merge facts: 1 inserted, 1 updated, 1 unchanged, 1 deleted",
        "code": "MERGE",
        "rows_affected": 3,
    }
    assert "[merge facts: 1 inserted, 1 updated, 1 unchanged, 1 deleted in" in done.output
    assert project.rows("select id, v, seq from {canonical}.facts order by id") == [
        (1, "a", 1),
        (2, "B", 2),
        (3, "c", 2),
        (9, "z", 2),
    ]
    log = project.rows(
        """
        select operation, import_id, record_count from {canonical}.import_audit_log
        where table_name = 'facts' order by id
        """
    )
    first, second = "imp_2026_02_19_001", "imp_2026_02_19_002"
    assert sorted(log[:3], key=str) == sorted(
        [("INSERT", first, 2), ("INSERT", second, 1), ("INSERT", None, 1)], key=str
    )
    assert sorted(log[3:], key=str) == sorted(
        [
            ("INSERT", second, 1),
            ("UPDATE", second, 1),
            ("UNCHANGED", second, 1),
            ("DELETE", None, 1),
        ],
        key=str,
    )
    runs = project.rows(
        "select distinct run_id, timestamp <= utc_timestamp(6) from {canonical}.import_audit_log"
    )
    assert len(runs) == 2
    assert {fresh for _, fresh in runs} == {1}

    # A build whose run died before it could write the log is made up for by the next merge.
    project.execute(
        "delete from {canonical}.import_audit_log where table_name = 'facts'",
        "truncate table {staging}.facts",
        "truncate table {staging}.touched",
    )
    project.execute("insert into {staging}.facts values (1, 'a', 1)")
    project.build("facts")
    log = project.rows(
        "select operation, import_id, record_count from {canonical}.import_audit_log order by id"
    )
    assert sorted(log) == [
        ("INSERT", first, 1),
        ("INSERT", second, 3),
        ("UNCHANGED", first, 1),
    ]


def test_an_empty_batch_changes_nothing_and_columns_can_be_left_out(project: EngineProject) -> None:
    project.execute(
        "create table {staging}.stamped (id int, v int, made_at int, seen_at int)",
        "insert into {staging}.stamped values (1, 1, 1, 1), (2, 1, 1, 1)",
    )
    project.model(
        "stamped",
        "select * from {{ target.schema }}.stamped",
        {"id": "int", "v": "int", "made_at": "int", "seen_at": "int"},
        materialized="incremental",
        primary_key="id",
        merge_exclude_columns=["made_at"],
        merge_uncompared_columns=["seen_at"],
        indexes=[{"columns": ["v"]}],
    )
    project.build("stamped")
    project.execute(
        "update {staging}.stamped set made_at = 2, seen_at = 2",
        "update {staging}.stamped set v = 2 where id = 2",
        "alter table {canonical}.stamped drop index by_v",
    )
    assert project.build("stamped") == [
        "merge stamped: 0 inserted, 1 updated, 1 unchanged, 0 deleted"
    ]
    rows = [(1, 1, 1, 1), (2, 2, 1, 2)]
    assert project.rows("select * from {canonical}.stamped order by id") == rows
    # An index that the YAML declares and the table lacks is added.
    assert project.rows("show index from {canonical}.stamped where key_name = 'by_v'")
    project.execute("truncate table {staging}.stamped")
    assert project.build("stamped") == [
        "merge stamped: 0 inserted, 0 updated, 0 unchanged, 0 deleted"
    ]
    assert project.rows("select * from {canonical}.stamped order by id") == rows


def test_a_changed_shape_is_refused_unless_it_may_be_appended(project: EngineProject) -> None:
    declared = {"id": "int", "v": "varchar(9)"}
    for name in ("reshaped", "appended", "kept", "scoped"):
        project.model(
            name, "select 1 as id, 'a' as v", declared, materialized="incremental", primary_key="id"
        )
    project.build("reshaped", "appended", "kept", "scoped")
    project.model(
        "reshaped",
        "select 1 as id, 'a' as w",
        {"id": "bigint", "w": "int"},
        materialized="incremental",
        primary_key="id",
    )
    project.model(
        "appended",
        "select 1 as id, 'a' as v, 'new' as w",
        declared | {"w": "varchar(9)"},
        materialized="incremental",
        primary_key="id",
        on_schema_change="append_new_columns",
    )
    project.model(
        "kept",
        "select {{ 1 if is_incremental() else 2 }} as id, 'b' as v",
        declared,
        materialized="incremental",
        primary_key="id",
        full_refresh=False,
    )
    project.model(
        "scoped",
        "select id, v from {{ ref('kept') }}",
        declared,
        materialized="incremental",
        primary_key="id",
        merge_scope={"column": "v", "relation": "kept"},
    )
    done = project.run("run", "--select", "reshaped", "appended", "scoped")
    said = {r["unique_id"].rsplit(".", 1)[-1]: str(r["message"]).splitlines() for r in done.results}
    sentence = said["reshaped"][1].strip()
    assert sentence.startswith("reshaped.id is declared as bigint")
    assert "; w is declared but not in the table; v is in the table but no longer" in sentence
    assert sentence.endswith(
        " Run `dbt run --full-refresh --select reshaped` to rebuild the table in its new shape."
    )
    assert said["appended"] == ["merge appended: 0 inserted, 1 updated, 0 unchanged, 0 deleted"]
    assert project.rows("select * from {canonical}.appended") == [(1, "a", "new")]
    assert said["scoped"][1].strip() == (
        "scoped.v is the column of merge_scope but begins no index: add {columns: [v]} to the"
        " indexes of its YAML."
    )

    done = project.run("run", "--full-refresh", "--select", "reshaped", "kept")
    said = {r["unique_id"].rsplit(".", 1)[-1]: r["message"] for r in done.results}
    assert said["kept"] == "merge kept: 0 inserted, 1 updated, 0 unchanged, 0 deleted"
    assert project.rows("select * from {canonical}.kept") == [(1, "b")]
    # The rebuild itself fails, and leaves the former table as it was.
    assert "reshaped cannot be stored: Incorrect integer value: 'a'" in said["reshaped"]
    assert project.rows("select * from {canonical}.reshaped") == [(1, "a")]
    assert "reshaped__new" not in project.relations()

"""Seeds with keys, tests with one meaning, schemas by layer, and the documentation's catalog."""

from __future__ import annotations

import json

from engine_project import EngineProject

SEED = """
version: 2
seeds:
  - name: towns
    config:
      primary_key: [zip]
      indexes: [{columns: [name]}]
      column_types: {zip: char(5), name: varchar(20), people: int, since: date}
"""


def write_seed(project: EngineProject, text: str, config: str = SEED) -> None:
    (project.folder / "seeds" / "towns.csv").write_text(text, encoding="utf-8")
    (project.folder / "seeds" / "towns.yml").write_text(config, encoding="utf-8")


def message_of(project: EngineProject, *arguments: str) -> str:
    done = project.run("seed", "--select", "towns", *arguments)
    (result,) = done.results
    assert "Traceback" not in done.output
    return str(result["message"])


def test_seeds_have_types_and_keys_and_are_loaded_only_when_changed(
    project: EngineProject,
) -> None:
    write_seed(project, 'zip,name,people,since\n02134,"Añá\'s, %s",12,2026-02-19\n01001,,,\n')
    assert message_of(project) == "seed towns: 2 rows"
    rows = "select zip, name, people, cast(since as char) from {staging}.towns order by zip"
    assert project.rows(rows) == [
        ("01001", None, None, None),
        ("02134", "Añá's, %s", 12, "2026-02-19"),
    ]
    indexes = {row[2] for row in project.rows("show index from {staging}.towns")}
    assert indexes == {"PRIMARY", "by_name"}
    assert message_of(project) == "seed towns: unchanged"
    assert message_of(project, "--full-refresh") == "seed towns: 2 rows"
    project.execute("drop table {staging}.towns")
    assert message_of(project) == "seed towns: 2 rows"

    write_seed(project, "zip,name,people,since\n02134,a,many,2026-02-19\n")
    sentence = message_of(project).splitlines()[1].strip()
    assert sentence.startswith("towns cannot be stored: Incorrect integer value: 'many'")
    write_seed(project, "zip,name,people,since\n02134,a,1,\n02134,b,1,\n")
    sentence = message_of(project).splitlines()[1].strip()
    assert "two rows have the same primary key (zip): Duplicate entry '02134'" in sentence
    assert len(project.rows(rows)) == 2

    write_seed(project, "zip,name\n02134,a\n")
    assert message_of(project).splitlines()[1].strip() == (
        "towns.people is in the config of the seed but not a column of its file."
    )


def test_the_catalog_knows_all_schemas_and_tests_run_in_a_prepared_session(
    project: EngineProject,
) -> None:
    write_seed(project, "zip,name,people,since\n02134,a,1,\n")
    columns = {"id": "bigint unsigned"}
    for layer in ("staging", "canonical", "marts"):
        project.model(
            f"of_{layer}",
            "select 1 as id",
            columns,
            layer=layer,
            materialized="view" if layer == "staging" else "table",
            primary_key="id",
            persist_docs={"relation": True, "columns": True},
        )
    (project.folder / "models" / "sources.yml").write_text(
        "version: 2\nsources:\n  - name: raw\n"
        f"    schema: {project.schema('raw')}\n    tables:\n      - name: import_metadata\n"
    )
    tests = project.folder / "tests"
    tests.mkdir(exist_ok=True)
    (tests / "assert_session.sql").write_text(
        "select 1 as wrong from (select 1 as one) as o"
        " where @@session.sql_mode not like '%ONLY_FULL_GROUP_BY%'"
        " or @@session.group_concat_max_len < 1048576"
        " or @@session.time_zone <> '+00:00'"
    )
    done = project.run(
        "build", "--select", "of_staging", "of_canonical", "of_marts", "towns", "assert_session"
    )
    assert done.returncode == 0, done.output
    assert len(done.results) == 5

    done = project.run("docs", "generate")
    assert done.returncode == 0, done.output
    catalog = json.loads((project.folder / "target" / "catalog.json").read_text())
    assert catalog["errors"] is None
    schemas = {
        name: (entry["metadata"]["schema"], list(entry["columns"]))
        for name, entry in catalog["nodes"].items()
    }
    for layer in ("staging", "canonical", "marts"):
        assert schemas[f"model.motherlode.of_{layer}"] == (project.schema(layer), ["id"])
    assert schemas["seed.motherlode.towns"][0] == project.schema("staging")
    source = catalog["sources"]["source.motherlode.raw.import_metadata"]
    assert source["metadata"]["schema"] == project.schema("raw")
    assert "checksum" in source["columns"]

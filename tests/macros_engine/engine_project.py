"""A small dbt project that borrows our engine macros, for tests that build models of their own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from lode.db import connect
from lode.dbt import DbtResult, run_dbt
from lode.settings import SQL_MODE, TIME_ZONE, Settings

LAYERS = ("staging", "canonical", "marts")


class EngineProject:
    """A dbt project in a folder of its own, with the macros under test and a warehouse."""

    def __init__(self, folder: Path, settings: Settings, *, own_macros: bool = True) -> None:
        self.settings = replace(settings, root=folder)
        self.folder = folder
        root = settings.root
        os.environ.setdefault("LODE_DBT", str(root / ".venv-dbt" / "bin" / "dbt"))
        (folder / "profiles.yml").write_text((root / "profiles.yml").read_text())
        for part in ("models", "seeds", "macros"):
            (folder / part).mkdir(exist_ok=True)
        for layer in LAYERS:
            (folder / "models" / layer).mkdir(exist_ok=True)
        macros = ["macros/mysql", "macros/materializations"] if own_macros else []
        project: dict[str, Any] = {
            "name": "motherlode",
            "version": "0.1.0",
            "config-version": 2,
            "profile": "motherlode",
            "macro-paths": ["macros", *(str(root / path) for path in macros)],
            "models": {"motherlode": {layer: {"+schema": layer} for layer in LAYERS}},
            "seeds": {"motherlode": {"+schema": "staging"}},
        }
        if own_macros:
            project["on-run-start"] = ["{{ create_import_audit_log() }}"]
        (folder / "dbt_project.yml").write_text(yaml.safe_dump(project))

    def schema(self, layer: str = "canonical") -> str:
        return self.settings.schema(layer)

    def model(
        self,
        name: str,
        sql: str,
        columns: Mapping[str, str | None] | None = None,
        *,
        layer: str = "canonical",
        **config: Any,
    ) -> None:
        """Write a model: its SQL, its columns with their types, its config."""
        folder = self.folder / "models" / layer
        (folder / f"{name}.sql").write_text(sql)
        declared = [
            {"name": column, "description": f"It's a column: \\{column}"}
            | ({"data_type": data_type} if data_type else {})
            for column, data_type in (columns or {}).items()
        ]
        entry = {"name": name, "description": "A model.", "config": config, "columns": declared}
        (folder / f"{name}.yml").write_text(yaml.safe_dump({"version": 2, "models": [entry]}))

    def run(self, *arguments: str, variables: Mapping[str, Any] | None = None) -> DbtResult:
        """Run dbt; the result says how it went."""
        given = ["--vars", json.dumps(variables)] if variables else []
        target = self.folder / "target"
        return run_dbt(
            ["--no-use-colors", *arguments, *given], self.settings, quiet=True, target_path=target
        )

    def build(self, *names: str, variables: Mapping[str, Any] | None = None) -> list[str]:
        """Run models that must succeed; returns their messages, in the order of the names."""
        done = self.run("run", "--select", *names, variables=variables)
        assert done.returncode == 0, done.output
        messages = {
            result["unique_id"].rsplit(".", 1)[-1]: result["message"] for result in done.results
        }
        return [messages[name] for name in names]

    def refuse(self, name: str, *arguments: str, variables: Mapping[str, Any] | None = None) -> str:
        """Run a model that must fail; returns the sentence that says why."""
        done = self.run("run", "--select", name, *arguments, variables=variables)
        assert done.returncode != 0, done.output
        assert "Traceback" not in done.output
        (result,) = (r for r in done.results if r["unique_id"].endswith(f".{name}"))
        assert result["status"] == "error"
        lines = str(result["message"]).splitlines()
        return lines[1].strip()

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start dbt without waiting, in a process group of its own."""
        root = Path(__file__).resolve().parents[2]
        python = Path(os.environ["LODE_DBT"]).parent / "python"
        environment = dict(os.environ) | self.settings.dbt_environment()
        environment |= {"LODE_SQL_MODE": SQL_MODE, "LODE_TIME_ZONE": TIME_ZONE}
        environment |= {"DBT_TARGET_PATH": str(self.folder / "target_started")}
        environment |= {"DBT_LOG_PATH": str(self.folder / "logs")}
        return subprocess.Popen(
            [str(python), "-I", str(root / "lode" / "dbt_launcher.py"), *arguments],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def rows(self, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        """Run a query as the transformer account; `{canonical}` and the like name the schemas."""
        with (
            connect("transformer", self.settings, autocommit=True) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(self.named(sql), arguments or None)
            return list(cursor.fetchall())

    def execute(self, *statements: str) -> None:
        """Run statements as the transformer account."""
        with (
            connect("transformer", self.settings, autocommit=True) as connection,
            connection.cursor() as cursor,
        ):
            for statement in statements:
                cursor.execute(self.named(statement))

    def named(self, sql: str) -> str:
        for layer in (*LAYERS, "raw"):
            sql = sql.replace("{" + layer + "}", self.settings.schema(layer))
        return sql

    def relations(self, layer: str = "canonical") -> dict[str, str]:
        """Return name -> type of everything in a schema."""
        found = self.rows(
            "select table_name, table_type from information_schema.tables where table_schema = %s",
            self.schema(layer),
        )
        return {name: "view" if kind == "VIEW" else "table" for name, kind in found}


def add_imports(settings: Settings, import_ids: Sequence[str]) -> None:
    """Write imports 1, 2, … into the ledger, as the loaders would."""
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        for number, import_id in enumerate(import_ids, start=1):
            connection.cursor().execute(
                """
                insert into import_metadata (
                    id, import_id, filename, source_type, feed, format, import_date, uploaded_by,
                    uploaded_at, file_size_bytes, checksum, s3_location, schema_version,
                    mapping_hash, mapping, read_options, status, attempt
                ) values (
                    %s, %s, 'made_up.csv', 'made_up', 'people', 'csv', utc_timestamp(), 'test',
                    utc_timestamp(), 1, sha2(%s, 256), '', '1', '', '{}', '{}', 'LOADED', 1
                )
                """,
                (number, import_id, import_id),
            )


@pytest.fixture(scope="module")
def project(warehouse_module: Settings, tmp_path_factory: pytest.TempPathFactory) -> EngineProject:
    """A project for the tests of one file; each test uses models of its own."""
    return EngineProject(tmp_path_factory.mktemp("project"), warehouse_module)

"""What the project rules look at: dbt's manifest, parsed without any server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from project_manifest import Project, read_project

from lode.dbt import run_dbt
from lode.settings import load_settings


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The dbt project as `dbt parse` sees it, with placeholder credentials and no server."""
    folder = tmp_path_factory.mktemp("parse")
    settings = load_settings({"LODE_HOME": str(folder / "home")})
    done = run_dbt(["parse"], settings, quiet=True, target_path=folder / "target")
    assert done.returncode == 0, f"dbt parse failed:\n{done.output}"
    manifest: Path = folder / "target" / "manifest.json"
    return read_project(json.loads(manifest.read_text(encoding="utf-8")))

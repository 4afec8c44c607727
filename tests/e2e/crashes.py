"""Runs of `lode` that are killed at some moment, or whose server is, and what they must end in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pymysql
from killed_process import environment

from lode.server import PrivateServer
from lode.settings import Settings
from tests.models.raw_rows import table_rows

LODE = Path(sys.executable).parent / "lode"
VICTIMS = ("lode", "server", "group")
# What a run writes for itself, what tells which run or attempt it was, a text with schemas' names.
LEFT_OUT = (
    "import_audit_log", "warehouse_version", "import_metadata", "import_attempts", "load_progress",
    "decision_statements", "dbt_runs", "dbt_nodes", "table_sizes",
)  # fmt: skip
LEDGER = (
    "id, filename, feed, checksum, status, row_count, loaded_count, parse_rejected_count,"
    " inserted_count, updated_count, unchanged_count, collapsed_count, rejected_count"
)


def start(settings: Settings, *arguments: str) -> subprocess.Popen[str]:
    """Start `lode` in a group of its own, as a shell would."""
    return subprocess.Popen(
        [str(LODE), *arguments],
        env=os.environ | environment(settings),
        cwd=settings.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def run(settings: Settings, *arguments: str) -> str:
    """Run `lode` undisturbed; it must succeed."""
    child = start(settings, *arguments)
    output, _ = child.communicate(timeout=600)
    assert child.returncode == 0, output
    return output


def is_building(settings: Settings) -> bool:
    """Tell whether dbt has begun to build models."""
    try:
        return bool(table_rows(settings, "canonical", "select 1 from pipeline_attempts"))
    except pymysql.err.ProgrammingError:
        return False


def crash(
    settings: Settings, arguments: list[str], victim: str, seconds: float, *, builds: bool = False
) -> bool:
    """Kill `lode` alone, with all it has started, or the server; False if it had ended before.

    That happens so many seconds after the start, or after the first model if `builds` says so. When
    the server goes, `lode` itself has to end, and to say why in a sentence.
    """
    child = start(settings, *arguments)
    while builds and child.poll() is None and not is_building(settings):
        time.sleep(0.1)
    try:
        output, _ = child.communicate(timeout=seconds)
        assert child.returncode == 0, output
        return False
    except subprocess.TimeoutExpired:
        pass
    if victim == "server":
        server = PrivateServer(settings)
        pid = server.running_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        output, _ = child.communicate(timeout=300)
        server.start()
        assert "Traceback" not in output
        if child.returncode:
            assert output.splitlines()[-1].startswith("lode: "), output
            assert "where none was expected" not in output
        return True
    if victim == "group":
        os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    child.communicate(timeout=60)
    return True


def cells(settings: Settings, *, survives_rebuild: bool = False) -> dict[str, list[str]]:
    """Every cell of every table that people or later runs read, but for the times.

    With `survives_rebuild` without what a rebuild is free to change: in which import a hub was
    found, and what an import's records were when it was processed, as later files may show that two
    of its people are one.
    """
    schemas = {settings.schema(layer): layer for layer in ("raw", "canonical", "marts")}
    named = ", ".join(f"'{schema}'" for schema in schemas)
    columns = table_rows(
        settings,
        "raw",
        "select table_schema, table_name, column_name, data_type from information_schema.columns"
        f" where table_schema in ({named}) order by 1, 2, ordinal_position",
    )
    tables: dict[tuple[str, str], list[str]] = {}
    for schema, table, column, data_type in columns:
        is_working = str(table).startswith(("int_", "pipeline_", "import_health"))
        if survives_rebuild and (column == "found_in_import" or table == "import_results"):
            continue
        if not is_working and table not in LEFT_OUT and data_type not in ("datetime", "timestamp"):
            tables.setdefault((schemas[str(schema)], str(table)), []).append(f"`{column}`")
    found = {
        f"{layer}.{table}": sorted(
            map(repr, table_rows(settings, layer, f"select {', '.join(names)} from {table}"))
        )
        for (layer, table), names in tables.items()
    }
    ledger = table_rows(settings, "raw", f"select {LEDGER} from import_metadata")
    return found | {"raw.import_metadata": sorted(map(repr, ledger))}

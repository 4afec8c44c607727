"""What the tests of the loaders share: writing files, and reading what became of them."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import Result
from typer.testing import CliRunner

from loaders.feeds import RECORD_NUMBER_SPAN, TABLES
from loaders.import_result import ImportResult
from lode.cli import build_app
from lode.db import connect
from lode.settings import Settings


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    """Write a text file byte for byte: no line end is changed."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def query(settings: Settings, sql: str, arguments: tuple[object, ...] = ()) -> list[Any]:
    """Return the rows of a query on the raw schema, as the loader sees them."""
    with connect("loader", settings, schema="raw") as connection, connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return list(cursor.fetchall())


def loaded(settings: Settings, result: ImportResult, *columns: str) -> list[tuple[Any, ...]]:
    """Return record number and the given columns of an import's rows; extra as a dict."""
    rows = query(
        settings,
        f"select record_id - %s, {', '.join(columns)} from {TABLES[result.feed]}"
        " where import_seq = %s order by record_id",
        (result.import_seq * RECORD_NUMBER_SPAN, result.import_seq),
    )
    return [
        tuple(
            (json.loads(value) if value else {}) if name == "extra" else value
            for name, value in zip(("record_number", *columns), row, strict=True)
        )
        for row in rows
    ]


def rejects(settings: Settings, result: ImportResult) -> list[tuple[Any, ...]]:
    """Return record, line, byte position, error type, column and raw bytes of refused records."""
    return query(
        settings,
        "select record_number, line_number, byte_position, error_type, field_name, raw_line"
        " from import_rejects where import_seq = %s order by record_number, error_number",
        (result.import_seq,),
    )


def snapshot(settings: Settings) -> dict[str, list[Any]]:
    """Return all that a load leaves behind, without times and attempts."""
    tables = [*TABLES.values(), "import_rejects"]
    content = {
        table: query(settings, f"select * from {table} order by 1, 2, 3") for table in tables
    }
    content["imports"] = query(
        settings,
        "select id, import_id, filename, checksum, s3_location <> '', status, row_count,"
        " loaded_count, parse_rejected_count from import_metadata order by id",
    )
    content["progress"] = query(
        settings,
        "select import_seq, first_record, last_record, row_count from load_progress"
        " order by import_seq, chunk_number",
    )
    return content


def abandoned(parent: Path) -> list[Path]:
    """Return the scratch folders below `parent` that no process works in: tests share a home."""
    return [folder for folder in parent.iterdir() if not _is_locked(folder / ".in-use")]


def _is_locked(path: Path) -> bool:
    try:
        with path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        # Gone with its process meanwhile.
        return True
    return False


def lode(
    settings: Settings, *arguments: object, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the `lode` command on a warehouse, as a user does."""
    variables = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LODE_")},
        "LODE_HOME": str(settings.home),
        "LODE_ENGINE": settings.engine,
        "LODE_DB_PREFIX": settings.prefix,
        **environment,
    }
    return subprocess.run(
        [sys.executable, "-c", "from lode.cli import main; main()", *map(str, arguments)],
        cwd=settings.root,
        env=variables,
        capture_output=True,
        text=True,
    )


def lode_here(settings: Settings, *arguments: object) -> Result:
    """Run the `lode` command on a warehouse within this process, which saves its start."""
    variables = {
        "LODE_HOME": str(settings.home),
        "LODE_ENGINE": settings.engine,
        "LODE_DB_PREFIX": settings.prefix,
    }
    return CliRunner().invoke(build_app(), [*map(str, arguments)], env=variables)

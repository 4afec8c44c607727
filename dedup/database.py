"""The DuckDB database that a run works in: quiet, in memory, spilling to the local state folder."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import duckdb

from lode.layout import claim_home
from lode.settings import Settings


def scratch_folder(settings: Settings) -> Path:
    """Make and return the folder for what a run spills. Raises LodeError."""
    claim_home(settings.home)
    folder = settings.home / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def working_database(settings: Settings) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    """Open the database of a run: it spills to the scratch folder from `LODE_DEDUP_MEMORY` on."""
    return open_database(scratch_folder(settings), settings.dedup_memory)


@contextmanager
def open_database(
    spill: Path | None = None, memory: str | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an in-memory DuckDB that keeps what exceeds `memory` in the folder `spill`.

    Progress bars would print into captured logs; Splink's own messages are silenced below errors.
    """
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("set enable_progress_bar = false")
        if spill is not None:
            connection.execute("set temp_directory = ?", [str(spill)])
        if memory is not None:
            connection.execute("set memory_limit = ?", [memory])
        yield connection
    finally:
        connection.close()


def quoted(path: Path) -> str:
    """A path as it stands between quotes in SQL."""
    return str(path).replace("'", "''")

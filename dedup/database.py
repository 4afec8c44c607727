"""The DuckDB database that a run works in: quiet, in memory, spilling to the local state folder."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def open_database(spill: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an in-memory DuckDB whose intermediates may spill to the folder `spill`.

    Progress bars would print into captured logs; Splink's own messages are silenced below errors.
    """
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("set enable_progress_bar = false")
        if spill is not None:
            connection.execute("set temp_directory = ?", [str(spill)])
        yield connection
    finally:
        connection.close()

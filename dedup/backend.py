"""Where the pairs of a run are found."""

from __future__ import annotations

from enum import Enum


class Backend(str, Enum):
    """DuckDB in this process, or Spark."""

    DUCKDB = "duckdb"
    SPARK = "spark"

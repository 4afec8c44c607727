"""The comparison of persons on Spark: the same model and rules where one machine is not enough.

Only the pairs are found there. Features come from DuckDB and scored pairs go back to it, both as
Parquet, so everything before and after is the same code as without Spark. The conditions of the
levels are written for DuckDB and translated here; the string distances come from the jar that
Splink ships.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

from dedup.database import quoted
from dedup.model import Model
from dedup.predict import count_terms, settings_of
from dedup.settings import DedupRules
from lode.errors import LodeError

MASTER = "LODE_SPARK_MASTER"
INSTALL = "`pip install -r lock/spark.txt` into .venv, and Java 17 or newer"

# Spark's names of what sqlglot does not translate, the first two from Splink's jar.
SPARK_NAMES: dict[type[exp.Expression], str] = {
    exp.JarowinklerSimilarity: "jaro_winkler",
    exp.ArrayOverlaps: "arrays_overlap",
}


def to_spark(condition: str) -> str:
    """A DuckDB condition in Spark's SQL."""
    tree = sqlglot.parse_one(condition, read="duckdb").transform(_renamed)
    return str(tree.sql(dialect="spark"))


def _renamed(node: exp.Expression) -> exp.Expression:
    name = SPARK_NAMES.get(type(node))
    if name is None:
        return node
    return exp.Anonymous(this=name, expressions=[node.this, node.expression])


def spark_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """Splink's settings dictionary with every condition in Spark's SQL."""
    return settings | {
        "comparisons": [_translated(one) for one in settings["comparisons"]],
        "blocking_rules_to_generate_predictions": [
            rule | {"blocking_rule": to_spark(rule["blocking_rule"])}
            for rule in settings["blocking_rules_to_generate_predictions"]
        ],
    }


def _translated(comparison: dict[str, Any]) -> dict[str, Any]:
    levels = [
        level
        if level["sql_condition"] == "ELSE"
        else level | {"sql_condition": to_spark(level["sql_condition"])}
        for level in comparison["comparison_levels"]
    ]
    return comparison | {"comparison_levels": levels}


def score_on_spark(
    connection: duckdb.DuckDBPyConnection,
    rules: DedupRules,
    model: Model,
    person_count: int,
    table: str,
    floor: float,
) -> str:
    """Score all candidate pairs of the feature table on Spark.

    Returns the name of a DuckDB table like that of Splink's own prediction: unique_id_l and _r,
    match_weight, gamma_* and mw_* of every comparison. Raises LodeError.
    """
    count_terms(connection, rules, model, person_count, table)
    settings = spark_settings(settings_of(rules, model, person_count))
    with _exchange(connection) as folder:
        _write(connection, rules, table, folder)
        with _session(folder) as session:
            try:
                _score(session, rules, settings, table, floor, folder)
            except Exception as error:
                reason = str(error).strip().splitlines()[0]
                raise LodeError(f"The comparison of persons failed on Spark: {reason}") from error
        connection.execute(
            "create or replace table spark_pairs as select * replace ("
            "cast(unique_id_l as ubigint) as unique_id_l,"
            " cast(unique_id_r as ubigint) as unique_id_r)"
            f" from read_parquet('{quoted(folder)}/pairs/*.parquet')"
        )
    return "spark_pairs"


@contextmanager
def _exchange(connection: duckdb.DuckDBPyConnection) -> Iterator[Path]:
    """A folder for the Parquet files, beside what DuckDB spills; it holds personal data."""
    spill = Path(connection.execute("select current_setting('temp_directory')").fetchall()[0][0])
    folder = Path(tempfile.mkdtemp(prefix="spark_", dir=spill if spill.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(
    connection: duckdb.DuckDBPyConnection, rules: DedupRules, table: str, folder: Path
) -> None:
    # Spark has no unsigned integers and would read ids as decimals.
    connection.execute(
        f"copy (select * replace (cast(unique_id as bigint) as unique_id) from {table})"
        f" to '{quoted(folder)}/persons.parquet' (format parquet)"
    )
    for term in rules.terms:
        connection.execute(
            f"copy term_{term} to '{quoted(folder)}/term_{term}.parquet' (format parquet)"
        )


@contextmanager
def _session(folder: Path) -> Iterator[Any]:
    """A Spark session: the one that is there (EMR, Glue, spark-submit), or a local one."""
    try:
        from pyspark.sql import SparkSession
        from splink.backends.spark import similarity_jar_location
    except ImportError:
        raise LodeError(f"Spark is not installed: {INSTALL} are needed.") from None
    active = SparkSession.getActiveSession()
    if active is not None:
        yield active
        return
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = (
        SparkSession.builder.appName("lode dedup")
        .master(os.environ.get(MASTER, "local[*]"))
        .config("spark.jars", similarity_jar_location())
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.log.level", "ERROR")
        .config("spark.local.dir", str(folder))
    )
    try:
        session = builder.getOrCreate()
    except Exception as error:  # noqa: BLE001 - whatever keeps Java from starting is one sentence
        reason = str(error).strip().splitlines()[0]
        raise LodeError(f"Spark did not start ({reason}): {INSTALL} are needed.") from None
    try:
        yield session
    finally:
        session.stop()


def _score(
    session: Any,
    rules: DedupRules,
    settings: dict[str, Any],
    table: str,
    floor: float,
    folder: Path,
) -> None:
    from splink import Linker
    from splink.backends.spark import SparkAPI

    session.sparkContext.setCheckpointDir(str(folder / "checkpoints"))
    api = SparkAPI(spark_session=session)  # type: ignore[no-untyped-call]
    persons = api.register(
        session.read.parquet(str(folder / "persons.parquet")),
        dataset_display_name="persons",
        table_name=table,
    )
    linker = Linker(persons, settings, log_level=None, validate_settings=False)
    for term in rules.terms:
        name = f"term_{term}"
        lookup = api.register(
            session.read.parquet(str(folder / f"{name}.parquet")),
            dataset_display_name=name,
            table_name=name,
        )
        linker.table_management.register_term_frequency_lookup(lookup, term)
    scored = linker.inference.predict(threshold_match_weight=floor, warning_mode="never")
    session.table(scored.physical_name).write.parquet(str(folder / "pairs"))

"""The Spark backend: conditions that travel, DuckDB's own partition, one sentence without Spark.

The comparison itself needs pyspark and Java (`make test-spark`); LODE_SPARK_PEOPLE sets its size.
"""

from __future__ import annotations

import importlib.util
import os
import sys

import pytest
import sqlglot
from canonical_warehouse import create_canonical
from generated_people import make_records
from joined_people import canonical_tables, join_records
from partitions import run_model
from sqlglot import exp

from dedup.backend import Backend
from dedup.comparisons import COMPARISONS
from dedup.pipeline import run
from dedup.settings import DedupRules
from dedup.spark import to_spark
from lode.db import connect
from lode.errors import LodeError
from lode.settings import Settings

PEOPLE = int(os.environ.get("LODE_SPARK_PEOPLE", "2000"))
RULES = DedupRules()
CONDITIONS = [
    *(c.null for c in COMPARISONS),
    *(one.condition for c in COMPARISONS for one in c.levels if one.condition != "else"),
    *(rule.condition() for rule in RULES.blocking_rules),
]
# What Spark has built in, and the two that Splink's jar brings.
KNOWN = {
    "ABS", "ARRAY_CONTAINS", "ARRAYS_OVERLAP", "COALESCE", "CONTAINS", "DAMERAU_LEVENSHTEIN",
    "JARO_WINKLER", "LEFT", "LENGTH", "LEVENSHTEIN", "REGEXP_REPLACE", "RIGHT", "SPLIT_PART",
    "STARTSWITH", "SUBSTRING",
}  # fmt: skip


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_condition_uses_only_what_spark_knows(condition: str) -> None:
    translated = to_spark(condition)
    assert "&&" not in translated
    called = {
        str(node.name if isinstance(node, exp.Anonymous) else node.sql_name()).upper()
        for node in sqlglot.parse_one(translated, read="duckdb").find_all(exp.Func)
        if not isinstance(node, exp.And | exp.Or)
    }
    aliases = {"STARTS_WITH": "STARTSWITH", "JAROWINKLER_SIMILARITY": "JARO_WINKLER"}
    assert {aliases.get(name, name) for name in called} <= KNOWN


def test_translation_of_lists_and_distances() -> None:
    assert to_spark("list_has_any(a_l, a_r)") == "ARRAYS_OVERLAP(a_l, a_r)"
    assert to_spark("jaro_winkler_similarity(a, b) >= 0.9") == "JARO_WINKLER(a, b) >= 0.9"
    assert to_spark("list_contains(words_l, name_r)") == "ARRAY_CONTAINS(words_l, name_r)"


@pytest.mark.database
def test_without_spark_a_run_is_one_sentence_and_publishes_nothing(
    warehouse: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = make_records(people=50, seed=3)
    create_canonical(warehouse, canonical_tables(records, join_records(records)))
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(LodeError, match="Spark is not installed"):
        run(warehouse, backend=Backend.SPARK)
    with connect("auditor", warehouse, schema="raw") as connection, connection.cursor() as cursor:
        cursor.execute("select status, count(*) from dedup_runs group by status")
        assert cursor.fetchall() == (("FAILED", 1),)
    assert not list((warehouse.home / "scratch").glob("spark_*"))


@pytest.mark.spark
@pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None, reason="make env-spark installs it"
)
def test_partition_and_weights_are_those_of_duckdb() -> None:
    records = make_records(people=PEOPLE, seed=19)
    canonical = canonical_tables(records, join_records(records))
    here, there = run_model(canonical), run_model(canonical, backend=Backend.SPARK)
    assert here.outcome.links > PEOPLE // 50
    assert there.golden == here.golden
    assert there.pairs.keys() == here.pairs.keys()
    for pair, (weight, decision, _) in here.pairs.items():
        assert there.pairs[pair][0] == pytest.approx(weight, abs=1e-9)
        assert there.pairs[pair][1] == decision

"""The measures against counting by hand, and truth files that do not fit."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pytest
from canonical_warehouse import create_canonical
from hypothesis import given, settings
from hypothesis import strategies as st
from literal_people import person, tables

from dedup.database import open_database
from dedup.evaluate import Evaluation, Quality, evaluate, evaluate_tables
from dedup.record_map import COLUMNS, write_map
from lode.db import connect
from lode.errors import LodeError
from lode.settings import Settings


def judge(rows: list[tuple[int, int, str, str]]) -> Evaluation:
    """Evaluate (person_id, golden_person_id, truth, kinds), one record each."""
    listed = [
        {
            "import_id": "imp_2026_01_01_001",
            "filename": "a.csv",
            "source_table": "",
            "row_number": str(at),
            "record_id": str(at),
            "person_id": str(one),
            "golden_person_id": str(golden),
        }
        for at, (one, golden, _, _) in enumerate(rows, 1)
    ]
    truth = [
        {"filename": "a.csv", "source_table": None, "row_number": str(at), "person_key": key,
         "error_kinds": kinds}
        for at, (_, _, key, kinds) in enumerate(rows, 1)
    ]  # fmt: skip
    text = pa.string()
    with open_database() as database:
        database.register("map", pa.Table.from_pylist(listed))
        schema = pa.schema([(name, text) for name in truth[0]])
        database.register("truth", pa.Table.from_pylist(truth, schema=schema))
        return evaluate_tables(database, "truth.csv")


def by_hand(clusters: list[int], truth: list[str]) -> tuple[float, float, float, float, float, int]:
    """Pair precision and recall, B-cubed precision and recall, over-merge, largest cluster."""
    numbers = range(len(clusters))
    merged = {(a, b) for a, b in combinations(numbers, 2) if clusters[a] == clusters[b]}
    true = {(a, b) for a, b in combinations(numbers, 2) if truth[a] == truth[b]}
    cubed = []
    for one in numbers:
        mine = {other for other in numbers if clusters[other] == clusters[one]}
        same = {other for other in numbers if truth[other] == truth[one]}
        cubed.append((len(mine & same) / len(mine), len(mine & same) / len(same)))
    sizes = Counter(clusters)
    multiple = [cluster for cluster in sizes if sizes[cluster] > 1]
    mixed = [c for c in multiple if len({truth[n] for n in numbers if clusters[n] == c}) > 1]
    return (
        len(merged & true) / len(merged) if merged else 1.0,
        len(merged & true) / len(true) if true else 1.0,
        sum(p for p, _ in cubed) / len(cubed),
        sum(r for _, r in cubed) / len(cubed),
        len(mixed) / len(multiple) if multiple else 0.0,
        max(sizes.values()),
    )


def measures(quality: Quality) -> tuple[float, float, float, float, float, int]:
    return (
        quality.pair_precision,
        quality.pair_recall,
        quality.b_cubed_precision,
        quality.b_cubed_recall,
        quality.over_merge,
        quality.largest_cluster,
    )


ROWS = st.lists(
    st.tuples(
        st.integers(1, 6), st.integers(1, 4), st.sampled_from("abcd"), st.sampled_from(["", "typo"])
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_measures_equal_counting_by_hand(rows: list[tuple[int, int, str, str]]) -> None:
    found = judge(rows)
    truth = [key for _, _, key, _ in rows]
    assert measures(found.upsert) == pytest.approx(by_hand([one for one, *_ in rows], truth))
    assert measures(found.golden) == pytest.approx(by_hand([row[1] for row in rows], truth))


def test_recall_is_told_by_kind_of_error() -> None:
    found = judge(
        [(1, 1, "a", ""), (2, 1, "a", ""), (3, 3, "a", "moved;first_typo"), (4, 4, "b", "moved")]
    )
    assert found.recall_by_kind == {"(clean)": (1.0, 1), "moved": (0.0, 2), "first_typo": (0.0, 2)}


@pytest.fixture
def mapped(warehouse: Settings) -> Settings:
    """Two imports of two records each; one record is rejected, two are one golden person."""
    with (
        connect("loader", warehouse, schema="raw", autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        for number, name, table in ((1, "a.csv", None), (2, "crm.sqlite", "contacts")):
            cursor.execute(
                """
                insert into import_metadata (
                    id, import_id, filename, source_type, feed, format, source_table,
                    import_date, uploaded_by, uploaded_at, file_size_bytes, checksum,
                    s3_location, schema_version, mapping_hash, mapping, read_options,
                    status, attempt
                )
                values (
                    %s, %s, %s, 'x', 'people', 'csv', %s, now(6), 'me', now(6), 1, %s,
                    '/x', 'v1', 'y', '{}', '{}', 'COMPLETE', 1
                )
                """,
                (number, f"imp_2026_01_01_00{number}", name, table, str(number) * 64),
            )
            for row in (1, 2):
                cursor.execute(
                    "insert into staging_raw_import (record_id, full_name) values (%s, 'x')",
                    (number * 10**10 + row,),
                )
    low, high = 10**10 + 1, 2 * 10**10 + 1
    create_canonical(warehouse, tables(person(low, "Ann", "Able"), person(high, "Ann", "Able")))
    with (
        connect("transformer", warehouse, schema="canonical", autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(f"update persons set golden_person_id = {low}")
        cursor.executemany(
            "insert into person_records values (%s, %s)",
            [(low, low), (high, high), (high + 1, high)],
        )
    return warehouse


@pytest.mark.database
def test_map_names_every_record(mapped: Settings, tmp_path: Path) -> None:
    target = tmp_path / "map.csv"
    assert write_map(mapped, target) == 4
    assert target.read_text().splitlines() == [
        ",".join(COLUMNS),
        "imp_2026_01_01_001,a.csv,,1,10000000001,10000000001,10000000001",
        "imp_2026_01_01_001,a.csv,,2,10000000002,,",
        "imp_2026_01_01_002,crm.sqlite,contacts,1,20000000001,20000000001,10000000001",
        "imp_2026_01_01_002,crm.sqlite,contacts,2,20000000002,20000000001,10000000001",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["map.csv"]


@pytest.mark.database
def test_map_refuses_places_it_cannot_write(mapped: Settings, tmp_path: Path) -> None:
    with pytest.raises(LodeError, match="is a folder"):
        write_map(mapped, tmp_path)
    with pytest.raises(LodeError, match="can't be written"):
        write_map(mapped, tmp_path / "missing" / "map.csv")


@pytest.mark.database
def test_map_without_canonical_tables_is_one_sentence(warehouse: Settings, tmp_path: Path) -> None:
    with pytest.raises(LodeError, match="dbt build"):
        write_map(warehouse, tmp_path / "map.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.database
def test_truth_file_is_judged_record_by_record(mapped: Settings, tmp_path: Path) -> None:
    truth = tmp_path / "truth.csv"
    truth.write_text(
        "filename,source_table,row_number,person_key,household_key,error_kinds\n"
        "a.csv,,1,p1,h1,\n"
        "a.csv,,2,p2,h1,moved\n"
        "crm.sqlite,contacts,1,p1,h1,nickname\n"
        "crm.sqlite,contacts,2,p3,h1,\n"
        "never_loaded.csv,,1,p1,h1,\n"
    )
    found = evaluate(mapped, truth)
    assert (found.record_count, found.unmatched_truth) == (4, 1)
    assert found.golden.pair_recall == 1.0
    assert found.golden.pair_precision == pytest.approx(1 / 3)
    assert found.golden.over_merge == 1.0
    assert found.upsert.pair_recall == 0.0
    assert found.recall_by_kind == {"nickname": (1.0, 1)}


@pytest.mark.database
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("filename,row_number\na.csv,1\n", "has no column person_key"),
        ("filename,row_number,person_key\nb.csv,1,p1\n", "none of its 1 rows names a record"),
        ("filename,row_number,person_key\na.csv,one,p1\n", "lacks a file name"),
        ("filename,row_number,person_key\n,1,p1\n", "lacks a file name"),
        ("filename,row_number,person_key\na.csv,1,\n", "none of its 0 rows"),
        ("filename,row_number,person_key\na.csv,1,p1\na.csv,1,p2\n", "more than once"),
        ("filename,row_number,person_key\n", "none of its 0 rows"),
        ("", "truth.csv"),
    ],
)
def test_truth_that_does_not_fit_is_one_sentence(
    mapped: Settings, tmp_path: Path, text: str, sentence: str
) -> None:
    truth = tmp_path / "truth.csv"
    truth.write_text(text)
    with pytest.raises(LodeError, match=sentence) as error:
        evaluate(mapped, truth)
    assert "\n" not in str(error.value)


def test_missing_truth_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(LodeError, match="no truth file"):
        evaluate(None, tmp_path / "none.csv")  # type: ignore[arg-type]

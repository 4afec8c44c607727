"""`lode dedup evaluate`: the golden persons against a truth file, at the level of records.

Rank by pair F1 and over-merge: B-cubed flatters, as merging nothing at all already scores .89.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from dedup.database import open_database, scratch_folder
from dedup.record_map import write_map
from lode.errors import LodeError
from lode.settings import Settings

REQUIRED = ("filename", "row_number", "person_key")
OPTIONAL = ("source_table", "error_kinds")


@dataclass(frozen=True)
class Quality:
    """Measures of one partition; shares from 0 to 1. Pairs are counted after closure.

    `over_merge`: share of the predicted clusters of two or more records that mix people.
    """

    name: str
    pair_precision: float
    pair_recall: float
    pair_f1: float
    b_cubed_precision: float
    b_cubed_recall: float
    b_cubed_f1: float
    over_merge: float
    largest_cluster: int
    cluster_count: int


@dataclass(frozen=True)
class Evaluation:
    """Quality of the upsert alone and of the golden persons, and pair recall by kind of error."""

    upsert: Quality
    golden: Quality
    record_count: int
    unmatched_truth: int
    recall_by_kind: dict[str, tuple[float, int]]


def evaluate(settings: Settings, truth: Path) -> Evaluation:
    """Compare the warehouse with a truth file. Raises LodeError.

    The truth is a CSV of filename, source_table, row_number, person_key and error_kinds; the second
    and the last may be missing.
    """
    if not truth.is_file():
        raise LodeError(f"There is no truth file {truth}: name a CSV file.")
    scratch = scratch_folder(settings)
    with open_database(scratch) as database:
        _read_truth(database, truth)
        with TemporaryDirectory(dir=scratch) as folder:
            path = Path(folder) / "map.csv"
            write_map(settings, path)
            database.execute(
                "create table map as select * from read_csv(?, header = true, all_varchar = true)",
                [str(path)],
            )
        return evaluate_tables(database, truth)


def evaluate_tables(database: duckdb.DuckDBPyConnection, truth: Path | str) -> Evaluation:
    """The same over the DuckDB tables `map` and `truth` (all text columns)."""
    database.execute(
        """
        create or replace table judged as
        select
            cast(map.record_id as ubigint) as record_id,
            coalesce(cast(map.person_id as ubigint), cast(map.record_id as ubigint)) as person_id,
            coalesce(cast(map.golden_person_id as ubigint), cast(map.record_id as ubigint))
                as golden_person_id,
            truth.person_key,
            truth.error_kinds,
        from truth
        inner join map
            on
                truth.filename = map.filename
                and coalesce(truth.source_table, '') = coalesce(map.source_table, '')
                and cast(truth.row_number as ubigint) = cast(map.row_number as ubigint)
        """
    )
    truth_count = _number(database, "select count(*) from truth")
    record_count = _number(database, "select count(*) from judged")
    if record_count == 0:
        raise LodeError(
            f"The truth file {truth} does not fit: none of its {truth_count:,} rows names a record"
            " of this warehouse (filename, source_table and row_number must agree)."
        )
    return Evaluation(
        upsert=_quality(database, "persons (upsert)", "person_id"),
        golden=_quality(database, "golden persons", "golden_person_id"),
        record_count=record_count,
        unmatched_truth=truth_count - record_count,
        recall_by_kind=_recall_by_kind(database),
    )


def _read_truth(database: duckdb.DuckDBPyConnection, truth: Path) -> None:
    try:
        database.execute(
            "create table truth_file as"
            " select * from read_csv(?, header = true, all_varchar = true, delim = ',')",
            [str(truth)],
        )
    except duckdb.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise LodeError(f"The truth file {truth} is no CSV file: {reason}") from None
    columns = {row[0] for row in database.execute("describe truth_file").fetchall()}
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        raise LodeError(
            f"The truth file {truth} does not fit: it has no column {', '.join(missing)}; needed"
            f" are {', '.join(REQUIRED)}, and {' and '.join(OPTIONAL)} if there are any."
        )
    selected = [
        column if column in columns else f"cast(null as varchar) as {column}"
        for column in (*REQUIRED, *OPTIONAL)
    ]
    # A record without a key stands for nobody (unusable), so it is not judged.
    database.execute(
        f"create table truth as select {', '.join(selected)} from truth_file"
        " where coalesce(trim(person_key), '') <> ''"
    )
    _check_truth(database, truth)


def _check_truth(database: duckdb.DuckDBPyConnection, truth: Path) -> None:
    bad = database.execute(
        "select filename, row_number from truth where try_cast(row_number as ubigint) is null"
        " or filename is null limit 1"
    ).fetchall()
    if bad:
        raise LodeError(
            f"The truth file {truth} does not fit: the row of {bad[0][0]!r} with row_number"
            f" {bad[0][1]!r} lacks a file name or a whole row number."
        )
    twice = database.execute(
        "select filename, row_number from truth"
        " group by filename, coalesce(source_table, ''), row_number having count(*) > 1 limit 1"
    ).fetchall()
    if twice:
        raise LodeError(
            f"The truth file {truth} does not fit: it names row {twice[0][1]} of {twice[0][0]}"
            " more than once."
        )


def _quality(database: duckdb.DuckDBPyConnection, name: str, cluster: str) -> Quality:
    pairs = "sum(n * (n - 1) / 2)"
    cells = (
        f"select {cluster}, person_key, count(*) as n from judged group by {cluster}, person_key"
    )
    clusters = f"select {cluster}, count(*) as n, count(distinct person_key) as people from judged"
    clusters += f" group by {cluster}"
    true = "select person_key, count(*) as n from judged group by person_key"
    both = _number(database, f"select {pairs} from ({cells})")
    predicted = _number(database, f"select {pairs} from ({clusters})")
    actual = _number(database, f"select {pairs} from ({true})")
    b_precision, b_recall = database.execute(
        f"""
        select
            sum(cells.n * cells.n / clusters.n) / sum(cells.n),
            sum(cells.n * cells.n / people.n) / sum(cells.n),
        from ({cells}) as cells
        inner join ({clusters}) as clusters
            on cells.{cluster} = clusters.{cluster}
        inner join ({true}) as people
            on cells.person_key = people.person_key
        """
    ).fetchall()[0]
    mixed, multiple, largest, count = database.execute(
        "select count(*) filter (where n > 1 and people > 1), count(*) filter (where n > 1),"
        f" max(n), count(*) from ({clusters})"
    ).fetchall()[0]
    precision = both / predicted if predicted else 1.0
    recall = both / actual if actual else 1.0
    return Quality(
        name=name,
        pair_precision=precision,
        pair_recall=recall,
        pair_f1=_f1(precision, recall),
        b_cubed_precision=float(b_precision),
        b_cubed_recall=float(b_recall),
        b_cubed_f1=_f1(float(b_precision), float(b_recall)),
        over_merge=mixed / multiple if multiple else 0.0,
        largest_cluster=int(largest),
        cluster_count=int(count),
    )


def _recall_by_kind(database: duckdb.DuckDBPyConnection) -> dict[str, tuple[float, int]]:
    """Kind → (share of true pairs found, true pairs) for pairs of which either record has it."""
    rows = database.execute(
        r"""
        with kinds as (
            select
                record_id,
                list_filter(
                    string_split_regex(coalesce(error_kinds, ''), '[^A-Za-z0-9_-]+'),
                    lambda kind: kind <> ''
                ) as kinds,
            from judged
        ),
        true_pairs as (
            select
                l.golden_person_id = r.golden_person_id as is_found,
                list_distinct(list_concat(kinds_l.kinds, kinds_r.kinds)) as kinds,
            from judged as l
            inner join judged as r
                on l.person_key = r.person_key and l.record_id < r.record_id
            inner join kinds as kinds_l on l.record_id = kinds_l.record_id
            inner join kinds as kinds_r on r.record_id = kinds_r.record_id
        ),
        by_kind as (
            select
                is_found,
                unnest(case when len(kinds) = 0 then ['(clean)'] else kinds end) as kind,
            from true_pairs
        )
        select kind, avg(case when is_found then 1.0 else 0.0 end), count(*)
        from by_kind
        group by kind
        order by kind
        """
    ).fetchall()
    return {str(kind): (float(recall), int(count)) for kind, recall, count in rows}


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _number(database: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(database.execute(query).fetchall()[0][0] or 0)

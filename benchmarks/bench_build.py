"""Building: raw records to canonical tables, the first time, for one more import, for nothing new.

The records are made-up persons, each once, with an e-mail address and a street of their own, so
that nothing but the size decides. Half of the further import changes persons spread over the whole
warehouse, half of it is new. What counts is what dbt reports for the models of staging and
canonical, without dbt's own start. The reference of the first build is a bare LOAD DATA of the same
records into the same table. Beside it stands what writing that build's tables takes alone, from
copies of them, row for row and index for index: no build's models, added up, take less.
"""

from __future__ import annotations

import csv
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pymysql.cursors import Cursor

from benchmarks.bench_load import unlink_landed
from loaders.load import load_file
from lode.db import connect
from lode.dbt import run_dbt
from lode.errors import LodeError
from lode.settings import Settings
from lode.warehouse import deprovision, provision

SIZES, BATCH = (1_000_000, 4_000_000), 100_000
QUICK_SIZES, QUICK_BATCH = (20_000, 80_000), 2_000
ZIPS = 80_000
HEADER = ("first_name", "last_name", "email", "address", "city", "state", "zip")
FIRST = "Ann Bob Carla David Erin Frank Grace Henry Ines Jack Kim Luis Mia Noah Olga Paul".split()
LAST = "Smith Jones Garcia Miller Lee Brown Núñez O'Brien Walker Young King Scott Green".split()
STREETS = ("Oak Street", "Maple Avenue")

Times = dict[str, float]


def run(settings: Settings, quick: bool = False) -> list[dict[str, Any]]:
    """Measure warehouses of two sizes; `quick` takes small ones."""
    os.environ.setdefault("LODE_DBT", str(settings.root / ".venv-dbt" / "bin" / "dbt"))
    sizes, batch = (QUICK_SIZES, QUICK_BATCH) if quick else (SIZES, BATCH)
    results: list[dict[str, Any]] = []
    merges: list[float] = []
    for size in sizes:
        own = settings.with_prefix(f"{settings.prefix}_{size // 1000}")
        provision(own)
        try:
            with tempfile.TemporaryDirectory(dir=settings.home) as folder:
                found, merge = _measure(own, Path(folder), size, batch)
        finally:
            deprovision(own)
        results += found
        merges.append(merge)
    first, last = (f"{size:,}" for size in sizes)
    name = f"merge of {batch:,} records into {last} against into {first}"
    results.append(_result(name, batch / merges[1], batch / merges[0], "records/s"))
    return results


def _measure(
    settings: Settings, folder: Path, size: int, batch: int
) -> tuple[list[dict[str, Any]], float]:
    """Build a warehouse of `size` persons and merge a batch; returns the seconds of that, too."""
    target = folder / "target"
    _dbt(settings, target, "seed")
    _load(settings, folder, _people(range(size)))
    bare = _bare_seconds(settings, folder)
    built = _dbt(settings, target, "run")
    written = _written_seconds(settings, built)
    _load(settings, folder, _batch(size, batch))
    merged = _dbt(settings, target, "run")
    started = time.perf_counter()
    idle = _dbt(settings, target, "run")
    whole = time.perf_counter() - started
    build, merge = sum(built.values()), sum(merged.values())
    name = f"first build of {size:,} records"
    results = [
        _result(f"{name} against bare LOAD DATA", size / build, size / bare, "records/s"),
        _result(
            f"{name} against writing its tables alone", size / build, size / written, "records/s"
        ),
        _result("writing its tables alone against bare LOAD DATA", written, bare, "s"),
        *_slowest(name, built),
        _result(f"merge of {batch:,} records into {size:,}", batch / merge, None, "records/s"),
        *_slowest(f"merge into {size:,}", merged),
        _result(f"nothing new in {size:,}: dbt, of it the models", whole, sum(idle.values()), "s"),
    ]
    return results, merge


def _slowest(name: str, times: Times) -> list[dict[str, Any]]:
    """List the models that take at least a fiftieth of the time."""
    bar = sum(times.values()) / 50
    slowest = sorted((model for model in times if times[model] >= bar), key=lambda m: -times[m])
    return [_result(f"  {name}: {model}", times[model], None, "s") for model in slowest]


def _result(name: str, ours: float, reference: float | None, unit: str) -> dict[str, Any]:
    ratio = ours / reference if reference else None
    return {"name": name, "ours": ours, "reference": reference, "ratio": ratio, "unit": unit}


def _dbt(settings: Settings, target: Path, command: str) -> Times:
    """Run dbt; returns the seconds of each model of staging and canonical."""
    done = run_dbt([command], settings, quiet=True, target_path=target)
    if done.returncode != 0:
        raise LodeError(f"The benchmark's dbt {command} failed: {done.output[-500:]}")
    layers = {settings.schema("staging"), settings.schema("canonical")}
    return {
        str(node["unique_id"]).rpartition(".")[2]: float(node["execution_time"])
        for node in done.results
        if str(node["unique_id"]).startswith("model.") and _layer(node, layers)
    }


def _layer(node: dict[str, Any], layers: set[str]) -> bool:
    """Tell whether a model is in one of the schemas, by the name that dbt gave its relation."""
    relation = str(node.get("relation_name") or "")
    return not relation or relation.split(".")[0].strip("`") in layers


def _load(settings: Settings, folder: Path, rows: Iterable[tuple[str, ...]]) -> None:
    path = folder / "people.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows)
    unlink_landed(settings, load_file(path, settings).import_id)


def _bare_seconds(settings: Settings, folder: Path) -> float:
    """Load the file once more, in one bare statement and into a table like the raw one."""
    columns = "first_name, last_name, email_1, street_1, city, state, zip"
    with (
        connect("loader", settings, schema="raw", local_infile=True) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("create table bench_bare like staging_raw_import")
        cursor.execute("set @number = 0")
        started = time.perf_counter()
        cursor.execute(
            "load data local infile %s into table bench_bare character set utf8mb4"
            " fields terminated by ',' optionally enclosed by '\"' escaped by ''"
            f" lines terminated by '\\n' ignore 1 lines ({columns})"
            " set record_id = (@number := @number + 1)",
            (str(folder / "people.csv"),),
        )
        connection.commit()
        seconds = time.perf_counter() - started
        cursor.execute("drop table bench_bare")
    return seconds


def _written_seconds(settings: Settings, models: Iterable[str]) -> float:
    """Write every table of the models once more, in the order of its key, then its indexes."""
    seconds = 0.0
    for layer in ("staging", "canonical"):
        with (
            connect("transformer", settings, schema=layer, autocommit=True) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("show full tables where table_type = 'BASE TABLE'")
            for table in sorted({str(row[0]) for row in cursor.fetchall()} & set(models)):
                cursor.execute(f"create table bench_copy like `{table}`")
                indexes = _indexes(cursor)
                for name in indexes:
                    cursor.execute(f"alter table bench_copy drop key `{name}`")
                started = time.perf_counter()
                cursor.execute(f"insert into bench_copy select * from `{table}`")
                if indexes:
                    cursor.execute(f"alter table bench_copy {', '.join(indexes.values())}")
                seconds += time.perf_counter() - started
                cursor.execute("drop table bench_copy")
    return seconds


def _indexes(cursor: Cursor) -> dict[str, str]:
    """Return the secondary indexes of bench_copy: name and the words that add it."""
    cursor.execute(
        "select index_name, max(non_unique), group_concat(concat('`', column_name, '`',"
        " if(sub_part is null, '', concat('(', sub_part, ')'))) order by seq_in_index)"
        " from information_schema.statistics where table_schema = schema()"
        " and table_name = 'bench_copy' and index_name <> 'PRIMARY' group by index_name"
    )
    return {
        name: f"add {'' if non_unique else 'unique '}key `{name}` ({columns})"
        for name, non_unique, columns in cursor.fetchall()
    }


def _people(numbers: Iterable[int], street: int = 0) -> Iterator[tuple[str, ...]]:
    for number in numbers:
        first, last = FIRST[number % len(FIRST)], LAST[number // 16 % len(LAST)]
        yield (
            first,
            last,
            f"{first}.{last}.{number}@example.com".lower().replace("'", "").replace("ú", "u"),
            f"{1 + number // ZIPS} {STREETS[street]}",
            "Springfield",
            "IL",
            f"{10001 + number % ZIPS:05d}",
        )


def _batch(size: int, batch: int) -> Iterator[tuple[str, ...]]:
    """Yield persons who moved, one of every so many, and as many new ones."""
    step = 2 * size // batch
    yield from _people(range(0, size, step), street=1)
    yield from _people(range(size, size + batch // 2))

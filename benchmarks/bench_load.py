"""Loading: ours against one bare LOAD DATA of the same file, and against dlt.

The file is made here: made-up people, clean CSV, in part quoted. Ours is all that `lode load` does:
copy, SHA-256, encoding, dialect, counting, parsing, chunks in transactions, final account. The bare
statement is one LOAD DATA LOCAL INFILE of the same file into the same table; it numbers its rows in
a variable and does nothing else. Both run in turn on file after file; medians, and the ratios of
the pairs that differ most. dlt appends the same rows once (with --quick fewer) by its SQLAlchemy
destination, as its documentation shows it.
"""

from __future__ import annotations

import csv
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from loaders import import_rows
from loaders.landing import landed_path
from loaders.load import load_file
from lode.db import connect
from lode.settings import Settings

RUNS = 5
ROWS = 2_000_000
QUICK_ROWS = 200_000
DLT_QUICK_ROWS = 50_000
HEADER = ("first_name", "last_name", "email", "phone", "address", "city", "state", "zip", "company")
COLUMNS = (
    "first_name, last_name, email_1, phone_1, street_1, city, state, zip, company_name"
    " set record_id = (@number := @number + 1)"
)
FIRST = "Ann Bob Carla David Erin Frank Grace Henry Ines Jack Kim Luis Mia Noah Olga Paul".split()
LAST = "Smith Jones Garcia Miller Lee Brown Núñez O'Brien Walker Young King Scott Green".split()


def run(settings: Settings, quick: bool = False) -> list[dict[str, Any]]:
    """Measure in an empty warehouse; `quick` takes a tenth of the rows."""
    with tempfile.TemporaryDirectory(dir=settings.home) as folder:
        return _measure(settings, Path(folder), QUICK_ROWS if quick else ROWS)


def _measure(settings: Settings, folder: Path, rows: int) -> list[dict[str, Any]]:
    # What is imported and connected for the first time is no part of the measurement.
    _load_ours(settings, write_people(folder / "first.csv", 1_000, RUNS), 1_000)
    ours: list[float] = []
    bare: list[float] = []
    for seed in range(RUNS):
        file = write_people(folder / "people.csv", rows, seed)
        # In turn, so that both see the same machine, and each as often the first.
        turns: list[tuple[list[float], Callable[[Settings, Path, int], None]]]
        turns = [(bare, _load_bare), (ours, _load_ours)]
        for seconds, load in turns if seed % 2 else reversed(turns):
            _empty(settings)
            seconds.append(_seconds(partial(load, settings, file, rows)))
    _empty(settings)
    pairs = [slow / quick for slow, quick in zip(bare, ours, strict=True)]
    ours_speed, bare_speed = rows / statistics.median(ours), rows / statistics.median(bare)
    dlt_rows = DLT_QUICK_ROWS if rows < ROWS else rows
    dlt_speed = dlt_rows / _dlt_seconds(settings, folder, dlt_rows)
    spread = f"{RUNS} pairs, {min(pairs):.2f} to {max(pairs):.2f}"
    return [
        _result(f"load of {rows:,} rows against bare LOAD DATA, {spread}", ours_speed, bare_speed),
        _result(f"load of {rows:,} rows against dlt on {dlt_rows:,}", ours_speed, dlt_speed),
    ]


def _result(name: str, ours: float, reference: float) -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(ours),
        "reference": round(reference),
        "ratio": round(ours / reference, 2),
        "unit": "rows/s",
    }


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def people(rows: int, seed: int) -> Iterator[tuple[object, ...]]:
    """Yield made-up people, one tuple for each in the order of HEADER."""
    chance = random.Random(seed)
    for number in range(rows):
        first, last = chance.choice(FIRST), chance.choice(LAST)
        yield (
            first,
            last,
            f"{first}.{last}.{number}@example.com".lower().replace("'", ""),
            f"(212) 555-01{number % 100:02d}",
            f"{chance.randrange(1, 9999)} Main Street, Apt {number % 50}",
            "Springfield",
            "IL",
            f"{chance.randrange(501, 99951):05d}",
            None if number % 3 else f'"{last} & Sons", Inc. {number % 12}',
        )


def write_people(path: Path, rows: int, seed: int) -> Path:
    """Write made-up people as a clean CSV file; returns its path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(people(rows, seed))
    return path


def _load_ours(settings: Settings, file: Path, rows: int) -> None:
    result = load_file(file, settings)
    assert (result.row_count, result.loaded_count) == (rows, rows)
    unlink_landed(settings, result.import_id)


def unlink_landed(settings: Settings, import_id: str) -> None:
    """Delete the landed file of an import that nobody needs any more."""
    with connect("loader", settings, schema="raw") as connection:
        place = import_rows.read(connection, import_id).s3_location
    landed_path(place, settings).unlink()


def _load_bare(settings: Settings, file: Path, rows: int) -> None:
    with connect("loader", settings, schema="raw", local_infile=True) as connection:
        with connection.cursor() as cursor:
            cursor.execute("set @number = 10000000000")
            loaded = cursor.execute(
                "load data local infile %s into table staging_raw_import character set utf8mb4"
                " fields terminated by ',' optionally enclosed by '\"' escaped by ''"
                f" lines terminated by '\\n' ignore 1 lines ({COLUMNS.replace(' set', ') set', 1)}",
                (str(file),),
            )
        connection.commit()
    assert loaded == rows


def _empty(settings: Settings) -> None:
    with (
        connect("loader", settings, schema="raw", autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("truncate table staging_raw_import")


def _dlt_seconds(settings: Settings, folder: Path, rows: int) -> float:
    """Return the seconds of dlt's append of so many rows, once dlt has made its tables."""
    os.environ |= {"DLT_DATA_DIR": str(folder / "dlt"), "RUNTIME__DLTHUB_TELEMETRY": "false"}
    import dlt
    from sqlalchemy import URL

    account = settings.account("loader")
    url = URL.create(
        "mysql+pymysql",
        username=account.user,
        password=account.password,
        host=settings.host,
        port=settings.port,
        database=settings.schema("raw"),
    )
    pipeline = dlt.pipeline(
        pipeline_name="bench",
        pipelines_dir=str(folder / "dlt"),
        destination=dlt.destinations.sqlalchemy(url.render_as_string(hide_password=False)),
        dataset_name=settings.schema("raw"),
    )

    def append(count: int) -> None:
        found = (dict(zip(HEADER, row, strict=True)) for row in people(count, 0))
        pipeline.run(found, table_name="dlt_people", write_disposition="append")

    append(1_000)
    return _seconds(partial(append, rows))

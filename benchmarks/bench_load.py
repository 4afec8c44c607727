"""Loading: ours against one bare LOAD DATA of the same file, and against dlt.

The file is made here: made-up people, clean CSV, in part quoted. Ours is all that `lode load` does:
copy, SHA-256, encoding, dialect, counting, parsing, chunks in transactions, final account. The bare
statement is one LOAD DATA LOCAL INFILE of the same file into the same table; it numbers its rows in
a variable and does nothing else. dlt appends fewer of the same rows through its SQLAlchemy
destination, as its documentation shows it. Medians of three runs.
"""

from __future__ import annotations

import csv
import itertools
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from loaders.load import load_file
from lode.db import connect
from lode.settings import Settings

RUNS = 3
ROWS = 2_000_000
QUICK_ROWS = 200_000
DLT_ROWS = 50_000
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
    files = [_write_people(folder / f"people_{seed}.csv", rows, seed) for seed in range(RUNS)]
    ours, bare = [], []
    for file in files:
        # In turn, so that both see the same machine.
        bare.append(_seconds(partial(_load_bare, settings, file, rows)))
        _empty(settings)
        ours.append(_seconds(partial(_load_ours, settings, file, rows)))
        _empty(settings)
    ours_speed, bare_speed = rows / statistics.median(ours), rows / statistics.median(bare)
    dlt_speed = _dlt_speed(settings, folder)
    return [
        _result(f"load of {rows:,} rows against bare LOAD DATA", ours_speed, bare_speed),
        _result(f"load of {rows:,} rows against dlt on {DLT_ROWS:,}", ours_speed, dlt_speed),
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


def _people(rows: int, seed: int) -> Iterator[tuple[object, ...]]:
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


def _write_people(path: Path, rows: int, seed: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(_people(rows, seed))
    return path


def _load_ours(settings: Settings, file: Path, rows: int) -> None:
    result = load_file(file, settings)
    assert (result.row_count, result.loaded_count) == (rows, rows)


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


def _dlt_speed(settings: Settings, folder: Path) -> float:
    """Return the rows per second of dlt's append of the same kind of rows."""
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
    seconds = []
    for seed in range(RUNS):
        pipeline = dlt.pipeline(
            pipeline_name=f"bench_{seed}",
            pipelines_dir=str(folder / "dlt"),
            destination=dlt.destinations.sqlalchemy(url.render_as_string(hide_password=False)),
            dataset_name=settings.schema("raw"),
        )
        rows = [
            dict(zip(HEADER, row, strict=True))
            for row in itertools.islice(_people(DLT_ROWS, seed), DLT_ROWS)
        ]
        append = partial(pipeline.run, rows, table_name="dlt_people", write_disposition="append")
        seconds.append(_seconds(append))
    return DLT_ROWS / statistics.median(seconds)

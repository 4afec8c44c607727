"""Do-not-call lists against bare LOAD DATA; a change file. Decisions are in bench_decide.py.

The list is made here: all numbers of some area codes, in order. Ours is all that `lode dnc load`
does: checksum, every line checked, chunks in transactions, publication. The bare statement is one
LOAD DATA LOCAL INFILE of the same numbers into a table like dnc_listings. The change file adds and
deletes numbers of the list and of a list a hundredth of its size.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from loaders.dnc.load import DncRequest, load_registry
from lode.db import connect
from lode.settings import Settings

NUMBERS, QUICK_NUMBERS = 10_000_000, 500_000
CHANGES, QUICK_CHANGES = 100_000, 20_000
FIRST = 2_012_000_000
DAY = date(2026, 1, 5)


def run(settings: Settings, quick: bool = False) -> list[dict[str, Any]]:
    """Measure in an empty warehouse; `quick` takes small sizes."""
    with tempfile.TemporaryDirectory(dir=settings.home) as folder:
        place = Path(folder)
        results = _registry(settings, place, QUICK_NUMBERS if quick else NUMBERS)
        results += _changes(settings, place, QUICK_CHANGES if quick else CHANGES)
    return results


def numbers_of(count: int) -> Iterator[int]:
    """Yield so many numbers in ascending order, all of the plan's form, a gap after each."""
    for place in range(count):
        code, rest = divmod(place * 2, 8_000_000)
        yield FIRST + code * 10_000_000 + rest


def write_numbers(path: Path, count: int) -> Path:
    """Write a flat full list."""
    with path.open("w") as file:
        file.writelines(f"{number}\n" for number in numbers_of(count))
    return path


def _registry(settings: Settings, folder: Path, count: int) -> list[dict[str, Any]]:
    file = write_numbers(folder / "full.txt", count)
    bare = _seconds(lambda: _load_bare(settings, file))
    ours = _seconds(lambda: load_registry(file, settings, _request("large", DAY)))
    load_registry(
        write_numbers(folder / "small.txt", count // 100), settings, _request("small", DAY)
    )
    with connect("loader", settings, schema="raw") as connection, connection.cursor() as cursor:
        cursor.execute("analyze table dnc_listings")
        cursor.fetchall()
        cursor.execute(
            "select data_length / table_rows from information_schema.tables"
            " where table_schema = %s and table_name = 'dnc_listings'",
            (settings.schema("raw"),),
        )
        (size,) = cursor.fetchone() or (0,)
    again = _seconds(
        lambda: load_registry(file, settings, _request("large", DAY + timedelta(days=1)))
    )
    return [
        _result(f"registry of {count:,} against bare LOAD DATA", count / ours, count / bare),
        _result("the same list a day later, nothing new", count / again, count / bare),
        _result("bytes per number", float(size), None, "bytes"),
    ]


def _changes(settings: Settings, folder: Path, count: int) -> list[dict[str, Any]]:
    """Change a list and one a hundredth of its size by files of as many records."""
    seconds = {}
    for name in ("large", "small"):
        file = folder / f"{name}_changes.txt"
        with file.open("w") as target:
            for place, number in enumerate(numbers_of(count)):
                mark = "D" if place % 2 else "A"
                target.write(f"{number + (mark == 'A')},2026-01-07T08:00:00,{mark}\n")
        request = _request(name, DAY + timedelta(days=3))
        seconds[name] = _seconds(partial(load_registry, file, settings, request))
    title = f"{count:,} changes of the registry against a list of a hundredth of it"
    return [_result(title, seconds["large"], seconds["small"], "s")]


def _load_bare(settings: Settings, file: Path) -> None:
    with connect("loader", settings, schema="raw", local_infile=True) as connection:
        cursor = connection.cursor()
        cursor.execute("create table bare_listings like dnc_listings")
        cursor.execute(
            "load data local infile %s into table bare_listings (phone)"
            " set list_id = 1, from_download = 1",
            (str(file),),
        )
        connection.commit()
        cursor.execute("drop table bare_listings")


def _request(name: str, day: date) -> DncRequest:
    return DncRequest(name, "BENCH", day, area_codes=())


def _result(
    name: str, ours: float, reference: float | None, unit: str = "numbers/s"
) -> dict[str, Any]:
    digits = 3 if unit == "s" else 0
    return {
        "name": name,
        "ours": round(ours, digits),
        "reference": None if reference is None else round(reference, digits),
        "ratio": None if reference is None else round(ours / reference, 2),
        "unit": unit,
    }


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started

"""SQL dumps: how fast rows become Arrow columns, how fast they are counted, in how much memory.

The dumps are made here: made-up people, as mysqldump writes them (many rows in one INSERT) and as
SQLite's .dump does (one row in each). Each measurement is a process of its own on one thread, which
reads the whole file once before, so that the disk is not what is measured. The reference is the bar
that the reader has to reach (40 MB/s) or must stay below (300 MiB).
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from loaders.dump.counter import count_rows
from loaders.dump.reader import read_table_batches
from lode.settings import Settings

ROWS = 1_200_000
QUICK_ROWS = 120_000
ROWS_IN_INSERT = 5_000
BAR_SPEED = 40
BAR_MEMORY = 300
FIRST = "Ann Bob Carla David Erin Frank Grace Henry Ines Jack Kim Luis Mia Noah Olga Paul".split()
LAST = "Smith Jones Garcia Miller Lee Brown Núñez O'Brien Walker Young King Scott Green".split()
COLUMNS = "id first_name last_name email phone street city state zip company latitude".split()


def run(settings: Settings, quick: bool = False) -> list[dict[str, Any]]:
    """Measure; `quick` takes a tenth of the rows."""
    results = []
    with tempfile.TemporaryDirectory(dir=settings.home) as folder:
        for dialect in ("mysqldump", "sqlite .dump"):
            path = Path(folder) / "people.sql"
            write_dump(path, QUICK_ROWS if quick else ROWS, is_sqlite=dialect != "mysqldump")
            size = path.stat().st_size / 1e6
            for work in ("parse", "count"):
                seconds, memory = _measured(work, path)
                name = f"{work} {dialect} of {size:,.0f} MB"
                results.append(_result(name, size / seconds, BAR_SPEED, "MB/s"))
                results.append(_result(f"{name}, peak memory", memory, BAR_MEMORY, "MiB"))
    return results


def _result(name: str, ours: float, bar: float, unit: str) -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(ours, 1),
        "reference": bar,
        "ratio": round(bar / ours if unit == "MiB" else ours / bar, 2),
        "unit": unit,
    }


def _measured(work: str, path: Path) -> tuple[float, float]:
    """Return the seconds and the peak memory in MiB of a process that does the work."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.bench_dump", work, str(path)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    seconds, memory = done.stdout.split()
    return float(seconds), float(memory)


def _work(work: str, path: Path) -> None:
    with path.open("rb") as file:
        while file.read(1 << 20):
            continue
    started = time.perf_counter()
    if work == "count":
        count = count_rows(path)["people"]
    else:
        count = sum(batch.data.num_rows for batch in read_table_batches(path, "people"))
    seconds = time.perf_counter() - started
    assert count > 0
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _rows(rows: int, quote: str) -> Iterator[str]:
    chance = random.Random(1)
    for number in range(rows):
        first, last = chance.choice(FIRST), chance.choice(LAST)
        email = f"{first}.{last}.{number}@example.com".lower().replace("'", "")
        company = "NULL" if number % 3 else f"'{last} & Sons, Inc. {number % 12}'"
        texts = (
            first, last, email, f"(212) 555-01{number % 100:02d}",
            f"{chance.randrange(1, 9999)} Main Street, Apt {number % 50}", "Springfield", "IL",
            f"{chance.randrange(501, 99951):05d}",
        )  # fmt: skip
        values = "','".join(text.replace("'", quote) for text in texts)
        company = company.replace("O'B", f"O{quote}B")
        yield f"({number},'{values}',{company},{chance.uniform(-90, 90):.6f})"


def write_dump(path: Path, rows: int, *, is_sqlite: bool) -> Path:
    """Write made-up people as SQLite's .dump does, or as mysqldump; returns the path."""
    quoted = '"%s" TEXT' if is_sqlite else "  `%s` text"
    create = ",".join(quoted % name for name in COLUMNS)
    with path.open("w", encoding="utf-8", newline="") as file:
        if is_sqlite:
            file.write(
                f"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE people({create});\n"
            )
            file.writelines(f"INSERT INTO people VALUES{row};\n" for row in _rows(rows, "''"))
            file.write("COMMIT;\n")
            return path
        file.write("-- MySQL dump 10.13  Distrib 8.0.40, for Linux (x86_64)\n")
        file.write(f"CREATE TABLE `people` ({create}) ENGINE=InnoDB;\n")
        for number, row in enumerate(_rows(rows, "\\'")):
            starts = number % ROWS_IN_INSERT == 0
            head = ("" if number == 0 else ";\n") + "INSERT INTO `people` VALUES "
            file.write((head if starts else ",") + row)
        file.write(";\n-- Dump completed on 2026-01-01  0:00:00\n")
    return path


if __name__ == "__main__":
    _work(sys.argv[1], Path(sys.argv[2]))

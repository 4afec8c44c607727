"""Extracting a live table, against a bare read of the same table with a streaming cursor.

Ours is all that an extract does: snapshot, chunks by key, the working file, the checksum that the
server works out, the finished file and its checksum. The bare read fetches every row over one
unbuffered cursor and keeps none. Each is a process of its own; medians of three runs, in turn, and
the peak memory of ours against a bar of 300 MiB.
"""

from __future__ import annotations

import json
import os
import resource
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pymysql
from pymysql.cursors import SSCursor

from loaders.legacy.address import parse
from loaders.legacy.catalog import find_table
from loaders.legacy.extract import Extract
from loaders.progress import QuietReporter
from lode.server import PrivateServer
from lode.settings import LEGACY, Settings, load_settings

RUNS = 3
ROWS = 1_000_000
QUICK_ROWS = 100_000
BAR_MEMORY = 300
CREATE = """
    create table people (
        id int unsigned primary key, first_name varchar(50), last_name varchar(50),
        email varchar(120), phone varchar(30), street varchar(100), city varchar(50),
        state char(2), zip varchar(10), company varchar(100), created datetime,
        balance decimal(10, 2)
    )
"""
FILL = """
    insert into people
    with recursive digits as (select 0 as n union all select n + 1 from digits where n < 9),
    numbers as (
        select a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n + 100000 * f.n as n
        from digits a, digits b, digits c, digits d, digits e, digits f
    )
    select n, concat('Ann', n % 997), concat('Núñez', n % 499), concat('ann.', n, '@example.com'),
        '(212) 555-0100', concat(n % 9999, ' Main Street'), 'Springfield', 'IL',
        lpad(n % 99951, 5, '0'), if(n % 3, null, 'Smith & Sons'), '2020-01-02 03:04:05', n / 100
    from numbers where n < {rows} order by n
"""


def run(settings: Settings, quick: bool = False) -> list[dict[str, Any]]:
    """Measure on a table that is made here; `quick` takes a tenth of the rows."""
    rows = QUICK_ROWS if quick else ROWS
    with _source(settings, rows) as (address, environment):
        found: dict[str, list[tuple[float, float]]] = {"bare": [], "ours": []}
        for _ in range(RUNS):
            for work, measured in found.items():
                measured.append(_measured(work, address, environment, rows))
    ours, bare = (
        rows / statistics.median(seconds for seconds, _ in found[work]) for work in ("ours", "bare")
    )
    memory = max(memory for _, memory in found["ours"])
    name = f"extract of {rows:,} rows"
    return [
        {
            "name": f"{name} against a bare read", "ours": round(ours), "reference": round(bare),
            "ratio": round(ours / bare, 2), "unit": "rows/s",
        },
        {
            "name": f"{name}, peak memory", "ours": round(memory, 1), "reference": BAR_MEMORY,
            "ratio": round(memory / BAR_MEMORY, 2), "unit": "MiB",
        },
    ]  # fmt: skip


@contextmanager
def _source(settings: Settings, rows: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Make a database with the table and an account; yields its address and the account."""
    name, password = f"b_old_{secrets.token_hex(4)}", secrets.token_hex(8)
    server = PrivateServer(settings)
    with server.admin() as admin, admin.cursor() as cursor:
        cursor.execute(f"create database {name} character set utf8mb4")
        cursor.execute(f"use {name}")
        cursor.execute(CREATE)
        cursor.execute(FILL.format(rows=rows))
        for host in ("localhost", "%"):
            cursor.execute("create user %s@%s identified by %s", (name, host, password))
            cursor.execute(f"grant select on {name}.* to %s@%s", (name, host))
    try:
        yield (
            f"mysql://127.0.0.1:{settings.port}/{name}",
            {
                "LODE_HOME": str(settings.home),
                "LODE_ENGINE": settings.engine,
                "LODE_LEGACY_USER": name,
                "LODE_LEGACY_PASSWORD": password,
            },
        )
    finally:
        with server.admin() as admin, admin.cursor() as cursor:
            cursor.execute(f"drop database {name}")
            for host in ("localhost", "%"):
                cursor.execute("drop user %s@%s", (name, host))


def _measured(
    work: str, address: str, environment: dict[str, str], rows: int
) -> tuple[float, float]:
    """Return the seconds and the peak memory in MiB of a process that does the work."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.bench_extract", work, address],
        env=os.environ | environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    seconds, memory, count = json.loads(done.stdout.splitlines()[-1])
    assert count in (rows, None)
    return float(seconds), float(memory)


def _extract(address: str, settings: Settings) -> None:
    where = parse(address, settings)
    with tempfile.TemporaryDirectory(dir=settings.home) as folder:
        Extract(
            where,
            settings,
            lambda tables: [find_table(tables, None, where)],
            lambda _: "people.sqlite",
            Path(folder),
            QuietReporter(),
        ).run()


def _read(address: str, settings: Settings) -> int:
    where, account = parse(address, settings), settings.account(LEGACY)
    connection = pymysql.connect(
        host=where.host, port=where.port, database=where.database, user=account.user,
        password=account.password,
    )  # fmt: skip
    count = 0
    with connection.cursor(SSCursor) as cursor:
        cursor.execute("select * from people")
        while batch := cursor.fetchmany(1000):
            count += len(batch)
    return count


def _work(work: str, address: str) -> None:
    settings = load_settings()
    started = time.perf_counter()
    count = None
    if work == "bare":
        count = _read(address, settings)
    else:
        _extract(address, settings)
    seconds = time.perf_counter() - started
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, count]))


if __name__ == "__main__":
    _work(sys.argv[1], sys.argv[2])

"""Memory: the peak of loading, of counting again and of writing error reports, against 600 MiB.

Every measurement is a process of its own: this module with a work and its arguments. Its peak is
that of its own memory and of its children's. A large file is a small one's rows again and again,
which no part of the loader keeps, so it takes no longer to make than to write.
"""

from __future__ import annotations

import gzip
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.bench_dump import write_dump
from benchmarks.bench_load import HEADER, people, unlink_landed, write_people
from loaders.load import load_file
from loaders.reconcile import reconcile
from loaders.reports import write_reports
from lode.db import connect
from lode.errors import LodeError
from lode.settings import Settings, load_settings

BAR = 600
MEGABYTE = 1_000_000
BASE_ROWS = 100_000
PROBLEMS = 1_000_000
QUICK_PROBLEMS = 100_000
# Sizes in megabytes of what is read: a gzip file's when it is unpacked.
SIZES = {"csv": (200, 2_000), "csv.gz": (200, 1_000), "sql": (200, 1_000), "db": (200, 1_000)}
REFUSED_SIZE = 100
QUICK_SIZE = 50


def run(settings: Settings, quick: bool = False) -> list[dict[str, Any]]:
    """Measure in an empty warehouse; `quick` takes one small size of everything."""
    results = []
    with tempfile.TemporaryDirectory(dir=settings.home) as name:
        folder = Path(name)
        for kind, sizes in SIZES.items():
            for size in (QUICK_SIZE,) if quick else sizes:
                path = folder / f"people.{kind}"
                _WRITERS[kind](path, size * MEGABYTE)
                results += _loaded(settings, path, f"{size:,} MB {kind}", recounts=kind == "csv")
        path = folder / "refused.csv"
        size = QUICK_SIZE if quick else REFUSED_SIZE
        _write_csv(path, size * MEGABYTE, head=",".join(HEADER[:-1]))
        results += _loaded(settings, path, f"{size:,} MB csv, every record refused")
        results.append(_reported(settings, folder, QUICK_PROBLEMS if quick else PROBLEMS))
    return results


def _loaded(
    settings: Settings, path: Path, name: str, *, recounts: bool = False
) -> list[dict[str, Any]]:
    """Load a file, and count its landed copy again; then both are deleted."""
    import_id, peak = _measured(settings, "load", str(path))
    results = [_result(f"load of {name}", peak)]
    if recounts:
        _, peak = _measured(settings, "reconcile", import_id)
        results.append(_result(f"reconciliation of {name}", peak))
    path.unlink()
    unlink_landed(settings, import_id)
    _run(settings, "loader", "raw", "truncate table staging_raw_import")
    return results


def _reported(settings: Settings, folder: Path, problems: int) -> dict[str, Any]:
    """Write the reports of an import that has so many problems."""
    path = folder / "problems.csv"
    _write_csv(path, MEGABYTE)
    import_id, _ = _measured(settings, "load", str(path))
    digits = " union all ".join(f"select {digit} as n" for digit in range(10))
    tables = ", ".join(f"({digits}) as t{power}" for power in range(6))
    number = " + ".join(f"t{power}.n * {10**power}" for power in range(6))
    _run(
        settings, "transformer", "canonical",
        "create table record_problems as"
        f" select i.id as import_seq, i.id * 10000000000 + 1 + {number} as record_id,"
        f" 1 + {number} as `row_number`, 1 as error_number, 'error' as severity,"
        " 'VALIDATION' as error_type, 'email_1' as field_name,"
        f" concat('person', {number}, ' at example.com') as field_value,"
        " 'This is not an e-mail address: it has no @.' as error_message"
        f" from {settings.schema('raw')}.import_metadata as i, {tables}"
        f" where i.import_id = '{import_id}' and {number} < {problems}",
        f"update {settings.schema('raw')}.import_metadata set status = 'COMPLETE_WITH_ERRORS',"
        " inserted_count = row_count, updated_count = 0, unchanged_count = 0, collapsed_count = 0,"
        " rejected_count = 0, success_count = row_count, error_count = 0,"
        " processing_duration_seconds = 1, completed_at = now(6)"
        f" where import_id = '{import_id}'",
    )  # fmt: skip
    lines, peak = _measured(settings, "report", import_id)
    assert int(lines) == problems + 1
    return _result(f"reports of {problems:,} problems", peak)


def _result(name: str, peak: float) -> dict[str, Any]:
    return {
        "name": f"{name}, peak memory",
        "ours": round(peak),
        "reference": BAR,
        # Above 1 is better, as everywhere: how often it would fit.
        "ratio": round(BAR / peak, 2),
        "unit": "MiB",
    }


def _run(settings: Settings, role: str, layer: str, *statements: str) -> None:
    with (
        connect(role, settings, schema=layer, autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        for statement in statements:
            cursor.execute(statement)


def _measured(settings: Settings, work: str, argument: str) -> tuple[str, float]:
    """Return what a process that does the work says, and its peak memory in MiB."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.bench_memory", work, settings.prefix, argument],
        capture_output=True, text=True, check=False, cwd=settings.root,
    )  # fmt: skip
    if done.returncode:
        raise LodeError(f"The {work} of {argument} failed: {done.stderr[-500:]}")
    answer, peak = done.stdout.split()
    return answer, float(peak)


def _work(work: str, settings: Settings, argument: str) -> str:
    """Do the work; returns the id of the import, or how many lines its error report has."""
    if work == "load":
        result = load_file(argument, settings)
        assert result.row_count > 0
        return result.import_id
    if work == "reconcile":
        (found,) = reconcile(settings, [argument])
        assert found.gaps == ()
        return argument
    with tempfile.TemporaryDirectory(dir=settings.home) as folder:
        _, errors, _ = write_reports(argument, settings, Path(folder))
        with errors.open("rb") as file:
            return str(sum(1 for _ in file))


def _peak_memory() -> float:
    """Return the peak in MiB of this process and, at worst at the same time, of a child.

    The system's own mark for this process: what getrusage says of it includes the memory of the
    one that started it.
    """
    peak = float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    status = Path("/proc/self/status")
    if status.exists():
        lines = (line.split() for line in status.read_text(encoding="ascii").splitlines())
        peak = next((float(line[1]) for line in lines if line[0] == "VmHWM:"), peak)
    return (peak + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def _write_csv(path: Path, size: int, head: str | None = None) -> None:
    """Write so many bytes of people, under another header if `head` is one."""
    base = write_people(path.with_suffix(".base"), BASE_ROWS, 1)
    header, _, body = base.read_bytes().partition(b"\n")
    base.unlink()
    with path.open("wb") as file:
        file.write((head.encode() if head else header) + b"\n")
        _repeat(file.write, body, size)


def _repeat(write: Callable[[bytes], object], body: bytes, size: int) -> None:
    for _ in range(size // len(body)):
        write(body)
    rest = body[: size % len(body)]
    write(rest[: rest.rfind(b"\n") + 1])


def _write_gzip(path: Path, size: int) -> None:
    plain = path.with_suffix(".csv")
    _write_csv(plain, size)
    with plain.open("rb") as source, gzip.open(path, "wb", compresslevel=1) as target:
        shutil.copyfileobj(source, target, 1 << 20)
    plain.unlink()


def _write_dump(path: Path, size: int) -> None:
    base = write_dump(path.with_suffix(".base"), BASE_ROWS, is_sqlite=False)
    create, _, rest = base.read_bytes().partition(b"INSERT")
    base.unlink()
    body, mark, end = (b"INSERT" + rest).rpartition(b"--")
    with path.open("wb") as file:
        file.write(create)
        for _ in range(max(1, size // len(body))):
            file.write(body)
        file.write(mark + end)


def _write_sqlite(path: Path, size: int) -> None:
    with closing(sqlite3.connect(path)) as database:
        columns = ", ".join(HEADER)
        database.execute(f"create table people ({columns})")
        places = ", ".join("?" * len(HEADER))
        rows = islice(people(BASE_ROWS, 1), BASE_ROWS)
        database.executemany(f"insert into people values ({places})", rows)
        database.execute("create table base as select * from people")
        database.commit()
        while path.stat().st_size < size:
            database.execute("insert into people select * from base")
            database.commit()
        database.execute("drop table base")
        database.commit()


_WRITERS: dict[str, Callable[[Path, int], None]] = {
    "csv": _write_csv,
    "csv.gz": _write_gzip,
    "sql": _write_dump,
    "db": _write_sqlite,
}


if __name__ == "__main__":
    said = _work(sys.argv[1], load_settings().with_prefix(sys.argv[2]), sys.argv[3])
    print(said, _peak_memory())

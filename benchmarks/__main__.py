"""Run every benchmark against the private server and print one table.

Example: python -m benchmarks --quick
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import pkgutil
import platform
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from rich.console import Console
from rich.table import Table

import benchmarks
from lode.errors import LodeError
from lode.server import PrivateServer
from lode.settings import Settings, load_settings
from lode.warehouse import deprovision, provision


class Benchmark(Protocol):
    """A module bench_<name>.py."""

    def run(self, settings: Settings, quick: bool) -> list[dict[str, Any]]:
        """Measure in an empty warehouse; `quick` takes small sizes."""


@dataclass(frozen=True)
class Measurement:
    """One row of the table; `ours` and `reference` are in `unit`, a missing reference is None."""

    name: str
    ours: float
    reference: float | None
    ratio: float | None
    unit: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks that were asked for; returns the exit code."""
    options = parse_arguments(arguments)
    names = [name for name in discover() if not options.names or name in options.names]
    unknown = sorted(set(options.names) - set(discover()))
    if unknown or not names:
        known = ", ".join(discover()) or "none yet"
        print(f"benchmarks: no benchmark {', '.join(unknown)}; there are: {known}", file=sys.stderr)
        return 1
    settings = load_settings()
    if not settings.is_private:
        print(
            "benchmarks: they make and drop schemas, so they run on the private server only;"
            " unset LODE_TARGET and LODE_DB_HOST.",
            file=sys.stderr,
        )
        return 1
    try:
        return measure_all(names, settings, options.quick)
    except LodeError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return error.exit_code


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, for a first look")
    parser.add_argument("names", nargs="*", help="benchmarks to run (default: all)")
    return parser.parse_args(arguments)


def discover() -> list[str]:
    """Return the names of the benchmarks: bench_load.py is `load`."""
    found = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return sorted(name.removeprefix("bench_") for name in found if name.startswith("bench_"))


def measure_all(names: Sequence[str], settings: Settings, quick: bool) -> int:
    """Run the benchmarks one after the other, each in its own warehouse; print the table."""
    status = PrivateServer(settings).start()
    rows: list[Measurement] = []
    try:
        for name in names:
            started = time.perf_counter()
            print(f"{name} …", end="", flush=True, file=sys.stderr)
            rows += measure(name, settings.with_prefix(f"b_{secrets.token_hex(4)}"), quick)
            print(f" {time.perf_counter() - started:.0f} s", file=sys.stderr)
    finally:
        # One that breaks off takes nothing from those that were measured before it.
        print_table(rows, f"{status.engine} {status.version}, {hardware()}{', quick' * quick}")
    return 0


def measure(name: str, settings: Settings, quick: bool) -> list[Measurement]:
    """Run one benchmark in a warehouse that is made before and dropped after."""
    module = cast(Benchmark, importlib.import_module(f"benchmarks.bench_{name}"))
    provision(settings)
    try:
        with output_into(settings.home / "logs" / "benchmarks.log"):
            return [Measurement(**row) for row in module.run(settings, quick)]
    finally:
        deprovision(settings)


@contextlib.contextmanager
def output_into(path: Path) -> Iterator[None]:
    """Append what is printed meanwhile, by us and by the programs we start, to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        with path.open("ab") as file:
            os.dup2(file.fileno(), 1)
            yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


def hardware() -> str:
    """Say on what machine this ran: processors, memory, Python."""
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"{os.cpu_count()} × {processor()}, {gigabytes:.0f} GiB memory,"
        f" Python {platform.python_version()}"
    )


def processor() -> str:
    """Return the processor's name where the system tells it."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def print_table(rows: Sequence[Measurement], caption: str) -> None:
    """Print all measurements as one table."""
    table = Table(title=caption, title_justify="left")
    table.add_column("measurement")
    for heading in ("ours", "reference", "ratio"):
        table.add_column(heading, justify="right")
    table.add_column("unit")
    for row in rows:
        table.add_row(row.name, shown(row.ours), shown(row.reference), shown(row.ratio), row.unit)
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def shown(value: float | None) -> str:
    """Return a number with thousands separators, with digits where it is small."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"


if __name__ == "__main__":
    sys.exit(main())

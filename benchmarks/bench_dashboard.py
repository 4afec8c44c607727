"""Every page's statements over a large warehouse: SQL per view, statements and rows of one.

A view is what a page reads when nothing of it is kept yet. Its statements run through the functions
of the query layer, each time about other people, other days and other pages; a listener on the
engine sees them all. The reference is the bar (300 ms in the 95th percentile); a view may have 6
statements and 200 rows. The last lines are a deep page by keyset against `offset`, and the numbers
of the mart against counting people.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import Engine, event, text

from benchmarks.dashboard_chance import Chance, View
from benchmarks.dashboard_marts import fill, people_wanted
from benchmarks.dashboard_views import VIEWS
from lode.settings import Settings
from streamlit_app.queries import risk, warehouse
from streamlit_app.queries.engine import create_app_engine
from streamlit_app.queries.errors import QueryError

ENTRIES, QUICK_ENTRIES = 1_000_000, 20_000
ROUNDS = 40
BAR_MILLISECONDS = 300.0
MAXIMUM_STATEMENTS, MAXIMUM_ROWS = 6, 200


@dataclass
class Seen:
    """What one view took: milliseconds of SQL, statements, rows."""

    milliseconds: float = 0.0
    statements: int = 0
    rows: int = 0
    slowest: tuple[float, str] = (0.0, "")
    stopped: str = ""


def run(settings: Settings, quick: bool = False) -> list[dict[str, Any]]:
    """Measure in an empty warehouse; `quick` takes small sizes."""
    count = people_wanted(quick)
    fill(settings, count, QUICK_ENTRIES if quick else ENTRIES)
    engine = create_app_engine(settings)
    try:
        rows = [_measured(engine, name, view, Chance(count)) for name, view in VIEWS.items()]
        return rows + _common_ways(engine, count)
    finally:
        engine.dispose()


def _measured(engine: Engine, name: str, view: View, chance: Chance) -> dict[str, Any]:
    """Run a view again and again; its line says what its dearest round was."""
    rounds = []
    for _ in range(ROUNDS):
        with watched(engine) as seen:
            try:
                view(engine, chance)
            except QueryError as problem:
                seen.stopped = problem.sentence
        rounds.append(seen)
    statements = max(one.statements for one in rounds)
    rows = max(one.rows for one in rounds)
    p95 = statistics.quantiles([one.milliseconds for one in rounds], n=20)[-1]
    title = f"{name}: p95 of {statements} statements, {rows} rows"
    if statements > MAXIMUM_STATEMENTS or rows > MAXIMUM_ROWS:
        title += " (too many)"
    if p95 > BAR_MILLISECONDS:
        title += f" (too slow: {max(one.slowest for one in rounds)[1]})"
    if any(one.stopped for one in rounds):
        title += " (stopped by its time limit)"
    return _row(title, p95, BAR_MILLISECONDS)


@contextmanager
def watched(engine: Engine) -> Iterator[Seen]:
    """Count and time what runs on an engine meanwhile; the driver fetches all rows at once."""
    seen = Seen()
    begun: list[float] = []

    def before(*_: object) -> None:
        begun.append(time.perf_counter())

    def after(_connection: object, cursor: Any, statement: str, *_: object) -> None:
        took = (time.perf_counter() - begun.pop()) * 1000
        seen.milliseconds += took
        seen.statements += 1
        seen.rows += max(cursor.rowcount, 0)
        seen.slowest = max(seen.slowest, (took, " ".join(statement.split())[:60]))

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)


def _common_ways(engine: Engine, count: int) -> list[dict[str, Any]]:
    """Measure what pages don't do: skip to a deep page, count people each time."""
    depth = count // 10
    today = datetime.now(timezone.utc).date()
    weeks = risk.weeks_of(today - timedelta(weeks=53), today)
    offset = text(
        "select * from compliance_incidents where is_counted = 1"
        f" order by made_at desc, touchpoint_id desc limit 50 offset {depth}"
    )
    counted = text("select count(*), sum(is_callable), sum(is_textable) from golden_persons")
    middle = (weeks.begin + (weeks.end - weeks.begin) / 2, 0)
    keyset = _median(lambda: risk.read_incidents(engine, weeks, None, middle))
    summary = _median(lambda: warehouse.read_summary(engine))
    with engine.connect() as connection:
        skipped = _median(lambda: connection.execute(offset).all())
        live = _median(lambda: connection.execute(counted).all())
    return [
        _row(f"a page {depth:,} contacts deep, by keyset against offset", keyset, skipped),
        _row(f"the numbers of {count:,} people, from the mart against counting", summary, live),
    ]


def _median(work: Callable[[], object], times: int = 9) -> float:
    found = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        found.append((time.perf_counter() - started) * 1000)
    return statistics.median(found)


def _row(name: str, ours: float, reference: float) -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(ours, 2),
        "reference": round(reference, 2),
        "ratio": round(reference / ours, 1),
        "unit": "ms",
    }

"""Every page's statements over a large warehouse: SQL per view, statements and rows of one.

A view is what a page reads when nothing of it is kept yet. Its statements run through the functions
of the query layer, each time about other people, other days and other pages; a listener on the
engine sees them all. The reference is the bar (300 ms in the 95th percentile); a view may have 6
statements and 200 rows. The last lines are a deep page by keyset against `offset`, and the numbers
of the mart against counting people.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import partial
from typing import Any

from sqlalchemy import Engine, event, text

from benchmarks.dashboard_marts import BUSY_EVENTS, FIRST_ID, SHARED_PHONE, fill
from lode.settings import Settings
from streamlit_app.queries import (
    access,
    audit_log,
    health,
    imports,
    jobs,
    lists,
    people,
    registry,
    review,
    risk,
    timeline,
    warehouse,
)
from streamlit_app.queries.engine import create_app_engine
from streamlit_app.queries.search import parse_search

PEOPLE, QUICK_PEOPLE = 1_000_000, 20_000
ENTRIES, QUICK_ENTRIES = 200_000, 5_000
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


@dataclass
class Chance:
    """Draws what a view is asked about; a few draws are of the common kind that costs most."""

    people: int
    random: random.Random = field(default_factory=lambda: random.Random(7))

    def person(self) -> int:
        """Return somebody's id; one in eight times that of the longest life."""
        return FIRST_ID + (self.random.randrange(self.people) if self.random.random() > 0.125 else 0)

    def pair(self) -> tuple[int, int]:
        """Return a pair that waits, or has waited."""
        first = FIRST_ID + self.random.randrange(self.people // 10) * 10 + 1
        return first, first + 1

    def weeks(self) -> risk.Weeks:
        """Return a span of weeks, up to the longest allowed."""
        today = datetime.now(timezone.utc).date()
        begin = today - timedelta(weeks=self.random.choice((1, 13, 53)))
        return risk.weeks_of(begin, today)


View = Callable[[Engine, Chance], None]


def frame(engine: Engine) -> None:
    """Read what stands around every page; kept for seconds and shared by all tabs."""
    warehouse.read_version(engine)
    registry.read_registry(engine)
    access.read_roles(engine, "ops@example.com")


def overview(engine: Engine, _chance: Chance) -> None:
    """The first page."""
    warehouse.read_summary(engine)
    imports.list_imports(engine)


def all_imports(engine: Engine, _chance: Chance) -> None:
    """The table of imports, with what is at work."""
    jobs.list_jobs(engine)
    imports.list_imports(engine)


def old_import(engine: Engine, chance: Chance) -> None:
    """An import that is no longer in the table."""
    all_imports(engine, chance)
    imports.read_import(engine, f"imp_2026_01_05_{chance.random.randrange(1, 4000):05d}")


def search(kind: str, engine: Engine, chance: Chance) -> None:
    """What a search finds, and the person if it is one."""
    n = chance.random.randrange(chance.people)
    typed = {
        "last name": "Milason",
        "beginning of a name": chance.random.choice(("Mil", "Mila", "Nor", "Zer")),
        "first and last name": "Ma Milason",
        "phone": chance.random.choice((SHARED_PHONE, f"+1{2_000_000_000 + n * 7}")),
        "mail": f"u{n}@example.com",
        "id": str(FIRST_ID + n),
    }[kind]
    warehouse.read_summary(engine)
    found = people.find_people(engine, parse_search(typed)).people
    if len(found) == 1:
        card(engine, found[0].golden_person_id)


def card(engine: Engine, person: int) -> None:
    """A person with contact points."""
    people.read_person(engine, person)
    people.read_contact_points(engine, person)


def life(engine: Engine, chance: Chance) -> None:
    """The newest events of a life."""
    person = chance.person()
    people.read_person(engine, person)
    timeline.read_years(engine, person)
    timeline.read_events(engine, person, chance.random.choice(((), ("call",), ("import", "sms"))))


def old_life(engine: Engine, chance: Chance) -> None:
    """A page deep in the longest life, as of a past day."""
    people.read_person(engine, FIRST_ID)
    day = datetime.now(timezone.utc) + timedelta(
        hours=9 * chance.random.randrange(BUSY_EVENTS // 2)
    )
    timeline.read_years(engine, FIRST_ID, date(2999, 1, 1))
    timeline.read_events(engine, FIRST_ID, (), None, (day.replace(tzinfo=None), "contact-1"))


def life_points(engine: Engine, chance: Chance) -> None:
    """Verdicts and caps of a life."""
    person = chance.person()
    people.read_person(engine, person)
    timeline.read_verdicts(engine, person)
    timeline.read_caps(engine, person)


def life_fields(engine: Engine, chance: Chance) -> None:
    """Where a person's values come from."""
    person = chance.person()
    people.read_person(engine, person)
    members = timeline.read_members(engine, person)
    timeline.read_fields(engine, members[0])


def former(engine: Engine, chance: Chance) -> None:
    """An id that leads to somebody else."""
    people.read_person(engine, 1)
    timeline.read_golden_id(engine, chance.person())


def queue(engine: Engine, _chance: Chance) -> None:
    """The pairs that wait, and the newest decisions."""
    review.read_queue(engine, "ada@example.com")
    review.read_decisions(engine)


def pair(engine: Engine, chance: Chance) -> None:
    """Two records side by side, with what a merge would do."""
    first, second = chance.pair()
    found = review.read_pair(engine, first, second)
    assert found is not None
    review.read_comparison(engine, first, second)
    review.read_effect(engine, found.pair, review.read_sides(engine, found.pair))


def one_list(engine: Engine, chance: Chance) -> None:
    """A list with its versions, jobs and exports."""
    lists.read_lists(engine)
    name = f"list_{chance.random.randrange(100)}"
    lists.read_versions(engine, name)
    jobs.list_jobs(engine)
    lists.read_exports(engine, name)


def exposure(engine: Engine, chance: Chance) -> None:
    """Sums over weeks, and the newest contacts behind them."""
    _exposure(engine, chance.weeks(), None, None)


def rule_exposure(engine: Engine, chance: Chance) -> None:
    """A rule of the risk, and a page deep among its contacts."""
    weeks = chance.weeks()
    rules, _ = risk.read_rules(engine, weeks)
    moment = weeks.begin + (weeks.end - weeks.begin) * chance.random.random()
    _exposure(engine, weeks, rules[0].rule, (moment, 2**62), is_read=True)


def _exposure(
    engine: Engine,
    weeks: risk.Weeks,
    rule: risk.Rule | None,
    before: tuple[datetime, int] | None,
    is_read: bool = False,
) -> None:
    risk.read_totals(engine, weeks)
    registry.read_registry(engine)
    if not is_read:
        risk.read_rules(engine, weeks)
    risk.read_weeks(engine, weeks, rule)
    risk.read_incidents(engine, weeks, rule, before)


def log(qualifier: str, engine: Engine, chance: Chance) -> None:
    """A page of the audit log, at its head or deep in it."""
    values = {"actor": "ada", "event": "person.reveal", "subject": f"person {FIRST_ID + 5}"}
    today = datetime.now(timezone.utc).date()
    given = {qualifier: values[qualifier]} if qualifier else {}
    question = audit_log.Question(today - timedelta(days=91), today, **given)
    entries, _ = audit_log.read_entries(engine, question)
    if chance.random.random() < 0.5:
        sequence = chance.random.randrange(1, entries[0].sequence)
        audit_log.read_entries(engine, question, (entries[0].recorded_at, sequence))


def health_of_all(engine: Engine, _chance: Chance) -> None:
    """Runs, open imports, sources and sizes."""
    runs = health.read_runs(engine)
    health.read_nodes(engine, runs[0].number)
    health.read_open_imports(engine)
    health.read_sources(engine)
    health.read_sizes(engine)


VIEWS: dict[str, View] = {
    "around every page": lambda engine, _chance: frame(engine),
    "Overview": overview,
    "Imports": all_imports,
    "Imports, an old one": old_import,
    **{
        f"People by {kind}": partial(search, kind)
        for kind in ("last name", "beginning of a name", "first and last name", "phone", "mail", "id")
    },
    "Timeline": life,
    "Timeline, a deep page": old_life,
    "Timeline, contact points": life_points,
    "Timeline, fields": life_fields,
    "Timeline, a former id": former,
    "Duplicate review, queue": queue,
    "Duplicate review, a pair": pair,
    "Priority lists": one_list,
    "Compliance risk": exposure,
    "Compliance risk, a rule, deep": rule_exposure,
    **{f"Audit log{f' by {one}' * bool(one)}": partial(log, one) for one in ("", "actor", "event", "subject")},
    "Warehouse health": health_of_all,
}


def run(settings: Settings, quick: bool = False) -> list[dict[str, Any]]:
    """Measure in an empty warehouse; `quick` takes small sizes."""
    count = QUICK_PEOPLE if quick else PEOPLE
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
            view(engine, chance)
        rounds.append(seen)
    statements = max(one.statements for one in rounds)
    rows = max(one.rows for one in rounds)
    p95 = statistics.quantiles([one.milliseconds for one in rounds], n=20)[-1]
    title = f"{name}: p95 of {statements} statements, {rows} rows"
    if statements > MAXIMUM_STATEMENTS or rows > MAXIMUM_ROWS:
        title += " (too many)"
    if p95 > BAR_MILLISECONDS:
        title += f" (too slow: {max(one.slowest for one in rounds)[1]})"
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

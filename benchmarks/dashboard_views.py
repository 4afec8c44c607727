"""What each page of the dashboard reads, as functions over the query layer, about chance people."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import partial

from sqlalchemy import Engine

from benchmarks.dashboard_rows import BUSY_EVENTS, FIRST_ID, PEPPER, SHARED_PHONE
from streamlit_app.queries import (
    access,
    attention,
    audit_export,
    audit_log,
    comparison,
    cube,
    fields,
    groups,
    health,
    imports,
    jobs,
    lists,
    people,
    registry,
    review,
    risk,
    risk_outlook,
    second_looks,
    suppression,
    timeline,
    warehouse,
)
from streamlit_app.queries.search import parse_search


@dataclass
class Chance:
    """Draws what a view is asked about; a few draws are of the common kind that costs most."""

    people: int
    random: random.Random = field(default_factory=lambda: random.Random(7))

    def person(self) -> int:
        """Return somebody's id; one in eight times that of the longest life."""
        return FIRST_ID + (
            self.random.randrange(self.people) if self.random.random() > 0.125 else 0
        )

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
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    attention.read_attention(engine, risk.newest_weeks(now.date()), 10_000, now)
    attention.read_kpi_days(engine)


def all_imports(engine: Engine, _chance: Chance) -> None:
    """The table of imports, with what is at work."""
    jobs.list_jobs(engine, ["list_export"])
    imports.list_imports(engine)


def old_import(engine: Engine, chance: Chance) -> None:
    """An import that is no longer in the table."""
    jobs.list_jobs(engine, ["list_export"])
    imports.page_of_imports(engine, chance.random.randrange(1, 4000))
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
    found = people.find_people(engine, parse_search(typed), PEPPER).people
    if len(found) == 1:
        card(engine, found[0].golden_person_id)


def reached(engine: Engine, chance: Chance) -> None:
    """A page of all people, or of those whom a channel may reach."""
    warehouse.read_summary(engine)
    channel = chance.random.choice(("all", "call", "sms", "email", "mail"))
    people.read_people(engine, channel, chance.random.choice((0, chance.person())))


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
    fields.read_fields(engine, members[0])


def former(engine: Engine, chance: Chance) -> None:
    """An id that leads to somebody else."""
    people.read_person(engine, 1)
    timeline.read_golden_id(engine, chance.person())


def queue(engine: Engine, _chance: Chance) -> None:
    """The pairs that wait, and the newest decisions."""
    review.read_queue(engine, "ada@example.com")
    review.read_decisions(engine)
    second_looks.read_second_looks(engine, "ada@example.com")


def group(engine: Engine, chance: Chance) -> None:
    """Who stands behind a golden person, and what links them."""
    groups.read_group(engine, chance.person())


def pair(engine: Engine, chance: Chance) -> None:
    """Two records side by side, with what a merge would do."""
    first, second = chance.pair()
    found = review.read_pair(engine, first, second)
    assert found is not None
    comparison.read_comparison(engine, first, second, found.proposed)
    review.read_effect(engine, found.pair)


def one_list(engine: Engine, chance: Chance) -> None:
    """A list with its versions, jobs and exports."""
    lists.read_lists(engine)
    name = f"list_{chance.random.randrange(100)}"
    lists.read_versions(engine, name)
    jobs.list_jobs(engine, ["list_export"])
    lists.read_exports(engine, name)


def before_export(engine: Engine, chance: Chance) -> None:
    """What a list came to at the last build, and how fresh what it rests on is."""
    lists.read_lists(engine)
    versions = lists.read_versions(engine, f"list_{chance.random.randrange(100)}")
    cube.read_estimate(engine, versions[0])
    jobs.list_jobs(engine, ["list_preview", "list_explain"])
    suppression.read_suppression(engine)


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


def caps(engine: Engine, _chance: Chance) -> None:
    """How far caps are used up."""
    steps = risk_outlook.read_cap_usage(engine)
    risk_outlook.read_capped(engine, steps[0].cap_id, steps[0].used)
    registry.read_registry(engine)
    jobs.list_jobs(engine, ["risk_cap"])


def log(qualifier: str, engine: Engine, chance: Chance) -> None:
    """A page of the audit log, at its head or deep in it."""
    values = {"actor": "ada", "event": "person.reveal", "subject": f"person {FIRST_ID + 5}"}
    today = datetime.now(timezone.utc).date()
    given = {qualifier: values[qualifier]} if qualifier else {}
    question = audit_log.Question(today - timedelta(days=91), today, **given)
    entries, _ = audit_log.read_entries(engine, question)
    if chance.random.random() < 0.5:
        before = entries[0].recorded_at - timedelta(days=91 * chance.random.random())
        audit_log.read_entries(engine, question, (before, 0))
    if not qualifier:
        audit_export.read_counts(engine, question)


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
        for kind in (
            "last name",
            "beginning of a name",
            "first and last name",
            "phone",
            "mail",
            "id",
        )
    },
    "People, a page of all or of a channel": reached,
    "Timeline": life,
    "Timeline, a deep page": old_life,
    "Timeline, contact points": life_points,
    "Timeline, fields": life_fields,
    "Timeline, a former id": former,
    "Duplicate review, queue": queue,
    "Duplicate review, a pair": pair,
    "Duplicate review, a group": group,
    "Priority lists": one_list,
    "Priority lists, before an export": before_export,
    "Compliance risk": exposure,
    "Compliance risk, a rule, deep": rule_exposure,
    "Compliance risk, caps": caps,
    **{
        f"Audit log{f' by {one}' * bool(one)}": partial(log, one)
        for one in ("", "actor", "event", "subject")
    },
    "Warehouse health": health_of_all,
}

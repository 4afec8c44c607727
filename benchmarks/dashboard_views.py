"""What each page of the dashboard reads, as functions over the query layer, about chance people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from functools import partial

from sqlalchemy import Engine

from benchmarks import dashboard_risk_views as risk_views
from benchmarks.dashboard_chance import Chance, View
from benchmarks.dashboard_rows import BUSY_EVENTS, FIRST_ID, PEPPER, SHARED_PHONE
from streamlit_app.queries import (
    access,
    attention,
    comparison,
    cube,
    fields,
    groups,
    imports,
    jobs,
    list_choices,
    lists,
    people,
    problems,
    registry,
    review,
    risk,
    second_looks,
    suppression,
    timeline,
    warehouse,
)
from streamlit_app.queries.search import parse_search


def frame(engine: Engine) -> None:
    """Read what stands around every page; kept for seconds and shared by all tabs."""
    warehouse.read_version(engine)
    registry.read_registry(engine)
    access.read_roles(engine, "ops@example.com")


def overview(engine: Engine, _chance: Chance) -> None:
    """The first page."""
    warehouse.read_summary(engine)
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    imports.page_of_open_imports(engine, None, now)
    imports.running_imports(engine, now)
    attention.read_attention(engine, risk.newest_weeks(now.date()), 10_000, now)
    attention.read_kpi_days(engine)


def all_imports(engine: Engine, _chance: Chance) -> None:
    """The table of imports, with what is at work."""
    jobs.list_jobs(engine, ["list_export"], "bench")
    imports.page_of_imports(engine)


def open_imports(engine: Engine, _chance: Chance) -> None:
    """The imports that need attention, from the oldest on where few are left."""
    jobs.list_jobs(engine, ["list_export"], "bench")
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    imports.page_of_open_imports(engine, 50, now)
    imports.running_imports(engine, now)


def old_import(engine: Engine, chance: Chance) -> None:
    """An import that is no longer in the table."""
    jobs.list_jobs(engine, ["list_export"], "bench")
    imports.page_of_imports(engine, chance.random.randrange(1, 4000))
    imports.read_import(engine, f"imp_2026_01_05_{chance.random.randrange(1, 4000):05d}")


def one_import(engine: Engine, chance: Chance) -> None:
    """An import with its problems and the phases of its attempts."""
    number = chance.random.choice((1, chance.random.randrange(1, 4000)))
    imports.read_import(engine, f"imp_2026_01_05_{number:05d}")
    problems.read_problems(engine, number)
    imports.read_attempts(engine, number)


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


def second_look(engine: Engine, chance: Chance) -> None:
    """A decided pair before a second steward, without a proposal, and how far stewards agree."""
    first, second = chance.pair()
    second_looks.read_second_looks(engine, "eve@example.com")
    comparison.read_comparison(engine, first, second, {})


def one_list(engine: Engine, chance: Chance) -> None:
    """A list with its versions, jobs and exports."""
    lists.read_lists(engine)
    name = f"list_{chance.random.randrange(100)}"
    lists.read_versions(engine, name)
    jobs.list_jobs(engine, ["list_export"], "bench")
    lists.read_exports(engine, name)


def before_export(engine: Engine, chance: Chance) -> None:
    """What a list came to at the last build, and how fresh what it rests on is."""
    lists.read_lists(engine)
    versions = lists.read_versions(engine, f"list_{chance.random.randrange(100)}")
    cube.read_estimate(engine, versions[0])
    jobs.list_jobs(engine, ["list_preview", "list_explain"], "bench")
    suppression.read_suppression(engine, None)


def definition(engine: Engine, chance: Chance) -> None:
    """What may be chosen for a list, and what a draft of it came to at the last build."""
    lists.read_lists(engine)
    versions = lists.read_versions(engine, f"list_{chance.random.randrange(100)}")
    states = list_choices.read_states(engine)
    list_choices.read_sources(engine)
    draft = replace(versions[0], states=(chance.random.choice(states),), least_score=50)
    cube.read_estimate(engine, draft)
    jobs.list_jobs(engine, ["list_define"], "bench")


def held(engine: Engine, _chance: Chance) -> None:
    """The exports of all lists that wait for a second person."""
    lists.read_lists(engine)
    lists.read_held(engine, 500, datetime.now(timezone.utc).replace(tzinfo=None))


VIEWS: dict[str, View] = {
    "around every page": lambda engine, _chance: frame(engine),
    "Overview": overview,
    "Imports": all_imports,
    "Imports that need attention": open_imports,
    "Imports, an old one": old_import,
    "Imports, problems and phases of one": one_import,
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
    "Duplicate review, a second look": second_look,
    "Priority lists": one_list,
    "Priority lists, before an export": before_export,
    "Priority lists, a definition": definition,
    "Priority lists, those that wait": held,
    "Compliance risk": risk_views.exposure,
    "Compliance risk, a rule, deep": risk_views.rule_exposure,
    "Compliance risk, hours": risk_views.hours,
    "Compliance risk, caps": risk_views.caps,
    "Compliance risk, contacts of a look back": risk_views.looked_back,
    "Compliance risk, requests": risk_views.requests,
    **{
        f"Audit log{f' by {one}' * bool(one)}": partial(risk_views.log, one)
        for one in ("", "actor", "event", "subject")
    },
    "Warehouse health": risk_views.health_of_all,
    "Warehouse health, what failed": risk_views.failed_nodes,
    "Warehouse health, parts of the registry": risk_views.registry_parts,
}

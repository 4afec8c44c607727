"""What the pages Compliance risk, Audit log and Warehouse health read, about chance weeks."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from benchmarks.dashboard_chance import Chance
from benchmarks.dashboard_rows import FIRST_ID, LOOKED_BACK
from streamlit_app.queries import (
    audit_export,
    audit_log,
    contact_hours,
    health,
    jobs,
    look_backs,
    opt_out_register,
    registry,
    risk,
    risk_outlook,
)


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
    contact_hours.read_made(engine, weeks)
    registry.read_registry(engine)
    if not is_read:
        risk.read_rules(engine, weeks)
    risk.read_weeks(engine, weeks, rule)
    risk.read_incidents(engine, weeks, rule, before)


def hours(engine: Engine, chance: Chance) -> None:
    """Contacts by hour of the week, on a clock that is put forward and back."""
    contact_hours.read_hours(engine, chance.weeks(), "", ZoneInfo("America/Chicago"))
    registry.read_registry(engine)


def caps(engine: Engine, _chance: Chance) -> None:
    """How far caps are used up."""
    steps = risk_outlook.read_cap_usage(engine)
    risk_outlook.read_capped(engine, steps[0].cap_id, steps[0].used)
    registry.read_registry(engine)
    jobs.list_jobs(engine, ["risk_cap"], "bench")


def looked_back(engine: Engine, chance: Chance) -> None:
    """The contacts behind a number of a look back, at the head of each list and deep in it."""
    caps(engine, chance)
    end = datetime.now(timezone.utc).replace(tzinfo=None)
    look = look_backs.LookBack(LOOKED_BACK, "call", end - timedelta(days=366), end)
    which = chance.random.choice((*look_backs.KEPT, look_backs.MADE))
    moment = end - timedelta(days=366 * chance.random.random())
    before = chance.random.choice((None, (moment, 2**62)))
    look_backs.read_contacts(engine, look, which, before)


def requests(engine: Engine, chance: Chance) -> None:
    """Requests not to be contacted by week, and those that a contact followed."""
    weeks = chance.weeks()
    risk_outlook.read_opt_outs(engine, weeks)
    risk_outlook.read_opt_out_sums(engine, weeks)
    late = chance.random.random() < 0.5
    moment = weeks.begin + (weeks.end - weeks.begin) * chance.random.random()
    before = chance.random.choice((None, (moment, 2**62)))
    opt_out_register.read_requests(engine, weeks, late_only=late, before=before)


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
        audit_export.last_sequence(engine)
        audit_export.read_counts(engine, question)


def health_of_all(engine: Engine, _chance: Chance) -> None:
    """Runs, open imports, sources and sizes."""
    runs = health.read_runs(engine)
    health.read_nodes(engine, runs[0].number)
    health.read_open_imports(engine)
    health.read_sources(engine)
    health.read_sizes(engine)


def failed_nodes(engine: Engine, _chance: Chance) -> None:
    """What failed in the newest run."""
    runs = health.read_runs(engine)
    health.read_nodes(engine, runs[0].number, bad_only=True)
    health.read_open_imports(engine)
    health.read_sources(engine)


def registry_parts(engine: Engine, chance: Chance) -> None:
    """Our copy of the registry, area code by area code."""
    copy = registry.read_registry(engine)
    assert copy is not None
    after: tuple[date, int] | None = (copy.oldest_on, chance.random.randrange(201, 500))
    registry.read_parts(engine, chance.random.choice((None, after)))

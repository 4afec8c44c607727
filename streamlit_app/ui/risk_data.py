"""The bridge to the risk: sums are kept as of a build, contacts are read anew each time."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import streamlit as st

from lode.compliance_rules import RuleChange, rule_value, upcoming_changes
from lode.rights import Right
from streamlit_app.auth.identity import needs
from streamlit_app.queries import contact_hours, risk
from streamlit_app.queries.contact_hours import WeekHours
from streamlit_app.queries.jobs import JobState, read_job
from streamlit_app.queries.look_backs import LookBack, MadeContact, read_contacts
from streamlit_app.queries.opt_out_register import FollowedRequest, read_requests
from streamlit_app.queries.registry import RegistryCopy, read_registry
from streamlit_app.queries.risk import Incident, Rule, RuleRisk, Sums, WeekRisk, Weeks
from streamlit_app.queries.risk_outlook import (
    CappedPerson,
    CapStep,
    OptOutSums,
    OptOutWeek,
    read_cap_usage,
    read_capped,
    read_opt_out_sums,
    read_opt_outs,
)
from streamlit_app.ui import work
from streamlit_app.ui.connections import engine, settings


@needs(Right.SEE_RISK)
@st.cache_data(max_entries=32, show_spinner=False)
def totals(version: str, weeks: Weeks) -> Sums:
    """Return the sums over all rules as of a build; all arguments are the cache's key."""
    return risk.read_totals(engine(), weeks)


@needs(Right.SEE_RISK)
@st.cache_data(max_entries=32, show_spinner=False)
def made(version: str, weeks: Weeks) -> int:
    """Return how many contacts of some weeks were checked, as of a build."""
    return contact_hours.read_made(engine(), weeks)


@needs(Right.SEE_RISK)
@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={ZoneInfo: str})
def hours(version: str, weeks: Weeks, channel: str, zone: ZoneInfo) -> WeekHours:
    """Return the contacts of some weeks by hour of the week on a clock, as of a build."""
    return contact_hours.read_hours(engine(), weeks, channel, zone)


@needs(Right.SEE_RISK)
@st.cache_data(max_entries=32, show_spinner=False)
def rules(version: str, weeks: Weeks) -> tuple[list[RuleRisk], bool]:
    """Return the rules that were broken as of a build, and whether there are more."""
    return risk.read_rules(engine(), weeks)


@needs(Right.SEE_RISK)
@st.cache_data(max_entries=32, show_spinner=False)
def by_week(version: str, weeks: Weeks, rule: Rule | None) -> tuple[list[WeekRisk], bool]:
    """Return sums by week and reason as of a build, and whether there are more."""
    return risk.read_weeks(engine(), weeks, rule)


@needs(Right.SEE_RISK)
def incidents(
    weeks: Weeks, rule: Rule | None, before: tuple[datetime, int] | None
) -> tuple[list[Incident], bool]:
    """Return a page of incidents as they are now, and whether there are older ones."""
    return risk.read_incidents(engine(), weeks, rule, before)


@needs(Right.SEE_RISK)
def registry() -> RegistryCopy | None:
    """Return our copy of the national registry as it is now."""
    return read_registry(engine())


def registry_limit(today: date) -> int:
    """Return the age in days after which a copy of the registry may not be used."""
    return rule_value(settings(), "registry_max_age", today)


@needs(Right.SEE_RISK)
@st.cache_data(max_entries=4, show_spinner=False)
def cap_usage(version: str) -> list[CapStep]:
    """Return how far each cap is used up as of a build."""
    return read_cap_usage(engine())


@needs(Right.SEE_RISK)
def capped(cap_id: str, used: int, after: int) -> tuple[list[CappedPerson], bool]:
    """Return a page of the people with so many contacts of a cap, and whether there are more."""
    return read_capped(engine(), cap_id, used, after)


@needs(Right.SEE_RISK)
@st.cache_data(max_entries=32, show_spinner=False)
def opt_outs(version: str, weeks: Weeks) -> list[OptOutWeek]:
    """Return what became of the requests of some weeks, as of a build."""
    return read_opt_outs(engine(), weeks)


@needs(Right.SEE_RISK)
@st.cache_data(max_entries=32, show_spinner=False)
def opt_out_sums(version: str, weeks: Weeks) -> OptOutSums:
    """Return what became of all requests of some weeks, as of a build."""
    return read_opt_out_sums(engine(), weeks)


@needs(Right.SEE_RISK)
def followed_requests(
    weeks: Weeks, before: tuple[datetime, int] | None, *, late_only: bool
) -> tuple[list[FollowedRequest], bool]:
    """Return a page of requests that a contact followed, and whether there are more."""
    return read_requests(engine(), weeks, late_only=late_only, before=before)


@needs(Right.SEE_RISK)
def rule_changes(today: date) -> list[RuleChange]:
    """Return the rules that begin or end after a day, the next ones first."""
    return upcoming_changes(settings(), today)


@needs(Right.SEE_RISK)
def ask_cap(channel: str, contacts: int, window_hours: int, days: int) -> int:
    """Ask what a cap would have meant, as a job, and return its number."""
    given = {"channel": channel, "max_contacts": contacts, "window_hours": window_hours}
    return work.ask("risk_cap", {**given, "days": days})


@needs(Right.SEE_RISK)
def cap_jobs() -> list[JobState]:
    """Return the newest jobs that asked what a cap would have meant."""
    return work.jobs_of(["risk_cap"])


@needs(Right.SEE_RISK)
def cap_job(number: int) -> JobState | None:
    """Return such a job, None if that number is of another one."""
    found = read_job(engine(), number)
    return found if found is not None and found.kind == "risk_cap" else None


@needs(Right.SEE_RISK)
def looked_back(
    look: LookBack, which: str, before: tuple[datetime, int] | None
) -> tuple[list[MadeContact], bool]:
    """Return a page of the contacts behind a number of a look back, and whether there are more."""
    return read_contacts(engine(), look, which, before)

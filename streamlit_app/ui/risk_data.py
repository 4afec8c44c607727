"""The bridge to the risk: sums are kept as of a build, contacts are read anew each time."""

from __future__ import annotations

from datetime import date, datetime

import streamlit as st

from lode.compliance_rules import rule_value
from lode.rights import Right
from streamlit_app.auth.identity import needs
from streamlit_app.queries import risk
from streamlit_app.queries.registry import RegistryCopy, read_registry
from streamlit_app.queries.risk import Incident, Rule, RuleRisk, Sums, WeekRisk, Weeks
from streamlit_app.ui.connections import engine, settings


@needs(Right.SEE_RISK)
@st.cache_data(max_entries=32, show_spinner=False)
def totals(version: str, weeks: Weeks) -> Sums:
    """Return the sums over all rules as of a build; all arguments are the cache's key."""
    return risk.read_totals(engine(), weeks)


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

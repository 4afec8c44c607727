"""Compliance risk: contacts made against the rules, what they may cost, and the contacts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd
import streamlit as st

from streamlit_app.auth.rights import Right
from streamlit_app.queries.risk import (
    Incident,
    Rule,
    RuleRisk,
    Sums,
    Weeks,
    newest_weeks,
    weeks_of,
)
from streamlit_app.queries.warehouse import WarehouseVersion
from streamlit_app.ui import (
    choice,
    frame,
    live,
    paging,
    risk_caps,
    risk_charts,
    risk_data,
    risk_hours,
    risk_look_back,
    risk_outlook,
    risk_requests,
    states,
    tables,
    tiles,
)
from streamlit_app.ui.days import addressed, day_of, defaults_beside
from streamlit_app.ui.format import compact, esc, local_day, plain, utc_now, whole, zone_of
from streamlit_app.ui.risk_people import show_person_link
from streamlit_app.ui.words import channel_word

DAYS = {"from": "From (UTC day)", "to": "To (UTC day)"}
MAXIMUM_SPAN = timedelta(weeks=53)
ALL_RULES = "Every rule, each contact once"
ALL_WEEKS = "All weeks"
VIEWS = {
    "": "Contacts against the rules",
    "caps": "Caps: how far they are used up, and another one",
    "requests": "Requests not to be contacted: applied in time or not",
    "hours": "When contacts were made",
    "changes": "Rules that will change",
}


def remember() -> None:
    """Put the days into the address, and nothing that is no day."""
    choice.put({name: addressed(st.session_state[f"risk_{name}"]) for name in DAYS})
    choice.note_seen("risk", days_in_address())


def days_in_address() -> dict[str, str]:
    """Return the days that the address asks for, the newest weeks unasked."""
    defaults = default_days(*(st.query_params.get(name, "") for name in DAYS))
    return {name: st.query_params.get(name, str(day))[:10] for name, day in defaults.items()}


def default_days(first: str, last: str) -> dict[str, date]:
    """Return the first and the last day that are taken where none, or one alone, was said."""
    return defaults_beside(first, last, lambda end: newest_weeks(end).first)


def show_form() -> Weeks:
    """Show the days, which are in the address too; return the weeks they are in."""
    choice.take_over("risk", days_in_address())
    with st.form("risk"), st.container(horizontal=True, vertical_alignment="bottom"):
        for name, label in DAYS.items():
            st.text_input(label, key=f"risk_{name}", max_chars=10, width=150, autocomplete="off")
        st.form_submit_button("Show", type="primary", on_click=remember)
    typed = {name: str(st.session_state[f"risk_{name}"]) for name in DAYS}
    defaults = default_days(*typed.values())
    begin, end = (day_of(typed[name], defaults[name]) for name in DAYS)
    if end < begin:
        states.partial("The last day is before the first: the days were exchanged.")
        begin, end = end, begin
    if end - begin > MAXIMUM_SPAN:
        states.partial(f"At most {MAXIMUM_SPAN.days // 7} weeks are shown: the last ones.")
        begin = end - MAXIMUM_SPAN
    return weeks_of(begin, end)


def show_tiles(sums: Sums, rules: list[RuleRisk], has_more: bool, made: int) -> None:
    """Show how many contacts there were, what they may cost, and the age of the registry."""
    with st.container(horizontal=True):
        st.metric(
            "Contacts against a rule",
            compact(sums.contacts),
            f"of {compact(made)} made",
            delta_color="off",
            delta_arrow="off",
            border=True,
            help=f"Exactly {whole(sums.contacts)}, each counted once; as a contact may break"
            f" several rules they are {whole(sums.incidents)} incidents. {whole(made)} were made.",
        )
        for label, amount in (
            ("Least exposure, USD", sums.minimum_usd),
            ("Highest exposure, USD", sums.maximum_usd),
        ):
            st.metric(label, compact(amount), border=True, help=f"Exactly {whole(amount)} USD.")
        st.metric("Rules broken", f"{len(rules)}{'+' if has_more else ''}", border=True)
        show_registry_tile()
    st.caption(
        "Exposure is the amount that a statute names for one contact, added up over contacts, each"
        " under the dearest rule it broke. It is not legal advice."
    )


def show_registry_tile() -> None:
    """Show how old our copy of the national registry is, in days."""
    today = utc_now().date()
    copy = risk_data.registry()
    limit = risk_data.registry_limit(today)
    if copy is None:
        st.metric("Registry copy", "None", border=True, help="No US number may be called.")
        return
    age = copy.age_days(today)
    tiles.show_tile(
        "Registry copy",
        f"{age} day{'' if age == 1 else 's'}",
        "app_pages/health.py",
        {"view": "registry"},
        f"of {limit} allowed",
        f"Its oldest part was accessed on {copy.oldest_on}.",
    )


def rule_label(one: RuleRisk) -> str:
    """Return a rule with the number of its incidents, for the choice."""
    rule = one.rule
    return (
        f"{plain(channel_word(rule.channel))}: {risk_charts.reason_title(rule.reason)}"
        f" ({plain(rule.rule_id)}), {whole(one.sums.incidents)}"
    )


def show_rules(rules: list[RuleRisk], has_more: bool) -> None:
    """List the rules that were broken, the dearest first."""
    if has_more:
        states.partial(f"The {len(rules)} dearest rules are listed.")
    rows = [
        {
            "Channel": plain(channel_word(one.rule.channel)),
            "Reason": risk_charts.reason_title(one.rule.reason),
            "Incidents": one.sums.incidents,
            "Counted": one.sums.contacts,
            "Days": one.days,
            "Least USD": one.sums.minimum_usd,
            "Highest USD": one.sums.maximum_usd,
            "Rule": plain(one.rule.rule_id),
            "Citation": plain(one.citation, 255),
            "Amounts from": plain(one.penalty_citation, 255) or "no statute names any",
        }
        for one in rules
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key=tables.key_of("rules_table", [one.rule.key for one in rules]),
        column_config=tables.count_columns(
            ["Incidents", "Counted", "Days", "Least USD", "Highest USD"]
        ),
        height="auto" if len(rows) <= 8 else 322,
    )


def show_weeks(version: WarehouseVersion, weeks: Weeks, rule: Rule | None) -> list[date]:
    """Show the incidents by week as bars and as a table; return the weeks that have some."""
    found, has_more = risk_data.by_week(version.version, weeks, rule)
    if has_more:
        states.partial("There are too many weeks and reasons for one page: the newest are shown.")
    risk_charts.show_weeks(found)
    rows = [
        {
            "Week of": one.week.isoformat(),
            "Reason": risk_charts.reason_title(one.reason),
            "Incidents": one.sums.incidents,
            "Counted": one.sums.contacts,
            "Least USD": one.sums.minimum_usd,
            "Highest USD": one.sums.maximum_usd,
        }
        for one in found
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key=tables.key_of("weeks_table", [(one.week, one.reason) for one in found]),
        column_config=tables.count_columns(["Incidents", "Counted", "Least USD", "Highest USD"]),
        height="auto" if len(rows) <= 8 else 322,
    )
    return sorted({one.week for one in found}, reverse=True)


def show_incidents(weeks: Weeks, rule: Rule | None) -> None:
    """List the contacts behind the numbers, newest first, a page at a time."""
    trail = paging.trail_of("risk", (weeks, rule), tuple[datetime, int])
    with states.loading(height=300):
        found, has_more = risk_data.incidents(weeks, rule, trail[-1] if trail else None)
    if not found:
        paging.begin_anew(trail)
        states.empty("No contact is listed.", "The numbers are of another build: look again.")
        return
    zone = zone_of(st.context.timezone)
    rows = [
        {
            "When": local_day(one.made_at, zone),
            "Channel": plain(channel_word(one.rule.channel)),
            "Contact point": plain(one.shown_contact) or "–",
            "Reason": risk_charts.reason_title(one.rule.reason),
            "Rule": plain(one.rule.rule_id),
            "USD": f"{whole(one.minimum_usd)} to {whole(one.maximum_usd)}",
            "Campaign": plain(one.campaign) or "–",
            "Import": plain(one.import_id) or "–",
            "Person": str(one.golden_person_id or "–"),
            "Touchpoint": str(one.touchpoint_id),
        }
        for one in found
    ]
    ids = [one.position for one in found]
    chosen = tables.choose_row("incidents_table", ids, pd.DataFrame(rows))
    if chosen is not None:
        show_incident(found[chosen])
    paging.show_pager(trail, found[-1].position, has_more, len(found), ("contact", "contacts"))


def show_incident(one: Incident) -> None:
    """Say what the chosen contact broke, and lead to the person as known on that day."""
    st.markdown(f"**{esc(risk_charts.reason_title(one.rule.reason))}**. {esc(one.citation, 255)}")
    show_person_link(one.golden_person_id, one.made_at.date())


def show_page(version: WarehouseVersion) -> None:
    """Show what is asked for: contacts, caps, requests, or rules that will change."""
    view = choice.choose("view", "What to show", VIEWS)
    if view == "caps":
        risk_caps.show_usage(risk_data.cap_usage(version.version))
        risk_look_back.show_form()
        live.live("The look back", risk_look_back.show_look_back)
    elif view == "requests":
        weeks = show_form()
        risk_outlook.show_opt_outs(
            risk_data.opt_outs(version.version, weeks),
            risk_data.opt_out_sums(version.version, weeks),
        )
        states.panel("The requests", lambda: risk_requests.show_requests(weeks))
    elif view == "hours":
        risk_hours.show_hours(version, show_form())
    elif view == "changes":
        today = utc_now().date()
        risk_outlook.show_changes(risk_data.rule_changes(today), today)
    else:
        show_risk(version, show_form())


def show_risk(version: WarehouseVersion, weeks: Weeks) -> None:
    """Show the numbers of the weeks asked for, then the contacts behind them."""
    rules, has_more = risk_data.rules(version.version, weeks)
    made = risk_data.made(version.version, weeks)
    show_tiles(risk_data.totals(version.version, weeks), rules, has_more, made)
    if not rules:
        risk_hours.show_nothing(version, weeks, made)
        return
    st.subheader("Rules that were broken", anchor=False)
    show_rules(rules, has_more)
    st.subheader("Week by week", anchor=False)
    labels = {"": ALL_RULES, **{one.rule.key: rule_label(one) for one in rules}}
    chosen = choice.choose("rule", "Rule", labels, forgets=("week",))
    rule = next((one.rule for one in rules if one.rule.key == chosen), None)
    found = show_weeks(version, weeks, rule)
    st.subheader("The contacts", anchor=False)
    days = {"": ALL_WEEKS, **{week.isoformat(): f"Week of {week}" for week in found}}
    week = choice.choose("week", "Week", days)
    asked = Weeks(date.fromisoformat(week), date.fromisoformat(week)) if week else weeks
    states.panel("The contacts", lambda: show_incidents(asked, rule))


version = frame.open_page(
    "Compliance risk",
    "Contacts made although a rule stood against them, what they may cost, and each of them.",
    Right.SEE_RISK,
)
if version is not None:
    built = version
    states.panel("The risk", lambda: show_page(built))

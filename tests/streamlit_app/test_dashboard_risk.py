"""The page Compliance risk: sums that are the SQL behind them, and the contacts they lead to."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from made_life import MARKUP, event
from made_marts import ASHA, BUILT_AT, HOSTILE, PHONE
from made_risk import BUSY_CALLS, CALLED_AT, NATIONAL, add_incidents, incident
from opened_page import OpenPage, own_links
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest
from test_dashboard_pages import fill, texts, whole_tree

from lode.db import connect
from lode.rights import AccessDeniedError, Principal
from lode.settings import Settings
from streamlit_app.auth import identity
from streamlit_app.queries import risk
from streamlit_app.queries.risk import Rule, Weeks
from streamlit_app.queries.risk_statements import CONTACTS, OF_RULE, PAGE_SIZE
from streamlit_app.queries.statement import Statement
from streamlit_app.ui import risk_data
from streamlit_app.ui.format import utc_now

pytestmark = pytest.mark.database

AUTUMN = {"from": "2025-10-30", "to": "2025-11-11"}
WEEKS = Weeks(date(2025, 10, 27), date(2025, 11, 10))
RULE = Rule("call", "NATIONAL_DNC", "national_dnc")


def register(settings: Settings, select: str, where: str = "true") -> tuple[Any, ...]:
    """Return the one row of a question to the register itself, about the weeks of the tests."""
    with connect("transformer", settings, schema="canonical") as connection:
        cursor = connection.cursor()
        cursor.execute(
            f"select {select} from contact_incidents where made_at >= '2025-10-27'"
            f" and made_at < '2025-11-17' and {where}"
        )
        row = cursor.fetchone()
        assert row is not None
        return tuple(row)


def walk(engine: Engine, weeks: Weeks, rule: Rule | None) -> list[tuple[int, str]]:
    """Return all incidents, page by page."""
    found: list[tuple[int, str]] = []
    before = None
    while True:
        page, has_more = risk.read_incidents(engine, weeks, rule, before)
        assert len(page) <= PAGE_SIZE
        found += [(one.touchpoint_id, one.rule.reason) for one in page]
        if not has_more:
            return found
        before = page[-1].position


def tiles(app: AppTest) -> dict[str, str]:
    return {tile.label: tile.value for tile in app.metric}


# ------------------------------------------------------------------ seeded


def test_tiles_are_the_sql_behind_them(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("risk", seeded, **AUTUMN)
    assert not app.exception
    assert not app.error
    assert app.title[0].value == "Compliance risk"
    assert tiles(app) == {
        "Contacts against a rule": "123",
        "Least exposure, USD": "61,000",
        "Highest exposure, USD": "236.1 K",
        "Rules broken": "3",
        "Registry copy": "1 day",
    }
    contacts, least, most = register(
        seeded, "count(*), sum(minimum_usd), sum(maximum_usd)", "is_counted = 1"
    )
    assert (contacts, least, most) == (123, 61_000, 236_088)
    assert f"Exactly {contacts}, each counted once" in app.metric[0].help
    assert f"they are {register(seeded, 'count(*)')[0]} incidents" in app.metric[0].help
    assert app.metric[2].help == f"Exactly {most:,} USD."
    assert app.metric[0].delta == "of 12,345 made"
    assert "12,345 were made." in app.metric[0].help
    assert app.metric[4].delta == "of 31 allowed"


def test_rules_and_weeks_are_listed_and_drawn(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("risk", seeded, **AUTUMN)
    rules, weeks, _ = (one.value.to_dict("records") for one in app.dataframe)
    assert [(row["Channel"], row["Rule"], row["Incidents"], row["Counted"]) for row in rules] == [
        ("Call", "national_dnc", 122, 122),
        ("E-mail", "opt_out", 1, 1),
        ("Call", "frequency_cap", 1, 0),
    ]
    assert rules[2]["Amounts from"] == "no statute names any"
    assert [(row["Week of"], row["Incidents"]) for row in weeks] == [
        ("2025-11-10", BUSY_CALLS),
        ("2025-11-03", 1),
        ("2025-11-03", 1),
        ("2025-11-03", 1),
        ("2025-10-27", 1),
    ]
    assert sum(row["Incidents"] for row in weeks) == register(seeded, "count(*)")[0]
    sentence = "124 incidents in 3 weeks, most of them in the week of 2025-11-10 (120)."
    assert sentence in texts(app).replace("\\", "")
    (chart,) = app.get("vega_lite_chart")
    assert sentence in repr(chart.proto), "the chart's text alternative"


def test_a_number_leads_to_its_rows(seeded: Settings, seeded_engine: Engine) -> None:
    every = walk(seeded_engine, WEEKS, None)
    assert len(every) == len(set(every)) == risk.read_totals(seeded_engine, WEEKS).contacts
    of_rules, _ = risk.read_rules(seeded_engine, WEEKS)
    for one in of_rules:
        found = walk(seeded_engine, WEEKS, one.rule)
        assert len(found) == len(set(found)) == one.sums.incidents
        by_week, _ = risk.read_weeks(seeded_engine, WEEKS, one.rule)
        for week in by_week:
            only = Weeks(week.week, week.week)
            assert len(walk(seeded_engine, only, one.rule)) == week.sums.incidents
    assert (2, "NATIONAL_DNC") in walk(seeded_engine, Weeks(WEEKS.first, WEEKS.first), None), (
        "the last instant of its Sunday"
    )


def test_contacts_page_by_page_masked(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("risk", seeded, **AUTUMN)
    rows = app.dataframe[2].value.to_dict("records")
    assert len(rows) == PAGE_SIZE
    assert rows[0]["Touchpoint"] == "219"
    assert "Page 1, 50 contacts." in texts(app)
    app.button(key="older").click().run()
    assert app.dataframe[2].value["Touchpoint"][0] == "169"
    app.button(key="older").click().run()
    rows = app.dataframe[2].value.to_dict("records")
    assert len(rows) == 23
    assert app.button(key="older").disabled
    days = {row["Touchpoint"]: row["When"] for row in rows}
    assert days["100"] == "2025-11-10", "a day without a time is that day on every clock"
    asha = next(row for row in rows if row["Touchpoint"] == "1")
    assert asha["Contact point"] == "+1••••••••43"
    assert (asha["Campaign"], asha["Import"]) == ("Spring", "imp_2026_02_18_001")
    assert (asha["USD"], asha["Person"]) == ("500 to 1,500", str(ASHA))
    stranger = next(row for row in rows if row["Touchpoint"] == "3")
    assert (stranger["Contact point"], stranger["Person"]) == ("–", "–")
    assert PHONE not in whole_tree(app)


def test_a_rule_and_a_week_are_chosen_and_stay_in_the_address(
    open_page: OpenPage, seeded: Settings
) -> None:
    app = open_page("risk", seeded, **AUTUMN)
    app.selectbox(key="chosen_rule").set_value(NATIONAL).run()
    app.selectbox(key="chosen_week").set_value("2025-11-03").run()
    assert app.query_params["rule"] == NATIONAL
    assert app.query_params["week"] == "2025-11-03"
    table = app.dataframe[2]
    assert list(table.value["Touchpoint"]) == ["1"]
    app.session_state[str(table.key)] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run()
    to_registry, link = own_links(app)
    assert to_registry.query_string == "view=registry"
    assert link.label == f"Timeline of person {ASHA}, as known on 2025-11-03"
    deep = open_page("risk", seeded, rule="call.FREQUENCY_CAP.frequency_cap", **AUTUMN)
    assert list(deep.dataframe[2].value["Touchpoint"]) == ["1"]
    assert tiles(deep)["Contacts against a rule"] == "123", "tiles are about every rule"


def test_nonsense_in_the_address_asks_for_nothing_else(
    open_page: OpenPage, seeded: Settings
) -> None:
    app = open_page("risk", seeded, rule=MARKUP, week="never", **{"from": "soon", "to": MARKUP})
    assert not app.exception
    assert "soon is no day such as 2026-01-31" in app.warning[0].value
    assert "No contact made from" in texts(app)
    app = open_page("risk", seeded, rule=MARKUP, week="never", **AUTUMN)
    assert len(app.dataframe[2].value) == PAGE_SIZE
    app = open_page("risk", seeded, **{"from": "2025-11-11", "to": "2025-10-30"})
    assert "the days were exchanged" in app.warning[0].value
    assert tiles(app)["Contacts against a rule"] == "123"
    app = open_page("risk", seeded, **{"from": "0001-01-01", "to": "9999-12-31"})
    assert not app.exception
    assert "At most 53 weeks are shown" in app.warning[0].value


def test_a_day_alone_is_no_end_of_another_span(open_page: OpenPage, seeded: Settings) -> None:
    """A last day alone asks for the weeks up to it, a first day to come for its own week."""
    app = open_page("risk", seeded, to="2025-11-11")
    assert [app.text_input(key=f"risk_{name}").value for name in ("from", "to")] == [
        "2025-08-18", "2025-11-11",
    ]  # fmt: skip
    assert not app.warning
    assert tiles(app)["Contacts against a rule"] == "123"
    app.text_input(key="risk_from").set_value("")
    next(one for one in app.button if one.label == "Show").click().run()
    assert tiles(app)["Contacts against a rule"] == "123"
    soon = (utc_now().date() + timedelta(days=40)).isoformat()
    app = open_page("risk", seeded, **{"from": soon})
    assert app.text_input(key="risk_to").value == soon
    assert not app.warning
    assert not app.success, "nothing can be said of weeks to come"
    assert "No contact of these weeks was checked yet" in texts(app)


def test_the_address_decides_the_weeks(open_page: OpenPage, seeded: Settings) -> None:
    """The back button is followed, what is no day stays out of it, a phone that was typed too."""
    app = open_page("risk", seeded, **AUTUMN)
    assert tiles(app)["Contacts against a rule"] == "123"
    app.text_input(key="risk_from").set_value("5125550134")
    next(one for one in app.button if one.label == "Show").click().run()
    assert "from" not in app.query_params
    assert app.text_input(key="risk_from").value == "5125550134"
    assert "5125550134 is no day such as 2026-01-31" in app.warning[0].value
    for name, day in AUTUMN.items():
        app.query_params[name] = day
    app.run()
    assert app.text_input(key="risk_from").value == AUTUMN["from"]
    assert tiles(app)["Contacts against a rule"] == "123"


def test_what_is_not_offered_is_said(open_page: OpenPage, seeded: Settings) -> None:
    """All rules are shown, and nobody takes them for the one that was asked for."""
    app = open_page("risk", seeded, rule="call.GONE.gone", week="2025-01-06", **AUTUMN)
    said = [one.value.replace("\\", "") for one in app.warning]
    assert said == [
        "Rule: call.GONE.gone is not offered here. What is shown is Every rule, each contact once.",
        "Week: 2025-01-06 is not offered here. What is shown is All weeks.",
    ]
    app.selectbox(key="chosen_rule").set_value("call.FREQUENCY_CAP.frequency_cap").run()
    assert "week" not in app.query_params, "the week was one of another rule"


def test_the_bridge_asks_for_the_right(monkeypatch: pytest.MonkeyPatch, seeded: Settings) -> None:
    steward = Principal("steward@example.com", frozenset({"viewer", "operator", "steward"}))
    monkeypatch.setattr(identity, "current", lambda: steward)
    for call in (
        lambda: risk_data.totals("v", WEEKS),
        lambda: risk_data.rules("v", WEEKS),
        lambda: risk_data.by_week("v", WEEKS, None),
        lambda: risk_data.incidents(WEEKS, None, None),
        risk_data.registry,
    ):
        with pytest.raises(AccessDeniedError, match="compliance or auditor or admin"):
            call()


# ------------------------------------------------------------------ other situations


def test_empty_says_what_was_checked(open_page: OpenPage, empty: Settings) -> None:
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    app = open_page("risk", empty, **AUTUMN)
    assert not app.error
    assert "No contact made from 2025-10-27 to 2025-11-16 is known: there was" in texts(app)
    assert not app.success, "of nothing nothing good can be said"
    assert tiles(app)["Contacts against a rule"] == "0"
    assert not app.dataframe


def test_hostile_words_and_huge_numbers(open_page: OpenPage, empty: Settings) -> None:
    """The newest weeks are shown unasked; stale marts are said to be stale."""
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT - timedelta(hours=40)})
    made_at = BUILT_AT - timedelta(days=1)
    hostile = event(HOSTILE, "contact-1", "call", made_at, detail=MARKUP, contact_kind="email",
                    contact_value=MARKUP, import_id=MARKUP)  # fmt: skip
    fill(empty, "person_events", hostile)
    words = {"rule_id": MARKUP[:32], "citation": MARKUP * 2, "penalty_citation": MARKUP,
             "golden_person_id": HOSTILE, "channel": ":red[x]"}  # fmt: skip
    add_incidents(
        empty,
        [incident(1, made_at, MARKUP[:32], **{**words, "maximum_usd": 2**32 - 1}),
         incident(2**63, made_at, "NEW_REASON", **words)],
    )  # fmt: skip
    with connect("transformer", empty, schema="marts", autocommit=True) as connection:
        connection.cursor().execute(
            "update compliance_risk set incident_count = 4294967295, maximum_exposure_usd = %s"
            " where reason_code = 'NEW_REASON'",
            (84_000_000 * 53_088,),
        )
    app = open_page("risk", empty)
    assert not app.exception
    assert "over 36 hours old" in app.warning[0].value
    assert tiles(app)["Highest exposure, USD"] == "4.464 T"
    assert app.dataframe[0].value["Incidents"].tolist() == [4_294_967_295, 1]
    rows = app.dataframe[2].value
    assert rows["Touchpoint"].tolist() == [str(2**63), "1"]
    key = str(app.dataframe[2].key)
    app.session_state[key] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    app.run()
    assert not app.exception
    assert "![x]" not in texts(app)


# ------------------------------------------------------------------ plans


@pytest.fixture(scope="module")
def crowded(seeded: Settings) -> Settings:
    """The seeded warehouse with older incidents of six rules, outside the weeks of the tests."""
    start = datetime(2024, 1, 1)
    add_incidents(
        seeded,
        [
            incident(10_000 + n, start + timedelta(hours=n), f"RULE_{n % 6}", is_counted=n % 3 > 0)
            for n in range(6_000)
        ],
    )
    return seeded


@pytest.mark.parametrize("begin", ["2024-02-05", "2023-01-01"], ids=["weeks", "all of it"])
@pytest.mark.parametrize(
    ("statement", "columns"),
    [
        (CONTACTS, ["is_counted", "made_at", "touchpoint_id"]),
        (OF_RULE, ["rule_id", "reason_code", "channel", "made_at", "touchpoint_id"]),
    ],
    ids=["contacts", "of a rule"],
)
def test_contacts_are_read_by_index_and_not_sorted(
    crowded: Settings, statement: Statement, columns: list[str], begin: str
) -> None:
    """Explained as the transformer: the app's account may not explain a view."""
    values = {
        "channel": "call", "reason_code": "RULE_3", "rule_id": "rule_3", "begin": begin,
        "end": "2024-12-01", "before_moment": "2024-03-20", "before_touchpoint": "12000",
        "row_cap": 51,
    }  # fmt: skip
    sql = re.sub(
        r":(\w+)",
        lambda found: "51" if found[1] == "row_cap" else f"'{values[found[1]]}'",
        statement.for_engine(is_mariadb=False),
    )
    with connect("transformer", crowded, schema="marts") as connection:
        cursor = connection.cursor()
        cursor.execute(f"explain format=traditional {sql}")
        names = [column[0] for column in cursor.description]
        plan = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        register_step, life = (
            next(row for row in plan if (row["table"], row["key"] == "PRIMARY") == wanted)
            for wanted in (("contact_incidents", False), ("events", True))
        )
        assert register_step["type"] == "range", plan
        # Of the index alone, so that a span of any width is read by it, from where the page begins.
        assert "Using index" in register_step["Extra"], plan
        assert "filesort" not in register_step["Extra"], plan
        assert life["type"] == "eq_ref", plan
        cursor.execute(
            "select column_name from information_schema.statistics where table_schema = %s"
            " and table_name = 'contact_incidents' and index_name = %s order by seq_in_index",
            (crowded.schema("canonical"), register_step["key"]),
        )
        assert [row[0] for row in cursor.fetchall()] == columns


def test_the_contact_of_a_call_is_found_in_the_life(seeded_engine: Engine) -> None:
    week = Weeks(date(2025, 11, 3), date(2025, 11, 3))
    (one,), _ = risk.read_incidents(seeded_engine, week, RULE)
    assert (one.made_at, one.shown_contact) == (CALLED_AT, "+1••••••••43")

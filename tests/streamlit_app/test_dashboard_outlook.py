"""Compliance risk beside the contacts: caps, requests applied in time, rules that will change."""

from __future__ import annotations

import csv
import json
import re
import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from made_lists import add_job
from made_marts import BUILT_AT, add_registry_copy
from made_risk import add_look_back
from opened_page import HAS_CONTEXT, OpenPage, own_links, query_of
from streamlit.testing.v1 import AppTest
from test_dashboard_access import login
from test_dashboard_pages import fill, texts, whole_tree

from lode import access
from lode.compliance_rules import DATED, upcoming_changes
from lode.db import connect
from lode.risk_caps import Simulation, cap_of
from lode.settings import Settings
from streamlit_app.ui import risk_data
from streamlit_app.ui.registry import PARTS_LINK

pytestmark = pytest.mark.database

AUTUMN = {"from": "2025-10-30", "to": "2025-11-11"}


def tiles(app: Any) -> dict[str, str]:
    return {tile.label: tile.value for tile in app.metric}


def looked_back() -> dict[str, Any]:
    """What a job says of a cap of 2 calls in 7 days."""
    found = Simulation(
        cap_of("call", 2, 168), datetime(2026, 1, 1), datetime(2026, 4, 1), 1_000, 120, 90, 400, 30,
        [(date(2025, 12, 29), 400, 20), (date(2026, 1, 5), 600, 100)],
    )  # fmt: skip
    return found.as_facts()


def test_caps_used_are_bars_with_a_sentence(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("risk", seeded, view="caps", cap="call_day")
    assert not app.exception
    assert app.selectbox(key="chosen_cap").options == [
        "Call: at most 3 in 24 hours (call_day)", "Mail: at most 1 in 30 days (mail_month)",
    ]  # fmt: skip
    (chart,) = app.get("vega_lite_chart")
    assert "within the window 50 (4.2 %) are at the cap or above" in repr(chart.proto)
    assert "1 contact: 900 people; 2 contacts: 250 people" in repr(chart.proto)


@pytest.mark.parametrize(
    ("enforcement", "only", "above"),
    [("enforce", "", "✕ Yes"), ("advise", " (a warning only)", "⚠ Warned")],
)
def test_each_bar_of_a_cap_is_its_people(
    open_page: OpenPage, empty: Settings, enforcement: str, only: str, above: str
) -> None:
    """The numbers are the model's own over the people who are then listed, page by page."""
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    cap = {"cap_id": "call_day", "channel": "call", "max_contacts": 3, "window_hours": 24,
           "enforcement": enforcement}  # fmt: skip
    fill(empty, "caps_used", *(
        {**cap, "golden_person_id": n, "used_count": 1 + n % 3 // 2 * 2,
         "free_at": BUILT_AT if n % 3 == 2 else None}
        for n in range(1, 181)
    ))  # fmt: skip
    model = empty.root / "models" / "marts" / "compliance" / "cap_usage.sql"
    sql = re.sub(r"\{#.*?#\}", "", model.read_text(encoding="utf-8"), flags=re.DOTALL)
    with connect("transformer", empty, schema="marts", autocommit=True) as connection:
        sql = sql.replace("{{ ref('caps_used') }}", "caps_used")
        connection.cursor().execute(f"insert into cap_usage {sql}")
    app = open_page("risk", empty, view="caps")
    assert app.selectbox(key="chosen_used").options == ["3 contacts, 60 people",
                                                        "1 contact, 120 people"]  # fmt: skip
    (chart,) = app.get("vega_lite_chart")
    assert f"At most 3 in 24 hours{only}: of 180 people" in repr(chart.proto)
    for used, people in (("3", 60), ("1", 120)):
        app = open_page("risk", empty, view="caps", used=used)
        listed = list(app.dataframe[0].value["Person"])
        assert set(app.dataframe[0].value["Blocked"]) == {above if used == "3" else "✓ No"}
        while not app.button(key="older").disabled:
            app.button(key="older").click().run()
            listed += list(app.dataframe[0].value["Person"])
        assert len(listed) == len(set(listed)) == people


def test_another_cap_is_looked_back_with_as_a_job(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("risk", seeded, view="caps")
    app.selectbox(key="cap_of").set_value("sms")
    app.number_input(key="cap_contacts").set_value(2)
    next(one for one in app.button if one.label == "Look back").click().run()
    assert not app.exception
    assert "is asked for" in app.success[0].value
    with connect("auditor", seeded, schema="raw") as connection:
        cursor = connection.cursor()
        cursor.execute("select parameters from app_jobs where kind = 'risk_cap'")
        ((parameters,),) = cursor.fetchall()
    assert json.loads(parameters) == {
        "channel": "sms", "max_contacts": 2, "window_hours": 168, "days": 90,
    }  # fmt: skip
    number = add_job(seeded, "risk_cap", {"channel": "call"}, looked_back())
    app = open_page("risk", seeded, view="caps", look=str(number))
    assert tiles(app) == {
        "Contacts made": "1,000", "Over the cap": "120", "Stopped by it": "90",
        "People over it": "30",
    }  # fmt: skip
    assert "120 of 1,000 contacts (12.0 %) with 30 of 400 people were over it" in texts(app)
    weeks = app.dataframe[-1].value.to_dict("records")
    assert [(row["Week of"], row["Contacts"], row["Over the cap"]) for row in weeks] == [
        ("2026-01-05", 600, 100), ("2025-12-29", 400, 20),
    ]  # fmt: skip
    for given in ("999999", "x"):
        assert not open_page("risk", seeded, view="caps", look=given).exception


def contacts_listed(app: AppTest) -> list[dict[str, Any]]:
    """Return the rows on all pages of the contacts of a look back."""
    rows = app.dataframe[-1].value.to_dict("records")
    while not app.button(key="looked_backolder").disabled:
        app.button(key="looked_backolder").click().run()
        rows += app.dataframe[-1].value.to_dict("records")
    return rows


def test_each_number_of_a_look_back_leads_to_its_contacts(
    open_page: OpenPage, empty: Settings
) -> None:
    """120 contacts over the cap of 40 people, each of whom has three, the last one not made."""
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    said = {**looked_back(), "contacts": 130, "broken": 120, "blocked": 40, "over_holders": 40,
            "kept": 120, "weeks": [["2025-12-29", 70, 60], ["2026-01-05", 60, 60]]}  # fmt: skip
    number = add_job(empty, "risk_cap", {"channel": "call"}, said)
    add_look_back(empty, number, 120, datetime(2026, 1, 2, 12))
    fill(empty, "contacts_made", *(
        {"touchpoint_id": n, "channel": "call" if n <= 130 else "sms", "golden_person_id": None,
         "made_at": datetime(2026, 1, 2) + timedelta(hours=n), "contact_kind": "phone",
         "contact_value": "+12175550143"}
        for n in range(1, 150)
    ))  # fmt: skip
    app = open_page("risk", empty, view="caps")
    links = {link.label: query_of(link) for link in own_links(app)}
    for label, which, count in (
        ("Over the cap", "over", 120), ("Stopped by it", "blocked", 40),
        ("People over it", "people", 40), ("Contacts made", "made", 130),
    ):  # fmt: skip
        assert tiles(app)[label] == str(count)
        assert f"rows={which}" in links[f"See {label.lower()}"]
        assert f"look={number}" in links[f"See {label.lower()}"]
        opened = open_page("risk", empty, view="caps", look=str(number), rows=which)
        assert not opened.exception
        rows = contacts_listed(opened)
        assert len(rows) == len({row["Touchpoint"] for row in rows}) == count
        assert "+12175550143" not in whole_tree(opened)
    week = open_page("risk", empty, view="caps", look=str(number), **{"in": "2026-01-05"})
    assert len(contacts_listed(week)) == 120 - 60
    other = open_page("risk", empty, view="caps", look="x' or 1=1", rows="<b>", **{"in": "y"})
    assert not other.exception
    with connect("loader", empty, schema="raw", autocommit=True) as connection:
        connection.cursor().execute("delete from cap_look_backs")
    gone = open_page("risk", empty, view="caps", look=str(number))
    assert "Those of the newest 20 look backs are kept: look back again." in texts(gone)


def test_the_age_of_the_registry_leads_to_its_parts(open_page: OpenPage, empty: Settings) -> None:
    """The age on every page and on the tile is that of the first row, which all pages have."""
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    for code in range(201, 261):
        add_registry_copy(empty, age_days=40 - code % 40, area_code=code)
    age = (datetime.now(timezone.utc).date() - BUILT_AT.date()).days + 40
    risk = open_page("risk", empty)
    assert tiles(risk)["Registry copy"] == f"{age} days"
    for app in (risk, open_page("overview", empty)):
        link = next(one.proto for one in app.get("page_link") if one.proto.label == PARTS_LINK)
        assert link.query_string == "view=registry"
        assert f"{age} days old. That is over 31 days" in texts(app)
    app = open_page("health", empty, view="registry")
    assert not app.exception
    rows = app.dataframe[0].value.to_dict("records")
    app.button(key="older").click().run()
    rows += app.dataframe[0].value.to_dict("records")
    with connect("auditor", empty, schema="raw") as connection:
        cursor = connection.cursor()
        cursor.execute(
            "select coverage.area_code, max(downloads.accessed_on) from dnc_coverage as coverage"
            " inner join dnc_downloads as downloads on coverage.download_id = downloads.id"
            " where downloads.status = 'LOADED' group by coverage.area_code"
        )
        parts = {str(code or "all"): day.isoformat() for code, day in cursor.fetchall()}
    assert len(rows) == len(parts) == 61
    assert {row["Area code"]: row["Accessed on"] for row in rows} == parts
    ages = [row["Age in days"] for row in rows]
    assert ages == sorted(ages, reverse=True)
    assert ages[0] == age
    assert {row["State"] for row in rows if row["Age in days"] > 31} == {"✕ Too old"}
    assert "61 parts, the oldest of" in texts(app)
    with connect("loader", empty, schema="raw", autocommit=True) as connection:
        connection.cursor().execute("delete from dnc_coverage")
    assert "No copy of the national" in texts(open_page("health", empty, view="registry"))


def test_requests_applied_in_time(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("risk", seeded, view="requests", **AUTUMN)
    assert not app.exception
    assert tiles(app) == {
        "Requests": "100", "Applied at once": "96.0 %", "Contacted after": "4",
        "After the deadline": "1",
    }  # fmt: skip
    assert "1 of 100 requests was followed by a contact later than 14 days" in app.error[0].value
    asked = app.dataframe[1].value["Asked"]
    assert list(asked) == ["2025-11-10", "2025-11-04", "2025-11-04", "2025-11-03"]
    rows = app.dataframe[0].value.to_dict("records")
    assert [(row["Channel"], row["Requests"], row["After the deadline"]) for row in rows] == [
        ("All", 10, 0), ("E-mail", 30, 0), ("Call", 60, 1),
    ]  # fmt: skip
    app = open_page("risk", seeded, view="requests", **{"from": "2020-01-01", "to": "2020-01-31"})
    assert "Nobody asked not to be contacted in these weeks." in texts(app)


def test_sums_of_requests_are_of_all_weeks(open_page: OpenPage, empty: Settings) -> None:
    """A year of five channels has more rows than are listed; no number is of the listed alone."""
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    fill(empty, "opt_outs_applied", *(
        {"week_start": date(2025, 1, 6) + timedelta(weeks=week), "channel": channel,
         "request_count": 2, "contacted_count": 1, "late_count": int(week == 0),
         "contact_count": 1, "deadline_days": 30 if week < 20 else 14,
         "deadline_citation": "47 CFR 64.1200(d)(3)"}
        for week in range(50) for channel in ("all", "call", "email", "mail", "sms")
    ))  # fmt: skip
    app = open_page("risk", empty, view="requests", **{"from": "2025-01-06", "to": "2025-12-21"})
    assert tiles(app) == {
        "Requests": "500", "Applied at once": "50.0 %", "Contacted after": "250",
        "After the deadline": "5",
    }  # fmt: skip
    assert len(app.dataframe[0].value) == 200
    assert "The newest 200 rows of weeks and channels are listed" in texts(app)
    assert "later than the law\\'s days \\(14 to 30\\) after them" in app.error[0].value


def test_nothing_to_show_is_a_sentence(open_page: OpenPage, empty: Settings) -> None:
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    assert "within the window of a cap" in texts(open_page("risk", empty, view="caps"))
    for view in ("requests", "changes"):
        assert not open_page("risk", empty, view=view).exception


@pytest.mark.skipif(not HAS_CONTEXT, reason="a test can't log in before Streamlit 1.67")
def test_only_who_sees_risks_sees_these(open_page: OpenPage, seeded: Settings) -> None:
    access.grant(seeded, "operator@example.com", "operator", by="chief", reason="test")
    for view in ("caps", "requests", "changes"):
        app = open_page("risk", seeded, login("operator"), view=view)
        assert "You may not see compliance risks" in app.warning[0].value
        assert not app.metric
        assert not app.dataframe


def test_rules_that_will_change(
    open_page: OpenPage, seeded: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of every dated seed count, on the first day on which something is another one."""
    folder = tmp_path / "seeds" / "compliance"
    shutil.copytree(seeded.root / "seeds" / "compliance", folder)
    changed = replace(seeded, root=tmp_path)
    today = date(2026, 3, 1)
    before = upcoming_changes(changed, today)
    for seed, (name, _) in DATED.items():
        path = folder / f"{seed}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        row = {**rows[0], name: f"new_{seed}"[:32], "valid_from": "2026-03-02"}
        with path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writerow({**row, "valid_to": "2026-12-31"})
            # Ended already, and today: neither is to come.
            writer.writerow({**row, "valid_from": "2026-03-01", "valid_to": "2026-02-28"})
    found = [one for one in upcoming_changes(changed, today) if one not in before]
    assert [(one.day, one.begins) for one in found[: len(DATED)]] == [
        (date(2026, 3, 2), True)
    ] * len(DATED)
    assert [(one.day, one.begins) for one in found[len(DATED) :]] == [
        (date(2027, 1, 1), False)
    ] * len(DATED)
    assert {one.seed for one in found} == set(DATED)
    monkeypatch.setattr(risk_data, "upcoming_changes", lambda _settings, _today: found)
    app = open_page("risk", seeded, view="changes")
    rows_shown = app.dataframe[0].value.to_dict("records")
    assert len(rows_shown) == 2 * len(DATED)
    assert rows_shown[0]["Change"] == "▲ Begins"
    assert rows_shown[-1]["Change"] == "▼ Ends"
    monkeypatch.setattr(risk_data, "upcoming_changes", lambda _settings, _today: [])
    assert "No rule begins or ends after" in texts(open_page("risk", seeded, view="changes"))

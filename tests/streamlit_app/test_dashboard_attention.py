"""What needs attention: each tile is the SQL behind it and the rows that its link leads to."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from made_life import MARKUP
from made_lists import NOW, add_exports, exported
from made_marts import ASHA, BUILT_AT, insert, kpi_days
from made_risk import fill_register, incident, request
from opened_page import HAS_CONTEXT, OpenPage, own_links, query_of
from streamlit.testing.v1 import AppTest
from test_dashboard_access import login
from test_dashboard_health import node
from test_dashboard_numbers import one_number, tiles
from test_dashboard_pages import fill, texts

from lode import access
from lode.db import connect
from lode.dbt import DbtResult
from lode.list_definitions import define, definition_of
from lode.run_history import note_run
from lode.settings import Settings
from streamlit_app.queries.risk import newest_weeks

pytestmark = pytest.mark.database
WEEKS = newest_weeks(NOW.date())
LABELS = {
    "Failed in last run": 3,
    "Exports to release": 2,
    "Rule breaches": 61,
    "Late opt-outs": 52,
}


@pytest.fixture
def waiting(empty: Settings) -> Settings:
    """A warehouse in which something of each kind waits, beside what does not any more."""
    note_runs(empty)
    define(empty, "tx_call", definition_of("call", ["TX"], [], []), "ada")
    ended = NOW - timedelta(minutes=1)
    add_exports(
        empty,
        exported(empty, 1),
        exported(empty, 2, status="HELD"),
        exported(empty, 3, status="HELD", valid_until=ended),
        exported(empty, 4, row_count=2_000_000, checked_count=2_000_300),
    )
    before = WEEKS.begin - timedelta(microseconds=1)
    contacts = [incident(n, before + timedelta(days=n % 70, hours=1), "OPT_OUT") for n in range(61)]
    repeated = {"is_counted": 0, "minimum_usd": 0, "maximum_usd": 0}
    with connect("transformer", empty, schema="marts", autocommit=True) as connection:
        cursor = connection.cursor()
        insert(cursor, "warehouse_version", [{"version": "v", "built_at": BUILT_AT}])
        again = incident(7, contacts[7]["made_at"], "NATIONAL_DNC", **repeated)
        rows = [*contacts, again, incident(1_000, before, "OPT_OUT")]
        fill_register(cursor, empty, rows)
        insert(cursor, "opt_out_register", requests_made(WEEKS.begin))
        cursor.execute(
            "insert into opt_outs_applied (week_start, channel, request_count, contacted_count,"
            " late_count, contact_count) select date(opted_out_at) - interval weekday(opted_out_at)"
            " day as week, channel, count(*), sum(is_contacted), sum(is_late), sum(contact_count)"
            " from opt_out_register group by week, channel"
        )
    return empty


def note_runs(settings: Settings) -> None:
    """Keep a worse run, and after it one of which three nodes failed or were skipped."""
    worse = [node("test", f"old_{n}", "fail", 1.0) for n in range(9)]
    note_run(settings, DbtResult(1, worse), datetime(2026, 2, 18, 4))
    last = [
        node("model", "persons", "success", 9.5),
        node("test", "unique_persons_id", "fail", 0.2, f"Got 2 results {MARKUP}"),
        node("test", "not_null_persons_id", "warn", 0.2),
        node("model", "golden_persons", "skipped", 0.0),
    ]
    note_run(settings, DbtResult(1, last), datetime(2026, 2, 19, 4))


def requests_made(begin: datetime) -> list[dict[str, object]]:
    """Return 55 requests that a contact followed, all but 3 too late, and others that count not."""
    made = [
        request(n, begin + timedelta(days=n), 1, is_late=int(n > 3), deadline_on=begin.date())
        for n in range(1, 56)
    ]
    older = request(100, begin - timedelta(microseconds=1), 1, is_late=1)
    return [dict(one) for one in (*made, older, request(101, begin))]


def rows_behind(open_page: OpenPage, overview: AppTest, label: str, place: int) -> int:
    """Follow the link of a tile, and count the rows of all pages of the table at a place."""
    link = next(one for one in own_links(overview) if one.label == f"See {label.lower()}")
    query = dict(part.split("=") for part in link.query_string.split("&"))
    app = open_page(link.page.rpartition("/")[2].removesuffix(".py"), **query)
    assert not app.exception
    count = len(app.dataframe[place].value)
    while any(one.key == "older" and not one.disabled for one in app.button):
        app.button(key="older").click().run()
        count += len(app.dataframe[place].value)
    return count


def test_each_tile_is_its_sql_and_its_rows(open_page: OpenPage, waiting: Settings) -> None:
    overview = open_page("overview", waiting)
    assert not overview.exception
    said = tiles(overview)
    assert {label: int(said[label]) for label in LABELS} == LABELS
    first, end = f"'{WEEKS.begin}'", f"'{WEEKS.end}'"
    register = f"`{waiting.schema('canonical')}`.contact_incidents"
    assert said["Rule breaches"] == str(one_number(
        waiting,
        f"select count(distinct touchpoint_id) from {register}"
        f" where made_at >= {first} and made_at < {end}",
    ))  # fmt: skip
    assert said["Late opt-outs"] == str(one_number(
        waiting,
        "select count(*) from opt_out_register where is_late = 1"
        f" and opted_out_at >= {first} and opted_out_at < {end}",
    ))  # fmt: skip
    # The place of the rows among the tables of each page.
    places = {"Rule breaches": 2, "Late opt-outs": 1}
    for label, count in LABELS.items():
        assert rows_behind(open_page, overview, label, places.get(label, 0)) == count, label


def test_what_failed_is_said_in_words(open_page: OpenPage, waiting: Settings) -> None:
    app = open_page("overview", waiting)
    assert "3 models and tests failed or were skipped in run 2." in app.error[0].value
    said = texts(app)
    assert "✕ Fail: unique\\_persons\\_id" in said
    assert "✕ Skipped: golden\\_persons" in said
    assert "![x]" not in said
    note_run(waiting, DbtResult(0, [node("model", "persons", "success", 1.0)]), NOW)
    app = open_page("overview", waiting)
    assert (tiles(app)["Failed in last run"], len(app.error)) == ("0", 0)
    failed = open_page("health", waiting, nodes="failed")
    assert "Nothing failed in it." in texts(failed)
    # Killed, or not even begun: nothing failed, and nothing is well.
    note_run(waiting, DbtResult(2, []), NOW)
    app = open_page("overview", waiting)
    assert tiles(app)["Failed in last run"] == "Halted"
    assert "Run 4 broke off" in app.error[0].value
    broken = open_page("health", waiting, nodes="failed")
    assert "Run 4 broke off after" in broken.error[0].value
    assert broken.selectbox(key="chosen_run").options[0].endswith(", broke off")


def test_who_waits_is_shown_with_a_link_to_each(open_page: OpenPage, waiting: Settings) -> None:
    app = open_page("lists", waiting, view="held")
    assert list(app.dataframe[0].value["Export"]) == [4, 2]
    links = own_links(app)
    assert [query_of(one) for one in links] == [
        "list=tx_call&export=4", "list=tx_call&export=2",
    ]  # fmt: skip
    opened = open_page("lists", waiting, list="tx_call", export="2")
    assert "Export 2 is so large that a second person releases it" in opened.info[0].value
    with connect("loader", waiting, schema="raw", autocommit=True) as connection:
        connection.cursor().execute("delete from list_definitions")
    assert not open_page("lists", waiting, view="held").exception


@pytest.mark.skipif(not HAS_CONTEXT, reason="a test can't log in before Streamlit 1.67")
@pytest.mark.parametrize(
    ("role", "labels"),
    [
        ("viewer", ["Failed in last run"]),
        ("operator", ["Imports to look at", "Failed in last run", "Exports to release"]),
        (
            "auditor",
            ["Failed in last run", "Rule breaches", "Late opt-outs"],
        ),
    ],
)
def test_nobody_sees_a_number_whose_rows_they_may_not(
    open_page: OpenPage, waiting: Settings, role: str, labels: list[str]
) -> None:
    access.grant(waiting, f"{role}@example.com", role, by="chief", reason="test")
    app = open_page("overview", waiting, login(role))
    assert not app.exception
    assert list(tiles(app)) == labels


def test_requests_that_a_contact_followed_are_rows(open_page: OpenPage, seeded: Settings) -> None:
    autumn = {"from": "2025-10-30", "to": "2025-11-11"}
    app = open_page("risk", seeded, view="requests", **autumn)
    rows = app.dataframe[1].value
    assert list(rows["Request"]) == ["4", "3", "2", "1"]
    assert list(rows["Contact point"]) == ["a•••@e•••.com", *["+1••••••••43"] * 3]
    assert (list(rows["Person"]), list(rows["In time"])[3]) == (
        [str(ASHA), "–", str(ASHA), str(ASHA)], "✕ Late",
    )  # fmt: skip
    late = open_page("risk", seeded, view="requests", followed="late", **autumn)
    assert list(late.dataframe[1].value["Request"]) == ["1"]
    late.selectbox(key="chosen_followed").set_value("").run()
    assert len(late.dataframe[1].value) == 4
    assert "followed" not in late.query_params


def test_what_changed_is_said_of_the_two_newest_days(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("overview", seeded)
    now, then = (row["day_on"].isoformat() for row in kpi_days())
    table = app.dataframe[0].value.set_index("Number")
    assert list(table.columns) == [then, now, "Change"]
    assert list(table.loc["Callable"]) == ["12,344,678", "12,345,678", "+1,000"]
    assert table.loc["Rejected records", "Change"] == "−1"
    assert table.loc["Contacts against a rule, in all", "Change"] == "no change"
    (chart,) = app.get("vega_lite_chart")
    assert "golden persons 52,345,678 (+1,000)" in repr(chart.proto)


def test_a_first_day_has_no_changes(open_page: OpenPage, empty: Settings) -> None:
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    fill(empty, "kpi_days", kpi_days()[0])
    app = open_page("overview", empty)
    assert not app.exception
    assert "There is one day of numbers so far." in texts(app)

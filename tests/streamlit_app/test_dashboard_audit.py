"""The audit log page: qualifiers, paging, before and after without values, the chain."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_life import MARKUP
from made_marts import create_marts
from opened_page import OpenPage, own_links, query_of, routes_client
from sqlalchemy import Engine, text
from streamlit.testing.v1 import AppTest
from test_dashboard_pages import texts, whole_tree

from lode import access, audit
from lode.db import connect, transaction
from lode.server import PrivateServer
from lode.settings import Settings
from lode.worker import work
from streamlit_app.auth import tickets
from streamlit_app.queries import audit_export, audit_log
from streamlit_app.queries.audit_log import Question
from streamlit_app.queries.audit_statements import PAGE_SIZE
from streamlit_app.queries.engine import create_app_engine
from streamlit_app.queries.statement import SCHEMAS
from streamlit_app.ui import audit_charts
from streamlit_app.ui.format import utc_now

pytestmark = pytest.mark.database
TODAY = utc_now().date()
WEEK = Question(TODAY - timedelta(days=6), TODAY + timedelta(days=1))
COUNT = 130
COOKIES = {"_streamlit_xsrf": "a browser's token"}


def note(settings: Settings, *entries: tuple[str, str, str, dict[str, Any]]) -> None:
    """Write entries: event, actor, subject, payload."""
    with connect("loader", settings, schema="raw") as connection:
        for event, actor, subject, payload in entries:
            with transaction(connection):
                audit.append(
                    connection, settings, event, actor=actor, subject=subject, payload=payload
                )


@pytest.fixture(scope="module")
def logged(warehouse_module: Settings) -> Settings:
    """A warehouse whose log has more than two pages, of three people and two kinds."""
    create_marts(warehouse_module)
    people = ("ada@example.com", "bob@example.com", "eve@example.com")
    note(
        warehouse_module,
        *(
            (("import.undo", "person.reveal")[n % 2], people[n % 3], f"thing {n % 5}", {"n": n})
            for n in range(COUNT - 1)
        ),
        (
            "person.override",
            "ada@example.com",
            "person 10000000001",
            {"before": "Mueller", "after": {"last_name": MARKUP}, "reason": "call 217-555-0143"},
        ),
    )
    return warehouse_module


@pytest.fixture(scope="module")
def engine_of_log(logged: Settings) -> Any:
    engine = create_app_engine(logged)
    yield engine
    engine.dispose()


def numbers(app: AppTest) -> list[int]:
    return [int(one) for one in app.dataframe[0].value["Number"]]


def test_pages_of_entries_follow_each_other(engine_of_log: Engine) -> None:
    seen: list[int] = []
    before = None
    while True:
        entries, has_more = audit_log.read_entries(engine_of_log, WEEK, before)
        assert len(entries) <= PAGE_SIZE
        seen += [one.sequence for one in entries]
        if not has_more:
            break
        before = entries[-1].position
    assert seen == list(range(COUNT, 0, -1))


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ({"actor": "ada@example.com"}, 44),
        ({"event": "import.undo"}, 65),
        ({"subject": "thing 3"}, 26),
        ({"subject": "thing 3", "actor": "bob@example.com"}, 8),
        ({"actor": "ada@example.com", "event": "person.override"}, 1),
        ({"actor": "' or '1'='1"}, 0),
        ({"begin": date(2000, 1, 1), "end": date(2000, 2, 1)}, 0),
        ({"begin": date(2000, 1, 1)}, COUNT),
    ],
)
def test_qualifiers_narrow_the_log(
    engine_of_log: Engine, given: dict[str, Any], count: int
) -> None:
    question = Question(**{"begin": WEEK.begin, "end": WEEK.end, **given})
    found, before = 0, None
    while True:
        entries, has_more = audit_log.read_entries(engine_of_log, question, before)
        found += len(entries)
        if not has_more:
            break
        before = entries[-1].position
    assert found == count


@pytest.mark.parametrize(
    ("given", "index"),
    [
        ({}, "audit_log_recorded_at"),
        ({"actor": "ada@example.com"}, "audit_log_actor"),
        ({"event": "import.undo"}, "audit_log_event"),
        ({"subject": "thing 3"}, "audit_log_subject"),
    ],
)
def test_the_log_is_read_by_index_and_not_sorted(
    logged: Settings, given: dict[str, str], index: str
) -> None:
    """Among many entries of other people and other days; explained as the app's own account."""
    fill_log(logged)
    question = Question(date(2026, 1, 9), date(2026, 1, 10), **given)
    engine = create_app_engine(logged)
    with engine.connect() as connection:
        name = connection.get_execution_options()[SCHEMAS]["audit"]
        sql = audit_log.statement_for(question).for_engine(is_mariadb=False)
        parameters = {
            "begin": datetime(2026, 1, 9),
            "end": datetime(2026, 1, 11),
            "before_moment": datetime(9999, 1, 1),
            "before_sequence": 2**63,
            "row_cap": 51,
            "actor": question.actor,
            "event": question.event,
            "subject": question.subject,
        }
        query = text(f"explain format=traditional {sql.replace('{audit}', name)}")
        (row,) = (dict(one) for one in connection.execute(query, parameters).mappings())
    engine.dispose()
    assert row["key"] == index, row
    assert row["type"] == "range", row
    assert "filesort" not in row["Extra"], row


def fill_log(settings: Settings) -> None:
    """Make the log long, in a copy without triggers that the administrator fills."""
    name = settings.schema("audit")
    with PrivateServer(settings).admin() as connection, connection.cursor() as cursor:
        cursor.execute(f"select count(*) from `{name}`.audit_log where sequence > 1000000")
        if cursor.fetchone()[0]:
            return
        rows = [
            (
                1_000_001 + n, datetime(2026, 1, 1) + timedelta(minutes=n * 5), "x",
                f"a{n % 40}@example.com", f"e{n % 30}", f"thing {n % 500}", "{}", "0" * 64,
                "0" * 64,
            )
            for n in range(6_000)
        ]  # fmt: skip
        cursor.execute(f"create table `{name}`.filled like `{name}`.audit_log")
        cursor.executemany(
            f"insert into `{name}`.filled values (%s, %s, %s, %s, %s, %s, %s, %s, %s)", rows
        )
        cursor.execute(f"insert into `{name}`.filled select * from `{name}`.audit_log")
        cursor.execute(f"rename table `{name}`.audit_log to `{name}`.kept")
        cursor.execute(f"rename table `{name}`.filled to `{name}`.audit_log")
        cursor.execute(f"analyze table `{name}`.audit_log")


def test_entries_with_all_they_say(open_page: OpenPage, logged: Settings) -> None:
    app = open_page("audit", logged)
    assert not app.exception
    assert app.title[0].value == "Audit log"
    assert numbers(app) == list(range(COUNT, COUNT - PAGE_SIZE, -1))
    assert "Select an entry" in texts(app)
    key = next(str(one.key) for one in app.dataframe)
    app.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run()
    said = texts(app)
    assert "**person\\.override** about person 10000000001, by ada\\@example\\.com" in said
    fields = dict(app.dataframe[1].value.to_numpy().tolist())
    assert fields["before"] == "Mueller"
    assert fields["reason"] == "call [phone]"
    assert "217-555-0143" not in whole_tree(app)
    assert "![x]" not in said


def select(app: AppTest, place: int) -> AppTest:
    """Select a row of the table of entries."""
    key = next(str(one.key) for one in app.dataframe)
    app.session_state[key] = {"selection": {"rows": [place], "columns": [], "cells": []}}
    return app.run()


def test_from_an_entry_to_those_that_have_something_in_common(
    open_page: OpenPage, logged: Settings
) -> None:
    app = select(open_page("audit", logged, subject="person 10000000001"), 0)
    assert [query_of(one) for one in own_links(app)] == ["person=10000000001"]
    app.button(key="only_actor").click().run()
    assert len(numbers(app)) == len([n for n in range(COUNT - 1) if n % 3 == 0]) + 1
    assert (app.text_input(key="audit_subject").value, "subject" in app.query_params) == ("", False)
    assert app.text_input(key="audit_actor").value == "ada@example.com"
    assert "actor" not in app.query_params, "no e-mail address is in the address"
    select(app, 1).button(key="only_event").click().run()
    assert app.query_params["event"] == "import.undo"
    assert app.text_input(key="audit_actor").value == ""
    select(app, 0).button(key="only_subject").click().run()
    assert len(numbers(app)) == len([n for n in range(COUNT - 1) if n % 5 == 3])
    assert not own_links(select(app, 0)), "there is no page of a thing"


def test_older_newer_and_narrower(open_page: OpenPage, logged: Settings) -> None:
    app = open_page("audit", logged)
    app.button(key="older").click().run()
    assert numbers(app)[0] == COUNT - PAGE_SIZE
    assert "Page 2, 50 entries." in texts(app)
    app.text_input(key="audit_actor").set_value("ada@example.com")
    app.text_input(key="audit_subject").set_value("person 10000000001")
    next(one for one in app.button if one.label == "Show").click().run()
    assert numbers(app) == [COUNT]
    assert app.query_params["subject"] == "person 10000000001"
    assert "actor" not in app.query_params, "no e-mail address is in the address"


@pytest.mark.parametrize("typed", ["2175550143", "+1 217-555-0143", "Asha Nakamura", "nakamura"])
def test_what_may_be_a_phone_or_a_name_stays_out_of_the_address(
    open_page: OpenPage, logged: Settings, typed: str
) -> None:
    app = open_page("audit", logged, event="person.override", subject="person 10000000001")
    for name in ("actor", "event", "subject"):
        app.text_input(key=f"audit_{name}").set_value(typed)
    app.text_input(key="audit_from").set_value(typed[:10])
    next(one for one in app.button if one.label == "Show").click().run()
    assert set(app.query_params) == {"to"}
    assert app.text_input(key="audit_subject").value == typed, "it is asked all the same"


KNOWN = {
    "actor": ["local:ops", "0f8fad5b-d9cb-469f-a165-70867728950e"],
    "event": ["person.override_revoked", "import.undo", "job.ask", "access.grant", "list.define"],
    "subject": [
        "person 10000000001",
        "pair 1-20000000007",
        "imp_2026_02_19_001",
        "list tx_call",
        "export 7",
        "job 12",
        "entries to 9",
        "evidence 0123456789abcdef",
    ],
    "to": ["2026-01-31"],
}


@pytest.mark.parametrize(("name", "text"), [(name, one) for name in KNOWN for one in KNOWN[name]])
def test_what_the_log_itself_writes_may_stand_in_the_address(name: str, text: str) -> None:
    assert audit_log.is_addressable(name, text)


@given(st.from_regex(r"\+?[0-9 ().-]{7,20}", fullmatch=True) | st.emails())
def test_no_phone_and_no_mail_is_ever_in_the_address(text: str) -> None:
    assert not any(audit_log.is_addressable(name, text) for name in ("actor", "event", "subject"))


def test_an_address_asks_and_nonsense_asks_for_nothing_else(
    open_page: OpenPage, logged: Settings
) -> None:
    app = open_page("audit", logged, event="person.override", to="soon", **{"from": "never"})
    assert numbers(app) == [COUNT]
    assert "never is no day such as 2026-01-31" in app.warning[0].value
    app = open_page("audit", logged, event=MARKUP * 9)
    assert not app.exception
    assert "Nothing was noted." in app.info[0].value
    app = open_page("audit", logged, to="2026-01-01", **{"from": "2026-03-01"})
    assert "the days were exchanged" in app.warning[0].value


def test_a_last_day_alone_is_the_end_of_the_days(open_page: OpenPage, logged: Settings) -> None:
    app = open_page("audit", logged, to="2026-01-31")
    assert app.text_input(key="audit_from").value == "2026-01-25"
    assert not app.warning
    assert "Nothing was noted." in app.info[0].value


@pytest.mark.parametrize(
    ("begin", "end"),
    [("0001-01-01", "0001-01-02"), ("0001-01-01", "9999-12-31"), ("9999-12-31", "9999-12-31")],
)
def test_the_ends_of_the_calendar_have_no_entries(
    open_page: OpenPage, logged: Settings, begin: str, end: str
) -> None:
    app = open_page("audit", logged, to=end, **{"from": begin})
    assert not app.error
    assert "Nothing was noted." in app.info[0].value


def test_a_question_of_years_has_the_bars_of_its_last_days(
    open_page: OpenPage, logged: Settings
) -> None:
    """What is said, drawn and exported is of the same days."""
    app = open_page("audit", logged, **{"from": "1999-01-01"})
    assert "At most 92 days are read at once" in app.warning[0].value
    (chart,) = app.get("vega_lite_chart")
    assert 13 <= len(set(re.findall(r'"(\d{4}-\d\d-\d\d)"', chart.proto.spec))) <= 15
    assert "1999-01-01" not in chart.proto.spec


def test_the_address_decides_what_is_asked(open_page: OpenPage, logged: Settings) -> None:
    """The back button is followed; what may not stand in the address stays in its field."""
    app = open_page("audit", logged)
    shown = app.text_input(key="audit_from").value
    app.text_input(key="audit_actor").set_value("ada@example.com")
    app.text_input(key="audit_from").set_value("2026-01-01")
    next(one for one in app.button if one.label == "Show").click().run()
    assert app.query_params["from"] == "2026-01-01"
    assert "actor" not in app.query_params
    assert app.text_input(key="audit_actor").value == "ada@example.com"
    app.run()
    assert app.text_input(key="audit_actor").value == "ada@example.com"
    app.query_params.clear()
    app.run()
    assert app.text_input(key="audit_from").value == shown
    assert app.text_input(key="audit_actor").value == ""


def test_the_chain_is_verified_over_its_newest_part(
    open_page: OpenPage, warehouse: Settings
) -> None:
    note(warehouse, *(("test", "ada", f"thing {n}", {"n": n}) for n in range(12)))
    app = open_page("audit", warehouse)
    app.button(key="verify").click().run()
    assert "Entries 1 to 12 are intact; the last digest is" in app.success[0].value.replace(
        "\\", ""
    )
    engine = create_app_engine(warehouse)
    state = audit_log.verify_chain(engine, maximum=5)
    assert state.is_intact
    assert state.sentence.startswith("Entries 8 to 12 are intact")
    assert state.sentence.endswith("What is older: `lode audit verify`.")
    name = warehouse.schema("audit")
    with PrivateServer(warehouse).admin() as connection, connection.cursor() as cursor:
        cursor.execute(f"drop trigger `{name}`.audit_log_is_not_changed")
        cursor.execute(f"update `{name}`.audit_log set actor = 'eve' where sequence = 9")
    found = [audit_log.verify_chain(engine, maximum) for maximum in (3, 5, 100)]
    assert [state.is_intact for state in found] == [True, False, False]
    assert found[1].sentence.startswith("Entry 9 of the audit log was changed")
    app.button(key="verify").click().run()
    assert "Entry 9 of the audit log was changed" in app.error[0].value.replace("\\", "")
    engine.dispose()


def test_the_whole_chain_is_followed_by_a_job(open_page: OpenPage, warehouse: Settings) -> None:
    """What the worker finds is on the page: that all is well, and the first entry that is not."""
    create_marts(warehouse)
    note(warehouse, *(("import.undo", "ada", f"thing {n}", {}) for n in range(8)))
    app = open_page("audit", warehouse)
    app.button(key="verify_all").click().run()
    assert not app.exception
    assert "is asked for" in app.success[0].value
    assert work(warehouse, is_once=True) == 1
    assert "All 9 entries are intact, each follows" in texts(open_page("audit", warehouse))
    name = warehouse.schema("audit")
    with PrivateServer(warehouse).admin() as connection, connection.cursor() as cursor:
        cursor.execute(f"drop trigger `{name}`.audit_log_is_not_changed")
        cursor.execute(f"update `{name}`.audit_log set actor = 'x' where sequence = 3")
    app = open_page("audit", warehouse)
    app.button(key="verify_all").click().run()
    assert work(warehouse, is_once=True) == 1
    app = open_page("audit", warehouse)
    assert "Entry 3 of the audit log was changed" in app.error[0].value.replace("\\", "")
    assert "Tell the administrator at once" in app.error[0].value


def test_a_part_of_the_chain_is_followed_by_a_job(open_page: OpenPage, warehouse: Settings) -> None:
    """It says which entries were verified; one that was changed outside of them is not claimed."""
    create_marts(warehouse)
    note(warehouse, *(("import.undo", "ada", f"thing {n}", {}) for n in range(8)))
    name = warehouse.schema("audit")
    with PrivateServer(warehouse).admin() as connection, connection.cursor() as cursor:
        cursor.execute(f"drop trigger `{name}`.audit_log_is_not_changed")
        cursor.execute(f"update `{name}`.audit_log set actor = 'x' where sequence = 3")
    today = TODAY.isoformat()
    for begin, end, sentence, is_intact in (
        ("4", "6", "Entries 4 to 6 are intact", True),
        ("2", "6", "Entry 3 of the audit log was changed", False),
        (today, "", "Entry 3 of the audit log was changed", False),
        ("", "2", "Entries 1 to 2 are intact", True),
    ):
        app = open_page("audit", warehouse)
        app.text_input(key="chain_from").set_value(begin)
        app.text_input(key="chain_to").set_value(end)
        next(one for one in app.button if one.label == "Verify this part").click().run()
        assert not app.exception
        assert "is asked for" in app.success[0].value
        assert work(warehouse, is_once=True) == 1
        app = open_page("audit", warehouse)
        said = texts(app).replace("\\", "")
        assert sentence in said
        assert ("Tell the administrator at once" in said) != is_intact
        assert f"{begin or 'the first'} to {end or 'the last'}" in said
    app = open_page("audit", warehouse)
    app.text_input(key="chain_from").set_value("soon")
    next(one for one in app.button if one.label == "Verify this part").click().run()
    assert "with the number of an entry, or with a day" in app.error[-1].value


# ------------------------------------------------------------------ days, and the file


def test_days_and_kinds_are_counted(engine_of_log: Engine) -> None:
    days = audit_export.read_counts(engine_of_log, WEEK)
    assert {one.kind: one.count for one in days} == {"import": 65, "person": 65}
    assert {one.first_day for one in days} == {TODAY}
    assert audit_charts.sentence_of(days, "on") == (
        f"130 entries: import 65, person 65. Most on {TODAY}: 130."
    )
    quarter = Question(TODAY - timedelta(days=91), TODAY, actor="ada@example.com")
    weeks = audit_export.read_counts(engine_of_log, quarter)
    assert sum(one.count for one in weeks) == 44
    assert {one.first_day for one in weeks} == {TODAY - timedelta(days=TODAY.weekday())}
    bars = audit_export.bars_of(quarter)
    assert all(one.weekday() == 0 for one in bars)
    assert bars[-1] in {one.first_day for one in weeks}
    assert len(audit_export.bars_of(WEEK)) == 8


def test_what_a_run_has_counted_is_not_counted_again(
    engine_of_log: Engine, logged: Settings
) -> None:
    """Days before the newest counted one come from the mart, that one and later from the log."""
    yesterday, before = TODAY - timedelta(days=1), TODAY - timedelta(days=2)
    expected = {(TODAY, "import"): 65, (TODAY, "person"): 65}
    rows = [(before, "import.undo", 7), (before, "import.replay", 2), (yesterday, "job.ask", 5)]
    with connect("transformer", logged, schema="marts", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute("delete from audit_days")
        cursor.executemany("insert into audit_days values (%s, %s, %s)", rows)

        def counted(question: Question) -> dict[tuple[date, str], int]:
            found = audit_export.read_counts(engine_of_log, question)
            return {(one.first_day, one.kind): one.count for one in found}

        # Of yesterday the log itself is asked, and it has nothing.
        assert counted(WEEK) == {(before, "import"): 9, **expected}
        of_kind = Question(WEEK.begin, WEEK.end, event="import.undo")
        assert counted(of_kind) == {(before, "import"): 7, (TODAY, "import"): 65}
        assert counted(Question(before, before)) == {(before, "import"): 9}
        assert counted(Question(TODAY, TODAY)) == expected
        by_ada = Question(WEEK.begin, WEEK.end, actor="ada@example.com")
        assert sum(counted(by_ada).values()) == 44
        cursor.execute("delete from audit_days")
    assert counted(WEEK) == expected


def test_the_page_shows_the_days_and_offers_the_file(open_page: OpenPage, logged: Settings) -> None:
    app = open_page("audit", logged, event="import.undo")
    assert "65 entries: import 65." in texts(app)
    assert "Your browser keeps no cookie" in texts(app), "no cookie, no ticket"
    app = open_page("audit", logged, event="nothing")
    assert "entries:" not in texts(app)


def asked_ticket(login: str, **given: str) -> str:
    question = {"begin": WEEK.begin, "end": WEEK.end, "actor": "", "event": "", "subject": ""}
    detail = {name: str(value) for name, value in {**question, **given}.items()}
    return tickets.issue(tickets.AUDIT, login, tickets.browser_of(COOKIES), detail)


def test_the_counts_are_of_the_entries_beside_them(
    open_page: OpenPage, warehouse: Settings
) -> None:
    """Also of one that was noted a moment ago."""
    create_marts(warehouse)
    note(warehouse, ("person.reveal", "ada@example.com", "thing 1", {}))
    app = open_page("audit", warehouse)
    assert (len(numbers(app)), "1 entry: person 1." in texts(app)) == (1, True)
    note(warehouse, ("person.reveal", "ada@example.com", "thing 2", {}))
    app.run()
    assert (len(numbers(app)), "2 entries: person 2." in texts(app)) == (2, True)


def test_the_file_has_every_entry_once_masked_and_is_noted(
    warehouse: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read in many steps; entries that come while it streams are no part of it."""
    note(
        warehouse,
        *(("test.event", "ada", f"thing {n % 3}", {"call": "217-555-0143"}) for n in range(25)),
    )
    access.grant(warehouse, "auditor@example.com", "auditor", by="chief", reason="test")
    access.grant(warehouse, "viewer@example.com", "viewer", by="chief", reason="test")
    monkeypatch.setattr(audit_export, "EXPORT_STEP", 4)
    with routes_client(warehouse, monkeypatch, COOKIES) as client:
        key = asked_ticket("auditor@example.com", event="test.event")
        answer = client.get(f"/audit-log/{key}")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert ".jsonl" in answer.headers["content-disposition"]
        lines = [json.loads(line) for line in answer.text.splitlines()]
        assert [one["sequence"] for one in lines] == list(range(25, 0, -1))
        assert lines[0]["payload"] == {"call": "[phone]"}
        (noted,) = audit.newest(warehouse, 5, "audit.export", None)
        assert (noted.actor, json.loads(noted.payload)["rows"]) == ("auditor@example.com", 25)
        assert client.get(f"/audit-log/{key}").status_code == 403
        asked = {"subject": "thing 1"}
        lines = client.get(f"/audit-log/{asked_ticket('auditor@example.com', **asked)}").text
        assert len(lines.splitlines()) == 8
        none = client.get(f"/audit-log/{asked_ticket('auditor@example.com', event='none')}")
        assert (none.status_code, "nothing to export" in none.text) == (404, True)
        refused = client.get(f"/audit-log/{asked_ticket('viewer@example.com')}")
        assert (refused.status_code, "read the audit log" in refused.text) == (403, True)
        monkeypatch.setattr(audit_export, "MAXIMUM_EXPORTED", 10)
        large = client.get(f"/audit-log/{asked_ticket('auditor@example.com')}")
        assert (large.status_code, "more than 10 entries" in large.text) == (404, True)
    assert len(audit.newest(warehouse, 50, "audit.export", None)) == 2


def test_an_empty_log(open_page: OpenPage, warehouse: Settings) -> None:
    """The log is there before anything is built."""
    app = open_page("audit", warehouse)
    assert not app.error
    assert "Nothing was noted." in texts(app)
    app.button(key="verify").click().run()
    assert "The audit log is empty" in app.success[0].value


def test_a_payload_that_is_no_object_is_shown(engine_of_log: Engine) -> None:
    assert audit_log.details_of("[1]") == (("payload", "[1]"),)
    assert audit_log.details_of("{") == (("payload", "{"),)

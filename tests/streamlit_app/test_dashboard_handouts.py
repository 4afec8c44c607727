"""The timeline's exports and looks at contact values, and verdicts as of a past day."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from made_life import ASHA, BUSY, BUSY_EVENTS, FORMER
from made_lists import add_exports, add_job, exported
from made_marts import BUILT_AT, PHONE, insert
from made_pairs import BEN, LI
from opened_page import HAS_CONTEXT, OpenPage
from sqlalchemy import Engine, text
from test_dashboard_access import login
from test_dashboard_pages import texts, whole_tree
from test_dashboard_review import free_all
from test_dashboard_timeline import titles

from lode import access
from lode.comply import Contact, Reason, Verdict
from lode.comply_facts import verdict_facts
from lode.db import connect
from lode.settings import Settings
from streamlit_app.queries import timeline
from streamlit_app.queries.engine import create_app_engine
from streamlit_app.queries.review import QueuedPair, read_effect
from streamlit_app.queries.review_statements import LISTS_OF_PAIR
from streamlit_app.queries.statement import SCHEMAS, Statement
from streamlit_app.queries.timeline_statements import HANDOUTS, HANDOUTS_BY_YEAR, PAGE_SIZE
from tests.models.tampered_ledger import without_trigger

pytestmark = pytest.mark.database

DAY = timedelta(days=1)
# The instants of the busy life, so that ids decide at the edge of a page.
START = datetime(2026, 1, 1)


def line(export: int, number: int, person: int) -> dict[str, Any]:
    """A line of an export."""
    digest = hashlib.sha256(f"{export} {number}".encode()).digest()
    return {
        "export_id": export, "contact_hash": digest, "line_number": number,
        "golden_person_id": person,
    }  # fmt: skip


def look(person: int, number: int, at: datetime, reason: str = "asked us") -> dict[str, Any]:
    """A look at contact values."""
    return {
        "actor": "cleo@example.com", "revealed_on": at.date(), "number": number,
        "person_id": person, "reason": reason, "revealed_at": at, "expires_at": at + DAY,
    }  # fmt: skip


@pytest.fixture(scope="module")
def handed(seeded: Settings) -> Settings:
    """The seeded warehouse, with exports of Asha under two ids, and of a busy life."""
    at = datetime(2026, 2, 20, 12)
    times = {"decided_at": at, "started_at": at, "finished_at": at + DAY}
    add_exports(
        seeded,
        exported(seeded, 10, **times),
        exported(seeded, 11, status="HELD", **times),
        exported(seeded, 12, status="FAILED", **times),
        *(
            exported(seeded, 100 + n, decided_at=START + DAY * (n // 4), finished_at=BUILT_AT)
            for n in range(60)
        ),
    )
    lines = [line(number, 1, ASHA) for number in (10, 11, 12)] + [line(10, 2, FORMER)]
    lines += [line(100 + n, 7, BUSY) for n in range(60)]
    with without_trigger(seeded, "list_export_rows_are_open") as cursor:
        insert(cursor, "list_export_rows", lines)
        insert(cursor, "app_reveals", [look(FORMER, 1, at + DAY), look(BUSY, 2, START)])
    with connect("transformer", seeded, schema="marts", autocommit=True) as connection:
        member = {"person_id": BUSY, "golden_person_id": BUSY, "record_count": 1, "is_original": 1}
        insert(connection.cursor(), "person_members", [member])
    return seeded


@pytest.fixture(scope="module")
def engine_of_lives(handed: Settings) -> Any:
    made = create_app_engine(handed)
    yield made
    made.dispose()


def test_what_was_given_out_is_in_the_life(open_page: OpenPage, handed: Settings) -> None:
    """Under any id of the group; what was not released or came to nothing did not leave."""
    app = open_page("timeline", handed, person=str(ASHA))
    assert not app.exception
    assert titles(app)[:3] == [
        "Contact values were shown",
        "Left in an export of the list tx_call v2 by call",
        "Left in an export of the list tx_call v2 by call",
    ]
    assert "by cleo" in texts(app)
    assert "asked us" in texts(app)
    app = open_page("timeline", handed, person=str(ASHA), kind="reveal")
    assert titles(app) == ["Contact values were shown"]
    app = open_page("timeline", handed, person=str(ASHA), asof="2026-02-20")
    assert "Left in an export" not in " ".join(titles(app)), "known a day later"


def test_pages_of_both_follow_each_other_without_gap_or_repeat(engine_of_lives: Engine) -> None:
    seen: list[tuple[datetime, str]] = []
    before, sizes = None, []
    while True:
        page = timeline.read_events(engine_of_lives, BUSY, before=before)
        seen += [one.position for one in page.events]
        sizes.append(len(page.events))
        if not page.has_more:
            break
        before = page.events[-1].position
    assert sizes == [PAGE_SIZE, PAGE_SIZE, PAGE_SIZE, BUSY_EVENTS + 61 - 3 * PAGE_SIZE]
    assert len(set(seen)) == BUSY_EVENTS + 61
    assert seen == sorted(seen, reverse=True)
    counts = {one.kind: one.count for one in timeline.read_years(engine_of_lives, BUSY).counts}
    assert (counts["export"], counts["reveal"]) == (60, 1)
    assert sum(counts.values()) == len(seen)
    assert timeline.read_years(engine_of_lives, BUSY, date(2025, 1, 1)).counts == ()


def plan_of(engine: Engine, statement: Statement, values: dict[str, Any]) -> dict[str, Any]:
    """Return how the server reads each table of a statement."""
    with engine.connect() as connected:
        raw = connected.get_execution_options()[SCHEMAS]["raw"]
        query = statement.for_engine(is_mariadb=False).replace("{raw}", raw)
        rows = connected.execute(text(f"explain format=traditional {query}"), values)
        return {row["table"]: dict(row) for row in rows.mappings()}


def test_they_are_found_by_the_person(handed: Settings, engine_of_lives: Engine) -> None:
    with without_trigger(handed, "list_export_rows_are_open") as cursor:
        insert(cursor, "list_export_rows", [line(9, n, 10**10 * 5 + n) for n in range(5_000)])
        insert(cursor, "app_reveals", [look(10**10 * 5 + n, n, START) for n in range(3, 2_000)])
        cursor.execute("analyze table list_export_rows, app_reveals")
    for statement in (HANDOUTS, HANDOUTS_BY_YEAR):
        values = {
            "person_id": ASHA, "known_before": BUILT_AT, "kinds": "", "happened_at": BUILT_AT,
            "event_id": "", "row_cap": statement.row_cap,
        }  # fmt: skip
        plan = plan_of(engine_of_lives, statement, values)
        assert plan["given"]["key"] == "list_export_rows_person", plan
        assert plan["looks"]["key"] == "app_reveals_person", plan
        assert plan["exports"]["key"] == "PRIMARY", plan


def test_a_review_names_the_lists_that_hold_the_two(
    open_page: OpenPage, handed: Settings, engine_of_lives: Engine
) -> None:
    """Of each list and channel the newest export, under any id of the two, what waits too."""
    pair = QueuedPair(ASHA, BUSY, ASHA, BUSY, 1.0, 50.0, is_risky=False)
    (one,) = read_effect(engine_of_lives, pair).lists
    assert (one.name, one.channel, one.export_id) == ("tx_call", "call", 159)
    assert (one.holds_both, one.is_valid) == (True, True)
    (one,) = read_effect(engine_of_lives, replace(pair, golden_second=LI)).lists
    assert (one.export_id, one.holds_both) == (11, False), "12 came to nothing"
    app = open_page("review", handed, pair=f"{ASHA}-{BEN}")
    assert "It holds one of them: call, export 11 of 2026-02-20 06:00 CST" in texts(app)
    (link,) = (one.proto for one in app.get("page_link") if one.proto.label.startswith("List "))
    assert (link.label, link.query_string) == ("List tx\\_call", "list=tx_call&export=11")
    if HAS_CONTEXT:
        free_all(handed)
        access.grant(handed, "steward@example.com", "steward", by="chief", reason="test")
        app = open_page("review", handed, login("steward"), pair=f"{ASHA}-{BEN}")
        assert "List tx\\_call" in texts(app)
        labels = [one.proto.label for one in app.get("page_link")]
        assert not any(one.startswith("List ") for one in labels), "no way that is closed"
    values = {"golden_first": ASHA, "golden_second": BUSY, "row_cap": LISTS_OF_PAIR.row_cap}
    plan = plan_of(engine_of_lives, LISTS_OF_PAIR, values)
    assert plan["given"]["key"] == "list_export_rows_person", plan
    assert plan["exports"]["key"] == "PRIMARY", plan


# ------------------------------------------------------------------ a past day


def past(person: int, day: str) -> dict[str, Any]:
    """What a job says of the verdicts of a past day."""
    end = datetime(2026, 1, 31)
    blocked = Verdict(Contact("phone", PHONE), "call", end, end)
    blocked.reasons.append(
        Reason("NATIONAL_DNC", "listed", "N", "list_national", "47 CFR 64.1200(c)(2)", "enforce",
               datetime(2026, 1, 12), None)
    )  # fmt: skip
    free = Verdict(Contact("email", "asha@example.com"), "email", end, end)
    return {
        "person": person, "day": day, "at": f"{day}T23:59:59.999999",
        "verdicts": verdict_facts([blocked, free]),
    }  # fmt: skip


def open_points(open_page: OpenPage, settings: Settings, **query: str) -> Any:
    return open_page("timeline", settings, person=str(ASHA), view="points", **query)


def test_without_a_day_a_sentence_asks_for_one(open_page: OpenPage, handed: Settings) -> None:
    app = open_points(open_page, handed)
    next(one for one in app.button if one.label == "Decide as of that day").click().run()
    assert [one.value for one in app.error] == ["Choose the day first."]


def test_verdicts_of_a_past_day_are_asked_for_and_shown(
    open_page: OpenPage, handed: Settings
) -> None:
    app = open_points(open_page, handed, asof="2026-01-31")
    assert not app.exception
    assert app.date_input(key="past_day").value == date(2026, 1, 31)
    next(one for one in app.button if one.label == "Decide as of that day").click().run()
    assert "is asked for" in app.success[0].value
    assert "Verdicts of a past day" in texts(app)
    asked = {"person": ASHA, "day": "2026-01-31"}
    with connect("auditor", handed, schema="raw") as connection:
        cursor = connection.cursor()
        cursor.execute("select parameters from app_jobs where kind = 'person_explain'")
        assert [json.loads(row[0]) for row in cursor.fetchall()] == [asked]
    number = add_job(handed, "person_explain", asked, past(ASHA, "2026-01-31"))
    app = open_points(open_page, handed, past=str(number))
    assert not app.exception
    assert "At the end of 2026-01-31 (UTC)" in texts(app)
    rows = app.dataframe[-1].value.to_dict("records")
    assert [(row["Channel"], row["Verdict"], row["Why"], row["Citation"]) for row in rows] == [
        ("Call", "✕ Blocked", "on the national do-not-call registry", "47 CFR 64.1200(c)(2)"),
        ("E-mail", "✓ Allowed", "", ""),
    ]
    assert PHONE not in whole_tree(app)


def test_verdicts_of_somebody_else_are_not_shown(open_page: OpenPage, handed: Settings) -> None:
    other = add_job(handed, "person_explain", {"person": BUSY, "day": "2026-01-31"},
                    past(BUSY, "2026-01-31"))  # fmt: skip
    for given in (str(other), "999999", "x"):
        app = open_points(open_page, handed, past=given)
        assert not app.exception
        if given != "x":
            assert "At the end of" not in "".join(str(one.value) for one in app.markdown)

"""The page Priority lists: versions, waterfall, a new export as a job, and its file, once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path

import pytest
from made_life import MARKUP
from made_lists import add_exports, add_job, explained, exported, previewed
from made_marts import BUILT_AT, add_registry_copy, create_marts
from opened_page import HAS_CONTEXT, OpenPage, routes_client
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient
from test_dashboard_access import login
from test_dashboard_pages import fill, texts, whole_tree

from lode import access, audit
from lode.db import connect
from lode.list_definitions import define, definition_of
from lode.list_files import export_file, make_folder
from lode.list_release import release
from lode.reveals import reveal
from lode.rights import AccessDeniedError, Principal
from lode.settings import Settings
from streamlit_app import routes
from streamlit_app.auth.tickets import EXPORT, browser_of, issue
from streamlit_app.queries import lists
from streamlit_app.queries.engine import create_app_engine, open_app_connection
from tests.models.tampered_ledger import without_trigger

pytestmark = pytest.mark.database
COOKIES = {"_streamlit_xsrf": "a browser's token"}
CONTENT = b"person_id,phone\r\n1,+12175550143\r\n"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
GOOD, LARGE, OLD, ELSEWHERE, FAILED, OPEN, CHANGED, HELD = range(1, 9)


@pytest.fixture(scope="module")
def listed(warehouse_module: Settings) -> Settings:
    """A warehouse with two lists, exports of every kind, and somebody in four roles."""
    settings = warehouse_module
    create_marts(settings)
    define(settings, "tx_call", definition_of("call", ["TX"], [], []), "ada")
    define(settings, "tx_call", definition_of("call", ["TX"], ["crm"], ["zip>=78700"]), "bob")
    define(settings, "quiet", definition_of("mail", [], [], []), "ada")
    nothing = {"checked_count": None, "row_count": None, "waterfall": None, "valid_until": None}
    large = {"file_sha256": SHA256, "checked_count": 20_000, "row_count": 20_000, "waterfall": "{}"}
    add_exports(
        settings,
        exported(settings, GOOD, file_sha256=SHA256),
        exported(settings, LARGE, **large),
        exported(settings, OLD, valid_until=datetime(2026, 1, 1)),
        exported(settings, ELSEWHERE, file_path="/tmp/somewhere/tx.csv"),
        exported(settings, FAILED, status="FAILED", **nothing),
        exported(settings, OPEN, row_count=699),
        exported(settings, CHANGED),
        exported(settings, HELD, status="HELD", **large),
    )
    make_folder(settings)
    for number in (GOOD, LARGE, OLD, OPEN, CHANGED):
        export_file(settings, f"{number:032x}").write_bytes(CONTENT)
    for role in ("viewer", "operator", "compliance"):
        access.grant(settings, f"{role}@example.com", role, by="chief", reason="test")
    return settings


@pytest.fixture(scope="module")
def engine_of_lists(listed: Settings) -> Iterator[Engine]:
    engine = create_app_engine(listed)
    yield engine
    engine.dispose()


@pytest.fixture
def client(listed: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    with routes_client(listed, monkeypatch, COOKIES) as asked:
        yield asked


def ticket(subject: str, number: int, **more: str) -> str:
    detail = {"export": str(number), **more}
    return issue(EXPORT, f"{subject}@example.com", browser_of(COOKIES), detail)


# ------------------------------------------------------------------ the page


def test_versions_and_the_waterfall_of_an_export(
    open_page: OpenPage, listed: Settings, engine_of_lists: Engine
) -> None:
    app = open_page("lists", listed, list="tx_call", export=str(GOOD))
    assert not app.exception
    assert app.title[0].value == "Priority lists"
    assert app.selectbox(key="chosen_list").options == ["quiet", "tx_call"]
    versions, exports, waterfall = (one.value.to_dict("records") for one in app.dataframe)
    assert [(row["Version"], row["Sources"], row["Conditions"]) for row in versions] == [
        (2, "crm", "zip >= 78700"),
        (1, "all", "none"),
    ]
    assert [row["Export"] for row in exports] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert exports[3]["State"] == "✕ Came to nothing"
    assert exports[0]["State"] == "▲ Waits for a second person"
    assert [(row["Step"], row["People"]) for row in waterfall] == [
        ("In the list", 1_000),
        ("on the national do-not-call registry", -200),
        ("no contact point for the channel", -60),
        ("nothing opens within two weeks", -40),
        ("In the file", 700),
    ]
    found = lists.read_export(engine_of_lists, GOOD)
    assert found is not None
    assert found.closes
    assert sum(row["People"] for row in waterfall[:-1]) == found.rows
    (chart,) = app.get("vega_lite_chart")
    assert "1,000 people in the list, 700 in the file." in repr(chart.proto)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (OLD, "may not be used any more"),
        (ELSEWHERE, "its file is where it was put"),
        (OPEN, "don't add up to the list"),
    ],
)
def test_what_cannot_be_taken_is_a_sentence(
    open_page: OpenPage, listed: Settings, number: int, sentence: str
) -> None:
    app = open_page("lists", listed, list="tx_call", export=str(number))
    assert not app.exception
    assert sentence in texts(app)
    assert not app.get("link_button")


def test_an_export_is_asked_for_once_and_needs_a_reason(
    open_page: OpenPage, listed: Settings
) -> None:
    app = open_page("lists", listed, list="quiet")
    assert "This list was never exported." in texts(app)
    next(one for one in app.button if one.label == "Export version 1").click().run()
    assert "Say what it is for" in app.error[0].value
    app.text_input(key="export_reason_quiet").set_value("spring letter")
    next(one for one in app.button if one.label == "Export version 1").click().run()
    assert not app.exception
    assert "is asked for" in app.success[0].value
    assert "Export a list" in texts(app)
    app.selectbox(key="chosen_list").set_value("tx_call").run()
    assert app.text_input(key="export_reason_tx_call").value == "", "a reason is of one list"
    with connect("auditor", listed, schema="raw") as connection:
        cursor = connection.cursor()
        cursor.execute("select id, parameters from app_jobs where kind = 'list_export'")
        ((number, parameters),) = cursor.fetchall()
    given = json.loads(parameters)
    assert (given["name"], given["version"], given["reason"]) == ("quiet", 1, "spring letter")
    (entry,) = audit.newest(listed, 5, "job.ask", f"job {number}")
    assert json.loads(entry.payload)["kind"] == "list_export"


def test_long_filters_that_end_alike_differ_all_the_same(
    open_page: OpenPage, empty: Settings
) -> None:
    """What is shown of a filter is cut; whether two versions differ must not be."""
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    states = [f"{first}{second}" for first in "ABCDEFG" for second in "KLMNOPQRS"]
    campaigns = [f"Campaign of the spring number {number}" for number in range(20)]
    for left_out in (1, 0):
        asked = definition_of(
            "call", states[: len(states) - left_out], [], [], campaigns[left_out:]
        )
        define(empty, "long", asked, "ada")
    app = open_page("lists", empty, list="long", view="define", than="1")
    rows = next(one.value for one in app.dataframe if "Filter" in one.value).to_dict("records")
    assert rows == [
        {"Filter": "States", "Version 1": "none of its own", "Version 2": "only here: GS"},
        {"Filter": "Campaigns", "Version 1": "none of its own",
         "Version 2": "only here: Campaign of the spring number 0"},
    ]  # fmt: skip
    app.multiselect(key="states_long").set_value(states[:-1])
    next(one for one in app.button if one.label == "Show what it comes to").click().run()
    assert "Not saved: States differs from version 2." in texts(app)


def test_the_registry_is_as_old_as_its_oldest_part(open_page: OpenPage, empty: Settings) -> None:
    """One area code that came today makes no old copy of the others a current one."""
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    define(empty, "tx_call", definition_of("call", ["TX"], [], []), "ada")
    passed = (datetime.now(timezone.utc).date() - BUILT_AT.date()).days
    for age, code in ((40, 512), (0, 737)):
        add_registry_copy(empty, age_days=age - passed, area_code=code)
    for age, state in ((40, "✕ Too old"), (29, "▲ A new one is due")):
        with connect("loader", empty, schema="raw", autocommit=True) as connection:
            connection.cursor().execute(
                "update dnc_downloads set accessed_on = utc_date() - interval %s day"
                " where accessed_on < utc_date()",
                (age,),
            )
        app = open_page("lists", empty, list="tx_call", view="before")
        (national,) = app.dataframe[-1].value.to_dict("records")
        assert (national["Source"], national["Age in days"], national["State"]) == (
            "national", age, state,
        )  # fmt: skip
        assert f"{age} days old." in texts(app), "what the frame says of it"


def test_what_an_export_would_come_to_before_there_is_one(
    open_page: OpenPage, listed: Settings
) -> None:
    app = open_page("lists", listed, list="quiet", view="before")
    assert not app.exception
    assert "No preview is there." in texts(app)
    freshness = app.dataframe[1].value.to_dict("records")
    assert [(row["Source"], row["State"], row["Limit in days"]) for row in freshness] == [
        ("national", "✓ Current", 31)
    ]
    app.button(key="ask_preview").click().run()
    assert "is asked for" in app.success[0].value
    assert "Preview a list" in texts(app)
    number = add_job(
        listed, "list_preview", {"name": "tx_call", "version": 2},
        previewed(listed, refusal="No list leaves now: imp is LOADED.").as_facts(),
    )  # fmt: skip
    app = open_page("lists", listed, list="tx_call", view="before", preview=str(number))
    assert not app.exception
    assert "No list leaves now" in app.error[0].value
    waterfall, sample = (one.value.to_dict("records") for one in app.dataframe[1:3])
    assert [(row["Step"], row["People"]) for row in waterfall] == [
        ("In the list", 1_000),
        ("on the national do-not-call registry", -200),
        ("no contact point for the channel", -60),
        ("nothing opens within two weeks", -40),
        ("In the file", 700),
    ]
    assert [(row["Outcome"], row["First reason"], row["Contact point"]) for row in sample] == [
        ("✓ In the file", "", "+1••••••••43"),
        ("✕ Left out", "on the national do-not-call registry", "+1••••••••44"),
        ("✕ Left out", "no contact point for the channel", "–"),
    ]
    (chart,) = app.get("vega_lite_chart")
    assert "1,000 people in the list, 700 in the file." in repr(chart.proto)


def test_a_preview_of_another_list_is_not_shown(open_page: OpenPage, listed: Settings) -> None:
    number = add_job(
        listed, "list_preview", {"name": "tx_call", "version": 1}, previewed(listed).as_facts()
    )
    for given in (str(number), "99999", "x' or 1=1"):
        app = open_page("lists", listed, list="quiet", view="before", preview=given)
        assert not app.exception
        assert "No preview is there." in texts(app)


def test_why_not_this_one(open_page: OpenPage, listed: Settings) -> None:
    app = open_page("lists", listed, list="tx_call", view="before")
    app.text_input(key="why_person").set_value("Ann Lee")
    next(one for one in app.button if one.label == "Explain").click().run()
    assert "is not the id of a person" in app.error[0].value
    app.text_input(key="why_person").set_value("#10000000002")
    next(one for one in app.button if one.label == "Explain").click().run()
    assert "is asked for" in app.success[0].value
    asked = {"name": "tx_call", "version": 2, "person": 10_000_000_002}
    with connect("auditor", listed, schema="raw") as connection:
        cursor = connection.cursor()
        cursor.execute("select parameters from app_jobs where kind = 'list_explain'")
        assert [json.loads(row[0]) for row in cursor.fetchall()] == [asked]
    cases = (
        (explained(7, "NATIONAL_DNC"), "In the list, left out"),
        (explained(7, "", shared=2), "2 people with smaller ids hold the same"),
        (explained(7, ""), "In the list, and may be contacted."),
        (explained(7, "", is_in_list=False), "Not in the list"),
    )
    for found, sentence in cases:
        number = add_job(listed, "list_explain", asked, found.as_facts())
        app = open_page("lists", listed, list="tx_call", view="before", why=str(number))
        assert not app.exception
        assert sentence in texts(app)
        assert "+12175550143" not in whole_tree(app)
        assert ("✓ Holds" in texts(app), "✕ Does not hold" in texts(app)) == (
            True, not found.is_in_list,
        )  # fmt: skip
    number = add_job(listed, "list_explain", asked, explained(7, "NATIONAL_DNC").as_facts())
    app = open_page("lists", listed, list="tx_call", view="before", why=str(number))
    (reason,) = app.dataframe[1].value.to_dict("records")
    assert (reason["Citation"], reason["Rule"], reason["Until"]) == (
        "47 CFR 64.1200(c)(2)", "list_national", "–",
    )  # fmt: skip


@pytest.mark.skipif(not HAS_CONTEXT, reason="a test can't log in before Streamlit 1.67")
def test_a_large_export_is_released_on_the_page_by_somebody_else(
    open_page: OpenPage, listed: Settings
) -> None:
    place = {"list": "tx_call", "export": str(HELD)}
    app = open_page("lists", listed, login("operator"), **place)
    assert "a second person releases it" in texts(app)
    assert not [one for one in app.button if one.label.startswith("Release")]
    assert not app.get("link_button")
    app = open_page("lists", listed, login("compliance"), **place)
    next(one for one in app.button if one.label == f"Release export {HELD}").click().run()
    assert "Say why it may leave" in app.error[0].value
    app.text_input(key=f"release_reason_{HELD}").set_value("checked")
    next(one for one in app.button if one.label == f"Release export {HELD}").click().run()
    assert "is asked for" in app.success[0].value
    assert "Release an export" in texts(app)
    change = "update list_exports set exported_by = 'compliance@example.com' where id = %s"
    with without_trigger(listed, "list_exports_end_once") as cursor:
        cursor.execute(change, (HELD,))
    app = open_page("lists", listed, login("compliance"), **place)
    app.text_input(key=f"release_reason_{HELD}").set_value("mine")
    next(one for one in app.button if one.label == f"Release export {HELD}").click().run()
    assert "somebody else than who made it" in app.error[0].value


@pytest.mark.skipif(not HAS_CONTEXT, reason="a test can't log in before Streamlit 1.67")
def test_who_releases_sees_lists_and_asks_for_none(open_page: OpenPage, listed: Settings) -> None:
    app = open_page("lists", listed, login("compliance"), list="tx_call", export=str(GOOD))
    assert len(app.dataframe) == 3
    assert not app.main.text_input
    assert "You may not build priority lists" in texts(app)
    app = open_page("lists", listed, login("viewer"), list="tx_call")
    assert "You may not see priority lists" in app.warning[0].value
    assert not app.dataframe


def test_an_address_leads_to_an_export_however_old(
    open_page: OpenPage, warehouse: Settings
) -> None:
    """What waits for a second person is not always among the newest."""
    for name in ("long", "other"):
        define(warehouse, name, definition_of("call", ["TX"], [], []), "ada")
    count = lists.MAXIMUM_EXPORTS + 5
    rows = [exported(warehouse, number, list_name="long") for number in range(1, count + 1)]
    add_exports(warehouse, *rows, exported(warehouse, count + 1, list_name="other"))
    for asked, shown in ((1, 1), (count, count), (count + 1, count), (9_999, count)):
        app = open_page("lists", warehouse, list="long", export=str(asked))
        assert not app.exception
        assert app.selectbox(key="chosen_export").value == str(shown)
        is_said = f"Export: {asked} is not offered here" in texts(app)
        assert is_said == (asked != shown)


def test_an_address_leads_to_a_list_beyond_those_offered(
    open_page: OpenPage, warehouse: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And never shows another list in its place without a word; another choice forgets the rest."""
    monkeypatch.setattr(lists, "MAXIMUM_LISTS", 1)
    for name in ("long", "other"):
        define(warehouse, name, definition_of("call", ["TX"], [], []), "ada")
    add_exports(warehouse, exported(warehouse, 1, list_name="other"))
    app = open_page("lists", warehouse, list="other", export="1")
    chosen = app.selectbox(key="chosen_list")
    assert (chosen.value, chosen.options) == ("other", ["long", "other"])
    assert "not offered" not in texts(app)
    chosen.set_value("long").run()
    assert "export" not in app.query_params
    assert "not offered" not in texts(app)
    app = open_page("lists", warehouse, list="gone")
    assert "List: gone is not offered here. What is shown is long." in texts(app)


@pytest.mark.parametrize("given", ["9999", "soon", "9" * 30])
def test_a_job_that_is_no_preview_of_this_list_is_a_sentence(
    open_page: OpenPage, warehouse: Settings, given: str
) -> None:
    """No other preview is shown in its place."""
    define(warehouse, "tx", definition_of("call", ["TX"], [], []), "ada")
    add_job(warehouse, "list_preview", {"name": "tx", "version": 1}, {"checked": 1})
    app = open_page("lists", warehouse, list="tx", view="before", preview=given)
    assert f"No job that can be shown here has the number {given}" in texts(app)
    assert "No preview is there." in texts(app)


@pytest.mark.parametrize(
    ("state", "said"),
    [("WAITING", "The preview is on its way."), ("FAILED", "came to nothing: It is done.")],
)
def test_a_preview_that_is_asked_for_is_not_said_to_be_missing(
    open_page: OpenPage, warehouse: Settings, state: str, said: str
) -> None:
    define(warehouse, "tx", definition_of("call", ["TX"], [], []), "ada")
    number = add_job(warehouse, "list_preview", {"name": "tx", "version": 1}, {}, state)
    app = open_page("lists", warehouse, list="tx", view="before", preview=str(number))
    assert not app.exception
    assert said in texts(app).replace("&#58;\u2060", ":").replace("\\.", ".")
    assert "No preview is there." not in texts(app)


def test_no_lists_and_hostile_words(open_page: OpenPage, warehouse: Settings) -> None:
    """Lists are there before anything is built."""
    app = open_page("lists", warehouse, list=MARKUP, export="x")
    assert not app.error
    assert "No list is defined yet." in texts(app)
    define(warehouse, "odd", definition_of("email", [], [MARKUP[:60]], [f"city={MARKUP}"]), MARKUP)
    most = 2**32 - 1
    add_exports(
        warehouse,
        exported(warehouse, 1, list_name="odd", reason=MARKUP, exported_by=MARKUP,
                 checked_count=most, row_count=most - 2**31, waterfall=json.dumps({MARKUP: 2**31})),
    )  # fmt: skip
    app = open_page("lists", warehouse, list=MARKUP, export="x")
    assert not app.exception
    assert "![x]" not in texts(app)
    assert "4294967295" in whole_tree(app)


# ------------------------------------------------------------------ the file


def test_a_file_comes_once_to_its_browser_and_is_noted(
    client: TestClient, listed: Settings
) -> None:
    key = ticket("operator", GOOD)
    other = {"_streamlit_xsrf": "another browser's"}
    with TestClient(Starlette(routes=routes.ROUTES), cookies=other) as stranger:
        assert stranger.get(f"/exports/{key}").status_code == 403
    assert client.head(f"/exports/{key}").status_code == 405
    answer = client.get(f"/exports/{key}")
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert 'filename="tx_call_v2_export_1.csv"' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    assert client.get(f"/exports/{key}").status_code == 403
    (entry,) = audit.newest(listed, 10, "list.download", f"export {GOOD}")
    assert entry.actor == "operator@example.com"
    noted = json.loads(entry.payload)
    assert (noted["rows"], noted["sha256"]) == (700, SHA256)
    assert (noted["reveals"], noted["reason"]) == (700, None), "each line is a look"


def test_a_file_leaves_again_only_for_a_reason(client: TestClient, listed: Settings) -> None:
    """Also where two take it at the same moment, and in whoever's hands it was before."""
    add_exports(listed, exported(listed, 60, list_name="again", file_sha256=SHA256))
    export_file(listed, f"{60:032x}").write_bytes(CONTENT)
    access.grant(listed, "second@example.com", "operator", by="chief", reason="test")
    links = [f"/exports/{ticket(who, 60)}" for who in ("operator", "second", "operator")]
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(client.get, links))
    assert sorted(one.status_code for one in answers) == [200, 403, 403]
    refused = next(one for one in answers if one.status_code == 403)
    assert "was taken before" in refused.text
    assert client.get(f"/exports/{ticket('second', 60, reason='no')}").status_code == 404
    again = client.get(f"/exports/{ticket('second', 60, reason='the dialer lost it')}")
    assert again.content == CONTENT
    entries = audit.newest(listed, 10, "list.download", "export 60")
    assert [json.loads(one.payload)["reason"] for one in entries] == [None, "the dialer lost it"]
    assert entries[-1].actor == "second@example.com"
    assert audit.verify_log(listed, {}).fault is None


def test_exports_leave_the_budget_of_single_looks_alone(
    client: TestClient, listed: Settings
) -> None:
    add_exports(listed, exported(listed, 61, list_name="again", file_sha256=SHA256))
    export_file(listed, f"{61:032x}").write_bytes(CONTENT)
    assert client.get(f"/exports/{ticket('operator', 61)}").status_code == 200
    who = Principal("operator@example.com", frozenset({"compliance"}))
    with closing(open_app_connection(listed)) as connection:
        assert reveal(connection, listed, who, 1, "asked by phone").number == 1


@pytest.mark.parametrize(
    ("subject", "number", "status", "sentence"),
    [
        ("viewer", GOOD, 403, "You may not see priority lists"),
        ("compliance", GOOD, 403, "You may not build priority lists"),
        ("operator", LARGE, 404, "waits for its release by a second person"),
        ("operator", HELD, 404, "waits for its release by a second person"),
        ("operator", OLD, 404, "may not be used any more"),
        ("operator", ELSEWHERE, 404, "its file is where it was put"),
        ("operator", FAILED, 404, "came to nothing"),
        ("operator", CHANGED, 404, "is not the one that was made"),
        ("operator", 999, 404, "There is no such export"),
    ],
)
def test_what_may_not_leave_stays(
    client: TestClient, listed: Settings, subject: str, number: int, status: int, sentence: str
) -> None:
    before = len(audit.newest(listed, 100, "list.download", None))
    answer = client.get(f"/exports/{ticket(subject, number)}")
    assert (answer.status_code, sentence in answer.text) == (status, True), answer.text
    assert len(audit.newest(listed, 100, "list.download", None)) == before


def test_a_large_file_is_taken_when_a_second_person_released_it(
    client: TestClient, listed: Settings
) -> None:
    """One of an older version, whose file lies there already, needs the release too."""
    assert client.get(f"/exports/{ticket('operator', LARGE)}").status_code == 404
    with pytest.raises(AccessDeniedError, match="somebody else than who made"):
        release(listed, LARGE, Principal("operator@example.com", frozenset({"admin"})), "mine")
    release(listed, LARGE, Principal("chief@example.com", frozenset({"compliance"})), "checked")
    assert client.get(f"/exports/{ticket('compliance', LARGE)}").status_code == 403
    assert client.get(f"/exports/{ticket('operator', LARGE)}").content == CONTENT


def test_no_path_but_that_of_an_export_leads_to_a_file(
    client: TestClient, listed: Settings, tmp_path: Path
) -> None:
    secret = tmp_path / f"{50:032x}.csv"
    secret.write_bytes(CONTENT)
    folder = export_file(listed, f"{1:032x}").parent
    add_exports(
        listed,
        exported(listed, 50, list_name="paths", file_path=str(secret)),
        exported(listed, 51, list_name="paths", file_path=str(folder / ".." / secret.name)),
        exported(listed, 52, list_name="paths", file_path=str(folder / "accounts.csv")),
    )
    for number in (50, 51, 52):
        assert client.get(f"/exports/{ticket('operator', number)}").status_code == 404

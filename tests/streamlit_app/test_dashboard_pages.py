"""The pages in AppTest: seeded, empty, never built, stale, database down, hostile, huge."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from made_life import FORMER
from made_marts import (
    ADDRESS,
    ASHA,
    BEN,
    BUILT_AT,
    EMAIL,
    HOSTILE,
    IMPORTS,
    PHONE,
    PROBLEMS,
    SUMMARY,
    add_imports,
    contact,
    insert,
    person,
    set_import,
)
from opened_page import VIEWER_ZONE, OpenPage, own_links, use_settings
from relay import Relay
from streamlit.testing.v1 import AppTest

from lode.db import connect
from lode.settings import Settings
from streamlit_app.queries.imports import MAXIMUM_IMPORTS
from streamlit_app.ui.format import local_time, utc_now, zone_of

pytestmark = pytest.mark.database

NOT_BUILT = "Nothing has been built yet: run `lode run`."


def texts(app: AppTest) -> str:
    """Return all that a page says, in one string."""
    kinds: list[Any] = [
        app.title,
        app.subheader,
        app.caption,
        app.markdown,
        app.info,
        app.warning,
        app.error,
        app.success,
    ]
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def whole_tree(app: AppTest) -> str:
    """Return everything a page sends to the browser, widgets and tables included."""
    frames = " ".join(table.value.to_string() for table in app.dataframe)
    return f"{texts(app)} {app.main!r} {frames}"


def fill(settings: Settings, table: str, *rows: Any) -> None:
    """Insert rows into a mart."""
    with connect("transformer", settings, schema="marts", autocommit=True) as connection:
        insert(connection.cursor(), table, rows)


# ------------------------------------------------------------------ seeded


def test_overview_shows_the_numbers_of_the_warehouse(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("overview", seeded)
    assert not app.exception
    assert app.title[0].value == "Overview"
    assert [(tile.label, tile.value, tile.delta) for tile in app.metric] == [
        ("Golden persons", "52.35 M", "of 84 M records"),
        ("Callable", "12.35 M", "23.6 % of persons"),
        ("Textable", "9.877 M", "18.9 % of persons"),
        ("Mailable", "44.44 M", "84.9 % of persons"),
        ("E-mailable", "31 M", "59.2 % of persons"),
        ("Pairs to review", "3", ""),
        ("Imports to look at", "4", ""),
        ("Exports to release", "0", ""),
        ("Rule breaches", "0", ""),
        ("Late opt-outs", "0", ""),
    ]
    assert "12,345,678 of 52,345,678" in app.metric[1].help
    assert "Warehouse version 5f2d8c1e, built" in texts(app)
    assert f"({local_time(BUILT_AT, zone_of(VIEWER_ZONE))})" in texts(app)


def test_overview_leads_to_the_imports_that_need_somebody(
    open_page: OpenPage, seeded: Settings
) -> None:
    app = open_page("overview", seeded)
    links = [link.proto.label for link in app.get("page_link") if ": " in link.proto.label]
    assert [label.split(": ", 1)[1] for label in links] == [
        "failed",
        "loaded, not processed yet: run lode run",
        "does not account for every record",
        "complete, with rejected records",
    ]


def test_overview_says_what_is_at_work_and_what_is_stuck(
    open_page: OpenPage, empty: Settings
) -> None:
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    add_imports(empty, [IMPORTS[0], {**IMPORTS[4], "status": "LOADING", "uploaded_at": utc_now()}])

    def said() -> tuple[list[str], bool, str]:
        app = open_page("overview", empty)
        labels = [link.label for link in own_links(app)]
        links = [label.split(": ", 1)[1] for label in labels if ": " in label]
        waiting = {tile.label: tile.value for tile in app.metric}
        return links, bool(app.success), waiting["Imports to look at"]

    assert said() == (["at work (loading)"], False, "0")
    set_import(empty, "imp_2026_02_19_002", uploaded_at=BUILT_AT - timedelta(days=2))
    assert said() == (["loading, but it began 2 days ago: it may be stuck"], False, "1")
    set_import(empty, "imp_2026_02_19_002", status="UNDOING")
    assert said() == (["not taken out yet: run lode run"], False, "1")
    set_import(empty, "imp_2026_02_19_002", status="UNDONE")
    assert said() == ([], True, "0")


def test_imports_lists_every_import_with_its_counts(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("imports", seeded)
    assert not app.exception
    assert app.title[0].value == "Imports"
    table = app.dataframe[0].value
    assert list(table["Import"]) == [
        "imp_2026_02_19_002",
        "imp_2026_02_19_001",
        "imp_2026_02_18_002",
        "imp_2026_02_18_001",
        "imp_2026_02_17_001",
    ]
    assert list(table["State"]) == [
        "✕ Failed",
        "◑ Loaded",
        "✕ Not balanced",
        "▲ With rejects",
        "✓ Complete",
    ]
    assert list(table["Records"].dropna()) == [777, 500, 1_000, 12_000]
    assert list(table["Rejected"].dropna()) == [3, 40, 0]
    uploaded_at = local_time(datetime(2026, 2, 19, 3, 30), zone_of(VIEWER_ZONE))
    assert list(table["Uploaded"]) == [uploaded_at] * 5
    assert "Select an import" in texts(app)


def test_an_import_in_the_address_is_open_at_once(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("imports", seeded, imp="imp_2026_02_18_001")
    said = texts(app)
    assert "imp\\_2026\\_02\\_18\\_001" in said
    assert (
        "1,000 records = 900 inserted + 20 updated + 30 unchanged + 10 collapsed + 40 rejected."
        " Every one of the 1,000 records is accounted for." in said
    )
    assert "**SHA-256** 000000000000…" in said
    assert not app.error


def test_what_is_wrong_in_an_import_is_counted_without_values(
    open_page: OpenPage, empty: Settings
) -> None:
    fill(empty, "import_problems", *PROBLEMS)
    add_imports(empty, [{**row, "completed_at": BUILT_AT} for row in IMPORTS[:2]])
    app = open_page("imports", empty, imp="imp_2026_02_18_001")
    assert not app.exception
    table = app.dataframe[1].value
    assert list(table["Problem"]) == ["✕ Refused", "▲ Doubtful"]
    assert list(table["Records"]) == [IMPORTS[1]["rejected_count"], 2]
    assert list(table["First record"]) == [11, 30]
    assert table["What is wrong"][0] == "The number [phone] has too few digits."
    assert "217-555-0143" not in whole_tree(app)
    other = open_page("imports", empty, imp="imp_2026_02_17_001")
    assert "Nothing is wrong or doubtful in its records." in texts(other)


def test_an_account_that_does_not_close_is_a_red_sentence(
    open_page: OpenPage, seeded: Settings
) -> None:
    app = open_page("imports", seeded, imp="imp_2026_02_18_002")
    assert [message.value for message in app.error] == [
        "The accounting does not close: 7 of 500 records are not accounted for."
        " Don't use this import before it was looked into."
    ]


def test_a_failed_import_says_why(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("imports", seeded, imp="imp_2026_02_19_002")
    assert "is not UTF\\-8 at byte 4711" in app.error[0].value


def test_an_unknown_import_is_a_sentence(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("imports", seeded, imp="![x](http://tracker.example.com/a.png)")
    assert "There is no import" in app.info[0].value
    assert "![x]" not in whole_tree(app)
    assert len(app.dataframe) == 1


def search(app: AppTest, typed: str) -> AppTest:
    """Type into the search and press its button."""
    app.text_input[0].set_value(typed)
    return app.button[0].click().run()


def test_a_search_lists_people_and_says_what_may_be_used(
    open_page: OpenPage, seeded: Settings
) -> None:
    app = search(open_page("people", seeded), "household@example.org")
    assert not app.exception
    table = app.dataframe[0].value
    assert list(table["Name"]) == ["Asha Nakamura-O'Neil", "Benjamín De La Cruz"]
    assert list(table["Call"]) == ["✓ Allowed", "✕ Blocked"]
    assert list(table["Person id"]) == [str(ASHA), str(BEN)]
    assert "2 people found" in texts(app)
    assert "person" not in app.query_params


def test_a_search_shows_fifty_and_says_there_are_more(
    open_page: OpenPage, seeded: Settings
) -> None:
    app = search(open_page("people", seeded), "Miller")
    assert len(app.dataframe[0].value) == 50
    assert "More than 50 people" in app.warning[0].value


@pytest.mark.parametrize("typed", ["(217) 555-0143", "nakamura-o'neil, asha", EMAIL, str(ASHA)])
def test_a_single_hit_is_opened_and_only_its_id_is_in_the_address(
    open_page: OpenPage, seeded: Settings, typed: str
) -> None:
    app = search(open_page("people", seeded), typed)
    assert dict(app.query_params) == {"person": str(ASHA)}
    assert app.subheader[0].value == "Asha Nakamura\\-O\\'Neil"


def test_a_single_hit_is_opened_once_and_the_back_button_leads_out(
    open_page: OpenPage, seeded: Settings
) -> None:
    """What stands in the box opens nobody again, and keeps nobody from somebody else."""
    app = search(open_page("people", seeded), EMAIL)
    app.query_params.clear()
    app.run()
    assert dict(app.query_params) == {}
    assert list(app.dataframe[0].value["Person id"]) == [str(ASHA)]
    assert "1 person found" in texts(app)
    app.query_params["person"] = str(BEN)
    app.run()
    assert dict(app.query_params) == {"person": str(BEN)}


def test_an_id_that_was_merged_is_found(open_page: OpenPage, seeded: Settings) -> None:
    app = search(open_page("people", seeded), f"#{FORMER}")
    assert f"Person {FORMER} is now a part of golden person {ASHA}." in texts(app)
    app.query_params["person"] = str(ASHA)
    app.run()
    assert dict(app.query_params) == {"person": str(ASHA)}
    app = search(open_page("people", seeded), "#123")
    assert "There is no golden person 123." in texts(app)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("nobody@example.com", "Nobody was found."),
        ("a@b", "That e-mail address is not complete"),
        ("555 0143", "neither a phone number"),
        ("x", "Type at least 2 letters"),
    ],
)
def test_a_search_that_finds_nothing_says_why(
    open_page: OpenPage, seeded: Settings, typed: str, sentence: str
) -> None:
    app = search(open_page("people", seeded), typed)
    assert sentence in app.info[0].value
    assert not app.dataframe


def test_a_person_shows_contact_points_masked_with_verdicts(
    open_page: OpenPage, seeded: Settings
) -> None:
    app = open_page("people", seeded, person=str(ASHA))
    said = texts(app)
    assert not app.exception
    assert "**4 records** from **3 imports**, matched as **2 persons**" in said
    (link,) = own_links(app)
    assert (link.label, link.query_string) == ("Timeline of this person", f"person={ASHA}")
    assert "**\\+1••••••••43**" in said
    assert "Phone · Mobile · Primary · Verified" in said
    assert ":green-badge[✓ Allowed] **Call**" in said
    assert (
        ":red-badge[✕ Blocked] **Text**: asked not to be contacted here;"
        " on the national do\\-not\\-call registry" in said
    )
    assert ":red-badge[✕ Blocked] **E\\-mail**: Newly invented rule" in said
    sent = whole_tree(app)
    for clear in (PHONE, PHONE[2:], EMAIL, ADDRESS, "N OAK", "1984-07", "62701"):
        assert clear not in sent


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("99999999999", "There is no golden person 99999999999."),
        ("abc", "abc is not the id of a person."),
        ("-1", "is not the id of a person."),
        ("9" * 5_000, "is not the id of a person."),
        ("0" * 30 + "1" * 4_400, "is not the id of a person."),
        ("", "is not the id of a person."),
        ("١٢٣", "is not the id of a person."),
    ],
)
def test_an_unknown_person_is_a_sentence(
    open_page: OpenPage, seeded: Settings, given: str, sentence: str
) -> None:
    app = open_page("people", seeded, person=given)
    assert not app.exception
    assert sentence in app.info[0].value
    assert not app.error


# ------------------------------------------------------------------ empty, never built, down, stale


@pytest.mark.parametrize("name", ["overview", "people", "timeline"])
def test_marts_that_are_empty_say_so(open_page: OpenPage, empty: Settings, name: str) -> None:
    app = open_page(name, empty)
    assert [message.value for message in app.info] == [NOT_BUILT]
    assert not app.exception
    assert not app.metric


def test_no_imports_say_what_to_do(open_page: OpenPage, empty: Settings) -> None:
    app = open_page("imports", empty)
    assert "No file has been imported yet. Load one with `lode load FILE`." in texts(app)
    assert not app.dataframe


def test_imports_are_live_before_anything_was_built(open_page: OpenPage, empty: Settings) -> None:
    add_imports(empty, [{"id": 1, "import_id": "imp_a", "filename": "a.csv", "status": "LOADED"}])
    app = open_page("imports", empty)
    assert list(app.dataframe[0].value["State"]) == ["◑ Loaded"]
    assert NOT_BUILT not in texts(app)


@pytest.mark.parametrize("name", ["overview", "imports", "people", "timeline", "review", "risk"])
def test_never_built_is_said_once(open_page: OpenPage, warehouse: Settings, name: str) -> None:
    app = open_page(name, warehouse)
    assert [message.value for message in app.info] == [NOT_BUILT]
    assert not app.error
    assert not app.exception


@pytest.mark.parametrize(
    "name",
    ["overview", "imports", "people", "timeline", "review", "lists", "risk", "audit", "health"],
)
def test_a_database_that_is_down_is_a_sentence(
    open_page: OpenPage,
    unreachable: Settings,
    seeded: Settings,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    app = open_page(name)
    assert not app.exception
    (message,) = app.error
    assert "does not answer" in message.value
    assert "(Error " in message.value
    assert "made-up-secret" not in whole_tree(app)
    assert "Traceback" not in whole_tree(app)
    # The database comes back: the same page works without a restart of the app.
    again = open_page(name, seeded)
    assert not again.error
    assert not again.exception


def test_a_database_lost_in_between_is_a_sentence_and_comes_back(
    open_page: OpenPage, seeded: Settings, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = seeded.account("app")
    use_settings(seeded, monkeypatch)
    monkeypatch.setenv("LODE_DB_HOST", "127.0.0.1")
    monkeypatch.setenv("LODE_DB_PORT", str(relay.port))
    monkeypatch.setenv("LODE_APP_USER", account.user)
    monkeypatch.setenv("LODE_APP_PASSWORD", account.password)
    app = open_page("imports")
    assert len(app.dataframe[0].value) == 5
    relay.cut()
    app.run()
    assert len(app.dataframe[0].value) == 5
    relay.close()
    app.run()
    assert not app.exception
    assert "(Error " in app.error[0].value


def test_a_bad_setting_is_a_sentence(
    open_page: OpenPage, seeded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_settings(seeded, monkeypatch)
    monkeypatch.setenv("LODE_ENGINE", "oracle")
    app = open_page("overview")
    assert "LODE_ENGINE is 'oracle'" in app.error[0].value
    assert not app.exception


def test_a_stale_warehouse_says_how_old_it_is(open_page: OpenPage, empty: Settings) -> None:
    built_at = BUILT_AT - timedelta(days=3)
    fill(empty, "warehouse_version", {"version": "old", "built_at": built_at})
    fill(empty, "warehouse_summary", {**SUMMARY, "built_at": built_at})
    app = open_page("overview", empty)
    assert "built 3 days ago" in app.warning[0].value
    assert "over 36 hours old: run `lode run`" in app.warning[0].value
    assert app.metric[0].value == "52.35 M"


def test_one_broken_panel_leaves_the_others(open_page: OpenPage, empty: Settings) -> None:
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    with connect("transformer", empty, schema="marts", autocommit=True) as connection:
        connection.cursor().execute("alter table warehouse_summary drop column textable")
    add_imports(empty, [{"id": 1, "import_id": "imp_a", "filename": "a.csv", "status": "FAILED"}])
    app = open_page("overview", empty)
    assert not app.exception
    assert "The database could not answer this. (Error " in app.error[0].value
    labels = [link.label for link in own_links(app)]
    assert (labels[:2], labels[-1]) == (
        ["See pairs to review", "See imports to look at"], "✕ a\\.csv: failed",
    )  # fmt: skip


# ------------------------------------------------------------------ live, huge, hostile


def test_many_decisions_hide_no_load_that_waits(open_page: OpenPage, empty: Settings) -> None:
    with connect("loader", empty, schema="raw", autocommit=True) as connection:
        connection.cursor().executemany(
            "insert into app_jobs (request_key, kind, parameters, asked_by)"
            " values (%s, %s, '{\"name\": \"a.csv\"}', 'ada')",
            [("0", "load"), *((str(n), "decide_pair") for n in range(1, 26))],
        )
    app = open_page("imports", empty)
    assert "**Waiting**] · Load a file · a\\.csv" in texts(app)
    assert "decide" not in texts(app)


def test_a_running_import_is_followed_until_it_ends(open_page: OpenPage, empty: Settings) -> None:
    row = {"id": 1, "import_id": "imp_a", "filename": "a.csv", "status": "LOADING"}
    add_imports(empty, [{**row, "uploaded_at": BUILT_AT}])
    app = open_page("imports", empty)
    assert list(app.dataframe[0].value["State"]) == ["◔ Loading"]
    assert app.session_state["imports_are_running"] is True
    set_import(empty, "imp_a", status="COMPLETE", row_count=3, inserted_count=3)
    set_import(
        empty, "imp_a", updated_count=0, unchanged_count=0, collapsed_count=0, rejected_count=0
    )
    app.run()
    assert list(app.dataframe[0].value["State"]) == ["✓ Complete"]
    assert app.session_state["imports_are_running"] is False


def test_an_import_that_is_stuck_is_said_so_and_not_followed(
    open_page: OpenPage, empty: Settings
) -> None:
    row = {"id": 1, "import_id": "imp_a", "filename": "a.csv", "status": "PROCESSING"}
    add_imports(empty, [{**row, "uploaded_at": BUILT_AT - timedelta(days=1)}])
    app = open_page("imports", empty, imp="imp_a")
    assert "Begun 1 day ago and not finished" in app.warning[0].value
    assert "imports_are_running" not in app.session_state


def test_all_imports_are_listed_page_by_page_and_an_old_one_opens(
    open_page: OpenPage, empty: Settings
) -> None:
    add_imports(
        empty,
        [
            {"id": n, "import_id": f"imp_{n:03d}", "filename": f"{n}.csv", "status": "LOADED"}
            for n in range(1, 206)
        ],
    )
    app = open_page("imports", empty, imp="imp_001")
    assert "**File** 1\\.csv" in texts(app)
    newest = list(app.dataframe[0].value["Import"])
    assert len(newest) == MAXIMUM_IMPORTS
    assert app.button(key="newer").disabled
    app.button(key="older").click().run()
    older = list(app.dataframe[0].value["Import"])
    assert newest + older == [f"imp_{n:03d}" for n in range(205, 0, -1)]
    assert app.button(key="older").disabled
    app.button(key="newer").click().run()
    assert list(app.dataframe[0].value["Import"]) == newest


HUGE = 84_000_000_001


def test_huge_numbers_are_shown_whole(open_page: OpenPage, empty: Settings) -> None:
    counts = {"updated_count": 0, "unchanged_count": 0, "collapsed_count": 0, "rejected_count": 1}
    add_imports(
        empty,
        [
            {
                "id": 1,
                "import_id": "imp_huge",
                "filename": "huge.csv",
                "status": "COMPLETE",
                "row_count": HUGE,
                "inserted_count": HUGE - 1,
                **counts,
            }
        ],
    )
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    fill(empty, "warehouse_summary", {**SUMMARY, "golden_persons": 10**15, "records": 10**15})
    app = open_page("imports", empty, imp="imp_huge")
    assert app.dataframe[0].value["Records"].iloc[0] == HUGE
    assert "84,000,000,001 records = 84,000,000,000 inserted" in texts(app)
    overview = open_page("overview", empty)
    assert overview.metric[0].value == "1000 T"
    assert "1,000,000,000,000,000" in overview.metric[0].help


def test_a_hostile_name_is_shown_as_text(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("people", seeded, person=str(HOSTILE))
    assert not app.exception
    shown = app.subheader[0].value
    assert shown.startswith("\\!\\[x\\]\\(http&#58;")
    assert "<img" not in shown.replace("\\<img", "")
    assert ":red[" not in shown
    assert "\u202e" not in shown
    assert "\n" not in shown
    assert app.get("imgs") == []


def test_hostile_files_and_contacts_are_shown_as_text(open_page: OpenPage, empty: Settings) -> None:
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    long_value = "![x](http://tracker.example.com/a.png)" * 10
    fill(empty, "golden_persons", person(7, None, None, company_name="<script>alert(1)</script>"))
    fill(
        empty,
        "contact_points",
        contact(7, "email", long_value[:400], "email"),
        contact(7, "fax", "=1+1", "psychic", reasons="<B>,:red[x]"),
    )
    add_imports(
        empty,
        [
            {
                "id": 1,
                "import_id": "imp_1",
                "filename": ("![x](http://tracker.example.com/f.png)" * 7)[:255],
                "status": "FAILED",
                "uploaded_by": "<b>ops</b>",
                "error_message": "![x](http://tracker.example.com/e.png) " * 256,
            }
        ],
    )
    for page, query in (
        ("imports", {"imp": "imp_1"}),
        ("people", {"person": "7"}),
        ("overview", {}),
    ):
        app = open_page(page, empty, **query)
        assert not app.exception
        markdown = texts(app) + " ".join(link.proto.label for link in app.get("page_link"))
        assert "![x]" not in markdown
        assert "<b>" not in markdown.lower().replace("\\<b\\>", "")
        assert "<script" not in markdown.replace("\\<script", "")
        assert len(markdown) < 6_000
    assert "Psychic" in texts(open_page("people", empty, person="7"))


def test_ten_thousand_typed_characters_are_a_sentence(
    open_page: OpenPage, seeded: Settings
) -> None:
    app = search(open_page("people", seeded), "x" * 10_000)
    assert not app.exception
    assert app.text_input[0].value == "x" * 100
    assert "Nobody was found." in app.info[0].value


def test_a_list_of_people_that_there_is_not_is_said(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("people", seeded, channel="fax")
    assert "There is no list of people called fax." in texts(app)
    assert not app.dataframe

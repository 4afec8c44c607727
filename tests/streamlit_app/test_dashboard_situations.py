"""Every page in seven situations, each with a value that it must show: a table without gaps.

A page that is new and has no line here fails. What a page shows beyond that is tested by the files
of the pages.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from made_life import ASHA, MARKUP, event
from made_lists import add_exports, exported
from made_marts import BUILT_AT, SUMMARY, add_imports, contact, person
from made_pairs import BEN, pair
from made_risk import add_incidents, incident
from opened_page import HAS_CONTEXT, OpenPage
from test_dashboard_access import login
from test_dashboard_health import size
from test_dashboard_pages import fill, texts, whole_tree

from lode import access, audit
from lode.db import connect
from lode.list_definitions import define, definition_of
from lode.settings import Settings
from streamlit_app.navigation import PAGES

pytestmark = [
    pytest.mark.database,
    pytest.mark.skipif(not HAS_CONTEXT, reason="a test can't log in before Streamlit 1.67"),
]
SITUATIONS = ("seeded", "empty", "stale", "down", "wrong role", "hostile", "huge")
ODD = 2**63
STALE = "That is over 36 hours old"
DOWN = "does not answer"
# What a page is asked for where it is about one thing: page -> situation -> query.
ASKED: dict[str, dict[str, dict[str, str]]] = {
    "imports": {"hostile": {"imp": "imp_odd"}, "huge": {"imp": "imp_odd"}},
    "people": {
        "seeded": {"person": str(ASHA)}, "empty": {"channel": "call"},
        "hostile": {"person": str(ODD)}, "huge": {"person": str(ODD)},
    },
    "timeline": {
        "seeded": {"person": str(ASHA)}, "hostile": {"person": str(ODD)},
        "huge": {"person": str(ODD)},
    },
    "review": {
        "seeded": {"pair": f"{ASHA}-{BEN}"},
        "hostile": {"pair": f"{ODD}-{ODD + 1}"}, "huge": {"pair": f"{ODD}-{ODD + 1}"},
    },
    "lists": {"seeded": {"list": "tx_call"}, "hostile": {"list": "odd"}, "huge": {"list": "odd"}},
    "risk": {"seeded": {"from": "2025-10-27", "to": "2025-11-16"}},
}  # fmt: skip
SAFE = "\\!\\[x\\]\\(http&#58;"
NO_ROLE = "has no role here"
# What it must show, in the order of the situations that pages differ in.
VALUES: dict[str, tuple[str, str, str, str, str]] = {
    "overview": (
        "23.6 % of persons", "There are no numbers yet.", NO_ROLE, SAFE, "1,000,000,000,000,000",
    ),
    "imports": (
        "imp_2026_02_18_001", "No file has been imported yet.", "You may not see imports", SAFE,
        "84,000,000,001 records = 84,000,000,001 inserted",
    ),
    "people": (
        "matched as **2 persons**", "There is nobody.", "You may not look at people", f"at {SAFE}",
        "**4,294,967,295 records**",
    ),
    "lists": (
        "1,000 people in the list, 700 in the file", "No list is defined yet.",
        "You may not see priority lists", SAFE, "4,294,967,295 people in the list",
    ),
    "timeline": (
        "7 events from 2024 to 2026", "Nobody is chosen yet.", "You may not look at people", SAFE,
        "4,294,967,295 records",
    ),
    "review": (
        "They become golden person **10000000001** of 5 records and 3 persons",
        "No pair waits for you.", "You may not review duplicates", SAFE, "4,294,967,295 records",
    ),
    "risk": (
        "124 incidents in 3 weeks", "there was none to check; checked", "You may not see", SAFE,
        "4294967295",
    ),
    "audit": (
        "2 entries: list 2.", "Nothing was noted.", "You may not", MARKUP, "2 entries",
    ),
    "health": (
        "campaign_leads", "No run is kept yet.", NO_ROLE, SAFE.removesuffix("p&#58;"),
        "18446744073709551615",
    ),
}  # fmt: skip
SHOWN: dict[str, dict[str, str]] = {
    page: dict(zip(SITUATIONS, (seeded, empty, STALE, DOWN, role, hostile, huge), strict=True))
    for page, (seeded, empty, role, hostile, huge) in VALUES.items()
}
# Who may not open a page; everybody of any role may see numbers and health, a stranger nothing.
LACKING = {
    "imports": "steward", "people": "viewer", "lists": "steward", "timeline": "viewer",
    "review": "viewer", "risk": "operator", "audit": "viewer",
}  # fmt: skip


def show(open_page: OpenPage, settings: Settings | None, situation: str) -> dict[str, str]:
    """Open every page in a situation; return what each sent to the browser, no picture among it."""
    said = {}
    for entry in PAGES:
        query = ASKED.get(entry.name, {}).get(situation, {})
        app = open_page(entry.name, settings, **query)
        assert not app.exception, (entry.name, app.exception)
        assert app.get("imgs") == []
        assert "![x]" not in texts(app), entry.name
        links = " ".join(link.proto.label for link in app.get("page_link"))
        assert "![x]" not in links, entry.name
        said[entry.name] = f"{whole_tree(app)} {links}"
    return said


def fill_odd(settings: Settings) -> None:
    """Fill a warehouse with markup wherever text comes from outside, and with huge numbers."""
    most = 2**32 - 1
    fill(settings, "warehouse_version", {"version": MARKUP, "built_at": BUILT_AT})
    fill(settings, "warehouse_summary", {**SUMMARY, "golden_persons": 10**15})
    fill(
        settings,
        "golden_persons",
        *(person(ODD + n, MARKUP[:100], MARKUP[:100], full_name=MARKUP, company_name=MARKUP,
                 city=MARKUP, record_count=most) for n in (0, 1)),
    )  # fmt: skip
    fill(settings, "contact_points", contact(ODD, "email", MARKUP, "email", reasons=MARKUP))
    fill(
        settings,
        "person_events",
        event(ODD, "import-1", "import", BUILT_AT, detail=MARKUP, actor=MARKUP, import_id=MARKUP,
              record_count=most),
    )  # fmt: skip
    fill(settings, "review_pairs", pair(ODD, ODD + 1, 1e9, match_reason=MARKUP[:30]))
    fill(
        settings,
        "person_members",
        *({"person_id": one, "golden_person_id": one, "record_count": most, "is_original": 1,
           "full_name": MARKUP} for one in (ODD, ODD + 1)),
    )  # fmt: skip
    fill(
        settings,
        "field_origins",
        {"person_id": ODD, "table_name": "persons", "field_name": "last_name", "cell_of": "",
         "preference": 1, "cell_value": MARKUP, "rule": MARKUP[:60], "record_id": 2**63,
         "source_file": MARKUP, "source_row": 2**63, "effective_at": BUILT_AT,
         "known_at": BUILT_AT},
    )  # fmt: skip
    fill(settings, "table_sizes", size("raw", MARKUP[:60], 2**64 - 1, 2**62))
    counts = dict.fromkeys(("updated_count", "unchanged_count", "collapsed_count"), 0)
    huge = {"row_count": 84_000_000_001, "inserted_count": 84_000_000_001, "rejected_count": 0}
    add_imports(
        settings,
        [{"id": 1, "import_id": "imp_odd", "filename": MARKUP, "status": "FAILED",
          "error_message": MARKUP, **counts, **huge}],
    )  # fmt: skip
    define(settings, "odd", definition_of("email", [], [MARKUP], [f"city={MARKUP}"]), MARKUP)
    left_out = json.dumps({MARKUP: 2**31})
    add_exports(
        settings,
        exported(settings, 1, list_name="odd", reason=MARKUP, exported_by=MARKUP,
                 checked_count=most, row_count=most - 2**31, waterfall=left_out),
    )  # fmt: skip
    moment = BUILT_AT - timedelta(days=1)
    add_incidents(
        settings,
        [incident(1, moment, MARKUP[:32], rule_id=MARKUP[:32], citation=MARKUP, maximum_usd=most,
                  golden_person_id=ODD)],
    )  # fmt: skip
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        audit.append(connection, settings, "list.define", actor=MARKUP, subject=MARKUP,
                     payload={"huge": 2**63})  # fmt: skip


def test_no_page_and_no_situation_is_left_out() -> None:
    assert set(SHOWN) == {entry.name for entry in PAGES}
    assert all(value for values in SHOWN.values() for value in values.values())


def check(said: dict[str, str], situation: str) -> None:
    """Hold every page to its value; foreign text is never markup."""
    for page, text in said.items():
        assert SHOWN[page][situation] in text, (page, situation, text[:3_000])


def test_seeded(open_page: OpenPage, seeded: Settings) -> None:
    check(show(open_page, seeded, "seeded"), "seeded")


def test_empty_then_stale(open_page: OpenPage, empty: Settings) -> None:
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    check(show(open_page, empty, "empty"), "empty")
    with connect("transformer", empty, schema="marts", autocommit=True) as connection:
        connection.cursor().execute(
            "update warehouse_version set built_at = built_at - interval 3 day"
        )
    check(show(open_page, empty, "stale"), "stale")


def test_down(open_page: OpenPage, unreachable: Settings) -> None:
    check(show(open_page, None, "down"), "down")


def test_wrong_role(open_page: OpenPage, seeded: Settings) -> None:
    """Nobody without a role, and nobody of a role that does not open the page, sees a value."""
    for role in ("operator", "steward", "viewer"):
        access.grant(seeded, f"{role}@example.com", role, by="chief", reason="test")
    said = {}
    for entry in PAGES:
        app = open_page(entry.name, seeded, login(LACKING.get(entry.name, "stranger")))
        assert not app.dataframe, entry.name
        assert not app.metric, entry.name
        said[entry.name] = whole_tree(app)
    check(said, "wrong role")


def test_hostile_and_huge(open_page: OpenPage, empty: Settings) -> None:
    fill_odd(empty)
    for situation in ("hostile", "huge"):
        said = show(open_page, empty, situation)
        check(said, situation)


@pytest.mark.parametrize("given", ["[1]", "no json", '{"name": [], "person": {}}'])
def test_a_row_that_is_no_job_takes_no_page_down(
    open_page: OpenPage, empty: Settings, given: str
) -> None:
    """Whoever writes a row by hand hides no import, list or look back behind a fault."""
    kinds = ("load", "list_export", "list_preview", "list_explain", "risk_cap", "audit_verify")
    with connect("app", empty, schema="raw", autocommit=True) as connection:
        connection.cursor().executemany(
            "insert into app_jobs (request_key, kind, parameters, asked_by)"
            " values (%s, %s, %s, 'eve')",
            [(f"by hand {kind}", kind, given) for kind in kinds],
        )
    define(empty, "tx", definition_of("call", ["TX"], [], []), "ada")
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    for page, query, shown in (
        ("imports", {}, "No file has been imported yet."),
        ("lists", {"list": "tx"}, "This list was never exported."),
        ("lists", {"list": "tx", "view": "before"}, "No preview is there."),
        ("risk", {"view": "caps"}, "Nobody was contacted within the window of a cap."),
        ("audit", {}, "Verify the audit log"),
    ):
        app = open_page(page, empty, **query)
        assert not [one.value for one in app.error if "fault in the dashboard" in one.value]
        assert shown in texts(app)

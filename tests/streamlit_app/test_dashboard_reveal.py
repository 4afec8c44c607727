"""The panel that shows contact values: asks why, is audited, ends."""

from __future__ import annotations

import json

import pytest
from made_marts import ASHA, BEN, EMAIL, PHONE
from opened_page import HAS_CONTEXT, OpenPage
from streamlit.testing.v1 import AppTest
from test_dashboard_access import login
from test_dashboard_pages import texts, whole_tree

from lode import access, audit
from lode.db import connect
from lode.settings import Settings

pytestmark = pytest.mark.database
CLEAR = (PHONE[2:], EMAIL, "N OAK", "1984-07")


def ask(app: AppTest, reason: str | None = None) -> AppTest:
    """Say why, and ask for the values."""
    if reason is not None:
        app.text_input(key=f"reveal_reason_{ASHA}").set_value(reason)
    return next(one for one in app.button if one.label == "Show them").click().run()


def count(settings: Settings) -> int:
    return len(audit.newest(settings, 1_000, "person.reveal", None))


def test_values_come_with_the_entry_and_go_with_hide(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("people", seeded, person=str(ASHA))
    assert not any(clear in whole_tree(app) for clear in CLEAR)
    before = count(seeded)
    ask(app)
    assert f"**\\{PHONE}**" in texts(app)
    assert "12 N OAK ST" in texts(app)
    assert "born 1984-07-09" in texts(app)
    assert "shown for 10 more minutes" in texts(app)
    assert count(seeded) == before + 1
    newest = audit.newest(seeded, 1, "person.reveal", None)[0]
    assert json.loads(newest.payload)["reason"] == "Work with sample data on this machine"
    # A second run of the page reads under the same lease; another person needs one of their own.
    app.run()
    assert f"**\\{PHONE}**" in texts(app)
    assert count(seeded) == before + 1
    app.query_params["person"] = str(BEN)
    app.run()
    assert "household@example" not in texts(app)
    app.query_params["person"] = str(ASHA)
    app.run()
    app.button(key="hide_values").click().run()
    assert not any(clear in whole_tree(app) for clear in CLEAR)


def test_a_lease_that_ran_out_hides_them(open_page: OpenPage, seeded: Settings) -> None:
    app = ask(open_page("people", seeded, person=str(ASHA)))
    assert f"**\\{PHONE}**" in texts(app)
    with connect("loader", seeded, schema="raw", autocommit=True) as connection:
        connection.cursor().execute("update app_reveals set expires_at = utc_timestamp(6)")
    app.run()
    assert not any(clear in whole_tree(app) for clear in CLEAR)


def test_without_a_reason_there_is_a_sentence_and_no_value(
    open_page: OpenPage, seeded: Settings
) -> None:
    before = count(seeded)
    app = ask(open_page("people", seeded, person=str(ASHA)), " ")
    assert "Say why you need to see them" in app.error[0].value
    assert not any(clear in whole_tree(app) for clear in CLEAR)
    assert count(seeded) == before


def test_a_number_that_is_made_up_shows_nothing(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("people", seeded, person=str(BEN))
    app.session_state["reveals"] = {str(BEN): 999}
    app.run()
    assert "household@example" not in whole_tree(app)


@pytest.mark.skipif(not HAS_CONTEXT, reason="a test can't log in before Streamlit 1.67")
def test_only_the_role_is_offered_them_and_its_own_lease_counts(
    open_page: OpenPage, seeded: Settings
) -> None:
    for role in ("operator", "compliance"):
        access.grant(seeded, f"{role}@example.com", role, by="chief", reason="test")
    app = open_page("people", seeded, login("compliance"), person=str(ASHA))
    assert app.text_input(key=f"reveal_reason_{ASHA}").value == ""
    ask(app, "asked for her data")
    assert f"**\\{PHONE}**" in texts(app)
    number = app.session_state["reveals"][str(ASHA)]
    other = open_page("people", seeded, login("operator"), person=str(ASHA))
    assert {one.label for one in other.button} == {"Log out", "Search"}
    other.session_state["reveals"] = {str(ASHA): number}
    other.run()
    assert not any(clear in whole_tree(other) for clear in CLEAR)

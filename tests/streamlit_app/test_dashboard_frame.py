"""What stands on every page: the age of the registry, and the search beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from made_marts import ASHA, BUILT_AT, EMAIL, add_registry_copy, set_import
from opened_page import OpenPage
from test_dashboard_pages import texts

from lode.db import connect
from lode.settings import Settings
from streamlit_app.navigation import PAGES

pytestmark = pytest.mark.database


@pytest.fixture
def without_copy(seeded: Settings) -> Iterator[Settings]:
    """The seeded warehouse without a copy of the registry; it gets the usual one back."""
    _forget(seeded)
    yield seeded
    _forget(seeded)
    add_registry_copy(seeded, age_days=1)


def _forget(settings: Settings) -> None:
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        for table in ("dnc_downloads", "dnc_coverage"):
            connection.cursor().execute(f"delete from {table}")


def test_every_page_says_how_old_the_registry_is(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("overview", seeded)
    day = BUILT_AT.date() - timedelta(days=1)
    for entry in PAGES:
        app.switch_page(entry.path).run()
        assert not app.exception
        assert f"National do-not-call registry: copy of {day}, " in texts(app)


def test_a_registry_that_is_missing_due_or_too_old_is_said(
    open_page: OpenPage, without_copy: Settings
) -> None:
    app = open_page("overview", without_copy)
    assert "no US number may be called" in app.warning[0].value
    add_registry_copy(without_copy, age_days=30, area_code=217)
    app = open_page("overview", without_copy)
    assert "A new one is due: after 31 days calls are blocked." in app.warning[0].value
    add_registry_copy(without_copy, age_days=40, area_code=512)
    app = open_page("overview", without_copy)
    assert "over 31 days, so calls to numbers of some area codes are blocked" in app.error[0].value


def test_every_page_says_that_a_load_is_half_done(open_page: OpenPage, seeded: Settings) -> None:
    newest = "imp_2026_02_19_001"
    try:
        for status in ("PENDING", "LOADING", "PROCESSING", "UNDOING"):
            set_import(seeded, newest, status=status)
            app = open_page("overview", seeded)
            assert "1 import is half done" in app.error[0].value
        for entry in PAGES:
            app.switch_page(entry.path).run()
            assert "no list leaves until it has ended" in app.error[0].value
    finally:
        set_import(seeded, newest, status="LOADED")
    assert not open_page("overview", seeded).error


def test_a_person_is_found_from_any_page(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("overview", seeded)
    app.text_input(key="find").set_value(EMAIL).run()
    assert app.title[0].value == "People"
    assert dict(app.query_params) == {"person": str(ASHA)}
    assert app.text_input(key="find").value == ""


def test_the_search_beside_a_person_leads_to_another(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("people", seeded, person=str(ASHA))
    app.text_input(key="find").set_value("Miller").run()
    assert len(app.dataframe[0].value) == 50
    assert "person" not in app.query_params

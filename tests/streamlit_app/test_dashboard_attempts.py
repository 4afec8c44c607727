"""Attempts to load an import: their phases on its page, and which of them may be stuck."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from made_marts import BUILT_AT, IMPORTS, add_attempts, add_imports, attempt
from opened_page import OpenPage
from test_dashboard_pages import fill

from lode.db import connect
from lode.settings import Settings
from streamlit_app.ui.format import duration

pytestmark = pytest.mark.database


def test_a_replay_of_an_old_import_is_at_work_and_not_stuck(
    open_page: OpenPage, empty: Settings
) -> None:
    """What counts is when the present attempt began, not when the file came."""
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    came = BUILT_AT - timedelta(days=30)
    add_imports(empty, [{**IMPORTS[0], "status": "LOADING", "attempt": 2, "uploaded_at": came,
                         "completed_at": came + timedelta(minutes=5)}])  # fmt: skip
    failed = {"status": "FAILED", "error_message": "The server went away."}
    add_attempts(empty, attempt(1, 1, came, **failed), attempt(1, 2, BUILT_AT, ended_at=None))
    overview = open_page("overview", empty)
    labels = [link.proto.label for link in overview.get("page_link")]
    assert labels[-1].endswith("at work (loading)")
    app = open_page("imports", empty, imp="imp_2026_02_17_001")
    assert not any("not finished" in one.value for one in app.warning)
    steps = app.dataframe[1].value
    assert list(steps["Attempt"]) == [1, 1, 2, 2]
    assert list(steps["Phase"]) == ["Begun", "Failed", "Begun", "Now: loading"]
    assert list(steps["Took"])[1] == duration(10)
    assert list(steps["What it says"])[1] == "The server went away."
    set_attempt(empty, 2, BUILT_AT - timedelta(hours=7))
    app = open_page("imports", empty, imp="imp_2026_02_17_001")
    assert any("not finished" in one.value for one in app.warning)


def set_attempt(settings: Settings, number: int, started_at: datetime) -> None:
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        connection.cursor().execute(
            "update import_attempts set started_at = %s where attempt = %s", (started_at, number)
        )


def test_the_phases_of_a_complete_import_are_told(open_page: OpenPage, empty: Settings) -> None:
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    add_imports(empty, [{**IMPORTS[0], "completed_at": BUILT_AT}])
    add_attempts(empty, attempt(1, 1, BUILT_AT - timedelta(seconds=70)))
    steps = open_page("imports", empty, imp="imp_2026_02_17_001").dataframe[1].value
    assert list(steps["Phase"]) == ["Begun", "Loaded", "Complete"]
    assert list(steps["Took"]) == ["–", duration(10), duration(60)]

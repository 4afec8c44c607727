"""Attempts to load an import: their phases on its page, and which of them may be stuck."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_marts import BUILT_AT, IMPORTS, add_attempts, add_imports, attempt
from opened_page import OpenPage
from test_dashboard_accounting import import_of
from test_dashboard_pages import fill, texts

from lode.db import connect
from lode.settings import Settings
from streamlit_app.queries.imports import Attempt
from streamlit_app.ui.attempt_charts import phases_of, sentence_of
from streamlit_app.ui.format import duration
from streamlit_app.ui.words import STATUSES

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
    assert f"Attempt 1: loading, failed {duration(10)}. Attempt 2: going on " in texts(app)
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
    app = open_page("imports", empty, imp="imp_2026_02_17_001")
    sentence = f"Attempt 1: loading {duration(10)}, until processed {duration(60)}."
    assert sentence in texts(app)
    strip = next(one for one in app.get("vega_lite_chart") if "Strip of phases" in repr(one.proto))
    assert f"Strip of phases: {sentence}" in repr(strip.proto)
    steps = app.dataframe[1].value
    assert list(steps["Phase"]) == ["Begun", "Loaded", "Complete"]
    assert list(steps["Took"]) == ["–", duration(10), duration(60)]


def an_attempt(number: int, begun: float, ended: float | None, status: str) -> Attempt:
    """An attempt with moments in seconds."""
    return Attempt(number, at(begun), None if ended is None else at(ended), status, "")


def at(seconds: float) -> datetime:
    return datetime(2026, 1, 5) + timedelta(seconds=seconds)


@given(
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=5),
    st.sampled_from(sorted(STATUSES)),
    st.integers(0, 500),
)
def test_phases_of_an_attempt_follow_each_other(
    lasted: list[tuple[int, int]], status: str, processed: int
) -> None:
    """Each begins where the one before it ended, the first with the attempt; none is negative."""
    attempts, begun = [], 0
    for number, (waited, took) in enumerate(lasted, start=1):
        begun += waited
        ended = begun + took
        is_last = number == len(lasted)
        state = "LOADED" if is_last and status != "FAILED" else "FAILED"
        attempts.append(an_attempt(number, begun, ended, state))
        begun = ended
    of_import = import_of(1, status=status, attempt=len(lasted), completed_at=at(begun + processed))
    phases = phases_of(of_import, attempts[::-1], at(begun + 1_000))
    for number in range(1, len(lasted) + 1):
        own = [one for one in phases if one.attempt == number]
        assert own[0].begin == 0
        assert own[0].end == lasted[number - 1][1]
        assert all(one.end == other.begin for one, other in pairwise(own))
        assert all(one.begin <= one.end for one in own)
    assert len(phases) <= len(lasted) + 1
    assert all(sentence_of(phases).count(f"Attempt {one.attempt}:") == 1 for one in phases)

"""Walking through a list page by page, also for who clicks twice, and when it became shorter."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_life import BUSY
from made_lists import add_job
from made_risk import CALLED_AT, add_look_back
from opened_page import OpenPage
from test_dashboard_pages import texts

from lode.risk_caps import Simulation, cap_of
from lode.settings import Settings
from streamlit_app.ui.paging import go_back, go_on

AUTUMN = {"from": "2025-10-30", "to": "2025-11-11"}
LONG_AGO = (datetime(1990, 1, 1), 1)
# The trail of each list, and a position behind which nothing stands.
LISTS: list[tuple[str, dict[str, str], str, object]] = [
    ("people", {"channel": "all"}, "people", 2**60),
    ("risk", AUTUMN, "risk", LONG_AGO),
    ("risk", {"view": "requests", **AUTUMN}, "requests", LONG_AGO),
    ("risk", {"view": "caps", "cap": "call_day", "used": "3"}, "capped", 2**60),
    ("risk", {"view": "caps", "rows": "over"}, "look_back", LONG_AGO),
    ("timeline", {"person": str(BUSY)}, "timeline", (datetime(1990, 1, 1), "")),
    ("audit", {}, "audit", LONG_AGO),
    ("health", {"view": "registry"}, "registry", (date(9999, 1, 1), 9_999)),
    ("imports", {}, "imports", 0),
    ("imports", {"show": "open"}, "imports", 0),
]


@given(st.lists(st.booleans()), st.integers(1, 3))
def test_a_click_that_comes_twice_is_one(steps: list[bool], times: int) -> None:
    """`steps` are pages forward or back; each click comes `times` before its page is there."""
    trail: list[int] = []
    for step in steps:
        before = list(trail)
        place = len(trail)
        for _ in range(times):
            if step:
                go_on(trail, place, place + 1)
            else:
                go_back(trail, place)
        assert trail == ([*before, place + 1] if step else before[:-1])


@pytest.fixture(scope="module")
def looked_back(seeded: Settings) -> Settings:
    """The seeded warehouse with what another cap would have meant."""
    facts = {
        **Simulation(cap_of("call", 2, 7), CALLED_AT, CALLED_AT, 9, 6, 2, 4, 2).as_facts(),
        "weeks": [["2025-11-03", 9, 6]], "kept": 6,
    }  # fmt: skip
    number = add_job(seeded, "risk_cap", {"channel": "call"}, facts)
    add_look_back(seeded, number, 6, CALLED_AT)
    return seeded


@pytest.mark.database
@pytest.mark.parametrize(("page", "query", "name", "position"), LISTS, ids=[c[2] for c in LISTS])
def test_a_list_that_became_shorter_begins_anew(
    open_page: OpenPage,
    looked_back: Settings,
    page: str,
    query: dict[str, str],
    name: str,
    position: object,
) -> None:
    """A page that is gone meanwhile leaves nobody before an empty list without a way back."""
    app = open_page(page, looked_back, **query)
    first = [list(one.value.iloc[:, -1]) for one in app.dataframe]
    app.session_state[f"{name}_trail"] = [position]
    app.run()
    assert not app.exception
    assert "a fault in the dashboard" not in texts(app)
    assert app.session_state[f"{name}_trail"] == []
    assert [list(one.value.iloc[:, -1]) for one in app.dataframe] == first
    assert "Page 2" not in texts(app)

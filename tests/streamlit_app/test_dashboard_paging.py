"""Walking through a list page by page, also for who clicks twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streamlit_app.ui.paging import go_back, go_on


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

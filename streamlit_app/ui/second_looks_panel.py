"""Blind second looks on the page Duplicate review: what waits, one pair, how far stewards agree."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from streamlit_app.queries.second_looks import SecondLooks
from streamlit_app.ui import frame, pair_panel, review_data, states, tables
from streamlit_app.ui.format import counted, percent, plain, whole

VERDICTS = {
    "same": ("Same person", ":material/merge:"),
    "different": ("Different persons", ":material/call_split:"),
    "household": ("One household", ":material/home:"),
}
SAID = "second_said"


def show_second_looks() -> None:
    """Offer the next pair, and say how far stewards agree, and about which pairs they don't."""
    found = review_data.second_looks()
    st.subheader("Second looks", anchor=False)
    if said := st.session_state.pop(SAID, ""):
        st.success(said, icon=":material/check_circle:")
    if found.waiting:
        more = "+" if found.has_more else ""
        count = len(found.waiting)
        things = (
            "pair that somebody else decided waits"
            if count == 1
            else ("pairs that others decided wait")
        )
        st.caption(f"{whole(count)}{more} {things} for your look; you don't see their verdict.")
        st.button(
            "Give a second look",
            key="second_look",
            icon=":material/visibility:",
            on_click=_open,
            args=found.waiting[0],
        )
    else:
        st.caption("No pair waits for your second look. One in twenty decided pairs gets one.")
    _show_agreement(found)


def _show_agreement(found: SecondLooks) -> None:
    if found.looks:
        st.markdown(
            f"Of {counted(found.looks, 'second look')} **{whole(found.agreed)}**"
            f" ({percent(found.agreed, found.looks)}) agree{'s' * (found.agreed == 1)} with the"
            " first verdict."
        )
    if found.different:
        rows = [
            {
                "First": str(one.first),
                "Second": str(one.second),
                "First verdict": _words(one.verdicts[0]),
                "Second verdict": _words(one.verdicts[1]),
                "Decided by": plain(one.actors[0]),
                "Looked at by": plain(one.actors[1]),
            }
            for one in found.different
        ]
        st.caption("They differ about these: talk, and take the decision back if it was wrong.")
        st.dataframe(
            pd.DataFrame(rows),
            hide_index=True,
            key=tables.key_of(
                "different_table", [(one.first, one.second) for one in found.different]
            ),
        )


def show_second_look(first: int, second: int) -> None:
    """Show a pair field by field, with nothing of what was decided, and take the verdict."""
    st.button("Back to the queue", key="back", icon=":material/arrow_back:", on_click=_close)
    if not review_data.waits_for_look(first, second):
        states.empty(
            f"The pair {first} and {second} waits for no second look of yours.",
            "Somebody else has given it one, or you decided about it yourself.",
        )
        return
    frame.set_browser_title(f"Second look {first} and {second}")
    pair_panel.show_fields(first, second, review_data.sides_of(first, second), shows_golden=False)
    st.caption("Your verdict changes nothing by itself; it is compared with the first one.")
    with st.container(horizontal=True):
        for verdict, (label, icon) in VERDICTS.items():
            st.button(
                label,
                key=f"second_{verdict}",
                icon=icon,
                on_click=_give,
                args=(first, second, verdict),
            )


def _give(first: int, second: int, verdict: str) -> None:
    def body() -> None:
        agrees = review_data.give_second(first, second, verdict)
        said = "and the first verdict is the same" if agrees else "but the first verdict differs"
        st.session_state[SAID] = f"{first} and {second}: noted, {said}."

    if states.panel("The second look", body):
        _close()


def _words(verdict: str) -> str:
    return VERDICTS[verdict][0] if verdict in VERDICTS else plain(verdict)


def _open(first: int, second: int) -> None:
    st.query_params["second"] = f"{first}-{second}"


def _close() -> None:
    st.query_params.pop("second", None)

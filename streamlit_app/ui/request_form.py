"""The form that writes down that somebody does not want to be contacted."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lode.errors import LodeError
from lode.told_requests import EVERYWHERE, REASON_MAXIMUM
from streamlit_app.queries.errors import QueryError
from streamlit_app.queries.timeline import PointVerdict
from streamlit_app.ui import life_data, states
from streamlit_app.ui.format import plain
from streamlit_app.ui.words import CHANNELS, channel_word, kind_word

THE_PERSON = ""


def show_request_form(person_id: int, verdicts: Sequence[PointVerdict]) -> None:
    """Offer to write down a request of a person, to whoever may do so.

    What was typed about one person is not in the form of another.
    """
    if not life_data.may_tell_requests():
        return
    points = {one.digest: one for one in verdicts}

    def point_word(digest: str) -> str:
        if digest == THE_PERSON:
            return "The person, at every contact point"
        one = points[digest]
        return plain(f"{kind_word(one.kind)} {one.shown_value}")

    with st.expander("Write down a request not to be contacted", icon=":material/block:"):
        st.caption(
            "It holds for every export from now on, and for ever: only a later consent for that"
            " channel lifts it. The audit log keeps who wrote it down."
        )
        with st.form("request", border=False):
            point = st.selectbox(
                "What is it about",
                [*points, THE_PERSON],
                key=f"request_point_{person_id}",
                format_func=point_word,
            )
            channels = st.multiselect(
                "Channels they want no more",
                [EVERYWHERE, *CHANNELS],
                key=f"request_channels_{person_id}",
                format_func=lambda one: "All" if one == EVERYWHERE else plain(channel_word(one)),
                placeholder="Choose channels",
            )
            reason = st.text_input(
                "What they asked, and how",
                key=f"request_reason_{person_id}",
                max_chars=REASON_MAXIMUM,
                autocomplete="off",
            )
            is_asked = st.form_submit_button("Write it down", type="primary")
        if is_asked:
            _write_down(person_id, point or None, channels, reason)


def _write_down(person_id: int, point: str | None, channels: Sequence[str], reason: str) -> None:
    try:
        numbers = life_data.tell_request(person_id, point, channels, reason)
    except QueryError as problem:
        states.error(problem)
    except LodeError as problem:
        states.refused(problem)
    else:
        one = len(numbers) == 1
        st.success(
            f"Request{'' if one else 's'} {', '.join(map(str, numbers))}"
            f" {'is' if one else 'are'} written down and hold{'s' if one else ''} at once; the"
            " verdicts here follow with the next run.",
            icon=":material/check_circle:",
        )

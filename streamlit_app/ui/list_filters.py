"""The filters of a list as fields: filled in from the address or as saved, and read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import streamlit as st

from lode.phone_formats import E164, SHAPES, formatted
from streamlit_app.queries.lists import ListVersion
from streamlit_app.ui import list_address, states
from streamlit_app.ui.words import CHANNELS, channel_word

UNSAVED = ListVersion(
    0, "call", (), (), (), (), None, None, None, None, "", datetime(1970, 1, 1)
)  # fmt: skip
EXAMPLE = "+15125550134"
DIALLED = ("call", "sms")
SEGMENTS = {"": "All", "business": "Business", "private": "Private"}
HELP = (
    "One condition a line: a column, a comparison and a value, such as zip>=78700. The columns are"
    " those that docs/lists.md names."
)
FIELDS = (
    "channel", "states", "sources", "touched", "untouched", "campaigns", "where", "segment",
    "score", "phones",
)  # fmt: skip


@dataclass(frozen=True)
class Options:
    """The states and sources that people of the marts have."""

    states: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def beside(self, base: ListVersion) -> Options:
        """Return them with those that a version names, which nobody may have any more."""
        return Options(
            tuple(sorted({*self.states, *base.states})),
            tuple(sorted({*self.sources, *base.sources})),
        )


def take_over(place: str, base: ListVersion, options: Options) -> None:
    """Fill the fields in anew when the address or what is saved has changed; else they stay.

    So a reload, a link and the back button are followed, and what was typed is kept meanwhile.
    """
    offered = options.beside(base)
    seen = (base.version, list_address.current())
    is_there = all(_key(name, place) in st.session_state for name in FIELDS)
    if not is_there or st.session_state.get(_seen(place)) != seen:
        draft = list_address.read(base, offered.states, offered.sources)
        for name, value in _values_of(draft).items():
            st.session_state[_key(name, place)] = value
        st.session_state[_seen(place)] = seen
    if count := list_address.left_out(base, offered.states, offered.sources):
        states.partial(f"{count} of the filters in the address can't be used here: left out.")


def note(place: str, base: ListVersion) -> None:
    """Put what the fields ask for into the address."""
    list_address.note(_draft_of(place, base), base)
    st.session_state[_seen(place)] = (base.version, list_address.current())


def asked(draft: ListVersion) -> Mapping[str, object]:
    """Return the filters as the job that saves them takes them."""
    return {
        "channel": draft.channel,
        "states": list(draft.states),
        "sources": list(draft.sources),
        "where": list(draft.conditions),
        "campaigns": list(draft.campaigns),
        "touched_days": draft.touched_days,
        "untouched_days": draft.untouched_days,
        "segment": draft.segment,
        "least_score": draft.least_score,
        "phones": draft.phones,
    }


def show_fields(place: str, base: ListVersion, options: Options) -> ListVersion:
    """Show the fields, and return what they ask for as a version that is not saved."""
    offered = options.beside(base)
    _show_channel(place, base)
    _show_picker("States", _key("states", place), offered.states)
    _show_picker("Sources", _key("sources", place), offered.sources)
    _show_segment(place)
    within, without = st.columns(2)
    with within:
        _show_days("Contacted in the last … days", _key("touched", place))
    with without:
        _show_days("Not contacted in the last … days", _key("untouched", place))
    st.text_area(
        "Campaigns",
        key=_key("campaigns", place),
        placeholder="any, or one a line",
        height=80,
        help="Contacted in one of these campaigns.",
    )
    st.text_area(
        "Conditions",
        key=_key("where", place),
        placeholder="none, or one a line, such as zip>=78700",
        height=100,
        help=HELP,
    )
    if not base.version or base.channel in DIALLED:
        _show_phones(place)
    st.caption(
        "What is chosen here is in the address, but for campaigns and for conditions that may hold"
        " a name."
    )
    return _draft_of(place, base)


def _show_channel(place: str, base: ListVersion) -> None:
    if base.version:
        # Not a field: a list keeps its channel. Its state says what was saved all the same.
        st.caption(
            f"Channel: {channel_word(base.channel)}. A list keeps it; another channel is another"
            " list."
        )
    else:
        st.selectbox(
            "Channel", list(CHANNELS), format_func=channel_word, key=_key("channel", place)
        )


def _show_picker(label: str, key: str, options: Sequence[str]) -> None:
    st.multiselect(label, options, key=key, placeholder="all")


def _show_segment(place: str) -> None:
    """Show the filters that the cube counts by."""
    left, right = st.columns(2)
    left.selectbox(
        "Segment", list(SEGMENTS), format_func=SEGMENTS.__getitem__, key=_key("segment", place)
    )
    right.number_input(
        "Score of at least",
        min_value=1,
        max_value=100,
        value=None,
        step=25,
        key=_key("score", place),
        placeholder="any",
        help="25, 50 and 75 are counted at once; docs/lists.md says how the score is made up.",
    )


def _show_phones(place: str) -> None:
    st.selectbox(
        "Numbers in the file",
        list(SHAPES),
        format_func=lambda name: formatted(EXAMPLE, name),
        key=_key("phones", place),
        help="As whoever dials them needs them; only lists of calls and texts have numbers.",
    )


def _show_days(label: str, key: str) -> None:
    st.number_input(
        label, min_value=1, max_value=36_500, value=None, step=1, key=key, placeholder="any"
    )


def _values_of(draft: ListVersion) -> dict[str, object]:
    """Return what the field of each name shows."""
    return {
        "channel": draft.channel,
        "states": list(draft.states),
        "sources": list(draft.sources),
        "touched": draft.touched_days,
        "untouched": draft.untouched_days,
        "campaigns": "\n".join(draft.campaigns),
        "where": "\n".join(draft.conditions),
        "segment": draft.segment or "",
        "score": draft.least_score,
        "phones": draft.phones or E164,
    }


def _draft_of(place: str, base: ListVersion) -> ListVersion:
    """Return what the fields ask for."""
    said = {name: st.session_state[_key(name, place)] for name in FIELDS}
    channel = base.channel if base.version else said["channel"]
    # E.164 is what files have unless something else was said.
    is_said = channel in DIALLED and said["phones"] != (base.phones or E164)
    return replace(
        base,
        channel=channel,
        phones=said["phones"] if is_said else base.phones,
        states=tuple(sorted(said["states"])),
        sources=tuple(sorted(said["sources"])),
        touched_days=_whole(said["touched"]),
        untouched_days=_whole(said["untouched"]),
        campaigns=_lines(said["campaigns"]),
        conditions=tuple(sorted(map(list_address.normal, _lines(said["where"])))),
        segment=said["segment"] or None,
        least_score=_whole(said["score"]),
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _key(name: str, place: str) -> str:
    return f"{name}_{place}"


def _seen(place: str) -> str:
    return f"seen_{place}"

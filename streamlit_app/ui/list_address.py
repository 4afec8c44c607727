"""The filters of a list that is not saved yet, in the address: never a phone, a mailbox or a name.

`draft` says that there are some, and on which version they build; a filter that is not there then
asks for everything. What was typed freely stays out of it: campaigns, and conditions about names.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

import streamlit as st

from lode.errors import LodeError
from lode.list_definitions import CHANNELS, MAXIMUM_DAYS, MAXIMUM_SCORE, SEGMENTS, condition_of
from lode.phone_formats import SHAPES
from streamlit_app.queries.lists import ListVersion
from streamlit_app.ui import choice

DRAFT = "draft"
FILTERS = (
    "channel", "state", "source", "segment", "score", "touched", "untouched", "where", "phones",
)  # fmt: skip
NAMES = (DRAFT, *FILTERS)
# A source is the name of a mapping; what does not look like one is not written down.
_SOURCE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_COUNT = r"[0-9]{1,6}"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
# The columns of conditions whose values can be neither a phone nor a name, and what they look like.
_VALUES = {
    "country": r"[A-Z]{2,3}", "first_seen_at": _DAY, "import_count": _COUNT, "person_count": _COUNT,
    "record_count": _COUNT, "state": r"[A-Z]{2}", "updated_at": _DAY, "zip": r"[0-9]{1,5}",
}  # fmt: skip


def normal(condition: str) -> str:
    """Return a condition as a saved one is shown; one that can't be read stays as it is."""
    try:
        return " ".join(condition_of(condition))
    except LodeError:
        return condition


def is_addressable(condition: str) -> bool:
    """Tell whether a condition may stand in the address."""
    try:
        column, _, value = condition_of(condition)
    except LodeError:
        return False
    return column in _VALUES and re.fullmatch(_VALUES[column], value) is not None


def current() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what the address says of filters now, to be compared with what it says later."""
    return tuple((name, tuple(st.query_params.get_all(name))) for name in NAMES)


def note(draft: ListVersion, base: ListVersion) -> None:
    """Put a draft into the address, as one step that the back button takes back."""
    said = _said(draft)
    if base.version:
        # A list keeps its channel.
        del said["channel"]
    _replace({DRAFT: [str(base.version)], **said})


def forget() -> None:
    """Take the draft out of the address: the form then shows what is saved."""
    _replace({})


def read(base: ListVersion, states: Collection[str], sources: Collection[str]) -> ListVersion:
    """Return the draft of the address, the version itself where there is none.

    What can't be right, and what is not among the states and sources that may be chosen, is left
    out. What may not stand in the address is as it was saved.
    """
    if DRAFT not in st.query_params:
        return base
    channel = st.query_params.get("channel", base.channel)
    segment = st.query_params.get("segment")
    kept = [one for one in base.conditions if not is_addressable(one)]
    conditions = [one for one in st.query_params.get_all("where") if is_addressable(one)]
    phones = st.query_params.get("phones")
    return replace(
        base,
        channel=channel if channel in CHANNELS and not base.version else base.channel,
        phones=phones if phones in SHAPES else None,
        states=_known("state", states),
        sources=_known("source", sources),
        segment=segment if segment in SEGMENTS else None,
        least_score=_read_number("score", MAXIMUM_SCORE),
        touched_days=_read_number("touched", MAXIMUM_DAYS),
        untouched_days=_read_number("untouched", MAXIMUM_DAYS),
        conditions=tuple(map(normal, [*kept, *conditions])),
    )


def left_out(base: ListVersion, states: Collection[str], sources: Collection[str]) -> int:
    """Return how many filters of the address can't be used: no such state, or a score of 500."""
    if DRAFT not in st.query_params:
        return 0
    said = _said(read(base, states, sources))
    return sum(
        (normal(value) if name == "where" else value) not in said.get(name, ())
        for name in FILTERS
        for value in st.query_params.get_all(name)
    )


def _said(draft: ListVersion) -> dict[str, list[str]]:
    """Return what an address says of a draft, filter by filter."""
    said = {
        "channel": [draft.channel],
        "state": list(draft.states),
        "source": [one for one in draft.sources if _SOURCE.fullmatch(one)],
        "segment": [draft.segment] if draft.segment else [],
        "score": _number(draft.least_score),
        "touched": _number(draft.touched_days),
        "untouched": _number(draft.untouched_days),
        "where": [one for one in draft.conditions if is_addressable(one)],
        "phones": [draft.phones] if draft.phones else [],
    }
    return {name: values for name, values in said.items() if values}


def _known(name: str, options: Collection[str]) -> tuple[str, ...]:
    return tuple(one for one in options if one in st.query_params.get_all(name))


def _number(value: int | None) -> list[str]:
    return [] if value is None else [str(value)]


def _read_number(name: str, most: int) -> int | None:
    given = st.query_params.get(name, "")
    found = int(given) if re.fullmatch(_COUNT, given) else 0
    return found if 0 < found <= most else None


def _replace(said: dict[str, list[str]]) -> None:
    choice.put({**dict.fromkeys(NAMES), **said})

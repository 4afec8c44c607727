"""The definition of a list: its versions, and the form from which the next one is saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pandas as pd
import streamlit as st

from streamlit_app.queries.lists import ListVersion
from streamlit_app.ui import choice, list_data, live, tables
from streamlit_app.ui.format import local_time, plain, whole, zone_of
from streamlit_app.ui.words import CHANNELS, channel_word

UNSAVED = ListVersion(
    0, "call", (), (), (), (), None, None, None, None, "", datetime(1970, 1, 1)
)  # fmt: skip
SEGMENTS = {"": "All", "business": "Business", "private": "Private"}
HELP = (
    "One condition a line: a column, a comparison and a value, such as zip>=78700. The columns are"
    " those that docs/lists.md names."
)


def show_versions(versions: list[ListVersion]) -> None:
    """List the versions of a list, newest first."""
    zone = zone_of(st.context.timezone)
    rows = [
        {
            "Version": one.version,
            **version_words(one),
            "By": plain(one.defined_by),
            "When": local_time(one.defined_at, zone),
        }
        for one in versions
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key=tables.key_of("versions_table", [(one.version, one.defined_at) for one in versions]),
        height="auto" if len(rows) <= 5 else 215,
    )


def version_words(one: ListVersion) -> dict[str, str]:
    """Return what a version asks for, filter by filter, in words."""
    return {
        "Channel": plain(channel_word(one.channel)),
        "States": plain(", ".join(one.states)) or "all",
        "Sources": plain(", ".join(one.sources)) or "all",
        "Segment": SEGMENTS.get(one.segment or "", plain(one.segment or "")),
        "Score": f"{one.least_score} or more" if one.least_score else "any",
        "Conditions": plain("; ".join(one.conditions), 300) or "none",
        "Last contact": contact_words(one),
        "Campaigns": plain(", ".join(one.campaigns), 300) or "any",
    }


def changes_of(before: ListVersion, after: ListVersion) -> list[dict[str, str]]:
    """Return the filters in which two versions of a list differ."""
    then, now = version_words(before), version_words(after)
    return [
        {
            "Filter": name,
            f"Version {before.version}": then[name],
            f"Version {after.version}": now[name],
        }
        for name in then
        if then[name] != now[name]
    ]


def show_difference(versions: list[ListVersion]) -> None:
    """Show what differs between two versions, the newest and the one before it unless chosen."""
    if len(versions) < 2:
        return
    with st.expander("Compare two versions", expanded="than" in st.query_params):
        after = _version("version", "Version", versions)
        others = [one for one in versions if one.version != after.version]
        # First offered is the one before it; of the first version the next.
        others.sort(key=lambda one: (one.version > after.version, abs(one.version - after.version)))
        before = _version("than", "Compared with", others)
        rows = changes_of(before, after)
        if rows:
            st.dataframe(pd.DataFrame(rows), hide_index=True, key="difference_table")
        else:
            st.caption("They ask for the same.")


def _version(name: str, label: str, versions: list[ListVersion]) -> ListVersion:
    labels = {str(one.version): f"Version {one.version}, by {plain(one.defined_by)}"
              for one in versions}  # fmt: skip
    chosen = choice.choose(name, label, labels)
    return next(one for one in versions if str(one.version) == chosen)


def contact_words(one: ListVersion) -> str:
    """Return in words what a version asks of the last contact by its channel."""
    said = []
    if one.touched_days is not None:
        said.append(f"in the last {whole(one.touched_days)} days")
    if one.untouched_days is not None:
        said.append(f"not in the last {whole(one.untouched_days)} days")
    return ", ".join(said) or "any"


def show_form(name: str | None, newest: ListVersion | None) -> None:
    """Offer the next version of a list, filled in with its newest one; no name is a new list."""
    known = newest or UNSAVED
    place = name or "new"
    with st.form(f"define_{place}"):
        given = name or st.text_input(
            "Name", key="define_name", max_chars=64, help="Small letters, digits, _ and -."
        )
        filters = _filters(place, known, is_new=newest is None)
        label = "Save a new list" if newest is None else f"Save version {known.version + 1}"
        is_asked = st.form_submit_button(label, type="primary")
    if is_asked:
        live.say_asked(lambda: list_data.ask_definition(given.strip(), filters))


def _filters(place: str, known: ListVersion, *, is_new: bool) -> Mapping[str, object]:
    """Show the filters, and return what is asked for."""
    channel = _channel(place, known.channel, is_new=is_new)
    states = st.text_input(
        "States", ", ".join(known.states), key=f"states_{place}", placeholder="all, or TX, CA"
    )
    sources = st.text_input(
        "Sources",
        ", ".join(known.sources),
        key=f"sources_{place}",
        placeholder="all, or mappings as the page Imports shows them",
    )
    segment, score = _segment(place, known)
    within, without = st.columns(2)
    with within:
        touched = _days("Contacted in the last … days", f"touched_{place}", known.touched_days)
    with without:
        name = f"untouched_{place}"
        untouched = _days("Not contacted in the last … days", name, known.untouched_days)
    campaigns = st.text_area(
        "Campaigns",
        "\n".join(known.campaigns),
        key=f"campaigns_{place}",
        placeholder="any, or one a line",
        height=80,
        help="Contacted in one of these campaigns.",
    )
    where = st.text_area(
        "Conditions",
        "\n".join(known.conditions),
        key=f"where_{place}",
        placeholder="none, or one a line, such as zip>=78700",
        height=100,
        help=HELP,
    )
    return {
        "channel": channel,
        "states": _parts(states, ","),
        "sources": _parts(sources, ","),
        "where": _parts(where, "\n"),
        "campaigns": _parts(campaigns, "\n"),
        "touched_days": touched,
        "untouched_days": untouched,
        "segment": segment,
        "least_score": score,
    }


def _segment(place: str, known: ListVersion) -> tuple[str | None, int | None]:
    """Show the filters that the cube counts by, and return what is asked for."""
    left, right = st.columns(2)
    chosen = left.selectbox(
        "Segment",
        list(SEGMENTS),
        list(SEGMENTS).index(known.segment or ""),
        format_func=SEGMENTS.__getitem__,
        key=f"segment_{place}",
    )
    least = right.number_input(
        "Score of at least",
        min_value=1,
        max_value=100,
        value=known.least_score,
        step=25,
        key=f"score_{place}",
        placeholder="any",
        help="25, 50 and 75 are counted at once; docs/lists.md says how the score is made up.",
    )
    return chosen or None, least


def _channel(place: str, known: str, *, is_new: bool) -> str:
    if is_new:
        key = f"channel_{place}"
        chosen = st.selectbox("Channel", list(CHANNELS), format_func=channel_word, key=key)
        return chosen or known
    st.caption(f"Channel: {channel_word(known)}. A list keeps it; another channel is another list.")
    return known


def _days(label: str, key: str, known: int | None) -> int | None:
    days = st.number_input(
        label, min_value=1, max_value=36_500, value=known, step=1, key=key, placeholder="any"
    )
    return None if days is None else int(days)


def _parts(text: str | None, separator: str) -> list[str]:
    return [part.strip() for part in (text or "").split(separator) if part.strip()]

"""The definition of a list: its versions, and the form from which the next one is saved."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from lode.phone_formats import formatted
from streamlit_app.queries.lists import MAXIMUM_VERSIONS, ListVersion
from streamlit_app.ui import choice, list_address, list_data, list_filters, live, tables
from streamlit_app.ui.format import counted, esc, local_time, plain, zone_of
from streamlit_app.ui.list_filters import DIALLED, EXAMPLE, SEGMENTS, UNSAVED
from streamlit_app.ui.words import channel_word

# The filters that have several entries; what is shown of them may be cut.
SEVERAL: dict[str, Callable[[ListVersion], tuple[str, ...]]] = {
    "States": lambda one: one.states,
    "Sources": lambda one: one.sources,
    "Conditions": lambda one: one.conditions,
    "Campaigns": lambda one: one.campaigns,
}


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
    tables.say_newest(len(rows), MAXIMUM_VERSIONS)


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
        "Numbers": formatted(EXAMPLE, one.phones) if one.channel in DIALLED else "none",
    }


def changes_of(before: ListVersion, after: ListVersion) -> list[dict[str, str]]:
    """Return the filters in which two versions of a list differ, however long they are."""
    then, now = version_words(before), version_words(after)
    rows = []
    for name in then:
        own = {*SEVERAL[name](before)} if name in SEVERAL else {then[name]}
        other = {*SEVERAL[name](after)} if name in SEVERAL else {now[name]}
        if own == other:
            continue
        shown = (then[name], now[name])
        if any(one.endswith("…") for one in shown):
            # What is cut may look the same on both sides.
            shown = (_alone(own - other), _alone(other - own))
        columns = (f"Version {before.version}", f"Version {after.version}")
        rows.append({"Filter": name, **dict(zip(columns, shown, strict=True))})
    return rows


def _alone(entries: set[str]) -> str:
    return plain(f"only here: {', '.join(sorted(entries))}", 300) if entries else "none of its own"


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
        said.append(f"in the last {counted(one.touched_days, 'day')}")
    if one.untouched_days is not None:
        said.append(f"not in the last {counted(one.untouched_days, 'day')}")
    return ", ".join(said) or "any"


def show_form(
    name: str | None, newest: ListVersion | None, options: list_filters.Options
) -> ListVersion:
    """Offer the next version of a list, or a new one without a name; return what the form asks for.

    It is filled in from the address, or as it was saved.
    """
    base, place = newest or UNSAVED, name or "new"
    list_filters.take_over(place, base, options)
    with st.form(f"define_{place}"):
        given = name or st.text_input(
            "Name", key="define_name", max_chars=64, help="Small letters, digits, _ and -."
        )
        draft = list_filters.show_fields(place, base, options)
        label = "Save a new list" if newest is None else f"Save version {base.version + 1}"
        with st.container(horizontal=True):
            note, of_this = list_filters.note, (place, base)
            st.form_submit_button("Show what it comes to", on_click=note, args=of_this)
            is_asked = st.form_submit_button(label, type="primary", on_click=note, args=of_this)
    if is_asked:
        live.say_asked(lambda: list_data.ask_definition(given.strip(), list_filters.asked(draft)))
    if newest is not None:
        _say_unsaved(newest, draft)
    return draft


def _say_unsaved(newest: ListVersion, draft: ListVersion) -> None:
    """Say in which filters the form differs from what is saved, and lead back to that."""
    names = [row["Filter"] for row in changes_of(newest, draft)]
    if not names:
        return
    differ = "differs" if len(names) == 1 else "differ"
    st.caption(f"Not saved: {esc(', '.join(names), 200)} {differ} from version {newest.version}.")
    st.button(
        f"Back to version {newest.version}",
        key="forget_draft",
        icon=":material/undo:",
        on_click=list_address.forget,
    )

"""The group of a golden person: who is in it and why, who stands for it, and taking it apart."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from lode.errors import LodeError
from streamlit_app.queries.group_statements import MAXIMUM_MEMBERS
from streamlit_app.queries.groups import Group, Part, chosen_of, parts_without
from streamlit_app.queries.search import person_id_of
from streamlit_app.ui import (
    decisions_panel,
    frame,
    group_charts,
    links,
    review_data,
    states,
    tables,
)
from streamlit_app.ui.format import counted, esc, plain, whole

WORDS = {"link": "are one", "apart": "are two", "golden": "stands for the group"}


def show_find() -> None:
    """Offer to open the group of a person."""

    def open_group() -> None:
        asked = str(st.session_state["group_of"]).strip()
        if asked:
            st.query_params["group"] = asked[:30]

    with (
        st.form("find_group", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input(
            "Group of the person with the id", key="group_of", max_chars=30, autocomplete="off"
        )
        st.form_submit_button("Open the group", on_click=open_group)


def show_link(golden: int, label: str) -> None:
    """Lead to a group."""
    links.lead(
        "app_pages/review.py",
        label=label,
        icon=":material/hub:",
        query={"group": str(golden)},
    )


def close_group() -> None:
    """Take the group out of the address."""
    st.query_params.pop("group", None)


def show_group(asked: str) -> None:
    """Show the group of a person, and what may be decided about it."""
    st.button("Back to the queue", key="back", icon=":material/arrow_back:", on_click=close_group)
    person_id = person_id_of(asked)
    group = None if person_id is None else review_data.group(person_id)
    if group is None:
        states.empty(f"{esc(asked, 40)} is nobody's id.", "Open a group by the id of a person.")
        return
    frame.set_browser_title(f"Group of {group.golden_id}")
    st.subheader(f"Group of golden person {group.golden_id}", anchor=False)
    if person_id != group.golden_id:
        st.caption(f"Person {person_id} is one with it.")
    if group.is_cut:
        states.partial(
            f"The group has more than {MAXIMUM_MEMBERS} persons, or more links than are read: a"
            " part of it is shown, and `lode dedup unmerge` takes it apart."
        )
    else:
        group_charts.show_graph(group)
    show_members(group)
    show_said(group)
    if len(group.members) < 2:
        states.empty("There is nothing to decide: nobody else is in the group.")
    elif not group.is_cut:
        st.text_input(
            "Reason",
            value="looked at the group",
            max_chars=500,
            key=_reason_key(group),
            help="Kept for ever with the decision. No phone numbers, please.",
        )
        show_pin(group)
        show_split(group)


def show_members(group: Group) -> None:
    """Show the members as a table; the numbers are those of the picture."""
    rows = [
        {
            "No.": one.number,
            "Person": str(one.person_id),
            "Name": plain(one.name, 80),
            "Records": one.records,
            "Stands for the group": "✓ Golden" if one.is_golden else "–",
        }
        for one in group.members
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key="members_table",
        column_config=tables.count_columns(["No.", "Records"]),
        height="auto" if len(rows) <= 8 else 322,
    )


def show_said(group: Group) -> None:
    """Say which decisions stand about members; those of a moment ago wait for the next run."""
    single = [one for one in group.said if one.number == one.split]
    for one in single[:10]:
        who = f"{one.first} and {one.second}" if one.second else str(one.first)
        st.caption(f"Decision {one.number}: {who} {WORDS.get(one.kind, 'decided')}.")
    if len(single) > 10:
        st.caption(f"And {len(single) - 10} more decisions.")


def show_pin(group: Group) -> None:
    """Offer to choose who stands for the group, after saying what that does."""
    chosen = chosen_of(group)
    standing = chosen.first if chosen is not None else group.golden_id
    st.markdown("**Stands for the group**")
    person = st.selectbox(
        "Person that stands for it",
        group.ids,
        index=group.ids.index(standing) if standing in group.ids else 0,
        key="pin_person",
        format_func=lambda one: f"{one}, {plain(_names(group)[one], 60)}",
    )
    person = person if person is not None else standing
    if person == group.golden_id:
        st.caption(f"{person} keeps standing for it, whatever joins later. No id leads elsewhere.")
    else:
        others = ", ".join(str(one) for one in group.ids if one != person)
        st.caption(
            f"Golden person {group.golden_id} becomes golden person {person}: {others} lead to it."
            " Values stay as they are: they come from all records of the group."
        )

    def pin() -> None:
        said = f"Person {person} stands for its group."
        _decide(group, lambda why: review_data.pin(person, why), said)

    st.button(
        "This one is golden", key="pin", icon=":material/push_pin:", shortcut="P", on_click=pin
    )


def show_split(group: Group) -> None:
    """Offer to take persons out, after saying what would be left."""
    st.markdown("**Take persons out**")
    taken = st.multiselect(
        "Persons that are somebody else",
        group.ids,
        key="split_persons",
        format_func=lambda one: f"{one}, {plain(_names(group)[one], 60)}",
    )
    left = [one for one in group.ids if one not in taken]
    if taken and left:
        parts = parts_without(group, taken)
        st.markdown("\n".join(f"- {_sentence(part)}" for part in parts))
        count = len(taken) * len(left)
        st.caption(
            f"{counted(count, 'pair')} {'is' if count == 1 else 'are'} kept apart, in every later"
            " run, until somebody takes it back."
        )
    elif taken:
        st.warning("Leave one of them: all of them are no split.", icon=":material/call_split:")

    def split() -> None:
        said = f"{', '.join(map(str, taken))} taken out of the group of {group.golden_id}."
        _decide(group, lambda why: review_data.take_apart(list(taken), left, why), said)

    st.button(
        "Take them out",
        key="split",
        icon=":material/call_split:",
        shortcut="X",
        on_click=split,
        disabled=not (taken and left),
    )


def _sentence(part: Part) -> str:
    records = f"{whole(part.records)} {'record' if part.records == 1 else 'records'}"
    who = ", ".join(map(str, part.persons))
    if not part.is_new:
        return f"Golden person **{part.golden_id}** keeps its id: {who}; {records}."
    return f"A person of its own, as **{part.golden_id}** or an id it had before: {who}; {records}."


def _names(group: Group) -> dict[int, str]:
    return {one.person_id: one.name for one in group.members}


def _reason_key(group: Group) -> str:
    """Return the key of a group's reason: what was typed about one is not in another's form."""
    return f"group_reason_{group.golden_id}"


def _decide(group: Group, ask: Callable[[str], int], said: str) -> None:
    why = str(st.session_state[_reason_key(group)]).strip()

    def body() -> None:
        if not why:
            raise LodeError("Say why: the reason is kept with the decision.")
        decisions_panel.note_job(ask(why), said)

    states.panel("The decision", body)

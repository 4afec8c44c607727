"""Two persons side by side: their fields, their records, and pinning a value that one gives."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from streamlit_app.queries.comparison import COMPARED, Comparison, Winner
from streamlit_app.ui import decisions_panel, review_data, states
from streamlit_app.ui.format import local_day, plain, zone_of

SIGNS = {
    "same": "= Same",
    "in part": "≈ Some in common",
    "different": "≠ Different",
    "one side": "– One side only",
    "neither": "– Others of their groups",
}
# What the golden record has one value of; of postal addresses nobody chooses one by hand.
PINNABLE = tuple(one for one in COMPARED if one[2] != "primary_address")


@dataclass(frozen=True)
class Choice:
    """A value that may be pinned: the record that gives it, and which of its values it is."""

    record_id: int
    position: int
    label: str


def show_fields(first: int, second: int, found: Comparison, *, shows_golden: bool = True) -> None:
    """Show the two persons side by side; each difference is a word, never a colour alone.

    With `shows_golden`, also the golden record of both: whose value, and why it wins.
    """
    if not found.fields:
        states.empty("No values of these persons are known.")
        return
    rows = []
    for one in found.fields:
        row = {
            "Field": one.label,
            f"{first}": plain(one.first),
            f"{second}": plain(one.second),
            "Compared": SIGNS[one.sign],
        }
        if shows_golden:
            row["Golden record of both"] = plain(one.merged)
            row["Why it wins"] = plain(_why(one.winner)) if one.winner else ""
            row["From"] = plain(_from(one.winner)) if one.winner else ""
        rows.append(row)
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="side_by_side")


def show_records(found: Comparison) -> None:
    """Show the records behind the two, one beside the other, with where each lies and of when."""
    if not found.records:
        return
    st.markdown("**Their records**")
    zone = zone_of(st.context.timezone)
    columns: dict[str, list[str]] = {
        "Field": ["Person", "File", "Row", "Of", *(label for label, _, _ in COMPARED)]
    }
    for one in found.records:
        said = {
            field: "; ".join(
                f"{'✓ ' if value.is_winner else ''}{plain(value.shown_value)}"
                for value in one.values
                if value.field == field
            )
            for _, _, field in COMPARED
        }
        columns[f"Record {one.record_id}"] = [
            str(one.person_id),
            plain(one.source_file),
            "–" if one.source_row is None else str(one.source_row),
            local_day(one.effective_at, zone),
            *said.values(),
        ]
    table = pd.DataFrame(columns)
    empty = (table.drop(columns="Field") == "").all(axis=1)
    st.dataframe(table[~empty], hide_index=True, key="their_records")
    more = " There are more: the newest are shown." if found.is_cut else ""
    st.caption(f"✓ is what the golden record of both would have.{more}")


def show_pin(first: int, second: int, found: Comparison, reason: str) -> None:
    """Offer to let one value of a record win, whatever files say, and to end that."""
    fields = {
        field: (label, choices)
        for label, _, field in PINNABLE
        if (choices := _choices(found, field))
    }
    if not fields:
        return
    with st.expander("Pin a value"):
        field = st.selectbox(
            "Field", list(fields), key="pin_field", format_func=lambda one: fields[one][0]
        )
        field = field if field in fields else next(iter(fields))
        label, choices = fields[field]
        place = st.selectbox(
            "Value that wins",
            range(len(choices)),
            key=f"pin_value_{field}",
            format_func=lambda one: choices[one].label,
        )
        chosen = choices[place or 0]
        st.caption(
            "It wins over all files from the next run on, for the person whose record it is, and"
            " for both if they are one. The reason above is kept with it."
        )
        both = [first, second]

        def ask_pin() -> None:
            job = review_data.pin_value(both, field, chosen.record_id, chosen.position, reason)
            decisions_panel.note_job(job, f"{label} pinned: {first} and {second}.")

        def ask_unpin() -> None:
            job = review_data.unpin_value(both, field, reason)
            decisions_panel.note_job(job, f"{label} no longer pinned: {first} and {second}.")

        def pin() -> None:
            states.panel("The pin", ask_pin)

        def unpin() -> None:
            states.panel("The end of the pin", ask_unpin)

        with st.container(horizontal=True):
            st.button(
                "Pin it",
                key="pin_it",
                icon=":material/push_pin:",
                shortcut="P",
                disabled=not reason,
                on_click=pin,
            )
            st.button(
                "End the pin",
                key="unpin_it",
                icon=":material/keep_off:",
                shortcut="E",
                disabled=not reason,
                on_click=unpin,
            )


def _choices(found: Comparison, field: str) -> list[Choice]:
    """Return the values that records give a field; two that look alike are told by their record."""
    return [
        Choice(
            one.record_id,
            value.position,
            f"{plain(value.shown_value, 60)} · person {one.person_id}, {plain(one.source_file, 40)}"
            f" row {one.source_row}",
        )
        for one in found.records
        for value in one.values
        if value.field == field
    ]


def _from(winner: Winner) -> str:
    if winner.decided_by:
        return f"person {winner.person_id}, decided by {winner.decided_by}"
    if not winner.source_file:
        return f"person {winner.person_id}"
    return f"person {winner.person_id}, {winner.source_file} row {winner.source_row}"


def _why(winner: Winner) -> str:
    """Return the rule between the persons; where only one has a value, that between its records."""
    if winner.rule == "only value" and winner.record_rule:
        return winner.record_rule
    return winner.rule

"""Audit log: who did what, about what and when; before and after, and whether the chain holds."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd
import streamlit as st

from streamlit_app.auth.rights import Right
from streamlit_app.queries.audit_log import MAXIMUM_DAYS, AuditEntry, Question, is_addressable
from streamlit_app.ui import audit_data, audit_panel, choice, frame, paging, states, tables
from streamlit_app.ui.days import day_of, defaults_beside
from streamlit_app.ui.format import esc, local_time, plain, whole, zone_of

# Each qualifier: its name, its label, the longest text that the log has of it.
QUALIFIERS = (("actor", "Who", 128), ("event", "What", 64), ("subject", "About", 128))
DAYS = {"from": "From (UTC day)", "to": "To (UTC day)"}
DEFAULT_DAYS = 7


def remember() -> None:
    """Put what is asked into the address, but for what may be a phone, a mail or a name."""
    names = (*(name for name, *_ in QUALIFIERS), *DAYS)
    typed = {name: st.session_state[f"audit_{name}"].strip() for name in names}
    choice.put({name: one if is_addressable(name, one) else None for name, one in typed.items()})
    choice.note_seen("audit", asked_in_address())


def asked_in_address() -> dict[str, str]:
    """Return what the address asks for, the newest days unasked."""
    defaults = default_days(*(st.query_params.get(name, "") for name in DAYS))
    sizes = (*((name, size) for name, _, size in QUALIFIERS), *((name, 10) for name in DAYS))
    return {
        name: st.query_params.get(name, str(defaults.get(name, "")))[:size] for name, size in sizes
    }


def default_days(first: str, last: str) -> dict[str, date]:
    """Return the first and the last day that are taken where none, or one alone, was said."""
    return defaults_beside(first, last, lambda end: end - timedelta(days=DEFAULT_DAYS - 1))


def ask_only(name: str, text: str) -> None:
    """Ask for all entries of the days that are shown that have one thing in common."""
    for other, _, size in QUALIFIERS:
        st.session_state[f"audit_{other}"] = text[:size] if other == name else ""
    remember()


def show_form() -> Question:
    """Show the qualifiers, which are in the address too; return what is asked."""
    choice.take_over("audit", asked_in_address())
    with st.form("audit"), st.container(horizontal=True, vertical_alignment="bottom"):
        for name, label, size in QUALIFIERS:
            st.text_input(label, key=f"audit_{name}", max_chars=size, autocomplete="off")
        for name, label in DAYS.items():
            st.text_input(label, key=f"audit_{name}", max_chars=10, width=150)
        st.form_submit_button("Show", type="primary", on_click=remember)
    typed = {name: str(st.session_state[f"audit_{name}"]) for name in DAYS}
    defaults = default_days(*typed.values())
    begin, end = (day_of(typed[name], defaults[name]) for name in DAYS)
    if end < begin:
        states.partial("The last day is before the first: the days were exchanged.")
        begin, end = end, begin
    if (end - begin).days >= MAXIMUM_DAYS:
        states.partial(f"At most {MAXIMUM_DAYS} days are read at once: the last ones are shown.")
        begin = end - timedelta(days=MAXIMUM_DAYS - 1)
    texts = {name: str(st.session_state[f"audit_{name}"]).strip() for name, *_ in QUALIFIERS}
    return Question(begin, end, **texts)


def show_log() -> None:
    """Show the form and one page of entries."""
    question = show_form()
    trail = paging.trail_of("audit", question, tuple[datetime, int])
    with states.loading(height=300):
        entries, has_more = audit_data.entries(question, trail[-1] if trail else None)
    if not entries:
        paging.begin_anew(trail)
        states.empty("Nothing was noted.", "Choose other days, or leave a field empty.")
        return
    show_entries(entries)
    paging.show_pager(trail, entries[-1].position, has_more, len(entries), ("entry", "entries"))
    states.panel("The counts by day", lambda: audit_panel.show_counts(question))
    audit_panel.show_export(question)


def show_entries(entries: list[AuditEntry]) -> None:
    """Show the entries as a table, the chosen one in full below it."""
    zone = zone_of(st.context.timezone)
    rows = [
        {
            "Number": one.sequence,
            "When": local_time(one.recorded_at, zone),
            "Who": plain(one.actor),
            "What": plain(one.event),
            "About": plain(one.subject),
        }
        for one in entries
    ]
    ids = [one.sequence for one in entries]
    chosen = tables.choose_row("audit_table", ids, pd.DataFrame(rows), counts=["Number"])
    if chosen is not None:
        show_entry(entries[chosen])
    else:
        st.caption("Select an entry to see all of it.")


def show_entry(entry: AuditEntry) -> None:
    """Show one entry with what it says was before and after, and its place in the chain."""
    st.subheader(f"Entry {whole(entry.sequence)}", anchor=False)
    zone = zone_of(st.context.timezone)
    st.markdown(
        f"**{esc(entry.event)}** about {esc(entry.subject)}, by {esc(entry.actor)} with the account"
        f" {esc(entry.account)}, {local_time(entry.recorded_at, zone)}"
    )
    details = [
        {"Field": plain(name), "Value": plain(value, 1_000)} for name, value in entry.details
    ]
    if details:
        st.dataframe(pd.DataFrame(details), hide_index=True, key="audit_details")
    with st.container(horizontal=True):
        for name, label, text in (
            ("actor", "More by them", entry.actor),
            ("event", "More of this kind", entry.event),
            ("subject", "More about this", entry.subject),
        ):
            st.button(
                label,
                key=f"only_{name}",
                icon=":material/filter_alt:",
                on_click=ask_only,
                args=(name, text),
                disabled=not text,
            )
        audit_panel.show_subject(entry.subject)
    st.caption(f"Digest {esc(entry.entry_hash)}, after {esc(entry.previous_hash)}.")


version = frame.open_page(
    "Audit log",
    "Who did what, about whom and when. Entries are only ever added.",
    Right.SEE_AUDIT,
    is_live=True,
)
states.panel("The chain", audit_panel.show_chain)
states.panel("The audit log", show_log)

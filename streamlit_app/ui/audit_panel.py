"""Parts of the page Audit log: what days have, and all that is asked for as a file."""

from __future__ import annotations

import re
from typing import NamedTuple

import streamlit as st

from lode.errors import LodeError
from lode.rights import Right
from streamlit_app.queries.audit_export import bars_of, is_by_week
from streamlit_app.queries.audit_log import Question
from streamlit_app.ui import audit_charts, audit_data, data, live
from streamlit_app.ui.field_words import in_form
from streamlit_app.ui.format import esc


class SubjectPage(NamedTuple):
    """A page that shows what an entry is about, and who may open it; `form` finds what to ask."""

    form: re.Pattern[str]
    parameter: str
    page: str
    label: str
    right: Right


SUBJECT_PAGES = (
    SubjectPage(
        re.compile(r"(imp_[0-9_]+)"), "imp", "imports", "Open the import", Right.SEE_IMPORTS
    ),
    SubjectPage(
        re.compile(r"person ([0-9]+)"), "person", "timeline", "Open the person", Right.SEE_PEOPLE
    ),
    SubjectPage(
        re.compile(r"list ([a-z0-9_-]+)"), "list", "lists", "Open the list", Right.SEE_LISTS
    ),
    SubjectPage(
        re.compile(r"pair ([0-9]+-[0-9]+)"), "pair", "review", "Open the pair", Right.REVIEW
    ),
)


def show_subject(subject: str) -> None:
    """Link to the page of what an entry is about, where there is one for who looks."""
    for one in SUBJECT_PAGES:
        found = one.form.fullmatch(subject)
        if found and data.may(one.right):
            st.page_link(
                f"app_pages/{one.page}.py",
                label=one.label,
                icon=":material/open_in_new:",
                query_params={one.parameter: found[1]},
            )


def show_counts(question: Question) -> None:
    """Show how many entries of which kind each day has."""
    counts = audit_data.counts(question)
    if counts:
        audit_charts.show_counts(counts, bars_of(question), is_by_week(question))


def show_chain() -> None:
    """Verify the newest part of the log on demand, or ask for all of it as a job."""
    with st.container(horizontal=True):
        is_asked = st.button("Verify the chain", key="verify", icon=":material/link:")
        is_whole = st.button("Verify all of it", key="verify_all", icon=":material/checklist:")
    if is_asked:
        state = audit_data.verify()
        if state.is_intact:
            st.success(esc(state.sentence, 400), icon=":material/check_circle:")
        else:
            st.error(esc(state.sentence, 400), icon=":material/error:")
    else:
        st.caption(
            "Each entry carries the digest of the one before it. The first button follows the"
            " newest 10,000 at once, the second all of them, as a job."
        )
    if is_whole:
        live.say_asked(audit_data.ask_verify)
    show_part()
    live.live("The chain's job", show_whole)


def show_part() -> None:
    """Offer to verify the entries from one to another, or those of some days, as a job."""
    fields = {
        "from": ("From entry or UTC day", "the first"),
        "to": ("To entry or UTC day", "the last"),
    }
    with st.form("chain_part"), st.container(horizontal=True, vertical_alignment="bottom"):
        begin, end = (
            st.text_input(
                label,
                key=f"chain_{name}",
                max_chars=20,
                width=220,
                placeholder=place,
                autocomplete="off",
            )
            for name, (label, place) in fields.items()
        )
        is_asked = st.form_submit_button("Verify this part", icon=":material/checklist:")
    if is_asked:
        live.say_asked(lambda: audit_data.ask_verify(begin.strip(), end.strip()))


def show_whole() -> None:
    """Show what verifying the whole log came to, and look again while it goes on."""
    jobs = audit_data.verify_jobs()
    broken = next((one for one in jobs[:1] if one.facts.get("is_intact") is False), None)
    if broken is not None:
        st.error(esc(in_form(broken.message), 1_000), icon=":material/error:")
    live.watch(jobs)


def show_export(question: Question) -> None:
    """Offer all entries that are asked for as a file."""
    try:
        link = audit_data.export_link(question)
    except LodeError as problem:
        st.caption(esc(in_form(problem.sentence), 300))
        return
    st.link_button("Take these entries", link, icon=":material/download:")
    st.caption(
        "All of them as JSON lines, contact values masked. The link works once, for ten minutes, in"
        " this browser; the log notes who took how many."
    )

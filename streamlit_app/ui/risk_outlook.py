"""Requests not to be contacted: applied in time or not; and the rules that will change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from lode.compliance_rules import RuleChange
from streamlit_app.queries.risk_outlook import MAXIMUM_STEPS, OptOutSums, OptOutWeek
from streamlit_app.ui import states, tables
from streamlit_app.ui.format import counted, esc, percent, plain, whole
from streamlit_app.ui.words import channel_word, humanized

MAXIMUM_CHANGES = 100


def show_opt_outs(found: Sequence[OptOutWeek], sums: OptOutSums) -> None:
    """Show how many requests were followed by a contact, and how late, week by week."""
    st.subheader("Requests not to be contacted", anchor=False)
    if not found:
        states.empty("Nobody asked not to be contacted in these weeks.")
        return
    if len(found) >= MAXIMUM_STEPS:
        states.partial(
            f"The newest {len(found)} rows of weeks and channels are listed; the numbers are of"
            " all weeks asked for."
        )
    _show_sums(sums, found[0].citation)
    rows = [
        {
            "Week of": one.week.isoformat(),
            "Channel": "All" if one.channel == "all" else plain(channel_word(one.channel)),
            "Requests": one.requests,
            "Contacted after": one.contacted,
            "After the deadline": one.late,
            "Contacts after": one.contacts,
            "Longest, days": one.longest_days,
            "Longest until known, days": one.longest_until_known_days,
        }
        for one in found
    ]
    counts = list(rows[0])[2:]
    st.dataframe(
        pd.DataFrame(rows).astype(dict.fromkeys(counts, "Int64")),
        hide_index=True,
        key=tables.key_of("opt_outs_table", [(one.week, one.channel) for one in found]),
        column_config=tables.count_columns(counts),
        placeholder="–",
        height="auto" if len(rows) <= 10 else 392,
    )
    st.caption(
        "A contact counts on what the request stops, at the same number or mailbox (mail: the same"
        " person), unless a later consent allowed it; also while we did not know the request yet."
    )


def _show_sums(sums: OptOutSums, citation: str) -> None:
    at_once = percent(sums.requests - sums.contacted, sums.requests)
    with st.container(horizontal=True):
        st.metric("Requests", whole(sums.requests), border=True)
        st.metric("Applied at once", at_once, border=True)
        st.metric("Contacted after", whole(sums.contacted), border=True)
        st.metric("After the deadline", whole(sums.late), border=True)
    days = f"{whole(sums.most_days)} days"
    if sums.least_days < sums.most_days:
        days = f"the law's days ({whole(sums.least_days)} to {whole(sums.most_days)})"
    were = "was" if sums.late == 1 else "were"
    sentence = (
        f"{whole(sums.late)} of {counted(sums.requests, 'request')} {were} followed by a contact"
        f" later than {days} after them. {citation}"
    )
    if sums.late:
        st.error(esc(sentence, 500), icon=":material/error:")
    else:
        st.success(esc(sentence, 500), icon=":material/check_circle:")


def show_changes(found: Sequence[RuleChange], today: date) -> None:
    """List the rules that begin or end after today, the next ones first."""
    st.subheader("Rules that will change", anchor=False)
    if not found:
        states.empty(f"No rule begins or ends after {today.isoformat()}.")
        return
    if len(found) > MAXIMUM_CHANGES:
        states.partial(f"The next {MAXIMUM_CHANGES} changes are listed.")
    rows = [
        {
            "From": one.day.isoformat(),
            "In days": (one.day - today).days,
            "Change": "▲ Begins" if one.begins else "▼ Ends",
            "Rule": plain(one.rule_id),
            "Says": plain(one.words, 255),
            "Effect": plain(humanized(one.enforcement)) if one.enforcement else "–",
            "Of": plain(one.seed),
            "Citation": plain(one.citation, 255),
        }
        for one in found[:MAXIMUM_CHANGES]
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key=tables.key_of("changes_table", [(one.day, one.seed, one.rule_id) for one in found]),
        column_config=tables.count_columns(["In days"]),
        height="auto" if len(rows) <= 10 else 392,
    )
    first = found[0]
    st.caption(
        f"The next one is on {first.day.isoformat()}:"
        f" {esc(first.rule_id, 40)} {'begins' if first.begins else 'ends'}."
    )

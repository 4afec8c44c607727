"""Verdicts as of a past day: what could be known then, decided by the same code as today's."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from streamlit_app.queries.jobs import JobState
from streamlit_app.ui import choice, life_data, live, states, tables
from streamlit_app.ui.days import FIRST_PAST_DAY, past_day
from streamlit_app.ui.format import local_time, plain, utc_now, zone_of
from streamlit_app.ui.words import channel_word, kind_word, reason_words


def show_past(person_id: int) -> None:
    """Offer the verdicts at the end of a past day, and show those that were asked for."""
    st.subheader("As of a past day", anchor=False)
    with st.form("past", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        day = st.date_input(
            "At the end of the day (UTC)",
            value=past_day(),
            min_value=FIRST_PAST_DAY,
            max_value=utc_now().date(),
            key="past_day",
            help="What could be known then, by its rules. Today: now, and by the hours, too.",
        )
        is_asked = st.form_submit_button("Decide as of that day")
    if is_asked and not isinstance(day, date):
        st.error("Choose the day first.", icon=":material/error:")
    elif is_asked and isinstance(day, date):
        number = live.say_asked(lambda: life_data.ask_past(person_id, day))
        if number is not None:
            choice.put({"past": str(number), "asof": day.isoformat()})
    live.live("The verdicts of a past day", lambda: _show_answer(person_id))


def _show_answer(person_id: int) -> None:
    jobs = life_data.past_jobs(person_id)
    found = live.job_in_address("past", jobs, lambda number: life_data.past_job(number, person_id))
    if found is not None and "verdicts" in found.facts:
        _show_verdicts(found)
    live.watch(jobs, found)


def _show_verdicts(job: JobState) -> None:
    said = job.facts
    if not said["verdicts"]:
        states.empty("No phone, e-mail or postal address is known of this person.")
        return
    zone = zone_of(st.context.timezone)
    moment = local_time(datetime.fromisoformat(said["at"]), zone)
    st.markdown(
        f"**At {moment}, hours of the day included**"
        if said.get("with_hours")
        else f"**At the end of {plain(said['day'])} (UTC), apart from hours of the day**"
    )
    st.dataframe(
        pd.DataFrame([_row(one, zone) for one in said["verdicts"][:100]]),
        hide_index=True,
        key=tables.key_of("past_table", [job.number]),
        placeholder="–",
    )
    st.caption(
        "Contact points and who is who are those of today; requests, lists, consents and contacts"
        " are those that were known then."
    )


def _row(one: dict[str, Any], zone: Any) -> dict[str, str]:
    against = [reason for reason in one["reasons"] if reason["enforcement"] == "enforce"]
    until = one["next_allowed_at"]
    return {
        "Contact point": plain(one["contact"]),
        "Kind": plain(kind_word(one["kind"])),
        "Channel": plain(channel_word(one["channel"])),
        "Verdict": "✓ Allowed" if one["is_allowed"] else "✕ Blocked",
        "Why": plain(reason_words(tuple(reason["code"] for reason in against)), 400)
        if against
        else "",
        "Citation": plain("; ".join(reason["citation"] for reason in against), 400),
        "Allowed again": local_time(
            None if one["is_allowed"] or not until else datetime.fromisoformat(until), zone
        ),
        "On their clock": ""
        if one["is_allowed"]
        else plain(one.get("next_allowed_local", ""), 200),
    }

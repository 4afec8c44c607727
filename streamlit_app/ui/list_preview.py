"""Before an export: what it would come to, how fresh what it rests on is, and why not this one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from streamlit_app.queries.jobs import JobState
from streamlit_app.queries.lists import ListVersion
from streamlit_app.queries.search import person_id_of
from streamlit_app.queries.suppression import Suppression, is_national
from streamlit_app.ui import list_charts, list_data, live, registry, states, tables
from streamlit_app.ui.field_words import in_form
from streamlit_app.ui.format import counted, esc, local_time, plain, utc_now, whole, zone_of
from streamlit_app.ui.words import humanized, reason_words

PREVIEW, WHY = "list_preview", "list_explain"
KINDS = (PREVIEW, WHY)


@dataclass(frozen=True)
class PreviewFacts:
    """What a preview came to, as its job says."""

    version: int
    decided_at: datetime
    refusal: str
    checked: int
    rows: int
    left_out: tuple[tuple[str, int], ...]
    sample: tuple[dict[str, Any], ...]


def facts_of(job: JobState) -> PreviewFacts | None:
    """Return the facts of a preview that has ended well, else None."""
    said = job.facts
    if job.kind != PREVIEW or "checked" not in said:
        return None
    return PreviewFacts(
        int(said["version"]),
        datetime.fromisoformat(said["decided_at"]),
        said["refusal"],
        int(said["checked"]),
        int(said["rows"]),
        tuple((str(code), int(count)) for code, count in said["left_out"].items()),
        tuple(said["sample"]),
    )


def show_questions(name: str, newest: ListVersion) -> None:
    """Offer a preview of the newest version, and the question why not this one."""
    if st.button(f"Preview version {newest.version}", type="primary", key="ask_preview"):
        number = live.say_asked(lambda: list_data.ask_preview(name, newest.version))
        if number is not None:
            st.query_params["preview"] = str(number)
    with st.form("why", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        given = st.text_input("Why not this one? Person id", key="why_person", max_chars=20)
        is_asked = st.form_submit_button("Explain")
    if not is_asked:
        return
    text = given.strip().removeprefix("#")
    person_id = person_id_of(text)
    if person_id is None:
        st.error(
            f"{esc(text, 20) or 'Nothing'} is not the id of a person.", icon=":material/error:"
        )
        return
    number = live.say_asked(lambda: list_data.ask_why(name, newest.version, person_id))
    if number is not None:
        st.query_params["why"] = str(number)


def job_in_address(parameter: str, kind: str, name: str, jobs: list[JobState]) -> JobState | None:
    """Return the job that the address names, else the newest of the kind."""
    of_kind = [one for one in jobs if one.kind == kind]
    return live.job_in_address(parameter, of_kind, lambda number: list_data.job(number, kind, name))


def show_preview(job: JobState | None, newest: ListVersion) -> None:
    """Show what an export would come to: the waterfall, then a masked sample."""
    st.subheader("What an export would come to", anchor=False)
    found = None if job is None else facts_of(job)
    if found is None:
        if job is not None and job.is_open:
            states.empty("The preview is on its way.", "What it came to appears here.")
        elif job is not None and job.message:
            said = esc(in_form(job.message), 1_000)
            states.partial(f"Preview {job.number} came to nothing: {said}")
        else:
            states.empty("No preview is there.", "Ask: it writes no file and logs no export.")
        return
    zone = zone_of(st.context.timezone)
    st.caption(
        f"Version {found.version}, decided {local_time(found.decided_at, zone)}. An export decides"
        " anew."
    )
    if found.version != newest.version:
        states.stale(f"This is version {found.version}; the newest one is {newest.version}.")
    if found.refusal:
        st.error(esc(found.refusal, 1_000), icon=":material/block:")
    if not found.checked:
        states.empty("Nobody is in this list.", "Make its filters wider.")
        return
    if not found.rows and found.left_out:
        code, count = found.left_out[0]
        states.partial(
            f"Nobody is left: {list_charts.left_out_words(code)} removes most, {whole(count)}."
        )
    list_charts.show_waterfall(found, "preview")
    _show_sample(found)


def _show_sample(found: PreviewFacts) -> None:
    st.subheader("A sample", anchor=False)
    zone = zone_of(st.context.timezone)
    rows = [
        {
            "Person": str(one["person"]),
            "State": plain(one["state"]) or "–",
            "Contact point": plain(one["contact"]) or "–",
            "Outcome": "✕ Left out" if one["outcome"] else "✓ In the file",
            "First reason": list_charts.left_out_words(one["outcome"]) if one["outcome"] else "",
            "From": local_time(datetime.fromisoformat(one["from"]) if one["from"] else None, zone),
        }
        for one in found.sample
    ]
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, key=tables.key_of("sample_table", [found.decided_at])
    )
    st.caption(
        f"{counted(len(rows), 'person', 'people')}: some who may leave, and some of each reason."
    )


def show_why(job: JobState | None) -> None:
    """Show why somebody is in the list or not, and each reason with its citation."""
    if job is None or "verdicts" not in job.facts:
        return
    said = job.facts
    st.subheader(f"Person {said['person']}", anchor=False)
    zone = zone_of(st.context.timezone)
    st.markdown(_outcome_words(said))
    for one in said["filters"]:
        icon = ":green-badge[✓ Holds]" if one["holds"] else ":red-badge[✕ Does not hold]"
        st.markdown(f"{icon} {esc(one['words'], 200)}")
    rows = [
        {
            "Contact point": plain(point["contact"]),
            "Reason": plain(reason_words((reason["code"],)), 200),
            "Effect": plain(humanized(reason["enforcement"])),
            "Until": local_time(
                datetime.fromisoformat(reason["until"]) if reason["until"] else None, zone
            ),
            "Rule": plain(reason["rule"]),
            "Citation": plain(reason["citation"], 255),
        }
        for point in said["verdicts"]
        for reason in point["reasons"]
    ]
    if rows:
        st.dataframe(
            pd.DataFrame(rows),
            hide_index=True,
            key=tables.key_of("why_table", [job.number]),
            placeholder="–",
        )
    elif said["verdicts"]:
        st.caption("No rule speaks for or against the contact points of this person.")
    else:
        st.caption("No contact point of this channel is known of this person.")


def _outcome_words(said: dict[str, Any]) -> str:
    if not said["is_in_list"]:
        return "**Not in the list**: a filter does not hold."
    if said["outcome"]:
        return (
            f"**In the list, left out**: {esc(list_charts.left_out_words(said['outcome']), 200)}."
        )
    if before := said["shared_before"]:
        who = "1 person with a smaller id holds"
        if before > 1:
            who = f"{whole(before)} people with smaller ids hold"
        return (
            f"**In the list**; {who} the same contact point: if one of them is in the list, the"
            " line is theirs."
        )
    return "**In the list, and may be contacted.**"


def show_freshness(found: list[Suppression]) -> None:
    """Show each source of suppression with its age and, where there is one, its limit."""
    st.subheader("What it rests on", anchor=False)
    today = utc_now().date()
    limit, warning = registry.limits(today)
    if not any(map(is_national, found)):
        st.error(
            "No copy of the national do-not-call registry is loaded: no list for calls or texts"
            " leaves.",
            icon=":material/phone_disabled:",
        )
    if not found:
        return
    zone = zone_of(st.context.timezone)
    rows = [
        {
            "Source": plain(one.name),
            "Kind": "do-not-call list" if one.is_list else "feed",
            "Of": "–" if one.of_day is None else one.of_day.isoformat(),
            "Age in days": one.age_days(today),
            "Limit in days": limit if is_national(one) else None,
            "State": _state(one, today, limit, warning),
            "Known since": local_time(one.known_at, zone),
        }
        for one in found
    ]
    counts = ["Age in days", "Limit in days"]
    st.dataframe(
        pd.DataFrame(rows).astype(dict.fromkeys(counts, "Int64")),
        hide_index=True,
        key=tables.key_of("freshness_table", [(one.name, one.known_at) for one in found]),
        column_config=tables.count_columns(counts),
        placeholder="–",
    )
    st.caption(
        "The national registry is as old as its oldest part. Requests that are written down by"
        " hand hold at once."
    )


def _state(one: Suppression, today: date, limit: int, warning: int) -> str:
    age = one.age_days(today)
    if is_national(one) and age is not None:
        return registry.state_of(age, limit, warning)
    return "– No limit"

"""Priority lists: saved definitions, what their exports came to, and a new export."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from streamlit_app.auth.rights import Right
from streamlit_app.queries.jobs import JobState
from streamlit_app.queries.lists import ListExport, ListVersion
from streamlit_app.ui import (
    choice,
    data,
    frame,
    list_actions,
    list_charts,
    list_data,
    states,
    tables,
    work,
)
from streamlit_app.ui.format import local_time, plain, whole, zone_of
from streamlit_app.ui.list_actions import POLL_FLAG
from streamlit_app.ui.words import channel_word

POLL_SECONDS = 3
STATES = {"COMPLETE": "✓ Complete", "STARTED": "◔ Under way", "FAILED": "✕ Came to nothing"}


def show_lists() -> None:
    """Show the choice of lists, and the chosen one."""
    names, has_more = list_data.names()
    if not names:
        states.empty("No list is defined yet.", "Define one with `lode list define`.")
        return
    if has_more:
        states.partial(f"The first {len(names)} lists are offered: `lode list lists` shows all.")
    name = choice.choose("list", "List", {one: one for one in names})
    versions = list_data.versions(name)
    show_versions(versions)
    if data.may(Right.BUILD_LISTS):
        list_actions.show_form(name, versions[0])
    # While a job runs the part below looks again; the rest of the page stays as it is.
    timer = POLL_SECONDS if st.session_state.get(POLL_FLAG) else None
    st.fragment(lambda: states.panel("The exports", lambda: show_live(name)), run_every=timer)()


def show_versions(versions: list[ListVersion]) -> None:
    """List the versions of a list, newest first."""
    zone = zone_of(st.context.timezone)
    rows = [
        {
            "Version": one.version,
            "Channel": plain(channel_word(one.channel)),
            "States": plain(", ".join(one.states)) or "all",
            "Sources": plain(", ".join(one.sources)) or "all",
            "Conditions": plain("; ".join(one.conditions), 300) or "none",
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


def show_live(name: str) -> None:
    """Show the jobs of a list and its exports, and look again while a job is open."""
    jobs = list_data.jobs_of(name)
    show_work(jobs)
    show_exports(list_data.exports(name))
    is_running = any(job.is_open for job in jobs)
    if is_running != st.session_state.get(POLL_FLAG, False):
        st.session_state[POLL_FLAG] = is_running
        st.rerun()


def show_work(jobs: list[JobState]) -> None:
    """Show the jobs that wait or run, and what the newest came to."""
    shown = [job for job in jobs if job.is_open] or jobs[:1]
    if shown:
        st.subheader("At work" if shown[0].is_open else "Last job", anchor=False)
        work.show_jobs(shown)


def show_exports(exports: list[ListExport]) -> None:
    """List the newest exports, and show the chosen one."""
    st.subheader("Exports", anchor=False)
    if not exports:
        states.empty("This list was never exported.")
        return
    zone = zone_of(st.context.timezone)
    rows = [
        {
            "Export": one.number,
            "State": STATES.get(one.status, plain(one.status)),
            "Version": one.version,
            "In the list": one.checked if one.is_complete else None,
            "In the file": one.rows if one.is_complete else None,
            "Decided": local_time(one.decided_at, zone),
            "Good until": local_time(one.valid_until, zone),
            "By": plain(one.exported_by),
            "What for": plain(one.reason) or "–",
        }
        for one in exports
    ]
    counts = ["In the list", "In the file"]
    st.dataframe(
        pd.DataFrame(rows).astype(dict.fromkeys(counts, "Int64")),
        hide_index=True,
        key=tables.key_of("exports_table", [(one.number, one.status) for one in exports]),
        column_config=tables.count_columns(counts),
        placeholder="–",
        height="auto" if len(rows) <= 6 else 250,
    )
    labels = {
        str(one.number): f"Export {one.number}, {whole(one.rows)} people"
        for one in exports
        if one.is_complete
    }
    if labels:
        chosen = choice.choose("export", "Export", labels)
        show_export(next(one for one in exports if str(one.number) == chosen))


def show_export(export: ListExport) -> None:
    """Show who was left out of an export, and offer its file."""
    if not export.closes:
        st.error(
            "Lines and left out don't add up to the list: don't use this export before it was"
            " looked into.",
            icon=":material/error:",
        )
        return
    list_charts.show_waterfall(export)
    list_actions.show_download(export)


version = frame.open_page(
    "Priority lists",
    "Saved lists, who was left out of an export and why, and a new export through the gate.",
    Right.SEE_LISTS,
    is_live=True,
)
states.panel("The lists", show_lists)

"""Priority lists: saved definitions, what their exports came to, and a new export."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from streamlit_app.auth.rights import Right
from streamlit_app.queries.errors import QueryError
from streamlit_app.queries.lists import MAXIMUM_EXPORTS, ListExport, ListVersion
from streamlit_app.ui import (
    choice,
    data,
    frame,
    held_panel,
    list_actions,
    list_address,
    list_charts,
    list_data,
    list_estimate,
    list_filters,
    list_form,
    list_preview,
    live,
    states,
    tables,
)
from streamlit_app.ui.format import counted, local_time, plain, zone_of

STATES = {
    "COMPLETE": "✓ Complete",
    "HELD": "▲ Waits for a second person",
    "STARTED": "◔ Under way",
    "FAILED": "✕ Came to nothing",
}
VIEWS = {
    "": "Exports",
    "before": "Before an export: preview, and why not this one",
    "define": "Definition: a new version",
    "held": "Exports of all lists that wait for a second person",
}
# What the address says of one list, and of no other.
OF_ONE_LIST = ("export", "version", "than", "preview", "why", *list_address.NAMES)
EXPORTING = ("list_export", "list_release")


def show_lists() -> None:
    """Show the choice of lists, and what is asked of the chosen one."""
    names, has_more = list_data.names()
    if not names:
        states.empty("No list is defined yet.", "Define one here, or with `lode list define`.")
        show_definition(None, [])
        return
    if has_more:
        states.partial(f"The first {len(names)} lists are offered: `lode list lists` shows all.")
        names = [*names, *list_data.further(names, st.query_params.get("list", ""))]
    name = choice.choose("list", "List", {one: one for one in names}, forgets=OF_ONE_LIST)
    versions = list_data.versions(name)
    view = choice.choose("view", "What to show", VIEWS)
    if view == "held":
        states.panel("The exports that wait", held_panel.show_held)
        return
    list_form.show_versions(versions)
    if view == "define":
        show_definition(name, versions)
    elif view == "before":
        show_estimate(versions[0])
        list_preview.show_questions(name, versions[0])
        live.live("What an export would come to", lambda: show_before(name, versions[0]))
        states.panel("What it rests on", show_freshness)
    else:
        if data.may(Right.BUILD_LISTS):
            list_actions.show_form(name, versions[0])
        live.live("The exports", lambda: show_exports_live(name))


def show_estimate(newest: ListVersion) -> None:
    """Show what the list came to at the last build, if there was one."""
    if version is not None:
        build = version
        states.panel("The numbers", lambda: list_estimate.show_estimate(newest, build))


def show_freshness() -> None:
    """Show how fresh each source of suppression is."""
    list_preview.show_freshness(list_data.suppression())


def show_definition(name: str | None, versions: list[ListVersion]) -> None:
    """Offer the next version of the list, or a new list."""
    list_form.show_difference(versions)
    if not data.may(Right.BUILD_LISTS):
        states.empty("Lists are defined by those who may build them.")
        return
    kinds = {"next": "The next version of this list", "new": "A new list"}
    if name is None or choice.choose("of", "Define", kinds) == "new":
        draft = list_form.show_form(None, None, offered())
    else:
        draft = list_form.show_form(name, versions[0], offered())
    show_estimate(draft)
    live.live("The jobs", lambda: live.watch(list_data.newest_jobs(("list_define",))))


def offered() -> list_filters.Options:
    """Return the states and sources that may be chosen, and say so where they can't be read."""
    if version is None:
        return list_filters.Options()
    try:
        built = version.version
        return list_filters.Options(
            list_data.states_of_people(built), list_data.sources_of_people(built)
        )
    except QueryError as problem:
        states.error(problem)
        return list_filters.Options()


def show_before(name: str, newest: ListVersion) -> None:
    """Show what an export would come to, and why not somebody."""
    jobs = list_data.jobs_of(name, list_preview.KINDS)
    why = list_preview.job_in_address("why", list_preview.WHY, name, jobs)
    list_preview.show_why(why)
    found = list_preview.job_in_address("preview", list_preview.PREVIEW, name, jobs)
    list_preview.show_preview(found, newest)
    live.watch(jobs, why, found)


def show_exports_live(name: str) -> None:
    """Show the jobs of a list and its exports, and look again while a job is open."""
    asked = live.number_in_address("export")
    exports = list_data.exports(name, asked)
    show_exports(exports, asked)
    # A release that was asked for just now is among them.
    live.watch(list_data.jobs_of(name, EXPORTING, [one.number for one in exports]))


def show_exports(exports: list[ListExport], asked: int | None) -> None:
    """List the newest exports, and show the chosen one: of the address, or else the newest."""
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
            "In the list": one.checked if one.is_counted else None,
            "In the file": one.rows if one.is_counted else None,
            "Decided": local_time(one.decided_at, zone),
            "Good until": local_time(one.valid_until, zone),
            "By": plain(one.exported_by),
            "Released by": plain(one.released_by) or "–",
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
    tables.say_newest(len(rows), MAXIMUM_EXPORTS)
    labels = {
        str(one.number): f"Export {one.number}, {counted(one.rows, 'person', 'people')}"
        for one in exports
        if one.is_counted
    }
    if labels:
        chosen = choice.choose("export", "Export", labels)
        show_export(next(one for one in exports if str(one.number) == chosen))
    elif asked is not None:
        states.partial(f"This list has no export {asked} that was counted.")


def show_export(export: ListExport) -> None:
    """Show who was left out of an export, and offer its file."""
    if not export.closes:
        st.error(
            "Lines and left out don't add up to the list: don't use this export before it was"
            " looked into.",
            icon=":material/error:",
        )
        return
    list_charts.show_waterfall(export, str(export.number))
    list_actions.show_release(export)
    if not list_data.needs_release(export):
        list_actions.show_download(export)


version = frame.open_page(
    "Priority lists",
    "Saved lists, who would be left out of an export and why, and exports through the gate.",
    Right.SEE_LISTS,
    is_live=True,
)
states.panel("The lists", show_lists)

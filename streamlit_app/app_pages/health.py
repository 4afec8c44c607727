"""Warehouse health: runs and tests, how fresh each source is, what does not close, sizes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
import streamlit as st

from streamlit_app.auth.rights import Right
from streamlit_app.queries.health import MAXIMUM_NODES, DbtRun
from streamlit_app.queries.warehouse import WarehouseVersion
from streamlit_app.ui import (
    choice,
    data,
    frame,
    health_data,
    live,
    registry_parts,
    server_panel,
    states,
    tables,
)
from streamlit_app.ui.format import (
    age,
    counted,
    duration,
    esc,
    file_size,
    local_time,
    plain,
    utc_now,
    whole,
    zone_of,
)
from streamlit_app.ui.words import NOT_BALANCED, humanized, status_words

SHOWN_IMPORTS = 20
LATE = "✕ Late"
VIEWS = {
    "": "Runs, sources, sizes, statements",
    "registry": "The national do-not-call registry, part by part",
}
NODES = {"": "What failed, then the slowest", "failed": "What failed or was skipped"}


def show_runs() -> None:
    """Show the newest runs of dbt, and what the chosen one did."""
    with states.loading(height=200):
        runs = health_data.runs()
    if not runs:
        states.empty("No run is kept yet.", "`lode run` keeps what its dbt did.")
        return
    asked = live.number_in_address("run")
    if asked is not None and all(run.number != asked for run in runs):
        older = health_data.run(asked)
        runs += [older] if older else []
    zone = zone_of(st.context.timezone)
    labels = {
        str(run.number): f"Run {run.number}, {local_time(run.started_at, zone)}, {run_words(run)}"
        for run in runs
    }
    chosen = choice.choose("run", "Run", labels)
    run = next((one for one in runs if str(one.number) == chosen), runs[0])
    show_run(run, bad_only=choice.choose("nodes", "Models and tests", NODES) == "failed")


def run_words(run: DbtRun) -> str:
    """Return how a run went, in two words."""
    if run.broke_off:
        return "broke off"
    return "all well" if run.is_good else f"{whole(run.bad)} failed"


def show_run(run: DbtRun, *, bad_only: bool) -> None:
    """Show one run: in a sentence whether it went well, then its models and tests."""
    took = duration(run.seconds)
    if run.is_good:
        st.success(
            f"Run {run.number}: {whole(run.nodes)} models and tests, all well, in {took}.",
            icon=":material/check_circle:",
        )
    elif run.broke_off:
        st.error(
            f"Run {run.number} broke off after {took}: dbt ended with code {run.exit_code}, and"
            f" none of the {whole(run.nodes)} models and tests that it came to had failed. What"
            " `lode run` printed says why.",
            icon=":material/error:",
        )
    else:
        st.error(
            f"Run {run.number}: {whole(run.bad)} of {whole(run.nodes)} models and tests failed"
            f" or were skipped, in {took}.",
            icon=":material/error:",
        )
    with states.loading(height=200):
        nodes = health_data.nodes(run.number, bad_only=bad_only)
    if not nodes:
        states.empty("Nothing failed in it." if bad_only else "Nothing was built in it.")
        return
    if (run.bad if bad_only else run.nodes) > len(nodes):
        states.partial(f"What failed and the slowest are listed: {MAXIMUM_NODES} at most.")
    rows = [
        {
            "State": f"✓ {humanized(one.state)}" if one.is_good else f"✕ {humanized(one.state)}",
            "Kind": plain(humanized(one.kind)),
            "Name": plain(one.name),
            "Seconds": round(one.seconds, 2),
            "What it says": plain(one.message, 300),
        }
        for one in nodes
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key=tables.key_of("nodes_table", [run.number, bad_only]),
        height="auto" if len(rows) <= 8 else 322,
    )


def show_sources() -> None:
    """Show how long ago each source was heard of, the longest silent first."""
    with states.loading(height=120):
        sources = health_data.sources()
    if not sources:
        states.empty("No file has been imported yet.", "Load one with `lode load FILE`.")
        return
    zone = zone_of(st.context.timezone)
    now = utc_now()
    limit = health_data.fresh_within()
    late = [one for one in sources if in_time(one.uploaded_at, now, limit) == LATE]
    if late:
        states.stale(
            f"{whole(len(late))} of {counted(len(sources), 'source')}"
            f" {'was' if len(late) == 1 else 'were'} silent for more than"
            f" {counted(limit.days, 'day')}, the limit (LODE_FRESH_WITHIN_DAYS)."
        )
    else:
        st.caption(
            f"Every source was heard of in the last {counted(limit.days, 'day')}, the limit."
        )
    rows = [
        {
            "Source": plain(one.source_type),
            "Feed": plain(one.feed),
            "Newest file": local_time(one.uploaded_at, zone),
            "Age": age(one.uploaded_at, now) if one.uploaded_at else "–",
            "In time": in_time(one.uploaded_at, now, limit),
            "Imports": one.imports,
            "Failed": one.failed,
        }
        for one in sources
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key="sources_table",
        column_config=tables.count_columns(["Imports", "Failed"]),
    )


def in_time(newest: datetime | None, now: datetime, limit: timedelta) -> str:
    """Return whether a source was heard of within the limit, by icon and word."""
    return "✓ In time" if newest is not None and now - newest <= limit else LATE


def show_open_imports() -> None:
    """List the imports whose accounting is open, each with a link to itself."""
    with states.loading(height=80):
        found = health_data.open_imports()
    if not found:
        st.success("Every processed record is accounted for.", icon=":material/check_circle:")
        return
    zone = zone_of(st.context.timezone)
    for one in found[:SHOWN_IMPORTS]:
        words = NOT_BALANCED if one.has_lost else status_words(one.status)
        st.page_link(
            "app_pages/imports.py",
            label=f"{words.icon} {esc(one.filename, 60)}: {esc(words.word)},"
            f" uploaded {local_time(one.uploaded_at, zone)}",
            query_params={"imp": one.import_id},
        )
    if len(found) > SHOWN_IMPORTS:
        st.caption("There are more: see the page Imports.")


def show_sizes(version: WarehouseVersion) -> None:
    """Show the largest tables, as the server estimated them when the build ended."""
    with states.loading(height=322):
        sizes = health_data.sizes(version.version)
    if not sizes:
        states.empty("Sizes are not known yet.", "Run `lode run`.")
        return
    total = sum(one.data_bytes + one.index_bytes for one in sizes)
    zone = zone_of(st.context.timezone)
    st.caption(
        f"The {len(sizes)} largest tables hold about {file_size(total)}; estimates of the server,"
        f" {local_time(sizes[0].measured_at, zone)}."
    )
    rows = [
        {
            "Layer": plain(one.layer),
            "Table": plain(one.table),
            "About rows": one.rows,
            "Data": file_size(one.data_bytes),
            "Indexes": file_size(one.index_bytes),
        }
        for one in sizes
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key="sizes_table",
        column_config=tables.count_columns(["About rows"]),
        height=322,
    )


def show_all(version: WarehouseVersion | None) -> None:
    """Show all but the registry, each in a panel of its own."""
    st.subheader("Runs and tests", anchor=False)
    states.panel("The runs", show_runs)
    if data.may(Right.SEE_IMPORTS):
        st.subheader("Imports that are open", anchor=False)
        states.panel("The open imports", show_open_imports)
    st.subheader("Sources", anchor=False)
    states.panel("The sources", show_sources)
    if version is not None:
        st.subheader("Sizes", anchor=False)
        states.panel("The sizes", lambda: show_sizes(version))
    st.subheader("Statements and sessions", anchor=False)
    states.panel("The server", server_panel.show_server)


version = frame.open_page(
    "Warehouse health",
    "Whether the last run went well, what is late, and what does not add up.",
    Right.SEE_HEALTH,
    is_live=True,
)
if choice.choose("view", "What to show", VIEWS) == "registry":
    st.subheader("Our copy of the registry", anchor=False)
    states.panel("The registry", registry_parts.show_parts)
else:
    show_all(version)

"""The panel that brings a file in: upload, preview, headers, try it out, start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from loaders.preview import Preview
from loaders.suggest import Proposal
from lode.errors import LodeError
from streamlit_app.queries.errors import QueryError
from streamlit_app.queries.jobs import JobState
from streamlit_app.ui import links, states, uploaded, work
from streamlit_app.ui.format import counted, esc, file_size, plain, whole
from streamlit_app.ui.uploaded import Uploaded

TYPES = ["csv", "tsv", "txt", "gz", "zip", "sql", "sqlite", "db", "xlsx", "xls", "ods"]
ROUND = "upload_round"
TRIAL = "trial_job"
EXTRA = "kept in extra"
SHOWN_ROWS = 20
SHOWN_COLUMNS = 40


def show_upload() -> None:
    """Take a file, or go on with the one whose key is in the address."""
    key = st.query_params.get("upload")
    if key is None:
        _take()
        return
    try:
        _go_on(key)
    except LodeError as problem:
        states.refused(problem)
        st.button("Choose another file", on_click=_forget)


def _take() -> None:
    number = st.session_state.setdefault(ROUND, 0)
    file = st.file_uploader(
        "File to load",
        type=TYPES,
        key=f"file_{number}",
        max_upload_size=uploaded.WIDGET_MEGABYTES,
        help="Text with columns, SQL dumps, SQLite files, workbooks; gzip or zip too.",
    )
    if file is None:
        _offer_large()
        _offer_laid()
        return
    _keep(lambda: uploaded.keep(file.name, file))


def _keep(keep: Callable[[], str]) -> None:
    """Keep a file and go on with it; its key is then in the address."""
    try:
        key = keep()
    except (LodeError, QueryError) as problem:
        states.refused(problem)
        return
    # The next run has another widget, so that the file leaves the memory.
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    st.query_params["upload"] = key
    st.rerun()


def _offer_laid() -> None:
    """Offer the files of the drop folder: of any size, as nothing goes through the browser."""
    laid = dict(uploaded.laid())
    if not laid:
        st.caption("Files laid into the folder `drop` in LODE_HOME could be chosen here too.")
        return
    with st.form("laid", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "File of the drop folder",
            list(laid),
            format_func=lambda one: f"{plain(one, 80)}, {file_size(laid.get(one))}",
            key="laid_name",
        )
        is_asked = st.form_submit_button("Take this file")
    if is_asked:
        _keep(lambda: uploaded.take(name or ""))


def _offer_large() -> None:
    try:
        link = uploaded.upload_link()
    except LodeError:
        return
    st.markdown(
        f"Larger than {uploaded.WIDGET_MEGABYTES} MB: [upload it on a page of its own]({link}), or"
        " use `lode load` where the file lies."
    )


def _go_on(key: str) -> None:
    with states.loading(height=200):
        found = uploaded.look_into(key)
    member = None
    if found.is_archive:
        st.markdown(f"**{esc(found.name)}** holds several files.")
        names = [part.name for part in found.parts]
        member = st.selectbox("File of the archive", names) or names[0]
        found = uploaded.look_into(key, member)
    part = _choose_part(found)
    rows = f", {counted(part.row_count, 'record')}" if part.row_count is not None else ""
    st.markdown(
        f"**{esc(found.name)}**, {file_size(found.size_bytes)}{rows}, {esc(part.description)},"
        f" SHA-256 {found.checksum[:12]}…"
    )
    _show_rows(part)
    _say_if_known(found)
    wishes = _choose_mapping(found, part)
    if member is not None:
        wishes["member"] = member
    if len(found.parts) > 1:
        wishes["table"] = part.name
    _show_actions({"upload": key, "name": found.name, **wishes})


def _choose_part(found: Uploaded) -> Preview:
    if len(found.parts) == 1:
        return found.parts[0]
    names = [part.name for part in found.parts]
    name = st.selectbox("Table", names) or names[0]
    return found.parts[names.index(name)]


def _show_rows(part: Preview) -> None:
    names = [f"{number} {plain(name, 60)}" for number, name in enumerate(part.header, start=1)]
    rows = [
        ["" if value is None else plain(value, 100) for value in row[:SHOWN_COLUMNS]]
        for row in part.rows[:SHOWN_ROWS]
    ]
    frame = pd.DataFrame(rows, columns=names[:SHOWN_COLUMNS], dtype=str)
    st.dataframe(frame, hide_index=True, height="auto" if len(frame) <= 5 else 213)
    if not rows:
        st.caption("No record at the beginning of the file is whole: trying it out says why.")
        return
    one = "The first record as it stands"
    many = f"The first {len(rows)} records as they stand"
    st.caption(f"{one if len(rows) == 1 else many} in the file.")


def _say_if_known(found: Uploaded) -> None:
    for import_ in uploaded.earlier_imports(found.checksum)[:1]:
        states.partial(
            f"The same bytes are {esc(import_.import_id)} already: loading them again changes"
            " nothing."
        )
        links.lead(
            "app_pages/imports.py",
            label=f"See {esc(import_.import_id)}",
            query={"imp": import_.import_id},
        )


def _choose_mapping(found: Uploaded, part: Preview) -> dict[str, Any]:
    """Ask what the file is and what each header becomes; nothing to say if all is known."""
    kinds = uploaded.kinds_of_files()
    first = uploaded.proposal(part)
    kind = (
        st.selectbox(
            "What the file is",
            kinds,
            index=kinds.index(first.mapping.name),
            key=f"kind_{found.key}",
        )
        or first.mapping.name
    )
    proposal = first if kind == first.mapping.name else uploaded.proposal(part, kind)
    frame = _headers_frame(proposal)
    edited = _edit(frame, kind, f"headers_{found.key}_{kind}_{plain(part.name, 40)}")
    chosen = [str(value) for value in edited["Becomes"]]
    kept = [
        plain(header, 40)
        for header, column in zip(part.header, chosen, strict=True)
        if column == EXTRA
    ]
    if kept:
        st.caption(f"Kept in extra, not lost: {esc(', '.join(kept), 300)}.")
    known = [one.column for one in proposal.suggestions if one.reason == "a known name"]
    if len(known) + len(kept) == len(chosen) and chosen == list(frame["Becomes"]):
        return {"mapping": kind}
    columns: dict[str, list[str]] = {}
    for header, column in zip(part.header, chosen, strict=True):
        if column != EXTRA:
            columns.setdefault(column, []).append(header)
    return {"mapping": kind, "columns": columns}


def _headers_frame(proposal: Proposal) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Header": plain(one.header, 80),
                "Becomes": one.column if one.column != "extra" else EXTRA,
                "Sure": round(100 * one.confidence),
                "Why": plain(one.reason, 80),
            }
            for one in proposal.suggestions
        ]
    )


def _edit(frame: pd.DataFrame, kind: str, key: str) -> pd.DataFrame:
    edited: pd.DataFrame = st.data_editor(
        frame,
        hide_index=True,
        disabled=["Header", "Sure", "Why"],
        key=key,
        column_config={
            "Becomes": st.column_config.SelectboxColumn(
                options=[EXTRA, *uploaded.columns_of(kind)], required=True
            ),
            "Sure": st.column_config.NumberColumn(format="%d %%"),
        },
        height="auto" if len(frame) <= 10 else 388,
    )
    return edited


def _show_actions(parameters: dict[str, Any]) -> None:
    number = st.session_state.get(TRIAL, {}).get(repr(sorted(parameters.items())))
    trial = work.one(number) if number is not None else None
    if trial is not None:
        work.show_job(trial)
        _show_predictions(trial)
    with st.container(horizontal=True):
        if st.button("Try it out", disabled=trial is not None and trial.is_open):
            _ask(lambda: _try_out(parameters))
        if st.button("Start import", type="primary"):
            _ask(lambda: _start(parameters))
        st.button("Choose another file", on_click=_forget)
    st.caption("Trying it out loads it beside the warehouse, says the counts, and changes nothing.")


def _ask(act: Callable[[], None]) -> None:
    try:
        act()
    except (LodeError, QueryError) as problem:
        states.refused(problem)
        return
    st.rerun()


def _try_out(parameters: dict[str, Any]) -> None:
    number = work.ask("dry_run", parameters)
    st.session_state[TRIAL] = {repr(sorted(parameters.items())): number}


def _start(parameters: dict[str, Any]) -> None:
    work.ask("load", parameters)
    _forget()


def _show_predictions(trial: JobState) -> None:
    """Show what loading would give; the real run gives the same counts."""
    for found in trial.facts.get("predictions", []):
        names = ("inserted", "updated", "unchanged", "collapsed", "rejected")
        counts = " + ".join(f"{whole(int(found[f'{name}_count']))} {name}" for name in names)
        st.success(
            f"{counted(int(found['row_count']), 'record')} = {counts}.",
            icon=":material/check_circle:",
        )


def _forget() -> None:
    st.query_params.pop("upload", None)
    st.session_state.pop(TRIAL, None)

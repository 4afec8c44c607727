"""Imports: every file with its state and counts, one import's accounting; live while one runs."""

from __future__ import annotations

import streamlit as st

from streamlit_app.auth.rights import Right
from streamlit_app.queries.errors import NotBuiltError
from streamlit_app.queries.imports import ImportHealth
from streamlit_app.queries.jobs import JobState
from streamlit_app.ui import (
    attempts_panel,
    charts,
    choice,
    data,
    frame,
    import_actions,
    paging,
    problems_panel,
    states,
    tables,
    upload_panel,
    work,
)
from streamlit_app.ui.accounting import account_for, is_at_work, state_of, stuck_since
from streamlit_app.ui.field_words import in_form
from streamlit_app.ui.format import (
    age,
    counted,
    duration,
    esc,
    file_size,
    local_time,
    utc_now,
    zone_of,
)

POLL_SECONDS = 3
SHOWN = {"all": "All imports", "open": "Those that need attention"}
POLL_FLAG = "imports_are_running"


def keep_polling(is_running: bool, jobs: list[JobState]) -> None:
    """Turn the timer on while something runs or waits for a worker, off again when nothing does."""
    is_running = is_running or any(job.is_open for job in jobs)
    if is_running != st.session_state.get(POLL_FLAG, False):
        st.session_state[POLL_FLAG] = is_running
        st.rerun()


def show_imports() -> None:
    """Show what is at work, the table of imports and, below it, the selected one."""
    jobs = work.newest()
    show_work(jobs)
    is_open = st.query_params.get("show") == "open"
    trail = paging.trail_of("imports", is_open, int)
    before = trail[-1] if trail else None
    try:
        imports, has_more = (data.open_imports if is_open else data.imports_page)(before)
    except NotBuiltError:
        # The first file may be on its way, which builds all of it.
        keep_polling(False, jobs)
        raise
    if not imports:
        paging.begin_anew(trail)
    if imports or is_open:
        show_list(imports, trail, has_more)
    else:
        states.empty("No file has been imported yet.", "Load one with `lode load FILE`.")
    keep_polling(any(map(is_at_work, data.imports_at_work() if is_open else imports)), jobs)


def show_list(imports: list[ImportHealth], trail: list[int], has_more: bool) -> None:
    """Show a page of imports and, below it, the selected one."""
    selected = st.query_params.get("imp")
    choice.choose("show", "Show", SHOWN)
    if imports:
        show_table(imports, selected)
        if has_more or trail:
            things = ("import", "imports")
            paging.show_pager(trail, imports[-1].import_seq, has_more, len(imports), things)
    else:
        st.success("No import needs attention.", icon=":material/check_circle:")
    if selected is None:
        st.caption("Select an import to see its accounting.")
    else:
        show_selected(imports, selected)


def show_work(jobs: list[JobState]) -> None:
    """Show the jobs that wait or run, and what the newest came to."""
    shown = [job for job in jobs if job.is_open] or jobs[:1]
    if shown:
        st.subheader("At work" if shown[0].is_open else "Last job", anchor=False)
        work.show_jobs(shown)


def show_table(imports: list[ImportHealth], selected: str | None) -> None:
    """Show the table; selecting a row puts its import into the address."""
    ids = [import_.import_id for import_ in imports]
    key = tables.key_of("imports_table", ids)

    def on_select() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows:
            st.query_params["imp"] = ids[rows[0]]
        else:
            st.query_params.pop("imp", None)

    rows = [ids.index(selected)] if selected in ids else []
    st.dataframe(
        tables.imports_frame(imports, zone_of(st.context.timezone)),
        hide_index=True,
        column_config={
            "File": st.column_config.TextColumn(width=150),
            **tables.count_columns(tables.COUNT_COLUMNS),
        },
        key=key,
        on_select=on_select,
        selection_mode="single-row",
        placeholder="–",
        selection_default={"selection": {"rows": rows}},
        height="auto" if len(imports) <= 10 else 392,
    )


def show_selected(imports: list[ImportHealth], import_id: str) -> None:
    """Show one import, which may be older than those listed."""
    listed = [import_ for import_ in imports if import_.import_id == import_id]
    import_ = listed[0] if listed else data.one_import(import_id)
    if import_ is None:
        states.empty(f"There is no import {esc(import_id, 40)}.", "Select one in the table above.")
        return
    frame.set_browser_title(f"Import {import_.import_id}")
    words = state_of(import_)
    st.subheader(esc(import_.import_id), anchor=False)
    st.markdown(f":{words.color}[{words.icon} **{esc(words.word)}**] · {words.explanation}")
    if since := stuck_since(import_):
        states.stale(
            f"Begun {age(since, utc_now())} and not finished: if no `lode load` and"
            " no `lode run` is at work, run the same command again; nothing is loaded twice."
        )
    if import_.error_message:
        st.error(esc(in_form(import_.error_message), 500), icon=":material/error:")
    charts.show_accounting(account_for(import_))
    states.panel("The problems", lambda: problems_panel.show_problems(import_))
    show_facts(import_)
    states.panel("The attempts", lambda: attempts_panel.show_attempts(import_))
    import_actions.show_actions(import_)


def show_facts(import_: ImportHealth) -> None:
    """Show where an import came from and when what happened."""
    zone = zone_of(st.context.timezone)
    attempt = f"attempt {import_.attempt}" if import_.attempt > 1 else "first attempt"
    rows = import_.row_count
    records = "– records" if rows is None else counted(rows, "record")
    left, right = st.columns(2)
    left.markdown(
        f"**File** {esc(import_.filename)}  \n"
        f"**Size** {file_size(import_.file_size_bytes)}, {records}  \n"
        f"**Source** {esc(import_.source_type)} ({esc(import_.feed)})  \n"
        f"**SHA-256** {esc(import_.checksum[:12])}…"
    )
    right.markdown(
        f"**Uploaded** {local_time(import_.uploaded_at, zone)}"
        f" by {esc(import_.uploaded_by or '–')}  \n"
        f"**Loaded** {local_time(import_.loaded_at, zone)} ({attempt})  \n"
        f"**Completed** {local_time(import_.completed_at, zone)}  \n"
        f"**Processing took** {duration(import_.duration_seconds)}"
    )


def live() -> None:
    """Show the panel; it is what the timer runs again."""
    states.panel("The list of imports", show_imports)


version = frame.open_page(
    "Imports",
    "Every file that came in, and what became of each of its records.",
    Right.SEE_IMPORTS,
    is_live=True,
)
if data.may(Right.START_IMPORTS):
    with st.expander("Load a file", icon=":material/upload:", expanded="upload" in st.query_params):
        states.panel("The upload", upload_panel.show_upload)
st.fragment(live, run_every=POLL_SECONDS if st.session_state.get(POLL_FLAG) else None)()

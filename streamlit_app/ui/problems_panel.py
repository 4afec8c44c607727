"""What is wrong in an import's records, on the page Imports."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from streamlit_app.queries.imports import ImportHealth
from streamlit_app.ui import data, states, tables
from streamlit_app.ui.accounting import COMPLETED
from streamlit_app.ui.format import counted, plain
from streamlit_app.ui.words import humanized

SEVERITIES = {"reject": "✕ Refused", "error": "✕ Error", "warning": "▲ Doubtful"}


def show_problems(import_: ImportHealth) -> None:
    """Show the commonest kinds of problems; nothing of an import that is not processed."""
    if import_.status not in COMPLETED:
        return
    kinds, has_more = data.problems(import_.import_seq)
    if not kinds:
        st.caption("Nothing is wrong or doubtful in its records.")
        return
    rows = [
        {
            "Problem": SEVERITIES.get(one.severity, plain(one.severity, 20)),
            "Records": one.count,
            "Column": plain(humanized(one.field), 60) if one.field else "–",
            "What is wrong": plain(one.message, 200),
            "First record": one.first_row,
        }
        for one in kinds
    ]
    st.markdown(
        f"**What is wrong or doubtful**, {counted(len(kinds), 'kind')}, the commonest first"
    )
    st.dataframe(
        pd.DataFrame(rows).astype({"First record": "Int64"}),
        hide_index=True,
        key=tables.key_of("problems_table", [import_.import_id]),
        column_config=tables.count_columns(["Records", "First record"]),
        placeholder="–",
    )
    if has_more:
        states.partial("There are more kinds: the error report has them all.")
    st.caption("Every record with its values: the error report has them.")

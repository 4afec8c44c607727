"""Tables of imports and of people: the frames, and the keys that keep a selection with its row."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from streamlit_app.queries.imports import ImportHealth
from streamlit_app.queries.people import Hit
from streamlit_app.ui.accounting import state_of
from streamlit_app.ui.format import local_time, plain
from streamlit_app.ui.words import StatusWords

COUNT_COLUMNS = ("Records", "Inserted", "Updated", "Unchanged", "Collapsed", "Rejected")


def imports_frame(imports: Sequence[ImportHealth], zone: ZoneInfo) -> pd.DataFrame:
    """Return one row per import, in the order given; counts are nullable integers."""
    rows = [
        {
            "State": _state(state_of(import_)),
            "Import": plain(import_.import_id),
            "File": plain(import_.filename),
            "Records": import_.row_count,
            "Inserted": import_.inserted_count,
            "Updated": import_.updated_count,
            "Unchanged": import_.unchanged_count,
            "Collapsed": import_.collapsed_count,
            "Rejected": import_.rejected_count,
            "Uploaded": local_time(import_.uploaded_at, zone),
        }
        for import_ in imports
    ]
    frame = pd.DataFrame(rows)
    # A plain int column with a gap would become float, and 84,000,001 would lose its last digit.
    return frame.astype(dict.fromkeys(COUNT_COLUMNS, "Int64"))


def hits_frame(hits: Iterable[Hit]) -> pd.DataFrame:
    """Return one row per person found, in the order given."""
    rows = [
        {
            "Name": plain(hit.full_name),
            "Place": plain(", ".join(part for part in (hit.city, hit.state) if part)),
            "Records": hit.record_count,
            "Call": _allowed(hit.is_callable),
            "Text": _allowed(hit.is_textable),
            "Mail": _allowed(hit.is_mailable),
            "E-mail": _allowed(hit.is_emailable),
            "Person id": str(hit.golden_person_id),
        }
        for hit in hits
    ]
    return pd.DataFrame(rows)


def say_newest(count: int, maximum: int) -> None:
    """Say that a table holds the newest rows only, where there may be more."""
    if count >= maximum:
        st.caption(f"The newest {maximum} are listed.")


def count_columns(names: Iterable[str]) -> dict[str, Any]:
    """Return the column settings that show counts with thousands separators."""
    return {name: st.column_config.NumberColumn(format="localized") for name in names}


def key_of(name: str, ids: Iterable[object]) -> str:
    """Return a key that changes with the rows: a selection is a row number, and must not slide."""
    return f"{name}_{zlib.crc32(repr(tuple(ids)).encode()):08x}"


def choose_row(
    name: str,
    ids: Sequence[object],
    frame: pd.DataFrame,
    *,
    counts: Iterable[str] = (),
    most_rows: int = 10,
    height: int = 392,
) -> int | None:
    """Show a table of which one row can be chosen; return its number, or None.

    `ids` are those of the rows. From more than `most_rows` on the table scrolls in `height` pixels.
    """
    key = key_of(name, ids)
    st.dataframe(
        frame,
        hide_index=True,
        key=key,
        on_select="rerun",
        selection_mode="single-row",
        column_config=count_columns(counts),
        height="auto" if len(ids) <= most_rows else height,
    )
    chosen = st.session_state[key]["selection"]["rows"]
    return chosen[0] if chosen and chosen[0] < len(ids) else None


def _state(words: StatusWords) -> str:
    return f"{words.icon} {words.word}"


def _allowed(is_allowed: bool) -> str:
    return "✓ Allowed" if is_allowed else "✕ Blocked"

"""Days that somebody typed."""

from __future__ import annotations

from datetime import date

from streamlit_app.ui import states
from streamlit_app.ui.format import esc


def day_of(text: str, default: date) -> date:
    """Return a day that was typed; the default, with a sentence, for what is no day."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        if text.strip():
            states.partial(f"{esc(text, 40)} is no day such as 2026-01-31: {default} is taken.")
        return default

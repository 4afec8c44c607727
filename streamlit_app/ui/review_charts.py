"""The waterfall of a match weight, with a table and a sentence that say the same."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from streamlit_app.queries.review import ReviewPair
from streamlit_app.ui.charts import alternative, waterfall_chart
from streamlit_app.ui.format import esc, plain
from streamlit_app.ui.words import humanized

FOR, AGAINST, TOTAL = "speaks for one person", "speaks against it", "match weight"
COLORS = {FOR: "#2A7FC9", AGAINST: "#C2571A", TOTAL: "#7A8494"}


def sentence_of(found: ReviewPair) -> str:
    """Return the weight in words: the odds, the thresholds, the strongest steps of either kind."""
    weight = found.pair.weight
    odds = f"{2 ** min(abs(weight), 60):,.0f}"
    chance = f"about {odds} : 1 for one person" if weight >= 0 else f"about {odds} : 1 against it"
    steps = [step for step in found.steps if step.comparison != "prior"]
    best = max(steps, key=lambda step: step.weight, default=None)
    worst = min(steps, key=lambda step: step.weight, default=None)
    said = [
        f"Match weight {weight:+.1f} ({chance}); linked from {found.link_threshold:+.1f} on,"
        f" left to review from {found.review_threshold:+.1f} on"
    ]
    if best is not None and best.weight > 0:
        said.append(f"most for it: {humanized(best.comparison).lower()} {best.weight:+.1f}")
    if worst is not None and worst.weight < 0:
        said.append(f"most against it: {humanized(worst.comparison).lower()} {worst.weight:+.1f}")
    return "; ".join(said) + "."


def waterfall_frame(found: ReviewPair) -> pd.DataFrame:
    """Return one row per step with where its bar begins and ends, the total last."""
    rows, level = [], 0.0
    for position, step in enumerate(found.steps):
        rows.append(
            {
                "Step": plain(humanized(step.comparison), 40),
                "Outcome": plain(humanized(step.level), 60),
                "Weight": round(step.weight, 2),
                "begin": level,
                "end": level + step.weight,
                "Effect": FOR if step.weight >= 0 else AGAINST,
                "order": position,
            }
        )
        level += step.weight
    total = {
        "Step": "Match weight", "Outcome": "", "Weight": round(found.pair.weight, 2), "begin": 0.0,
        "end": found.pair.weight, "Effect": TOTAL, "order": len(rows),
    }  # fmt: skip
    return pd.DataFrame([*rows, total])


def show_waterfall(found: ReviewPair) -> None:
    """Draw the waterfall; below it the sentence, and on demand the table."""
    frame = waterfall_frame(found)
    sentence = sentence_of(found)
    chart = waterfall_chart(
        frame, COLORS, ["Step:N", "Outcome:N", "Weight:Q"], height=190, label_limit=130
    )
    st.altair_chart(
        chart, width="stretch", key="waterfall", **alternative(f"Waterfall of bars: {sentence}")
    )
    st.caption(esc(sentence, 500))
    with st.expander("Waterfall as a table"):
        st.dataframe(frame[["Step", "Outcome", "Weight"]], hide_index=True, key="waterfall_table")

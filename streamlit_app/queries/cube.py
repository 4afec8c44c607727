"""The cube of contactability: what lists come to, counted without looking at anybody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from streamlit_app.queries.lists import ListVersion
from streamlit_app.queries.statement import Statement, fetch

# More than there are reasons a list can be cut by.
MAXIMUM_REASONS = 60
# The cube knows the score by quarters.
SCORE_STEP = 25

WATERFALL = Statement(
    name="people by first reason",
    sql="""
select /*+ time limit */
    first_reason,
    sum(person_count) as person_count
from contactability_cube
where
    channel = :channel
    and (:states = '' or find_in_set(state, :states) > 0)
    and (:sources = '' or sources regexp :sources)
    and (:is_business is null or is_business = :is_business)
    and score_band >= :least_score
group by first_reason
order by person_count desc, first_reason
limit :row_cap
""",
    tables=("contactability_cube",),
    index="PRIMARY, one channel of it: some thousands of cells, whatever the number of people",
    row_cap=MAXIMUM_REASONS,
)


@dataclass(frozen=True)
class Estimate:
    """What a list came to at the last build: people in it, allowed, left out by first reason."""

    checked: int
    rows: int
    left_out: tuple[tuple[str, int], ...]


def is_counted(one: ListVersion) -> bool:
    """Tell whether the cube knows all that a list asks for."""
    return not (
        one.conditions
        or one.campaigns
        or one.touched_days is not None
        or one.untouched_days is not None
        or (one.least_score or 0) % SCORE_STEP
        or (one.least_score or 0) > 100 - SCORE_STEP
    )


def read_estimate(engine: Engine, one: ListVersion) -> Estimate:
    """Return what a list that `is_counted` came to at the last build; raises QueryError."""
    found = fetch(
        engine,
        WATERFALL,
        {
            "channel": one.channel,
            "states": ",".join(one.states),
            "sources": any_of(one.sources),
            "is_business": None if one.segment is None else int(one.segment == "business"),
            "least_score": one.least_score or 0,
        },
    )
    counts = [(str(row["first_reason"]), int(row["person_count"])) for row in found]
    return Estimate(
        sum(count for _, count in counts),
        sum(count for code, count in counts if not code),
        tuple((code, count) for code, count in counts if code),
    )


def any_of(sources: Sequence[str]) -> str:
    """Return the pattern of a set of sources that has any of these in it, "" for no sources."""
    if not sources:
        return ""
    return f"(^|,)({'|'.join(re.escape(one) for one in sources)})(,|$)"

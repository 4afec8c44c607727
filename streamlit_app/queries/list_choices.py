"""What may be chosen for the filters of a list: the states and sources that people have."""

from __future__ import annotations

import re

from sqlalchemy import Engine

from streamlit_app.queries.statement import Statement, fetch

# More than there are states and territories; of more sources the first ones.
MAXIMUM_CHOICES = 100
_STATE = re.compile(r"[A-Z]{2}")

STATES = Statement(
    name="states of people",
    sql="""
select /*+ time limit */ state
from contactability_cube
where channel = 'call'
group by state
order by sum(person_count) desc, state
limit :row_cap
""",
    tables=("contactability_cube",),
    index="PRIMARY, one channel of it: everybody is counted once for each",
    row_cap=MAXIMUM_CHOICES,
)

SOURCES = Statement(
    name="sources of people",
    sql="""
select /*+ time limit */ source_type
from import_health
where feed = 'people'
group by source_type
order by source_type
limit :row_cap
""",
    tables=("import_health",),
    index="none: the ledger has a row per import, not per person",
    row_cap=MAXIMUM_CHOICES,
)


def read_states(engine: Engine) -> tuple[str, ...]:
    """Return the states that a list may ask for, in the order of their names; raises QueryError."""
    found = [str(row["state"] or "") for row in fetch(engine, STATES)]
    return tuple(sorted(one for one in found if _STATE.fullmatch(one)))


def read_sources(engine: Engine) -> tuple[str, ...]:
    """Return the sources that people came from, by name; raises QueryError."""
    return tuple(str(row["source_type"]) for row in fetch(engine, SOURCES) if row["source_type"])

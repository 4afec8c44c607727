"""How fresh each source of suppression is: do-not-call lists, and feeds that decisions wait for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Engine

from streamlit_app.queries.health import read_sources
from streamlit_app.queries.registry import RegistryCopy
from streamlit_app.queries.statement import Statement, fetch

NATIONAL = "national"
FEEDS = ("opt_outs", "dnc", "touchpoints")

DNC_LISTS = Statement(
    name="newest version of each do-not-call list",
    sql="""
select /*+ time limit */
    lists.list_name,
    count(downloads.id) as version_count,
    max(downloads.accessed_on) as accessed_on,
    max(downloads.loaded_at) as loaded_at
from `{raw}`.dnc_lists as lists
inner join `{raw}`.dnc_downloads as downloads on lists.list_id = downloads.list_id
where downloads.status = 'LOADED'
group by lists.list_name
order by lists.list_name
limit :row_cap
""",
    tables=(),
    index="none: a row per file of a list",
    row_cap=50,
)


@dataclass(frozen=True)
class Suppression:
    """A source of suppression: the day its newest facts are of, and since when we know them.

    Of the national registry it is the day of the oldest part: so old is what an export rests on.
    """

    name: str
    is_list: bool
    versions: int
    of_day: date | None
    known_at: datetime | None

    def age_days(self, today: date) -> int | None:
        """Return how old its newest facts are, in days; None where it never came."""
        return None if self.of_day is None else (today - self.of_day).days


def is_national(one: Suppression) -> bool:
    """Tell whether a source is the national registry, the one list that has to be current."""
    return one.is_list and one.name == NATIONAL


def read_suppression(engine: Engine, copy: RegistryCopy | None) -> list[Suppression]:
    """Return the do-not-call lists, then the feeds that came; raises QueryError.

    `copy` is our copy of the national registry, None if there is none.
    """
    found = [
        Suppression(
            row["list_name"],
            True,
            int(row["version_count"]),
            row["accessed_on"],
            row["loaded_at"],
        )
        for row in fetch(engine, DNC_LISTS)
    ]
    if copy is not None:
        found = [replace(one, of_day=copy.oldest_on) if is_national(one) else one for one in found]
    for one in read_sources(engine):
        if one.feed in FEEDS:
            day = None if one.uploaded_at is None else one.uploaded_at.date()
            name = f"{one.source_type} ({one.feed})"
            found.append(Suppression(name, False, one.imports, day, one.uploaded_at))
    return found

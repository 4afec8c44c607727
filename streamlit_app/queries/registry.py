"""How old our copy of the national do-not-call registry is, live: it says who may be called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from streamlit_app.queries.statement import Statement, fetch

NATIONAL_COPY = Statement(
    name="age of the national registry",
    sql="""
with

copies as (

    select max(downloads.accessed_on) as accessed_on
    from `{raw}`.dnc_downloads as downloads
    inner join `{raw}`.dnc_lists as lists on downloads.list_id = lists.list_id
    inner join `{raw}`.dnc_coverage as coverage on downloads.id = coverage.download_id
    where downloads.status = 'LOADED' and lists.list_name = 'national'
    group by coverage.area_code

)

select /*+ time limit */
    count(*) as area_codes,
    min(accessed_on) as oldest_on,
    max(accessed_on) as newest_on
from copies
limit :row_cap
""",
    tables=("dnc_downloads", "dnc_lists", "dnc_coverage"),
    index="none: a row per area code of each download",
    row_cap=1,
)


@dataclass(frozen=True)
class RegistryCopy:
    """Our copy of the national registry: the days on which its parts were accessed."""

    area_codes: int
    oldest_on: date
    newest_on: date

    def age_days(self, today: date) -> int:
        """Return the age of its oldest part, in days."""
        return (today - self.oldest_on).days


def read_registry(engine: Engine) -> RegistryCopy | None:
    """Return our copy of the national registry, None while there is none; raises QueryError."""
    for row in fetch(engine, NATIONAL_COPY):
        if row["area_codes"]:
            return RegistryCopy(int(row["area_codes"]), row["oldest_on"], row["newest_on"])
    return None

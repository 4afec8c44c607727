"""How old our copy of the national do-not-call registry is, live: it says who may be called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from streamlit_app.queries.statement import Statement, fetch

PAGE_SIZE = 50
_COPIES = """
with

copies as (

    select
        coverage.area_code,
        max(downloads.accessed_on) as accessed_on
    from `{raw}`.dnc_downloads as downloads
    inner join `{raw}`.dnc_lists as lists on downloads.list_id = lists.list_id
    inner join `{raw}`.dnc_coverage as coverage on downloads.id = coverage.download_id
    where downloads.status = 'LOADED' and lists.list_name = 'national'
    group by coverage.area_code

)
"""

NATIONAL_COPY = Statement(
    name="age of the national registry",
    sql=f"""{_COPIES}
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

# The rows behind that age, the oldest first.
NATIONAL_PARTS = Statement(
    name="parts of the national registry",
    sql=f"""{_COPIES}
select /*+ time limit */
    area_code,
    accessed_on
from copies
where accessed_on > :after_day or (accessed_on = :after_day and area_code > :after_code)
order by accessed_on, area_code
limit :row_cap
""",
    tables=("dnc_downloads", "dnc_lists", "dnc_coverage"),
    index="none: a row per area code of each download",
    row_cap=PAGE_SIZE + 1,
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


@dataclass(frozen=True)
class RegistryPart:
    """An area code of our copy (0 stands for all of them), and when it was accessed last."""

    area_code: int
    accessed_on: date

    @property
    def position(self) -> tuple[date, int]:
        """Where it stands in the order: what `after` takes to go on behind it."""
        return self.accessed_on, self.area_code


def read_parts(
    engine: Engine, after: tuple[date, int] | None = None
) -> tuple[list[RegistryPart], bool]:
    """Return a page of the parts of our copy, the oldest first, and whether there are more."""
    day, code = after or (date(1, 1, 1), -1)
    rows = fetch(engine, NATIONAL_PARTS, {"after_day": day, "after_code": code})
    found = [RegistryPart(int(row["area_code"]), row["accessed_on"]) for row in rows[:PAGE_SIZE]]
    return found, len(rows) > PAGE_SIZE


def read_registry(engine: Engine) -> RegistryCopy | None:
    """Return our copy of the national registry, None while there is none; raises QueryError."""
    for row in fetch(engine, NATIONAL_COPY):
        if row["area_codes"]:
            return RegistryCopy(int(row["area_codes"]), row["oldest_on"], row["newest_on"])
    return None

"""How old our copies of the lists are, area code by area code: `lode dnc status`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any

from lode.compliance_rules import rule_value
from lode.db import connect
from lode.settings import Settings

CURRENT, WARNING, STALE = "current", "due", "stale"
QUERY = """
with copies as (
    select
        downloads.list_id,
        coverage.area_code,
        max(downloads.id) as version
    from dnc_downloads as downloads
    inner join dnc_coverage as coverage on downloads.id = coverage.download_id
    where downloads.status = 'LOADED'
    group by downloads.list_id, coverage.area_code
)
select
    lists.list_name,
    copies.area_code,
    newest.accessed_on,
    newest.id as version,
    newest.subscription_account
from copies
inner join dnc_downloads as newest on copies.version = newest.id
inner join dnc_lists as lists on copies.list_id = lists.list_id
order by lists.list_name, copies.area_code
"""


@dataclass(frozen=True)
class Copy:
    """Our copy of a list for an area code (0: all of them): its newest version and its age."""

    list_name: str
    area_code: int
    accessed_on: date
    version: int
    subscription_account: str | None
    age_days: int
    state: str


def read_status(settings: Settings, today: date | None = None) -> list[Copy]:
    """Return every list and area code that we have a copy of, by today's date in UTC."""
    day = today or datetime.now(timezone.utc).date()
    limit = rule_value(settings, "registry_max_age", day)
    warning = rule_value(settings, "registry_warning", day)
    with connect("auditor", settings, schema="raw") as connection, connection.cursor() as cursor:
        cursor.execute(QUERY)
        rows: list[Any] = list(cursor.fetchall())
    copies = []
    for name, area_code, accessed_on, version, account in rows:
        age = (day - accessed_on).days
        state = STALE if age > limit else WARNING if age >= warning else CURRENT
        copies.append(Copy(name, int(area_code), accessed_on, int(version), account, age, state))
    return copies

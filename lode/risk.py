"""What contacts against the rules may cost: the register of incidents, summed up by rule.

The mart compliance_risk has the same by week; days are asked for here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pymysql.connections import Connection

from lode.db import connect
from lode.person import fetch
from lode.settings import Settings

BY_RULE = """
select
    channel, reason_code, rule_id, max(citation) as citation,
    max(penalty_citation) as penalty_citation,
    count(*) as incident_count, sum(is_counted) as counted_incident_count,
    count(distinct date(made_at)) as day_count,
    sum(is_counted * minimum_usd) as minimum_exposure_usd,
    sum(is_counted * maximum_usd) as maximum_exposure_usd,
    min(made_at) as first_at, max(made_at) as last_at
from contact_incidents
where date(made_at) between %(since)s and %(until)s
group by channel, reason_code, rule_id
order by maximum_exposure_usd desc, incident_count desc, channel, reason_code, rule_id
"""
COUNTS = ("incident_count", "counted_incident_count", "day_count", "minimum_exposure_usd",
          "maximum_exposure_usd")  # fmt: skip


@dataclass(frozen=True)
class Risk:
    """Rules that were broken on some days, the dearest first, and what it comes to."""

    rules: list[dict[str, Any]]

    @property
    def contact_count(self) -> int:
        """Contacts made against a rule, each once."""
        return sum(row["counted_incident_count"] for row in self.rules)

    @property
    def minimum_usd(self) -> int:
        """The least that the statutes say, over all contacts."""
        return sum(row["minimum_exposure_usd"] for row in self.rules)

    @property
    def maximum_usd(self) -> int:
        """The most that the statutes say, over all contacts."""
        return sum(row["maximum_exposure_usd"] for row in self.rules)


def read_risk(settings: Settings, since: date, until: date) -> Risk:
    """Return what the last run found of contacts made on the days given (UTC), both included."""
    with connect("auditor", settings, schema="canonical") as connection:
        return Risk(_rules(connection, since, until))


def _rules(connection: Connection[Any], since: date, until: date) -> list[dict[str, Any]]:
    rows = fetch(connection, BY_RULE, {"since": since, "until": until})
    return [{**row, **{name: int(row[name]) for name in COUNTS}} for row in rows]

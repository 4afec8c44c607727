"""Until when an exported list may be used: by registries, exemptions and rules it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from pymysql.connections import Connection

from lode.compliance_rules import rule_value
from lode.errors import LodeError
from lode.list_gate import Allowed
from lode.person import fetch
from lode.settings import Settings

DAY = timedelta(days=1)
Copies = dict[str, dict[int, date]]
RULES = (
    "calling_windows", "compliance_rules", "dnc_list_policies", "frequency_caps",
    "line_type_policies", "opt_out_reach",
)  # fmt: skip
COPIES = """
select policies.list_kind, coverage.area_code, max(coverage.accessed_on) as accessed_on
from `{staging}`.dnc_list_policies as policies
left join `{staging}`.stg_dnc_coverage as coverage
    on policies.list_kind = coverage.list_kind and coverage.known_at <= %(at)s
where
    policies.must_be_current = 1
    and find_in_set(%(channel)s, policies.channels) > 0
    and date(%(at)s) between policies.valid_from and policies.valid_to
    and policies.known_at <= %(at)s
    and policies.known_until > %(at)s
group by policies.list_kind, coverage.area_code
order by policies.list_kind, coverage.area_code
"""
VERSIONS = """
select list_name, max(version) as version
from `{staging}`.stg_dnc_coverage
where known_at <= %(at)s
group by list_name
order by list_name
"""
BOUNDARY = """
select min(boundary) as boundary from (
    select valid_from as boundary from {table}
    where valid_from > date(%(at)s) and known_at <= %(at)s and known_until > %(at)s
    union all
    select valid_to + interval 1 day from {table}
    where
        valid_to >= date(%(at)s) and valid_to < '9999-12-31'
        and known_at <= %(at)s and known_until > %(at)s
) as boundaries
"""

# Within a cap's window everybody in a file is contacted as often as it allows; after it the count
# that let them in says nothing any more.
SHORTEST_CAP = """
select min(window_hours) as hours
from `{staging}`.frequency_caps
where
    channel = %(channel)s and enforcement = 'enforce'
    and date(%(at)s) between valid_from and valid_to
    and known_at <= %(at)s and known_until > %(at)s
"""


@dataclass
class Validity:
    """The end of a list's validity so far: the earliest of all that it rests on.

    `copies` are the newest ones, by kind of list that has to be current and area code (0: all).
    """

    until: datetime
    copies: Copies
    limit: timedelta

    def rest_on(self, rows: Iterable[Allowed], at: datetime) -> None:
        """Bring the end forward to where what stands behind some rows may end."""
        for row in rows:
            code = int(row.point.value[2:5]) if row.point.value.startswith("+1") else 0
            for copies in self.copies.values():
                if days := [copies[key] for key in (0, code) if key in copies]:
                    self._not_after(_midnight(max(days)) + self.limit + DAY)
            if row.point.rests_on_exemption:
                # Relationships and consents end with a day, by UTC.
                self._not_after(_midnight(at.date()) + DAY)

    def _not_after(self, moment: datetime) -> None:
        self.until = min(self.until, moment)


def validity_at(
    connection: Connection[Any], settings: Settings, channel: str, at: datetime
) -> Validity:
    """Return the validity of an empty list; LodeError if no copy of the registry is current."""
    staging = settings.schema("staging")
    limit = timedelta(days=rule_value(settings, "registry_max_age", at.date()))
    copies: Copies = {}
    asked = {"at": at, "channel": channel}
    for row in fetch(connection, COPIES.format(staging=staging), asked):
        known = copies.setdefault(row["list_kind"], {})
        if row["accessed_on"]:
            known[int(row["area_code"])] = row["accessed_on"]
    for kind, known in copies.items():
        newest = max(known.values(), default=None)
        if newest is None or at.date() > newest + limit:
            name = "registry" if kind == "national" else "list"
            age = f"is of {newest}" if newest else "is missing"
            raise LodeError(
                f"Our copy of the {kind} {name} {age}, and no list for {channel} leaves without"
                f" one of the last {limit.days} days: download it, then `lode dnc load`."
            )
    until = at + timedelta(days=rule_value(settings, "list_validity", at.date()))
    (cap,) = fetch(connection, SHORTEST_CAP.format(staging=staging), {"channel": channel, "at": at})
    if cap["hours"]:
        until = min(until, at + timedelta(hours=int(cap["hours"])))
    for name in RULES:
        (row,) = fetch(connection, BOUNDARY.format(table=f"`{staging}`.{name}"), {"at": at})
        if row["boundary"]:
            until = min(until, _midnight(row["boundary"]))
    return Validity(until, copies, limit)


def consents_end(
    connection: Connection[Any], settings: Settings, values: list[str], at: datetime
) -> datetime | None:
    """Return the first end of its own that a consent of some numbers or mailboxes has."""
    if not values:
        return None
    (row,) = fetch(
        connection,
        f"select min(expires_at) as ends from `{settings.schema('staging')}`.stg_consents"
        " where expires_at > %(at)s and (phone_e164 in %(values)s or email in %(values)s)",
        {"at": at, "values": values},
    )
    ends: datetime | None = row["ends"]
    return ends


def registry_versions(
    connection: Connection[Any], settings: Settings, at: datetime
) -> dict[str, int]:
    """Return the newest version of each do-not-call list that was known at a moment."""
    query = VERSIONS.format(staging=settings.schema("staging"))
    return {row["list_name"]: int(row["version"]) for row in fetch(connection, query, {"at": at})}


def rules_digest(connection: Connection[Any]) -> str | None:
    """Return the digest of the rules by which the last run decided."""
    rows = fetch(connection, "select rules_hash from decided_facts")
    return str(rows[0]["rules_hash"]) if rows else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())

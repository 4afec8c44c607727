"""How fresh the marts are, and the numbers of the whole warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from streamlit_app.queries.statement import Statement, fetch

VERSION = Statement(
    name="warehouse version",
    sql="""
select /*+ time limit */
    version,
    built_at
from warehouse_version
order by built_at desc
limit :row_cap
""",
    tables=("warehouse_version",),
    index="none: one row",
    row_cap=1,
)

SUMMARY = Statement(
    name="warehouse summary",
    sql="""
select /*+ time limit */
    records,
    rejected,
    persons,
    golden_persons,
    callable,
    textable,
    emailable,
    mailable,
    built_at
from warehouse_summary
limit :row_cap
""",
    tables=("warehouse_summary",),
    index="none: one row",
    row_cap=1,
)


@dataclass(frozen=True)
class WarehouseVersion:
    """The version of the marts, written last by dbt; `built_at` is UTC without a zone."""

    version: str
    built_at: datetime


@dataclass(frozen=True)
class WarehouseSummary:
    """Counts of the whole warehouse; a callable person has at least one number we may call, etc."""

    records: int
    rejected: int
    persons: int
    golden_persons: int
    callable: int
    textable: int
    emailable: int
    mailable: int

    def reached_by(self, channel: str) -> int:
        """Return how many a channel may reach, or how many there are for any other word."""
        counts = {
            "call": self.callable,
            "sms": self.textable,
            "email": self.emailable,
            "mail": self.mailable,
        }
        return counts.get(channel, self.golden_persons)


def read_version(engine: Engine) -> WarehouseVersion | None:
    """Return the marts' version, None while the table is empty; raises QueryError."""
    for row in fetch(engine, VERSION):
        return WarehouseVersion(version=str(row["version"]), built_at=row["built_at"])
    return None


def read_summary(engine: Engine) -> WarehouseSummary | None:
    """Return the warehouse's counts, None while there are none; raises QueryError."""
    for row in fetch(engine, SUMMARY):
        counts = {name: int(row[name] or 0) for name in WarehouseSummary.__dataclass_fields__}
        return WarehouseSummary(**counts)
    return None

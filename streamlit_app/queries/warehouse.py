"""How fresh the marts are, and the numbers of the whole warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from lode.warehouse_state import WarehouseSummary
from streamlit_app.queries.statement import Statement, fetch

VERSION = Statement(
    name="warehouse version",
    sql="""
select /*+ time limit */
    version,
    built_at,
    (
        select count(status)
        from import_health
        where status in ('PENDING', 'LOADING', 'PROCESSING', 'UNDOING')
    ) as half_done_count
from warehouse_version
order by built_at desc
limit :row_cap
""",
    tables=("warehouse_version", "import_health"),
    index="none: one row; import_metadata_feed_status, by which the ledger is counted",
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
    """The version of the marts, written last by dbt; `built_at` is UTC without a zone.

    `half_done` imports are under way, as of now: no list leaves before they have ended.
    """

    version: str
    built_at: datetime
    half_done: int


def read_version(engine: Engine) -> WarehouseVersion | None:
    """Return the marts' version, None while the table is empty; raises QueryError."""
    for row in fetch(engine, VERSION):
        return WarehouseVersion(
            version=str(row["version"]),
            built_at=row["built_at"],
            half_done=int(row["half_done_count"]),
        )
    return None


def read_summary(engine: Engine) -> WarehouseSummary | None:
    """Return the warehouse's counts, None while there are none; raises QueryError."""
    for row in fetch(engine, SUMMARY):
        counts = {name: int(row[name] or 0) for name in WarehouseSummary.__dataclass_fields__}
        return WarehouseSummary(**counts)
    return None

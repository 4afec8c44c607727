"""The warehouse's health: runs of dbt, freshness of each source, what does not close, sizes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from streamlit_app.queries.statement import Statement, fetch

GOOD_STATES = ("success", "pass")
MAXIMUM_NODES = 80

RUNS = Statement(
    name="newest runs of dbt",
    sql="""
select /*+ time limit */
    id,
    started_at,
    ended_at,
    exit_code,
    node_count,
    bad_count
from `{raw}`.dbt_runs
order by id desc
limit :row_cap
""",
    tables=(),
    index="PRIMARY of dbt_runs, read backwards",
    row_cap=40,
)

ONE_RUN = Statement(
    name="one run of dbt",
    sql=RUNS.sql.replace("order by id desc", "where id = :run_id"),
    tables=(),
    index="PRIMARY of dbt_runs",
    row_cap=1,
)

# Of one run: some hundreds of rows that lie side by side, sorted for those who look.
NODES = Statement(
    name="models and tests of a run",
    sql="""
select /*+ time limit */
    kind,
    name,
    state,
    seconds,
    message
from `{raw}`.dbt_nodes
where run_id = :run_id and (:bad_only = 0 or state not in ('success', 'pass'))
order by state in ('success', 'pass'), seconds desc
limit :row_cap
""",
    tables=(),
    index="PRIMARY of dbt_nodes",
    row_cap=MAXIMUM_NODES,
)

SOURCES = Statement(
    name="newest import of each source",
    sql="""
select /*+ time limit */
    source_type,
    feed,
    count(import_id) as import_count,
    max(uploaded_at) as uploaded_at,
    sum(status = 'FAILED') as failed_count
from import_health
group by source_type, feed
order by uploaded_at
limit :row_cap
""",
    tables=("import_health",),
    index="none: the ledger has a row per import, not per person",
    row_cap=50,
)

NOT_CLOSED = Statement(
    name="imports that do not close",
    sql="""
select /*+ time limit */
    import_id,
    filename,
    status,
    is_balanced,
    uploaded_at
from import_health
where is_balanced = 0 or status in ('PENDING', 'LOADING', 'LOADED', 'PROCESSING', 'UNDOING')
order by import_seq desc
limit :row_cap
""",
    tables=("import_health",),
    index="primary key of the ledger, read backwards",
    row_cap=21,
)

SIZES = Statement(
    name="sizes of tables",
    sql="""
select /*+ time limit */
    layer,
    table_name,
    row_estimate,
    data_bytes,
    index_bytes,
    measured_at
from table_sizes
order by data_bytes + index_bytes desc
limit :row_cap
""",
    tables=("table_sizes",),
    index="none: a row per table",
    row_cap=35,
)


@dataclass(frozen=True)
class DbtRun:
    """A run of dbt; times are UTC without a zone."""

    number: int
    started_at: datetime
    ended_at: datetime
    exit_code: int
    nodes: int
    bad: int

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.ended_at - self.started_at).total_seconds()

    @property
    def is_good(self) -> bool:
        """Whether nothing in it failed."""
        return self.exit_code == 0 and self.bad == 0

    @property
    def broke_off(self) -> bool:
        """Whether it did not end well although nothing in it is known to have failed."""
        return self.exit_code != 0 and self.bad == 0


@dataclass(frozen=True)
class DbtNode:
    """A model, test or seed of a run."""

    kind: str
    name: str
    state: str
    seconds: float
    message: str

    @property
    def is_good(self) -> bool:
        """Whether it ended well."""
        return self.state in GOOD_STATES


@dataclass(frozen=True)
class SourceState:
    """A kind of file that comes in, and when the newest one came."""

    source_type: str
    feed: str
    imports: int
    failed: int
    uploaded_at: datetime | None


@dataclass(frozen=True)
class OpenImport:
    """An import whose accounting is open: it does not close, or nothing was made of it yet."""

    import_id: str
    filename: str
    status: str
    has_lost: bool
    uploaded_at: datetime | None


@dataclass(frozen=True)
class TableSize:
    """How large a table is, by the server's estimate."""

    layer: str
    table: str
    rows: int
    data_bytes: int
    index_bytes: int
    measured_at: datetime | None


def read_runs(engine: Engine) -> list[DbtRun]:
    """Return the newest runs of dbt, newest first; raises QueryError."""
    return [_run_of(row) for row in fetch(engine, RUNS)]


def read_run(engine: Engine, run: int) -> DbtRun | None:
    """Return a run of dbt, None if none of that number is kept; raises QueryError."""
    for row in fetch(engine, ONE_RUN, {"run_id": run}):
        return _run_of(row)
    return None


def _run_of(row: dict[str, Any]) -> DbtRun:
    return DbtRun(
        int(row["id"]),
        row["started_at"],
        row["ended_at"],
        int(row["exit_code"]),
        int(row["node_count"]),
        int(row["bad_count"]),
    )


def read_nodes(engine: Engine, run: int, *, bad_only: bool = False) -> list[DbtNode]:
    """Return models and tests of a run: what failed first, then, unless `bad_only`, the slowest."""
    return [
        DbtNode(row["kind"], row["name"], row["state"], float(row["seconds"]), row["message"])
        for row in fetch(engine, NODES, {"run_id": run, "bad_only": int(bad_only)})
    ]


def read_sources(engine: Engine) -> list[SourceState]:
    """Return every source with its newest import, the oldest of those first."""
    return [
        SourceState(
            row["source_type"] or "",
            row["feed"] or "",
            int(row["import_count"]),
            int(row["failed_count"] or 0),
            row["uploaded_at"],
        )
        for row in fetch(engine, SOURCES)
    ]


def read_open_imports(engine: Engine) -> list[OpenImport]:
    """Return the imports whose accounting is open, newest first."""
    return [
        OpenImport(
            import_id=row["import_id"] or "",
            filename=row["filename"] or "",
            status=row["status"] or "",
            has_lost=row["is_balanced"] == 0,
            uploaded_at=row["uploaded_at"],
        )
        for row in fetch(engine, NOT_CLOSED)
    ]


def read_sizes(engine: Engine) -> list[TableSize]:
    """Return the largest tables, largest first."""
    return [
        TableSize(
            row["layer"] or "",
            row["table_name"] or "",
            int(row["row_estimate"] or 0),
            int(row["data_bytes"] or 0),
            int(row["index_bytes"] or 0),
            row["measured_at"],
        )
        for row in fetch(engine, SIZES)
    ]

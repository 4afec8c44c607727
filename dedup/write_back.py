"""Writing a run to the raw layer: announced first, published last, all or nothing in between."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pymysql
from pymysql.connections import Connection

from dedup.settings import Thresholds
from lode.db import connect, transaction
from lode.errors import LodeError
from lode.settings import Settings

PAIR_COLUMNS = (
    "job_id, person_id_l, person_id_r, match_weight, match_probability, match_score,"
    " match_reason, decision, waterfall"
)
EVENT_COLUMNS = (
    "job_id, event_number, event_type, person_id, golden_before, golden_after, match_score,"
    " match_reason"
)
CLUSTER_COLUMNS = "job_id, person_id, golden_person_id, match_weight, match_score, match_reason"

# Every person of a cluster with the pair that holds it: the pair with the golden person where there
# is one, else its strongest.
CLUSTER_ROWS = """
    with both_ways as (
        select person_id_l as person_id, person_id_r as other_id, * from final_pairs
        union all
        select person_id_r, person_id_l, * from final_pairs
    ),
    best as (
        select
            clusters.person_id,
            clusters.golden_person_id,
            arg_min(
                both_ways,
                (
                    case when both_ways.other_id = clusters.golden_person_id then 0 else 1 end,
                    -both_ways.match_weight,
                    both_ways.other_id
                )
            ) as pair,
        from clusters
        inner join both_ways
            on clusters.person_id = both_ways.person_id and both_ways.decision = 'link'
        inner join clusters as others
            on
                both_ways.other_id = others.person_id
                and clusters.golden_person_id = others.golden_person_id
        group by clusters.person_id, clusters.golden_person_id
    )
    select
        person_id,
        golden_person_id,
        case when person_id <> golden_person_id then pair.match_weight end as match_weight,
        case when person_id <> golden_person_id then pair.match_score end as match_score,
        case when person_id <> golden_person_id then pair.match_reason else 'golden' end
            as match_reason,
    from best
"""

# The reason of a merge is that of the pair which holds the person; a split has none.
EVENT_ROWS = """
    select
        $job_id as job_id,
        events.event_number,
        events.event_type,
        events.person_id,
        events.golden_before,
        events.golden_after,
        held.match_score,
        held.match_reason,
    from events
    left join held
        on events.person_id = held.person_id and events.golden_before <> events.golden_after
    order by events.event_number, events.person_id
"""


@dataclass(frozen=True)
class Job:
    """What is written to dedup_runs."""

    job_id: str
    model_version: str
    thresholds: Thresholds
    person_count: int


@contextmanager
def dedup_lock(settings: Settings) -> Iterator[Connection[Any]]:
    """A loader connection that holds the dedup lock of this warehouse; a second run is told."""
    with connect(
        "loader", settings, schema="raw", local_infile=True, autocommit=True
    ) as connection:
        with connection.cursor() as cursor:
            cursor.execute("select get_lock(%s, 0)", (f"{settings.prefix}_dedup",))
            row = cursor.fetchone()
        if not row or row[0] != 1:
            raise LodeError(
                f"Another dedup run is under way on {settings.schema('raw')}: wait until it is done"
                " and try again."
            )
        yield connection


def last_published(connection: Connection[Any], settings: Settings) -> dict[str, Any] | None:
    """The run in force: job_id, counts and settings; None before the first one."""
    with connection.cursor() as cursor:
        try:
            cursor.execute(
                f"""
                select job_id, person_count, pair_count, cluster_count, settings
                from `{settings.schema("raw")}`.dedup_runs
                where status = 'PUBLISHED'
                order by finished_at desc, job_id desc
                limit 1
                """
            )
        except pymysql.MySQLError as error:
            raise LodeError(
                f"The raw tables of the dedup can't be read ({error.args[-1]}): run `lode init`."
            ) from None
        row = cursor.fetchone()
    if row is None:
        return None
    names = ("job_id", "person_count", "pair_count", "cluster_count", "settings")
    return {**dict(zip(names, row, strict=True)), "settings": json.loads(row[4])}


def counts_of(published: dict[str, Any]) -> dict[str, Any]:
    """The counts of the run in force, under the names of DedupResult."""
    stored = published["settings"]
    return {
        "job_id": published["job_id"],
        "pairs": int(published["pair_count"]),
        "clusters": int(published["cluster_count"]),
        "links": int(stored.get("links", 0)),
        "reviews": int(stored.get("reviews", 0)),
    }


def announce(connection: Connection[Any], job: Job) -> None:
    """Insert the job as RUNNING; whatever a killed run left RUNNING is FAILED now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update dedup_runs set status = 'FAILED', finished_at = utc_timestamp(6)"
            " where status = 'RUNNING'"
        )
        cursor.execute(
            """
            insert into dedup_runs (
                job_id, started_at, status, model_version, link_threshold, review_threshold,
                person_count, pair_count, cluster_count, settings
            )
            values (%s, utc_timestamp(6), 'RUNNING', %s, %s, %s, %s, 0, 0, '{}')
            """,
            (
                job.job_id,
                job.model_version,
                job.thresholds.link,
                job.thresholds.review,
                job.person_count,
            ),
        )


def fail(connection: Connection[Any], job: Job) -> None:
    """Mark the job FAILED; a connection that is gone leaves that to the next run."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "update dedup_runs set status = 'FAILED', finished_at = utc_timestamp(6)"
                " where job_id = %s and status = 'RUNNING'",
                (job.job_id,),
            )
    except pymysql.MySQLError:
        pass


def publish(
    connection: Connection[Any],
    database: duckdb.DuckDBPyConnection,
    job: Job,
    run_settings: dict[str, Any],
    scratch: Path,
) -> None:
    """Load pairs and clusters and publish the job in one transaction.

    `database` holds the tables `final_pairs`, `clusters`, `events` and `new_persons`. Raises
    LodeError; then nothing of the job is visible and the run before it stays in force.
    """
    try:
        with TemporaryDirectory(dir=scratch) as folder, transaction(connection):
            pairs = Path(folder) / "pairs.csv"
            clusters = Path(folder) / "clusters.csv"
            _export(database, f"select $job_id as job_id, {_bare(PAIR_COLUMNS)} from final_pairs"
                    " order by person_id_l, person_id_r", job, pairs)  # fmt: skip
            database.execute(f"create or replace temp table held as {CLUSTER_ROWS}")
            _export(database, f"select $job_id as job_id, {_bare(CLUSTER_COLUMNS)} from held"
                    " order by person_id", job, clusters)  # fmt: skip
            pair_count = _load(connection, "dedup_pairs", PAIR_COLUMNS, pairs)
            _load(connection, "dedup_clusters", CLUSTER_COLUMNS, clusters)
            events = Path(folder) / "events.csv"
            _export(database, EVENT_ROWS, job, events)
            _load(connection, "dedup_events", EVENT_COLUMNS, events)
            persons = Path(folder) / "persons.csv"
            _export(database, "select person_id from new_persons order by 1", job, persons)
            _load(connection, "dedup_persons", "person_id", persons)
            _mark_published(connection, job, pair_count, run_settings)
    except pymysql.MySQLError as error:
        raise LodeError(
            f"Writing the dedup run {job.job_id} failed ({error.args[-1]}): nothing of it is"
            " published, the last good run stays in force; run `lode dedup run` again."
        ) from error


def _bare(columns: str) -> str:
    return columns.removeprefix("job_id, ")


def _export(database: duckdb.DuckDBPyConnection, query: str, job: Job, path: Path) -> None:
    """Write a query's rows as CSV in the form that _load reads; a null is the bare word NULL."""
    job_id = "'" + job.job_id.replace("'", "''") + "'"
    target = "'" + str(path).replace("'", "''") + "'"
    database.execute(
        f"copy ({query.replace('$job_id', job_id)}) to {target}"
        " (format csv, header false, delimiter ',', quote '\"', escape '\"', nullstr 'NULL')"
    )


def _load(connection: Connection[Any], table: str, columns: str, path: Path) -> int:
    with connection.cursor() as cursor:
        return int(
            cursor.execute(
                f"""
            load data local infile %s into table {table}
            character set utf8mb4
            fields terminated by ',' optionally enclosed by '"' escaped by ''
            lines terminated by '\\n'
            ({columns})
            """,
                (str(path),),
            )
        )


def _mark_published(
    connection: Connection[Any], job: Job, pair_count: int, run_settings: dict[str, Any]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update dedup_runs
            set
                status = 'PUBLISHED',
                finished_at = utc_timestamp(6),
                pair_count = %s,
                cluster_count = (
                    select count(distinct golden_person_id) from dedup_clusters where job_id = %s
                ),
                settings = %s
            where job_id = %s
            """,
            (pair_count, job.job_id, json.dumps(run_settings), job.job_id),
        )

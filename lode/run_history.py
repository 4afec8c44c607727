"""What every run of dbt came to, kept for the dashboard: models and tests, states, seconds."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pymysql

from lode.db import connect, transaction
from lode.dbt import DbtResult
from lode.errors import LodeError
from lode.logs import get_logger, redact
from lode.settings import Settings

# Runs that are kept; older ones are taken out as new ones come.
KEPT_RUNS = 200
GOOD_STATES = ("success", "pass")
MESSAGE_SIZE = 1024


def utc_now() -> datetime:
    """Return the present moment as the database stores it: UTC without a zone."""
    return datetime.now(timezone.utc).replace(tzinfo=None)


def note_run(settings: Settings, done: DbtResult, started_at: datetime) -> None:
    """Keep how a run ended. A run that can't be kept was still a run: that is only logged."""
    nodes = [_node(one) for one in done.results]
    bad = sum(1 for node in nodes if node[2] not in GOOD_STATES)
    try:
        with connect("loader", settings, schema="raw") as connection, transaction(connection):
            cursor = connection.cursor()
            cursor.execute(
                "insert into dbt_runs (started_at, ended_at, exit_code, node_count, bad_count)"
                " values (%s, %s, %s, %s, %s)",
                (started_at, utc_now(), done.returncode, len(nodes), bad),
            )
            number = cursor.lastrowid
            cursor.executemany(
                "insert into dbt_nodes (run_id, kind, name, state, seconds, message)"
                " values (%s, %s, %s, %s, %s, %s)",
                [(number, *node) for node in nodes],
            )
            cursor.execute("delete from dbt_nodes where run_id <= %s", (number - KEPT_RUNS,))
            cursor.execute("delete from dbt_runs where id <= %s", (number - KEPT_RUNS,))
    except (LodeError, pymysql.MySQLError) as error:
        get_logger("run").warning("the run of dbt is not kept: %s", redact(str(error)))


def last_good_run(settings: Settings) -> float | None:
    """Return how many seconds the newest run that went well took, None if none is kept."""
    with connect("loader", settings, schema="raw") as connection, connection.cursor() as cursor:
        cursor.execute(
            "select timestampdiff(microsecond, started_at, ended_at) / 1000000 from dbt_runs"
            " where exit_code = 0 order by id desc limit 1"
        )
        row = cursor.fetchone()
    return float(row[0]) if row else None


def _node(result: dict[str, Any]) -> tuple[str, str, str, float, str]:
    """Return kind, name, state, seconds and message of a node of run_results.json."""
    kind, _, rest = str(result.get("unique_id") or "").partition(".")
    name = rest.partition(".")[2] or rest
    message = " ".join(redact(str(result.get("message") or "")).split())
    return (
        kind[:16],
        name[:255],
        str(result.get("status") or "")[:16],
        float(result.get("execution_time") or 0.0),
        message[:MESSAGE_SIZE],
    )

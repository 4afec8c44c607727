"""The feed of merges and splits: every group that a job changed, its members before and after."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from dedup.review import job_in_force
from lode.db import connect
from lode.errors import LodeError
from lode.person import fetch
from lode.settings import Settings


def read_events(settings: Settings, job_id: str | None = None) -> list[dict[str, Any]]:
    """Return the events of a published job, the last one if none is named. Raises LodeError."""
    with connect("loader", settings, schema="raw") as connection:
        job_id = job_id or job_in_force(connection, settings)
        known = fetch(
            connection,
            "select finished_at from dedup_runs where job_id = %s and status = 'PUBLISHED'",
            (job_id,),
        )
        if not known:
            raise LodeError(f"There is no published dedup run {job_id}.")
        rows = fetch(
            connection,
            "select event_number, event_type, person_id, golden_before, golden_after"
            " from dedup_events where job_id = %s order by event_number, person_id",
            (job_id,),
        )
    moment = known[0]["finished_at"].isoformat(timespec="seconds") + "Z"
    by_event: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_event[int(row["event_number"])].append(row)
    return [
        {
            "job_id": job_id,
            "event_number": number,
            "event_type": members[0]["event_type"],
            "occurred_at": moment,
            "before": _groups(members, "golden_before"),
            "after": _groups(members, "golden_after"),
        }
        for number, members in by_event.items()
    ]


def _groups(members: list[dict[str, Any]], column: str) -> list[dict[str, Any]]:
    groups: dict[int, list[int]] = defaultdict(list)
    for row in members:
        groups[int(row[column])].append(int(row["person_id"]))
    return [
        {"golden_person_id": golden, "person_ids": persons}
        for golden, persons in sorted(groups.items())
    ]

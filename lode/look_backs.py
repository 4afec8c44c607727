"""The contacts behind the numbers of a look back with another cap, kept for the newest jobs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from lode.db import connect, transaction
from lode.settings import Settings

# As many as the page offers; of one, so many contacts, with whom it has begun.
KEPT_JOBS = 20
MAXIMUM_KEPT = 500_000
CHUNK = 2_000


@dataclass(frozen=True)
class OverCap:
    """A contact made that was over the cap; `over_count` is that of its holder, on the first one.

    The contact point is masked. `made_at` is UTC without a zone.
    """

    made_at: datetime
    touchpoint_id: int
    golden_person_id: int | None
    shown_contact: str
    is_blocked: bool
    is_first: bool
    over_count: int


def keep_contacts(settings: Settings, job: int, contacts: Iterable[OverCap]) -> int:
    """Keep the contacts of a job in one transaction, and return how many; takes all of them in.

    Those that an earlier attempt of the job has kept go, and those of jobs that are no longer among
    the newest.
    """
    rest, kept = iter(contacts), 0
    with (
        connect("loader", settings, schema="raw") as connection,
        transaction(connection),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "select coalesce(min(id), 0) from (select id from app_jobs where kind = 'risk_cap'"
            " and id <= %s order by id desc limit %s) as newest",
            (job, KEPT_JOBS),
        )
        (oldest,) = cursor.fetchone() or (0,)
        cursor.execute(
            "delete from cap_look_backs where job_id = %s or job_id < %s", (job, int(oldest))
        )
        while chunk := list(islice(rest, min(CHUNK, MAXIMUM_KEPT - kept))):
            cursor.executemany(
                "insert into cap_look_backs (job_id, made_at, touchpoint_id, golden_person_id,"
                " shown_contact, is_blocked, is_first, over_count)"
                " values (%s, %s, %s, %s, %s, %s, %s, %s)",
                [_row(job, one) for one in chunk],
            )
            kept += len(chunk)
    # What is not kept is counted all the same.
    for _ in rest:
        pass
    return kept


def _row(job: int, one: OverCap) -> tuple[object, ...]:
    return (
        job, one.made_at, one.touchpoint_id, one.golden_person_id, one.shown_contact[:254],
        one.is_blocked, one.is_first, one.over_count,
    )  # fmt: skip

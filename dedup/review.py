"""The review queue: pairs of the job in force that a person should look at, likeliest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pymysql.connections import Connection

from dedup.constraints import APART, LINK, standing_decisions
from dedup.portrait import Portrait, portraits
from dedup.split import Pair
from dedup.write_back import last_published
from lode.db import connect
from lode.errors import LodeError
from lode.person import fetch
from lode.settings import Settings


@dataclass(frozen=True)
class ReviewPair:
    """A pair to look at, with what the model made of it."""

    first: int
    second: int
    match_weight: float
    match_score: float
    match_reason: str
    waterfall: str


@dataclass(frozen=True)
class Queue:
    """The next pairs, the persons they are about, and how many wait in all."""

    pairs: list[ReviewPair]
    persons: dict[int, Portrait]
    waiting: int


# A pair whose persons hold no record of their own any more was joined or undone since the job.
WAITING = """
    from `{raw}`.dedup_pairs as pairs
    inner join persons as l on pairs.person_id_l = l.id and l.record_count > 0
    inner join persons as r on pairs.person_id_r = r.id and r.record_count > 0
    where pairs.job_id = %s and pairs.decision = 'review'
        and l.golden_person_id <> r.golden_person_id
"""
QUERY = f"""
    select pairs.person_id_l, pairs.person_id_r, pairs.match_weight, pairs.match_score,
        pairs.match_reason, pairs.waterfall
    {WAITING}
    order by pairs.match_weight desc, pairs.person_id_l, pairs.person_id_r
    limit %s
"""


def next_pairs(settings: Settings, count: int) -> Queue:
    """Return the next pairs nobody has decided about. Raises LodeError before the first job."""
    with connect("loader", settings, schema="canonical") as connection:
        job_id = job_in_force(connection, settings)
        decided = {
            one.pair
            for one in standing_decisions(connection, settings)
            if one.kind in (LINK, APART) and not one.is_waiting
        }
        # A warehouse may have millions: only as many are read as those decided can hide.
        query = QUERY.format(raw=settings.schema("raw"))
        rows = fetch(connection, query, (job_id, count + len(decided)))
        waiting = [row for row in rows if (row["person_id_l"], row["person_id_r"]) not in decided]
        pairs = [_pair(row) for row in waiting[:count]]
        about = {person for pair in pairs for person in (pair.first, pair.second)}
        return Queue(
            pairs,
            portraits(connection, sorted(about)),
            _count(connection, settings, job_id, decided),
        )


def _count(connection: Connection[Any], settings: Settings, job_id: str, decided: set[Pair]) -> int:
    """How many pairs wait that nobody has decided about."""
    query = "select count(*) as pairs" + WAITING.format(raw=settings.schema("raw"))
    (found,) = fetch(connection, query, (job_id,))
    if not decided:
        return int(found["pairs"])
    holes = ", ".join(["(%s, %s)"] * len(decided))
    query += f" and (pairs.person_id_l, pairs.person_id_r) in ({holes})"
    persons = [person for pair in decided for person in pair]
    (hidden,) = fetch(connection, query, (job_id, *persons))
    return int(found["pairs"]) - int(hidden["pairs"])


def job_in_force(connection: Connection[Any], settings: Settings) -> str:
    """Return the newest published job. Raises LodeError if there is none."""
    published = last_published(connection, settings)
    if published is None:
        raise LodeError("No dedup run is published yet: run `lode dedup run`.")
    return str(published["job_id"])


def _pair(row: dict[str, Any]) -> ReviewPair:
    return ReviewPair(
        int(row["person_id_l"]),
        int(row["person_id_r"]),
        float(row["match_weight"]),
        float(row["match_score"]),
        str(row["match_reason"]),
        str(row["waterfall"]),
    )

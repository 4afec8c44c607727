"""What another link threshold would merge or split: the stored pairs, clustered at both."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from dedup.cluster import cluster
from dedup.constraints import constraints_of, register_constraints, standing_decisions
from dedup.database import working_database
from dedup.identity import changes_between
from dedup.review import job_in_force
from dedup.source import read_pairs
from lode.db import connect
from lode.errors import LodeError
from lode.settings import Settings


@dataclass(frozen=True)
class Difference:
    """A group that the second threshold makes other than the first: members before and after."""

    kind: str
    before: tuple[tuple[int, ...], ...]
    after: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class ThresholdDiff:
    """Links and clusters at both thresholds, and the groups that differ."""

    links: tuple[int, int]
    clusters: tuple[int, int]
    differences: tuple[Difference, ...]


def threshold_diff(settings: Settings, first: float, second: float) -> ThresholdDiff:
    """Compare two link thresholds over the pairs of the job in force. Raises LodeError.

    Decisions are honoured; the guard on persons without a first name is that of the stored run, so
    a pair that it left to review stays there.
    """
    with connect("loader", settings, schema="canonical") as connection:
        job = job_in_force(connection, settings)
        constraints = constraints_of(standing_decisions(connection, settings))
    pairs, review = read_pairs(settings, job)
    lowest = min(first, second)
    if lowest < review:
        raise LodeError(
            f"{lowest:g} is below {review:g}, from which the job {job} kept pairs: run"
            f" `lode dedup run --review {lowest:g}` first."
        )
    found: list[dict[int, int]] = []
    links: list[int] = []
    counts: list[int] = []
    with working_database(settings) as database:
        register_constraints(database, constraints)
        for threshold in (first, second):
            _decide(database, pairs, threshold)
            counts.append(cluster(database, constraints))
            links.append(int(database.execute("select count(*) from links").fetchall()[0][0]))
            found.append(dict(database.execute("select * from clusters").fetchall()))
    before, after = found
    return ThresholdDiff((links[0], links[1]), (counts[0], counts[1]), _differences(before, after))


def _decide(database: duckdb.DuckDBPyConnection, pairs: pa.Table, threshold: float) -> None:
    """Link what reaches the threshold; a pair that a guard held back from a link is not one."""
    database.register("stored", pairs)
    database.execute(
        """
        create or replace table pairs as select * from stored;

        create or replace table decisions as
        select
            pairs.person_id_l,
            pairs.person_id_r,
            case
                when must_pairs.person_id_l is not null then 'link'
                when apart_pairs.person_id_l is not null or pairs.is_held_back then 'review'
                when pairs.match_weight >= $threshold then 'link'
                else 'review'
            end as decision,
        from pairs
        left join must_pairs
            on
                pairs.person_id_l = must_pairs.person_id_l
                and pairs.person_id_r = must_pairs.person_id_r
        left join apart_pairs
            on
                pairs.person_id_l = apart_pairs.person_id_l
                and pairs.person_id_r = apart_pairs.person_id_r
        """.replace("$threshold", repr(threshold))
    )


def _differences(before: dict[int, int], after: dict[int, int]) -> tuple[Difference, ...]:
    everyone = sorted({*before, *after})
    rows = [(one, before.get(one, one), after.get(one, one)) for one in everyone]
    groups: dict[int, list[tuple[int, int, int]]] = {}
    kinds: dict[int, str] = {}
    for change in changes_between(rows):
        row = (change.person_id, change.golden_before, change.golden_after)
        groups.setdefault(change.event_number, []).append(row)
        kinds[change.event_number] = change.event_type
    return tuple(
        Difference(kinds[number], _parts(members, 1), _parts(members, 2))
        for number, members in groups.items()
        if _parts(members, 1) != _parts(members, 2)
    )


def _parts(members: list[tuple[int, int, int]], at: int) -> tuple[tuple[int, ...], ...]:
    parts: dict[int, list[int]] = {}
    for row in members:
        parts.setdefault(row[at], []).append(row[0])
    return tuple(sorted(tuple(sorted(part)) for part in parts.values()))

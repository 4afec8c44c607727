"""Who stands for a cluster, and what changed since the job before: stable ids, merges and splits.

A golden id is the id of a member. Who was golden before stays it; of several the smallest id does,
and people's choice stands above both. So a later run keeps ids whatever joins. After a split the
part with the golden person keeps its id; the other gets the id it had before, or a member's.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import count
from typing import Any

import duckdb
import pyarrow as pa

from dedup.source import Former


@dataclass(frozen=True)
class Change:
    """One person of a group that changed: the golden person before and after."""

    event_number: int
    event_type: str
    person_id: int
    golden_before: int
    golden_after: int


EVENT_SCHEMA = pa.schema(
    [
        ("event_number", pa.uint32()),
        ("event_type", pa.string()),
        ("person_id", pa.uint64()),
        ("golden_before", pa.uint64()),
        ("golden_after", pa.uint64()),
    ]
)


def choose_golden(database: duckdb.DuckDBPyConnection, former: Former) -> None:
    """Let every cluster keep a golden id it had; somebody on his own was his own golden person."""
    database.register("former_in", former.clusters)
    database.register("ever_in", former.ever_golden)
    database.register("known_in", former.known)
    database.execute(
        """
        create or replace table former_clusters as
        select former_in.person_id, former_in.golden_person_id
        from former_in
        inner join features on former_in.person_id = features.unique_id
        """
    )
    database.execute(
        """
        create or replace table clusters as
        with heads as (
            select golden_person_id as person_id from former_clusters
            union
            select person_id from known_in
            where person_id not in (select person_id from former_clusters)
        )
        select
            clusters.person_id,
            first_value(clusters.person_id) over (
                partition by clusters.golden_person_id
                order by
                    golden_choices.decision_id desc nulls last,
                    heads.person_id is null,
                    ever_in.person_id is null,
                    clusters.person_id
            ) as golden_person_id,
        from clusters
        left join heads on clusters.person_id = heads.person_id
        left join ever_in on clusters.person_id = ever_in.person_id
        left join golden_choices on clusters.person_id = golden_choices.person_id
        """
    )
    database.unregister("former_in")
    database.unregister("ever_in")
    database.execute(
        """
        create or replace table new_persons as
        select unique_id as person_id from features
        where unique_id not in (select person_id from known_in)
        """
    )
    database.unregister("known_in")


def golden_conflicts(database: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Sentences about clusters of which two members were chosen to be the golden one."""
    rows = database.execute(
        """
        select clusters.golden_person_id, list(golden_choices.decision_id order by decision_id)
        from clusters
        inner join golden_choices on clusters.person_id = golden_choices.person_id
        group by clusters.golden_person_id
        having count(*) > 1
        order by clusters.golden_person_id
        """
    ).fetchall()
    return tuple(
        f"Decisions {', '.join(map(str, numbers))} each choose a golden person for one group: the"
        f" newest one wins ({golden})."
        for golden, numbers in rows
    )


def find_events(database: duckdb.DuckDBPyConnection) -> int:
    """Create the table `events` from `former_clusters` and `clusters`; return their number."""
    rows = database.execute(
        """
        with everyone as (
            select person_id from former_clusters
            union
            select person_id from clusters
        ),
        standing as (
            select
                everyone.person_id,
                coalesce(former_clusters.golden_person_id, everyone.person_id) as golden_before,
                coalesce(clusters.golden_person_id, everyone.person_id) as golden_after,
            from everyone
            left join former_clusters on everyone.person_id = former_clusters.person_id
            left join clusters on everyone.person_id = clusters.person_id
        ),
        moved as (
            select * from standing where golden_before <> golden_after
        )
        select * from standing
        where
            golden_before in (select golden_before from moved)
            or golden_after in (select golden_after from moved)
        order by person_id
        """
    ).fetchall()
    changes = changes_between(rows)
    columns = [[getattr(change, name) for change in changes] for name in EVENT_SCHEMA.names]
    table = pa.table(
        [pa.array(values, kind) for values, kind in zip(columns, EVENT_SCHEMA.types, strict=True)],
        schema=EVENT_SCHEMA,
    )
    database.register("events_in", table)
    database.execute("create or replace table events as select * from events_in")
    database.unregister("events_in")
    return len({change.event_number for change in changes})


def changes_between(rows: list[tuple[Any, ...]]) -> list[Change]:
    """Group (person, golden before, golden after) into events, numbered by their first person."""
    root: dict[tuple[str, int], tuple[str, int]] = {}

    def find(node: tuple[str, int]) -> tuple[str, int]:
        root.setdefault(node, node)
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for _, before, after in rows:
        root[find(("before", before))] = find(("after", after))
    groups: dict[tuple[str, int], list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        groups[find(("after", row[2]))].append(row)
    numbers = count(1)
    changes: list[Change] = []
    for group in sorted(groups.values()):
        befores, afters = ({row[at] for row in group} for at in (1, 2))
        number, kind = next(numbers), _event_type(len(befores), len(afters))
        changes += [Change(number, kind, *map(int, row)) for row in group]
    return changes


def _event_type(befores: int, afters: int) -> str:
    if befores == 1:
        return "rename" if afters == 1 else "split"
    return "merge" if afters == 1 else "regroup"

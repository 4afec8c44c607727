"""What people decided about who is who, as a run has to honour it.

Every decision is read with the persons who hold its records today. What can't be honoured is said
in a sentence and never guessed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa
import pymysql
from pymysql.connections import Connection

from dedup.split import ApartSets, Pair
from lode.errors import LodeError
from lode.settings import Settings

LINK, APART, GOLDEN, REVOKE = "link", "apart", "golden", "revoke"
PERSON_ID = pa.uint64()


@dataclass(frozen=True)
class Standing:
    """A decision that nobody has ended, with the persons it speaks of today.

    A side whose records were all taken out is None: the decision waits for them. One that keeps
    apart is there once for every pair of persons who hold records of its two sides.
    """

    number: int
    kind: str
    first: int | None
    second: int | None
    decided_by: str
    reason: str
    decided_at: str

    @property
    def is_waiting(self) -> bool:
        """Whether a person that it speaks of is not there."""
        return self.first is None or (self.kind != GOLDEN and self.second is None)

    @property
    def pair(self) -> Pair:
        """The two persons, smaller id first."""
        low, high = sorted((self.first or 0, self.second or 0))
        return low, high


@dataclass(frozen=True)
class Constraints:
    """Pairs that are one, pairs that are two, and persons who stand for their group.

    `golden` maps a person to the number of the decision; `conflicts` are sentences.
    """

    must: tuple[Pair, ...] = ()
    apart: tuple[Pair, ...] = ()
    golden: dict[int, int] = field(default_factory=dict)
    conflicts: tuple[str, ...] = ()

    def digest(self) -> str:
        """A short hash: a run that honours other decisions is another run."""
        text = json.dumps([sorted(self.must), sorted(self.apart), sorted(self.golden.items())])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


NO_CONSTRAINTS = Constraints()

QUERY = """
    select
        decided.id, decided.kind, sides.side, sides.person_id, decided.decided_by,
        decided.reason, cast(decided.decided_at as char)
    from `{raw}`.dedup_decisions as decided
    left join (
        select
            held.decision_id, held.side, placed.person_id, min(placed.record_id) as record_id
        from `{raw}`.dedup_decision_records as held
        inner join `{canonical}`.person_records as placed on held.record_id = placed.record_id
        group by held.decision_id, held.side, placed.person_id
    ) as sides on decided.id = sides.decision_id
    left join `{raw}`.dedup_decisions as ended on decided.id = ended.revokes_id
    where decided.kind <> 'revoke' and ended.id is null
    order by decided.id, sides.side, sides.record_id
"""


def standing_decisions(connection: Connection[Any], settings: Settings) -> list[Standing]:
    """Return the decisions that nobody has ended, oldest first. Raises LodeError."""
    query = QUERY.format(raw=settings.schema("raw"), canonical=settings.schema("canonical"))
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            rows = cursor.fetchall()
    except pymysql.MySQLError as error:
        raise LodeError(
            f"Decisions about persons can't be read ({error.args[-1]}): run `lode init`, then"
            " `lode run`."
        ) from None
    sides: dict[int, dict[int, list[int | None]]] = {}
    about: dict[int, tuple[Any, ...]] = {}
    for number, kind, side, person, *signed in rows:
        about[int(number)] = (str(kind), *map(str, signed))
        placed = sides.setdefault(int(number), {1: [], 2: []})
        if person is not None:
            placed[int(side)].append(int(person))
    return [
        Standing(number, kind, first, second, *signed)
        for number, (kind, *signed) in about.items()
        for first, second in _persons_of(kind, sides[number])
    ]


def _persons_of(
    kind: str, sides: dict[int, list[int | None]]
) -> list[tuple[int | None, int | None]]:
    """The persons of either side, by their smallest record; all pairs of those to stay apart.

    Keys that held records together then may not do so now. Who was kept apart from a person is
    kept apart from each that became of it; made one with it, only with the first.
    """
    firsts, seconds = (sides[side] or [None] for side in (1, 2))
    pairs = [(first, second) for first in firsts for second in seconds]
    return pairs if kind == APART else pairs[:1]


def constraints_of(standing: list[Standing]) -> Constraints:
    """Make of decisions what a run can keep. Keeping apart wins: it harms nobody's record."""
    conflicts: list[str] = []
    present = [one for one in standing if not one.is_waiting]
    apart: dict[Pair, int] = {}
    for one in present:
        if one.kind == APART and one.first == one.second:
            conflicts.append(
                f"Decision {one.number} keeps apart what the keys of a later record have made one"
                f" person ({one.first}): see `lode lineage {one.first}`."
            )
        elif one.kind == APART:
            apart[one.pair] = one.number
    sets = ApartSets(apart)
    must: list[Pair] = []
    for one in present:
        if one.kind != LINK or one.first == one.second:
            continue
        if sets.join(*one.pair):
            must.append(one.pair)
        else:
            conflicts.append(
                f"Decision {one.number} makes persons {one.pair[0]} and {one.pair[1]} one, and"
                " other decisions keep them apart: they stay apart until you end one of them with"
                " `lode dedup revoke`."
            )
    golden = {one.first: one.number for one in present if one.kind == GOLDEN and one.first}
    return Constraints(tuple(must), tuple(apart), golden, tuple(conflicts))


def register_constraints(database: duckdb.DuckDBPyConnection, constraints: Constraints) -> None:
    """Create the tables must_pairs, apart_pairs (person_id_l, person_id_r) and golden_choices."""
    for name, pairs in (("must_pairs", constraints.must), ("apart_pairs", constraints.apart)):
        lows = pa.array([low for low, _ in pairs], PERSON_ID)
        highs = pa.array([high for _, high in pairs], PERSON_ID)
        _create(database, name, pa.table({"person_id_l": lows, "person_id_r": highs}))
    chosen = pa.array(list(constraints.golden), PERSON_ID)
    numbers = pa.array(list(constraints.golden.values()), pa.uint64())
    _create(database, "golden_choices", pa.table({"person_id": chosen, "decision_id": numbers}))


def _create(database: duckdb.DuckDBPyConnection, name: str, content: pa.Table) -> None:
    database.register("in_constraint", content)
    database.execute(f"create or replace table {name} as select * from in_constraint")
    database.unregister("in_constraint")

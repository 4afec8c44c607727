"""Blind second looks: pairs that wait for one, and how far stewards agree."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from streamlit_app.queries.statement import Statement, fetch

MAXIMUM_WAITING, MAXIMUM_DIFFERENT = 25, 15

# Neither who decided first nor how: the second look is blind.
WAITING = Statement(
    name="pairs for a second look",
    sql="""
select /*+ time limit */
    decided.person_id_l,
    decided.person_id_r
from `{raw}`.app_verdicts as decided
left join `{raw}`.app_verdicts as looked
    on decided.person_id_l = looked.person_id_l
        and decided.person_id_r = looked.person_id_r
        and looked.number = 2
where decided.number = 1 and decided.actor <> :actor and looked.number is null
order by decided.noted_at
limit :row_cap
""",
    tables=(),
    index="app_verdicts(number, noted_at): a row per decision that was drawn, one in twenty",
    row_cap=MAXIMUM_WAITING + 1,
)

WAITS = Statement(
    name="whether a pair waits for a second look",
    sql=WAITING.sql.replace(
        "order by decided.noted_at",
        "and decided.person_id_l = :first and decided.person_id_r = :second",
    ),
    tables=(),
    index="PRIMARY of app_verdicts",
    row_cap=1,
)

AGREEMENT = Statement(
    name="agreement of stewards",
    sql="""
select /*+ time limit */
    count(*) as look_count,
    coalesce(sum(decided.verdict = looked.verdict), 0) as agreed_count
from `{raw}`.app_verdicts as looked
inner join `{raw}`.app_verdicts as decided
    on looked.person_id_l = decided.person_id_l
        and looked.person_id_r = decided.person_id_r
        and decided.number = 1
where looked.number = 2
limit :row_cap
""",
    tables=(),
    index="app_verdicts(number, noted_at), then PRIMARY: a row per second look",
    row_cap=1,
)

DIFFERENT = Statement(
    name="pairs about which stewards differ",
    sql="""
select /*+ time limit */
    looked.person_id_l,
    looked.person_id_r,
    decided.verdict as first_verdict,
    looked.verdict as second_verdict,
    decided.actor as first_actor,
    looked.actor as second_actor
from `{raw}`.app_verdicts as looked
inner join `{raw}`.app_verdicts as decided
    on looked.person_id_l = decided.person_id_l
        and looked.person_id_r = decided.person_id_r
        and decided.number = 1
where looked.number = 2 and decided.verdict <> looked.verdict
order by looked.noted_at desc
limit :row_cap
""",
    tables=(),
    index="app_verdicts(number, noted_at), read backwards",
    row_cap=MAXIMUM_DIFFERENT,
)


@dataclass(frozen=True)
class Difference:
    """A pair about which two stewards said two things."""

    first: int
    second: int
    verdicts: tuple[str, str]
    actors: tuple[str, str]


@dataclass(frozen=True)
class SecondLooks:
    """Pairs that wait for who asks, how many looks there were and agreed, and the newest others."""

    waiting: tuple[tuple[int, int], ...]
    has_more: bool
    looks: int
    agreed: int
    different: tuple[Difference, ...]


def waits_for_look(engine: Engine, actor: str, pair: tuple[int, int]) -> bool:
    """Tell whether a pair waits for a second look of a steward; raises QueryError."""
    return bool(fetch(engine, WAITS, {"actor": actor, "first": pair[0], "second": pair[1]}))


def read_second_looks(engine: Engine, actor: str) -> SecondLooks:
    """Return what there is of second looks for a steward; raises QueryError."""
    waiting = fetch(engine, WAITING, {"actor": actor})
    (counts,) = fetch(engine, AGREEMENT)
    return SecondLooks(
        tuple((int(row["person_id_l"]), int(row["person_id_r"])) for row in waiting)[
            :MAXIMUM_WAITING
        ],
        len(waiting) > MAXIMUM_WAITING,
        int(counts["look_count"]),
        int(counts["agreed_count"]),
        tuple(
            Difference(
                int(row["person_id_l"]),
                int(row["person_id_r"]),
                (row["first_verdict"], row["second_verdict"]),
                (row["first_actor"], row["second_actor"]),
            )
            for row in fetch(engine, DIFFERENT)
        ),
    )

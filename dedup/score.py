"""The brief's tiers and its score from 0 to 100, reported beside the match weight.

They explain a pair in words an operator knows; they do not decide. On marketing data the bare tiers
chain a thousand strangers over one placeholder number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import pyarrow as pa
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

BATCH = 50_000
SCORE_TYPES = (pa.uint64(), pa.uint64(), pa.float64(), pa.string())
PROBABILISTIC = "model"


@dataclass(frozen=True)
class Side:
    """What the brief's rules look at in one person; lists hold all contact points."""

    first_name: str
    last_name: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    zip: str
    address: str

    @property
    def name(self) -> str:
        """First and last name as the brief compares them."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Tier:
    """One rule of the brief: its code as match reason, and when it holds."""

    code: str
    holds: Callable[[Side, Side], bool]
    reason: str


def _shares(mine: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return not set(mine).isdisjoint(other)


def _same_name(a: Side, b: Side) -> bool:
    return bool(a.first_name and a.last_name) and (a.first_name, a.last_name) == (
        b.first_name,
        b.last_name,
    )


def _last_digits(side: Side) -> tuple[str, ...]:
    return tuple(phone[-7:] for phone in side.phones if len(phone) >= 7)


def _domains(side: Side) -> tuple[str, ...]:
    return tuple(email.rpartition("@")[2] for email in side.emails)


def _has_similar_name_and_address(a: Side, b: Side) -> bool:
    return (
        bool(a.name and b.name and a.address and b.address)
        and Levenshtein.distance(a.name, b.name) <= 2
        and fuzz.ratio(a.address, b.address) >= 80
    )


def _has_similar_name_and_domain(a: Side, b: Side) -> bool:
    return (
        bool(a.name and b.name)
        and _shares(_domains(a), _domains(b))
        and fuzz.ratio(a.name, b.name) >= 85
    )


TIERS = (
    Tier("tier_1_email", lambda a, b: _shares(a.emails, b.emails), "The same e-mail."),
    Tier("tier_1_phone", lambda a, b: _shares(a.phones, b.phones), "The same phone number."),
    Tier(
        "tier_2_name_zip",
        lambda a, b: _same_name(a, b) and bool(a.zip) and a.zip == b.zip,
        "First and last name and ZIP are the same.",
    ),
    Tier(
        "tier_2_name_phone7",
        lambda a, b: _same_name(a, b) and _shares(_last_digits(a), _last_digits(b)),
        "First and last name and the last seven digits of a number are the same.",
    ),
    Tier(
        "tier_3_name_address",
        _has_similar_name_and_address,
        "Names within two letters, addresses 80 % alike.",
    ),
    Tier(
        "tier_3_email_domain_name",
        _has_similar_name_and_domain,
        "The same mail domain, names 85 % alike.",
    ),
)


def match_score(a: Side, b: Side) -> float:
    """The brief's score: 40 for e-mail, 30 for phone, up to 20 for name, 10 for ZIP."""
    score = 40.0 if _shares(a.emails, b.emails) else 0.0
    score += 30.0 if _shares(a.phones, b.phones) else 0.0
    if a.name and b.name:
        distance = Levenshtein.distance(a.name, b.name, score_cutoff=2)
        score += 20.0 - 5.0 * distance if distance <= 2 else 0.0
    score += 10.0 if a.zip and a.zip == b.zip else 0.0
    return score


def match_reason(a: Side, b: Side) -> str:
    """The code of the best tier that holds, or `model` where only the probabilities speak."""
    return next((tier.code for tier in TIERS if tier.holds(a, b)), PROBABILISTIC)


def score_pairs(
    connection: duckdb.DuckDBPyConnection,
    pairs: str = "pairs",
    features: str = "features",
    known: str | None = None,
) -> None:
    """Create the table `pair_scores` (person_id_l, person_id_r, match_score, match_reason).

    `known` names a table of the same form with scores that still hold: they are taken over.
    """
    create_scores(connection, "pair_scores")
    if known is not None:
        connection.execute(
            f"insert into pair_scores select known.* from {known} as known"
            f" semi join {pairs} using (person_id_l, person_id_r)"
        )
    reader = connection.cursor()
    sides = ", ".join(_side_columns(alias) for alias in ("l", "r"))
    reader.execute(
        f"""
        select person_id_l, person_id_r, {sides}
        from {pairs}
        inner join {features} as l on l.unique_id = person_id_l
        inner join {features} as r on r.unique_id = person_id_r
        anti join pair_scores using (person_id_l, person_id_r)
        """
    )
    while batch := reader.fetchmany(BATCH):
        scored = [_scored(row) for row in batch]
        columns = [
            pa.array(column, type)
            for column, type in zip(zip(*scored, strict=True), SCORE_TYPES, strict=True)
        ]
        arrow = pa.table(columns, names=["l", "r", "score", "reason"])
        connection.register("scored_batch", arrow)
        connection.execute("insert into pair_scores select l, r, score, reason from scored_batch")
        connection.unregister("scored_batch")


def create_scores(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Create an empty table of scores."""
    connection.execute(
        f"""
        create or replace table {table} (
            person_id_l ubigint, person_id_r ubigint, match_score double, match_reason varchar
        )
        """
    )


def _side_columns(alias: str) -> str:
    return (
        f"coalesce({alias}.first_name, ''), coalesce({alias}.last_name, ''),"
        f" coalesce({alias}.emails, []), coalesce({alias}.phones, []), coalesce({alias}.zip, ''),"
        f" trim(concat_ws(' ', {alias}.street_key, upper({alias}.city), {alias}.zip))"
    )


def _scored(row: tuple[object, ...]) -> tuple[object, object, float, str]:
    a, b = _side(row[2:8]), _side(row[8:14])
    return row[0], row[1], match_score(a, b), match_reason(a, b)


def _side(values: tuple[object, ...]) -> Side:
    first, last, emails, phones, code, address = values
    return Side(
        str(first), str(last), tuple(emails), tuple(phones), str(code), str(address)  # type: ignore[arg-type]
    )  # fmt: skip

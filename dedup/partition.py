"""People take a group apart: some of its members on one side, all others on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pymysql.connections import Connection

from dedup.constraints import APART, LINK, Standing, standing_decisions
from dedup.decision_audit import note_decided
from dedup.decisions import Signature, end_decision, require_agreement, write_decision
from dedup.split import Pair
from lode.db import connect, transaction
from lode.decisions import check_signature, living_person
from lode.errors import LodeError
from lode.settings import Settings

# A group on a page has at most 30 members: 15 against 15 are 225 pairs.
MAXIMUM_MEMBERS = 30


@dataclass(frozen=True)
class Partition:
    """What taking a group apart wrote down: its number, how many pairs, decisions that it ended.

    `pairs` is 0 where all of it was decided before.
    """

    number: int
    pairs: int
    ended: tuple[int, ...]


def take_apart(
    settings: Settings, taken: Sequence[int], left: Sequence[int], signature: Signature
) -> Partition:
    """Keep every person of `taken` apart from every person of `left`, all at once.

    Link decisions across are ended with it; where others still hold the two sides together it is
    refused with their numbers. Once more it writes nothing.
    """
    check_signature(signature.by, signature.reason)
    with connect("loader", settings, schema="canonical") as connection:
        pairs = _pairs_across(connection, taken, left)
        standing = standing_decisions(connection, settings)
        said = {one.pair: one.number for one in standing if one.kind == APART}
        missing = [pair for pair in pairs if pair not in said]
        if not missing:
            return Partition(min(said[pair] for pair in pairs), 0, ())
        ended = [one for one in standing if one.kind == LINK and one.pair in set(pairs)]
        _require_no_other_tie([one for one in standing if one not in ended], missing)
        with transaction(connection):
            for one in ended:
                end_decision(connection, settings, one.number, signature)
            written: list[int] = []
            for pair in missing:
                split = written[0] if written else None
                written.append(
                    write_decision(connection, settings, APART, signature, pair, split=split)
                )
            note_decided(
                connection, settings, by=signature.by, reason=signature.reason, verdict=APART,
                decisions=written, sides=[taken, left], ended=ended,
            )  # fmt: skip
    return Partition(written[0], len(missing), tuple(one.number for one in ended))


def _pairs_across(
    connection: Connection[Any], taken: Sequence[int], left: Sequence[int]
) -> list[Pair]:
    """Return the pairs of living persons across, smaller id first; LodeError if a side is empty."""
    if not taken or not left or len({*taken, *left}) > MAXIMUM_MEMBERS:
        raise LodeError(
            f"Taking a group apart needs persons on both sides, {MAXIMUM_MEMBERS} in all at most."
        )
    sides = [{living_person(connection, one) for one in side} for side in (taken, left)]
    both = sides[0] & sides[1]
    if both:
        raise LodeError(
            f"Person {min(both)} is on both sides: its records share a key, which no decision about"
            " persons changes."
        )
    return sorted({(min(a, b), max(a, b)) for a in sides[0] for b in sides[1]})


def _require_no_other_tie(standing: list[Standing], pairs: list[Pair]) -> None:
    for pair in pairs:
        require_agreement(standing, pair, APART)

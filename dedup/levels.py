"""The form of a comparison and its levels: data with a reason for every place and number.

A level's condition is DuckDB SQL over the two rows' columns (`_l`, `_r`) of `sql/features.sql`.
Levels are tried from the top; the first that holds decides. Probabilities that are given here are
fixed: training must not touch them. `m` is how often a level holds for two records of one person,
`u` how often for two records of different persons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

USource = Literal["sampled", "counted", "fixed"]


@dataclass(frozen=True)
class Level:
    """One degree of agreement.

    `term` names a column whose value frequencies replace `u`. `u_source` says where u comes from:
    a random sample of pairs, an exact count of shared keys, or the fixed `u`. `does_scale` marks a
    u that falls as 1/n, because a value such as a mailbox has few holders however many people
    there are.
    """

    name: str
    condition: str
    reason: str
    m: float | None = None
    u: float | None = None
    u_source: USource = "sampled"
    term: str | None = None
    does_scale: bool = False


@dataclass(frozen=True)
class Comparison:
    """One question about two persons; `null` is the condition under which it has no answer."""

    name: str
    null: str
    levels: tuple[Level, ...]
    is_trained: bool = True


def either_null(column: str) -> str:
    """The condition under which one side has no value."""
    return f"{column}_l is null or {column}_r is null"


def one_slip(value: str, ends: int = 1) -> str:
    """The condition that two values differ by at most one slip of the finger.

    `value` is SQL with `{side}` in place of l and r. A slip (a letter too many, missing, changed,
    or two swapped) leaves the length within one, and of a value longer than `2 * ends` the first
    or the last `ends` letters as they are. Both are cheap to see and rule out nearly all pairs, for
    which the distance would take most of a run's time.
    """
    a, b = value.format(side="l"), value.format(side="r")
    return (
        f"(abs(length({a}) - length({b})) <= 1"
        f" and (length({a}) <= {2 * ends} or left({a}, {ends}) = left({b}, {ends})"
        f" or right({a}, {ends}) = right({b}, {ends}))"
        f" and damerau_levenshtein({a}, {b}) <= 1)"
    )

"""Gates: a run whose result looks wrong is not published; the last good one stays in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from lode.errors import LodeError


@dataclass(frozen=True)
class GateRules:
    """When a run is stopped before it is published.

    `largest_cluster`: persons in one group; a person is found apart a few times, a chain of
    strangers has no end. `fewest`: the share of the persons of the job in force that must still be
    there; a run over a table that was emptied would split every group. `singleton_change`: by how
    much the share of persons on their own may move, of one. `rule_factor`: how many times as many
    pairs per person a blocking rule may find, or as few, beyond what the number of persons
    explains. The last two compare with the job in force only if it had the same thresholds; all
    that compares does so from `minimum` persons or pairs on, as less jumps by chance.
    """

    largest_cluster: int = 40
    fewest: float = 0.5
    singleton_change: float = 0.10
    rule_factor: float = 4.0
    minimum: int = 1_000


def measure(
    database: duckdb.DuckDBPyConnection, person_count: int, rule_pairs: dict[str, int]
) -> dict[str, Any]:
    """What the gates look at, kept in dedup_runs.settings: clusters, singletons, pairs by rule."""
    largest, clustered = database.execute(
        """
        select coalesce(max(persons), 1), coalesce(sum(persons), 0)
        from (select count(*) as persons from clusters group by golden_person_id)
        """
    ).fetchall()[0]
    share = (person_count - int(clustered)) / person_count if person_count else 1.0
    return {
        "persons": person_count,
        "largest_cluster": int(largest),
        "singleton_share": round(share, 4),
        "rule_pairs": rule_pairs,
    }


def require_sound(
    measured: dict[str, Any],
    description: dict[str, Any],
    published: dict[str, Any] | None,
    gates: GateRules,
) -> None:
    """Raise LodeError if a gate says that the run must not be published."""
    problems = list(_absolute(measured, gates))
    before = published["settings"] if published else {}
    problems += _vanished(measured, before.get("gates", measured), gates)
    if "gates" in before and before.get("thresholds") == description["thresholds"]:
        problems += _compared(measured, before["gates"], gates)
    if problems:
        raise LodeError(
            f"The run is not published, the last good one stays in force: {'; '.join(problems)}."
            " Look at `lode dedup blocking` and the last imports; if it is right, publish it with"
            " --accept and the reason."
        )


def _absolute(measured: dict[str, Any], gates: GateRules) -> list[str]:
    largest = measured["largest_cluster"]
    if largest <= gates.largest_cluster:
        return []
    return [f"the largest group has {largest:,} persons, more than {gates.largest_cluster}"]


def _vanished(measured: dict[str, Any], before: dict[str, Any], gates: GateRules) -> list[str]:
    now, then = measured["persons"], before["persons"]
    if then < gates.minimum or now >= gates.fewest * then:
        return []
    return [f"there are {now:,} persons, there were {then:,}"]


def _compared(measured: dict[str, Any], before: dict[str, Any], gates: GateRules) -> list[str]:
    problems = []
    persons = min(measured["persons"], before["persons"])
    if persons < gates.minimum:
        return []
    now, then = measured["singleton_share"], before["singleton_share"]
    if abs(now - then) > gates.singleton_change:
        problems.append(f"persons on their own are {now:.0%}, they were {then:.0%}")
    for name, count in measured["rule_pairs"].items():
        known = before["rule_pairs"].get(name)
        if known is None or max(count, known) < gates.minimum:
            continue
        growth = measured["persons"] / before["persons"]
        factor = count / max(known, 1) / growth
        # Blocks grow with the persons, so that pairs per person may grow as the persons do.
        lowest, highest = min(1.0, growth) / gates.rule_factor, max(1.0, growth) * gates.rule_factor
        if not lowest <= factor <= highest:
            problems.append(
                f"the rule {name!r} finds {factor:.1f} times the pairs per person that it found"
            )
    return problems

"""Why two persons are one, or why not: the stored pair, or its weight, and the way between."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from pymysql.connections import Connection

from dedup.blocking_rules import BlockingRule
from dedup.constraints import LINK, standing_decisions
from dedup.model import Model, model_of_version
from dedup.predict import Scope, linker_of, predict
from dedup.profiles import rules_of_job
from dedup.review import job_in_force
from dedup.settings import DedupRules
from dedup.snapshot import open_snapshot
from dedup.split import Pair, split
from lode.db import connect
from lode.decisions import living_person
from lode.errors import LodeError
from lode.person import fetch
from lode.settings import Settings

NO_FLOOR = -1e9


@dataclass(frozen=True)
class Step:
    """A stored pair on the way from one person to another."""

    first: int
    second: int
    match_weight: float
    match_reason: str


@dataclass(frozen=True)
class Explanation:
    """What is known about two persons.

    `is_stored`: the pair reached the review threshold in the job in force; else weight and
    waterfall were computed now. `decision` is link or review of the stored pair, `rules` the
    blocking rules that compare the two, `path` the way over others by which they are in one group.
    `model` computed it: that of the job, the newest one where it is not here.
    """

    first: int
    second: int
    golden_first: int
    golden_second: int
    is_stored: bool
    match_weight: float
    match_score: float | None
    match_reason: str | None
    decision: str | None
    waterfall: str
    thresholds: tuple[float, float]
    rules: tuple[str, ...] = ()
    path: tuple[Step, ...] = ()
    decided: tuple[str, ...] = field(default=())
    model: str = ""

    @property
    def is_one(self) -> bool:
        """Whether the job in force takes the two for one person."""
        return self.golden_first == self.golden_second


def explain(
    settings: Settings, first_id: int, second_id: int, html: Path | None = None
) -> Explanation:
    """Explain a pair of persons; `html` names a file for Splink's own chart. Raises LodeError."""
    with connect("loader", settings, schema="canonical") as connection:
        low, high = sorted(living_person(connection, one) for one in (first_id, second_id))
        if low == high:
            raise LodeError(
                f"{first_id} and {second_id} are both person {low}, by the keys of their records:"
                f" see `lode lineage {low}`."
            )
        job = job_in_force(connection, settings)
        rules, version = rules_of_job(connection, settings, job)
        raw = settings.schema("raw")
        stored = fetch(
            connection,
            "select match_weight, match_score, match_reason, decision, waterfall"
            f" from `{raw}`.dedup_pairs"
            " where job_id = %s and person_id_l = %s and person_id_r = %s",
            (job, low, high),
        )
        thresholds = _thresholds(connection, raw, job)
        golden = _golden_in_job(connection, raw, job, (low, high))
        decided = _decided(connection, settings, (low, high))
        path: tuple[Step, ...] = ()
        is_linked = bool(stored) and stored[0]["decision"] == LINK
        if golden[low] == golden[high] and not is_linked:
            path = _strongest_path(connection, raw, job, golden[low], (low, high))
    computed: dict[str, Any] = {}
    if not stored or html is not None:
        computed = _compute(settings, job, rules, version, (low, high), html)
    found = stored[0] if stored else computed
    return Explanation(
        low,
        high,
        golden[low],
        golden[high],
        bool(stored),
        float(found["match_weight"]),
        float(found["match_score"]) if stored else None,
        found.get("match_reason"),
        found.get("decision"),
        str(found["waterfall"]),
        thresholds,
        computed.get("rules", ()),
        path,
        decided,
        computed.get("model", ""),
    )


def _thresholds(connection: Connection[Any], raw: str, job: str) -> tuple[float, float]:
    query = f"select link_threshold, review_threshold from `{raw}`.dedup_runs where job_id = %s"
    (row,) = fetch(connection, query, (job,))
    return float(row["link_threshold"]), float(row["review_threshold"])


def _golden_in_job(connection: Connection[Any], raw: str, job: str, pair: Pair) -> dict[int, int]:
    rows = fetch(
        connection,
        f"select person_id, golden_person_id from `{raw}`.dedup_clusters"
        " where job_id = %s and person_id in (%s, %s)",
        (job, *pair),
    )
    golden = {int(row["person_id"]): int(row["golden_person_id"]) for row in rows}
    return {person: golden.get(person, person) for person in pair}


def _decided(connection: Connection[Any], settings: Settings, pair: Pair) -> tuple[str, ...]:
    return tuple(
        f"Decision {one.number} of {one.decided_by}, {one.decided_at[:10]}: {one.kind}"
        f" ({one.reason})"
        for one in standing_decisions(connection, settings)
        if not one.is_waiting and one.pair == pair
    )


def _strongest_path(
    connection: Connection[Any], raw: str, job: str, golden: int, pair: Pair
) -> tuple[Step, ...]:
    """The way over links whose weakest link is as strong as it can be."""
    members = f"select person_id from `{raw}`.dedup_clusters where job_id = %s"
    members += " and golden_person_id = %s"
    rows = fetch(
        connection,
        "select person_id_l, person_id_r, match_weight, match_reason"
        f" from `{raw}`.dedup_pairs where job_id = %s and decision = 'link'"
        f" and person_id_l in ({members}) and person_id_r in ({members})",
        (job, job, golden, job, golden),
    )
    steps = [
        Step(int(row["person_id_l"]), int(row["person_id_r"]), float(row["match_weight"]),
             str(row["match_reason"]))
        for row in rows
    ]  # fmt: skip
    tree: list[Step] = []
    for step in sorted(steps, key=lambda step: (-step.match_weight, step.first, step.second)):
        parts = split([(one.first, one.second, 0.0) for one in tree], [], [])
        if parts.get(step.first, step.first) != parts.get(step.second, -1 - step.second):
            tree.append(step)
    return tuple(_walk(tree, *pair))


def _walk(tree: list[Step], start: int, end: int) -> list[Step]:
    """The only way from one person to another in a tree."""
    ways: dict[int, list[Step]] = {start: []}
    queue = [start]
    while queue and end not in ways:
        here = queue.pop(0)
        for step in tree:
            for a, b in ((step.first, step.second), (step.second, step.first)):
                if a == here and b not in ways:
                    turned = Step(a, b, step.match_weight, step.match_reason)
                    ways[b] = [*ways[a], turned]
                    queue.append(b)
    return ways.get(end, [])


def _compute(
    settings: Settings, job: str, rules: DedupRules, version: str, pair: Pair, html: Path | None
) -> dict[str, Any]:
    """Weigh a pair that was not stored, with the frequencies and the model of the job."""
    model = model_of_version(settings, version, rules)
    with open_snapshot(settings, job, rules, model) as (database, meta):
        database.execute(
            "create table two as select * from features where unique_id in (?, ?)", list(pair)
        )
        count = database.execute("select count(*) from two").fetchall()[0][0]
        if count < 2:
            raise LodeError(
                f"The last dedup run has not seen both {pair[0]} and {pair[1]}: run"
                " `lode dedup run`."
            )
        database.execute("create table asked as select ? as person_id_l, ? as person_id_r", [*pair])
        scope = Scope("asked", "asked_pairs", NO_FLOOR, has_terms=True)
        predict(database, rules, model, meta.person_count, "two", scope)
        weight, waterfall = database.execute(
            "select match_weight, waterfall from asked_pairs"
        ).fetchall()[0]
        held = tuple(rule.name for rule in rules.blocking_rules if _holds(database, rule))
        if html is not None:
            _write_chart(database, rules, model, meta.person_count, scope, html)
    return {"match_weight": weight, "waterfall": waterfall, "rules": held,
            "model": model.version}  # fmt: skip


def _holds(database: duckdb.DuckDBPyConnection, rule: BlockingRule) -> bool:
    """Whether a blocking rule compares the two persons of the table `two`."""
    source = "two"
    if rule.explode:
        source = f"(select * replace (unnest({rule.explode}) as {rule.explode}) from two)"
    query = f"""
        select count(*) from {source} as l, {source} as r
        where l.unique_id < r.unique_id and {rule.condition()}
    """
    return bool(database.execute(query).fetchall()[0][0])


def _write_chart(
    database: duckdb.DuckDBPyConnection,
    rules: DedupRules,
    model: Model,
    person_count: int,
    scope: Scope,
    html: Path,
) -> None:
    linker = linker_of(database, rules, model, person_count, "two", scope)
    scored = linker.inference.predict(threshold_match_weight=NO_FLOOR, warning_mode="never")
    chart = linker.visualisations.waterfall_chart(scored.as_record_list())
    try:
        html.write_text(chart.to_html(inline=True), encoding="utf-8")
    except OSError as error:
        raise LodeError(f"{html} can't be written: {error.strerror}.") from error

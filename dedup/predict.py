"""Prediction: candidate pairs by the blocking rules, each with its match weight and waterfall."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker
from splink.internals.exceptions import SplinkException

from dedup.levels import Comparison, Level
from dedup.model import Model
from dedup.settings import LISTED_TERMS, DedupRules, splink_settings
from lode.errors import LodeError

# The weight against a household where there are none: nothing is taken off.
NO_HOUSEHOLD = 1000.0


@dataclass(frozen=True)
class Prediction:
    """The scored pairs: a DuckDB table of pairs at or above the review threshold.

    Columns: person_id_l < person_id_r, match_weight, match_probability, waterfall (JSON text: a
    list of [comparison, level, weight], from the prior on, leaving out what says nothing).
    """

    table: str
    pair_count: int


@dataclass(frozen=True)
class Scope:
    """Which pairs are scored, and which of them are kept.

    `candidates` names a table of pairs (person_id_l < person_id_r) to score instead of those that
    the blocking rules find; `floor` is the weight from which a pair is kept, the review threshold
    if it is None; `has_terms` says that the frequency tables are there already. Persons are split
    in `chunks` parts, and the pairs of two parts weighed at a time.
    """

    candidates: str | None = None
    target: str = "pairs"
    floor: float | None = None
    has_terms: bool = False
    chunks: int = 1


def predict(
    connection: duckdb.DuckDBPyConnection,
    rules: DedupRules,
    model: Model,
    person_count: int,
    table: str = "features",
    scope: Scope | None = None,
) -> Prediction:
    """Score all candidate pairs of the feature table; needs two persons or more."""
    scope = scope or Scope()
    floor = rules.thresholds.review if scope.floor is None else scope.floor
    linker = linker_of(connection, rules, model, person_count, table, scope)
    try:
        scored = linker.inference.predict(
            threshold_match_weight=floor,
            num_chunks_left=scope.chunks if scope.chunks > 1 else None,
            num_chunks_right=scope.chunks if scope.chunks > 1 else None,
            warning_mode="never",
        )
    except (SplinkException, duckdb.Error) as error:
        reason = str(error).strip().splitlines()[0]
        raise LodeError(f"The comparison of persons failed in DuckDB: {reason}") from error
    found = weigh(connection, scored.physical_name, rules, model, scope.target, floor)
    connection.execute(f"drop table {scored.physical_name}")
    return found


def settings_of(rules: DedupRules, model: Model, person_count: int) -> dict[str, Any]:
    """Splink's settings with the model's probabilities for a set of so many persons."""

    def probabilities(name: str, level: Level) -> tuple[float | None, float | None]:
        return model.probabilities(name, level, person_count)

    return splink_settings(rules, model.prior(person_count), probabilities)


def linker_of(
    connection: duckdb.DuckDBPyConnection,
    rules: DedupRules,
    model: Model,
    person_count: int,
    table: str,
    scope: Scope,
) -> Linker:
    """Splink's linker over a feature table, with the frequencies of all terms."""
    api = DuckDBAPI(connection)
    persons = api.register(table, dataset_display_name="persons")
    settings = settings_of(rules, model, person_count)
    linker = Linker(persons, settings, log_level=None, validate_settings=False)
    if not scope.has_terms:
        count_terms(connection, rules, model, person_count, table)
    for term in rules.terms:
        lookup = api.register(f"term_{term}", dataset_display_name=f"term_{term}")
        linker.table_management.register_term_frequency_lookup(lookup, term)
    if scope.candidates is not None:
        _give_candidates(connection, linker, api, scope.candidates)
    return linker


def count_terms(
    connection: duckdb.DuckDBPyConnection,
    rules: DedupRules,
    model: Model,
    person_count: int,
    table: str,
) -> None:
    """Create the frequency tables term_<name> of a feature table."""
    base_u = _base_u(rules, model, person_count)
    for term in rules.terms:
        _count_term(connection, rules, term, base_u[term], person_count, table)


def _give_candidates(
    connection: duckdb.DuckDBPyConnection, linker: Linker, api: DuckDBAPI, candidates: str
) -> None:
    """Let Splink score given pairs; the blocking rules then have no say."""
    connection.execute(
        f"""
        create or replace table given_pairs as
        select '0' as match_key, person_id_l as join_key_l, person_id_r as join_key_r
        from {candidates}
        """
    )
    given = api.register("given_pairs", dataset_display_name="given_pairs")
    linker.table_management.register_blocked_pairs_for_predict(given)


def _base_u(rules: DedupRules, model: Model, person_count: int) -> dict[str, float]:
    """For every term the u of the level of plain equality."""
    found: dict[str, float] = {}
    for comparison in rules.comparisons:
        for level in comparison.levels:
            if level.term and level.condition == f"{level.term}_l = {level.term}_r":
                found[level.term] = model.probabilities(comparison.name, level, person_count)[1]
    return found


def _count_term(
    connection: duckdb.DuckDBPyConnection,
    rules: DedupRules,
    term: str,
    base_u: float,
    person_count: int,
    table: str,
) -> None:
    """Create the frequency table of one term."""
    listed = LISTED_TERMS.get(term)
    source = f"unnest({listed})" if listed else term
    name = f"term_{term}"
    if listed is None:
        # A name in a small file is shrunk towards the average.
        frequency = "(count(*) + $prior * $base) / ($total + $prior)"
        parameters = {"prior": rules.term_prior, "base": base_u, "total": person_count}
    else:
        frequency = "count(*) / $total"
        parameters = {"total": max(person_count, rules.reference_persons)}
    connection.execute(
        f"""
        create or replace table {name} as
        select value as {term}, cast({frequency} as double) as tf_{term}
        from (select {source} as value from {table}) as counted
        where value is not null
        group by value
        """,
        parameters,
    )


def weigh(
    connection: duckdb.DuckDBPyConnection,
    scored: str,
    rules: DedupRules,
    model: Model,
    target: str,
    floor: float,
) -> Prediction:
    """Weigh Splink's pairs against the household hypothesis too, and tell every step."""
    columns = {row[0] for row in connection.execute(f"describe {scored}").fetchall()}
    steps = ", ".join(_step(comparison, columns) for comparison in rules.comparisons)
    weights = " + ".join(column for column in sorted(columns) if column.startswith("mw_"))
    connection.execute(
        f"""
        create or replace table {target} as
        with against_both as (
            select
                *,
                match_weight as stranger_weight,
                {household_weight(rules, model)} as household_weight,
                -log2(pow(2.0, -stranger_weight) + pow(2.0, -household_weight)) as weight,
                round(weight - stranger_weight, 2) as taken_off,
            from {scored}
        )
        select
            least(unique_id_l, unique_id_r) as person_id_l,
            greatest(unique_id_l, unique_id_r) as person_id_r,
            weight as match_weight,
            1.0 / (1.0 + pow(2.0, -weight)) as match_probability,
            cast(
                to_json(
                    list_filter(
                        [
                            json_array('prior', '', round(stranger_weight - ({weights}), 2)),
                            {steps},
                            case
                                when taken_off < 0
                                    then json_array('household', 'may be a member', taken_off)
                            end
                        ],
                        lambda step: step is not null
                    )
                ) as varchar
            ) as waterfall,
        from against_both
        where weight >= {floor!r}
        """
    )
    count = connection.execute(f"select count(*) from {target}").fetchall()[0][0]
    return Prediction(target, int(count))


def household_weight(rules: DedupRules, model: Model) -> str:
    """SQL over Splink's gamma columns: log2 odds of one person against two of one household."""
    if not rules.household_chances:
        return _double(NO_HOUSEHOLD)
    terms = [_household_term(comparison, rules, model) for comparison in rules.comparisons]
    gammas = {
        (comparison.name, level.name): gamma
        for comparison in rules.comparisons
        for gamma, level in _by_level(comparison)
    }
    for pattern in rules.household_patterns:
        conditions = [
            f"gamma_{name} in ({', '.join(str(gammas[name, label]) for label in labels)})"
            for name, labels in pattern.levels
        ]
        holds = " and ".join(conditions)
        terms.append(f"case when {holds} then {_double(pattern.weight)} else {_double(0.0)} end")
    return " + ".join([_double(rules.household_prior), *terms])


def _double(number: float) -> str:
    """A number as SQL; a bare one would be a DECIMAL to DuckDB 1, and too narrow to add to."""
    return f"cast({number!r} as double)"


def _by_level(comparison: Comparison) -> list[tuple[int, Level]]:
    """Splink's gamma value of every level; the last level is 0."""
    top = len(comparison.levels) - 1
    return [(top - at, level) for at, level in enumerate(comparison.levels)]


def _household_term(comparison: Comparison, rules: DedupRules, model: Model) -> str:
    """SQL for the weight of one comparison against the household hypothesis."""
    chances = {
        chance.level: chance.chance
        for chance in rules.household_chances
        if chance.comparison == comparison.name
    }
    trained = model.levels[comparison.name]
    whens = " ".join(
        f"when {gamma} then {_double(math.log2(trained[level.name].m / chances[level.name]))}"
        for gamma, level in _by_level(comparison)
    )
    return f"case gamma_{comparison.name} {whens} else {_double(0.0)} end"


def _step(comparison: Comparison, columns: set[str]) -> str:
    """SQL for one step of the waterfall: [comparison, level, weight], null if it says nothing."""
    labels = " ".join(f"when {gamma} then '{level.name}'" for gamma, level in _by_level(comparison))
    weight = f"mw_{comparison.name}"
    if f"mw_tf_adj_{comparison.name}" in columns:
        weight += f" + mw_tf_adj_{comparison.name}"
    return (
        f"case when gamma_{comparison.name} >= 0 then json_array('{comparison.name}',"
        f" case gamma_{comparison.name} {labels} end, round({weight}, 2)) end"
    )

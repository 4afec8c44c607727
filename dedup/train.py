"""Training: u by random sampling and exact counting, m by expectation maximisation.

Training reads single records, not persons: among persons the upsert has already joined the pairs
whose exact keys agree, so that expectation maximisation would learn that one person never shares a
mailbox with herself. Probabilities learned on records hold for persons too, since "the upsert left
them apart" is itself a function of the levels.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker
from splink.internals.exceptions import EMTrainingException

from dedup.levels import Level
from dedup.model import LevelProbabilities, Model, rescaled
from dedup.settings import DedupRules, TrainingRules, levels_fingerprint, splink_settings
from dedup.shared_keys import Counted, count_shared_keys
from lode.errors import LodeError

MINIMUM_RECORDS = 1_000


@dataclass(frozen=True)
class Training:
    """A trained model, and the levels whose probabilities the data could not tell."""

    model: Model
    unseen: tuple[str, ...]


def train(
    connection: duckdb.DuckDBPyConnection,
    rules: DedupRules,
    trained_on: str,
    base: Model | None,
    table: str = "features",
) -> Training:
    """Train on the feature table of records; levels never seen keep the value of `base`.

    Raises LodeError when there are too few records or pairs, when a session does not converge, or
    when a level was never seen and there is no base to take it from.
    """
    records = int(connection.execute(f"select count(*) from {table}").fetchall()[0][0])
    if records < MINIMUM_RECORDS:
        raise LodeError(
            f"Training needs at least {MINIMUM_RECORDS:,} records and found {records:,}: load more"
            " files, or use the shipped model (it needs no training)."
        )
    counted = count_shared_keys(connection, rules.training.initial_factor, table)
    prior = _prior(connection, rules.training, records, table)
    linker = _linker(connection, rules, prior, counted, table)
    linker.training.estimate_u_using_random_sampling(
        max_pairs=rules.training.random_pairs, seed=rules.training.seed
    )
    for keys in rules.training.em_sessions:
        _expectation_maximisation(linker, rules.training, keys)
    levels, unseen = _levels(linker.misc.save_model_to_json(), rules, counted, base)
    now = datetime.now(timezone.utc)
    model = Model(
        version=now.strftime("%Y%m%dT%H%M%SZ"),
        fingerprint=levels_fingerprint(rules.comparisons),
        trained_at=now.isoformat(timespec="seconds"),
        trained_on=trained_on,
        record_count=records,
        reference_persons=records,
        matches_per_record=prior * records / 2.0,
        levels=levels,
    )
    return Training(rescaled(model, rules), unseen)


def _prior(
    connection: duckdb.DuckDBPyConnection, training: TrainingRules, records: int, table: str
) -> float:
    """Share of matching pairs among all pairs, from exact rules and their assumed recall."""
    rules = [
        " and ".join(f"l.{column} = r.{column}" for column in keys) for keys in training.prior_rules
    ]
    found = connection.execute(
        "select count(*) from ("
        + " union ".join(
            f"select l.unique_id as a, r.unique_id as b from {table} as l inner join {table} as r"
            f" on {rule} and l.unique_id < r.unique_id"
            for rule in rules
        )
        + ")"
    ).fetchall()[0][0]
    if found < training.minimum_pairs:
        raise LodeError(
            f"Training found only {found} pairs of records that exact rules match and needs"
            f" {training.minimum_pairs}: load more files, or use the shipped model."
        )
    return float(found / training.prior_recall / (records * (records - 1) / 2.0))


def _linker(
    connection: duckdb.DuckDBPyConnection,
    rules: DedupRules,
    prior: float,
    counted: Counted,
    table: str,
) -> Linker:
    def probabilities(name: str, level: Level) -> tuple[float | None, float | None]:
        return level.m, counted.get((name, level.name), level.u)

    api = DuckDBAPI(connection)
    settings = splink_settings(rules, prior, probabilities)
    records = api.register(table, dataset_display_name="records")
    return Linker(records, settings, log_level=None, validate_settings=False)


def _expectation_maximisation(
    linker: Linker, training: TrainingRules, keys: tuple[str, ...]
) -> None:
    rule = " and ".join(f"l.{key} = r.{key}" for key in keys)
    try:
        session = linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True, max_pairs=training.em_pairs,
            record_sample_proportion=1.0,
        )  # fmt: skip
    except EMTrainingException as error:
        raise LodeError(
            f"Training found no two records with the same {' and '.join(keys)}: load more files,"
            " or use the shipped model."
        ) from error
    if len(session._core_model_settings_history) > training.max_iterations:
        raise LodeError(
            f"Training on records with the same {' and '.join(keys)} did not settle within"
            f" {training.max_iterations} rounds: the saved model was left as it is; load more"
            " files, or use the shipped model."
        )


def _levels(
    trained: dict[str, Any], rules: DedupRules, counted: Counted, base: Model | None
) -> tuple[dict[str, dict[str, LevelProbabilities]], tuple[str, ...]]:
    """Probabilities of every level with their origin, and the names of the unseen levels."""
    found = {
        comparison["output_column_name"]: [
            level for level in comparison["comparison_levels"] if not level.get("is_null_level")
        ]
        for comparison in trained["comparisons"]
    }
    levels: dict[str, dict[str, LevelProbabilities]] = {}
    unseen: list[str] = []
    for comparison in rules.comparisons:
        by_label = levels.setdefault(comparison.name, {})
        for level, values in itertools.zip_longest(comparison.levels, found[comparison.name]):
            m, u = values.get("m_probability"), values.get("u_probability")
            m_origin = "fixed" if level.m is not None else "em"
            is_counted = (comparison.name, level.name) in counted
            u_origin = "counted" if is_counted else "fixed" if level.u is not None else "sampled"
            if m_origin == "em" and isinstance(m, float):
                m = max(m, rules.training.minimum_m)
            if not isinstance(m, float) or not isinstance(u, float):
                label = f"{comparison.name}: {level.name}"
                if base is None:
                    raise LodeError(f"Training never saw the level {label!r} and has no fallback.")
                unseen.append(label)
                known = base.levels[comparison.name][level.name]
                m, m_origin = (m, m_origin) if isinstance(m, float) else (known.m, "default")
                u, u_origin = (u, u_origin) if isinstance(u, float) else (known.u, "default")
            by_label[level.name] = LevelProbabilities(m, u, m_origin, u_origin)
    return levels, tuple(unseen)

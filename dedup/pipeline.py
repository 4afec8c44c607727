"""One dedup run, from the canonical layer to the published job."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any

import duckdb
from pymysql.connections import Connection

from dedup import gates, write_back
from dedup.constraints import Constraints, constraints_of, standing_decisions
from dedup.database import open_database, scratch_folder
from dedup.features import Features, build_features, read_nicknames
from dedup.identity import choose_golden, find_events, golden_conflicts
from dedup.model import Model, newest_model
from dedup.outcome import compare_and_cluster
from dedup.result import DedupResult
from dedup.run_settings import describe_run, is_same_run, notes_on
from dedup.settings import DedupRules, with_thresholds
from dedup.source import read_former, read_persons
from dedup.training_run import train_and_save
from lode.settings import Settings


@dataclass(frozen=True)
class _Run:
    """A run that is under way, with all that decides its outcome."""

    settings: Settings
    connection: Connection[Any]
    database: duckdb.DuckDBPyConnection
    rules: DedupRules
    model: Model
    features: Features
    constraints: Constraints
    published: dict[str, Any] | None
    accepted: str | None


def run(
    settings: Settings,
    *,
    link: float | None = None,
    review: float | None = None,
    is_retrained: bool = False,
    is_forced: bool = False,
    accepted: str | None = None,
    rules: DedupRules | None = None,
) -> DedupResult:
    """Find the golden persons and publish them under a new job id. Raises LodeError.

    `link` and `review` are match weights (log2 odds). Without `is_forced` nothing is written when
    the run in force has the same persons, model, rules and decisions. `accepted` is the reason for
    which a run is published that the gates would stop.
    """
    rules = with_thresholds(rules or DedupRules(), link, review)
    with write_back.dedup_lock(settings) as connection:
        published = write_back.last_published(connection, settings)
        if is_retrained:
            train_and_save(settings, rules)
        model = newest_model(settings.home, rules)
        with open_database(scratch_folder(settings)) as database:
            names = read_nicknames(settings.root)
            features = build_features(database, read_persons(settings), names, rules)
            constraints = constraints_of(standing_decisions(connection, settings))
            description = describe_run(database, features, rules, model, constraints)
            notes = notes_on(features) + constraints.conflicts
            if published and not is_forced and is_same_run(published, description):
                return DedupResult(
                    persons=features.person_count,
                    model_version=model.version,
                    notes=notes,
                    is_unchanged=True,
                    **write_back.counts_of(published),
                )
            under_way = _Run(
                settings, connection, database, rules, model, features, constraints, published,
                accepted,
            )  # fmt: skip
            result = _publish(under_way, description)
            return replace(result, notes=notes + result.notes)


def _publish(one: _Run, description: dict[str, Any]) -> DedupResult:
    """Announce the job, compare, pass the gates and write back; a failure leaves it FAILED."""
    persons, version = one.features.person_count, one.model.version
    job = write_back.Job(_job_id(), version, one.rules.thresholds, persons)
    write_back.announce(one.connection, job)
    try:
        outcome = compare_and_cluster(
            one.database, one.rules, one.model, one.features, one.constraints
        )
        measured = gates.measure(one.database, persons, outcome.rule_pairs)
        description |= {"links": outcome.links, "reviews": outcome.reviews, "gates": measured}
        if one.accepted:
            description["accepted"] = one.accepted
        else:
            gates.require_sound(measured, description, one.published, one.rules.gates)
        in_force = one.published["job_id"] if one.published else None
        choose_golden(one.database, read_former(one.settings, in_force))
        events = find_events(one.database)
        conflicts = golden_conflicts(one.database)
        scratch = scratch_folder(one.settings)
        write_back.publish(one.connection, one.database, job, description, scratch)
    except BaseException:
        write_back.fail(one.connection, job)
        raise
    return DedupResult(
        job_id=job.job_id,
        persons=persons,
        pairs=outcome.links + outcome.reviews,
        links=outcome.links,
        reviews=outcome.reviews,
        clusters=outcome.clusters,
        model_version=version,
        notes=conflicts,
        events=events,
    )


def _job_id() -> str:
    now = datetime.now(timezone.utc)
    return f"dedup_{now:%Y%m%dT%H%M%S}_{secrets.token_hex(3)}"

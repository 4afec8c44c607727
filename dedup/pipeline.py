"""One dedup run, from the canonical layer to the published job."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any

import duckdb
from pymysql.connections import Connection

from dedup import gates, write_back
from dedup.backend import Backend
from dedup.constraints import Constraints, constraints_of, standing_decisions
from dedup.database import scratch_folder, working_database
from dedup.features import Features, build_features, read_nicknames
from dedup.identity import choose_golden, find_events, golden_conflicts
from dedup.incremental import collect_candidates, find_changes, fits
from dedup.model import Model, newest_model
from dedup.outcome import Outcome, compare_and_cluster
from dedup.profiles import rules_of_run
from dedup.result import DedupResult
from dedup.run_settings import describe_run, is_same_run, notes_on
from dedup.settings import DedupRules, with_thresholds
from dedup.snapshot import Meta, attached, saving_snapshot
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
    is_full: bool
    backend: Backend


def run(
    settings: Settings,
    *,
    link: float | None = None,
    review: float | None = None,
    is_retrained: bool = False,
    is_forced: bool = False,
    accepted: str | None = None,
    is_full: bool = False,
    backend: Backend = Backend.DUCKDB,
    rules: DedupRules | None = None,
) -> DedupResult:
    """Find the golden persons and publish them under a new job id. Raises LodeError.

    `rules` are those of the profile of the run in force if none are given.
    `link` and `review` are match weights (log2 odds). Without `is_forced` nothing is written when
    the run in force has the same persons, model, rules and decisions. `accepted` is the reason for
    which a run is published that the gates would stop. Only new and changed persons are compared
    with all, where this machine remembers the run in force, unless `is_full`. `backend` finds the
    pairs of a run that compares all persons.
    """
    with write_back.dedup_lock(settings) as connection:
        published = write_back.last_published(connection, settings)
        rules = with_thresholds(rules or rules_of_run(published), link, review)
        if is_retrained:
            train_and_save(settings, rules)
        model = newest_model(settings, rules)
        with working_database(settings) as database:
            names = read_nicknames(settings.root)
            features = build_features(database, read_persons(settings), names, rules)
            constraints = constraints_of(standing_decisions(connection, settings))
            description = describe_run(database, features, rules, model, constraints)
            notes = notes_on(features) + constraints.conflicts
            if published and not (is_forced or is_full) and is_same_run(published, description):
                return DedupResult(
                    persons=features.person_count,
                    model_version=model.version,
                    notes=notes,
                    is_unchanged=True,
                    **write_back.counts_of(published),
                )
            under_way = _Run(
                settings, connection, database, rules, model, features, constraints, published,
                accepted, is_full, backend,
            )  # fmt: skip
            result = _publish(under_way, description)
            return replace(result, notes=notes + result.notes)


def _publish(one: _Run, description: dict[str, Any]) -> DedupResult:
    """Announce the job, compare, pass the gates and write back; a failure leaves it FAILED."""
    persons, version = one.features.person_count, one.model.version
    job = write_back.Job(_job_id(), version, one.rules.thresholds, persons)
    write_back.announce(one.connection, job)
    try:
        outcome, compared = _compare(one, description)
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
        with _remembering(one, description, job.job_id) as notes:
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
        notes=conflicts + tuple(notes),
        events=events,
        compared=compared,
    )


def _compare(one: _Run, description: dict[str, Any]) -> tuple[Outcome, int]:
    """Compare all persons, or only the new and changed ones with all; tell how many those were."""
    candidates, compared = None, one.features.person_count
    if one.published is not None and not one.is_full and compared > 1:
        wanted = _meta(one, description, str(one.published["job_id"]))
        with attached(one.database, one.settings) as meta:
            changes = find_changes(one.database) if fits(meta, wanted, None) else None
            if changes is not None and fits(meta, wanted, changes):
                collect_candidates(one.database, one.rules)
                candidates, compared = "candidate_pairs", changes.changed
    outcome = compare_and_cluster(
        one.database,
        one.rules,
        one.model,
        one.features,
        one.constraints,
        candidates,
        one.backend,
    )
    return outcome, compared


@contextmanager
def _remembering(one: _Run, description: dict[str, Any], job_id: str) -> Iterator[list[str]]:
    """Keep what the run knew, for the next one and for questions; a full disk is only told."""
    notes: list[str] = []
    if one.features.person_count < 2:
        yield notes
        return
    meta = _meta(one, description, job_id)
    with saving_snapshot(one.settings, one.database, one.rules, meta) as failures:
        yield notes
    notes += [f"{error.sentence} The next run compares all persons." for error in failures]


def _meta(one: _Run, description: dict[str, Any], job_id: str) -> Meta:
    # The link threshold decides nothing about which pairs are found.
    rules = f"{description['code']}:{one.rules.thresholds.review!r}"
    return Meta(job_id, description["model"], rules, one.features.person_count)


def _job_id() -> str:
    now = datetime.now(timezone.utc)
    return f"dedup_{now:%Y%m%dT%H%M%S}_{secrets.token_hex(3)}"

"""One dedup run, from the canonical layer to the published job."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timezone

from dedup import write_back
from dedup.database import open_database, scratch_folder
from dedup.features import build_features, read_nicknames
from dedup.model import newest_model
from dedup.outcome import compare_and_cluster
from dedup.result import DedupResult
from dedup.run_settings import describe_run, is_same_run, notes_on
from dedup.settings import DedupRules, with_thresholds
from dedup.source import read_persons
from dedup.training_run import train_and_save
from lode.settings import Settings


def run(
    settings: Settings,
    *,
    link: float | None = None,
    review: float | None = None,
    is_retrained: bool = False,
    is_forced: bool = False,
    rules: DedupRules | None = None,
) -> DedupResult:
    """Find the golden persons and publish them under a new job id. Raises LodeError.

    `link` and `review` are match weights (log2 odds). Without `is_forced` nothing is written when
    the run in force has the same persons, model and rules.
    """
    rules = with_thresholds(rules or DedupRules(), link, review)
    with write_back.dedup_lock(settings) as connection:
        published = write_back.last_published(connection)
        if is_retrained:
            train_and_save(settings, rules)
        model = newest_model(settings.home, rules)
        scratch = scratch_folder(settings)
        with open_database(scratch) as database:
            names = read_nicknames(settings.root)
            features = build_features(database, read_persons(settings), names, rules)
            description = describe_run(database, features, rules, model)
            result = DedupResult("", features.person_count, 0, 0, 0, 0, model.version)
            result = replace(result, notes=notes_on(features))
            if published and not is_forced and is_same_run(published, description):
                return replace(result, is_unchanged=True, **write_back.counts_of(published))
            job = write_back.Job(_job_id(), model.version, rules.thresholds, features.person_count)
            write_back.announce(connection, job)
            try:
                outcome = compare_and_cluster(database, rules, model, features)
                description |= {"links": outcome.links, "reviews": outcome.reviews}
                write_back.publish(connection, database, job, description, scratch)
            except BaseException:
                write_back.fail(connection, job)
                raise
    return replace(
        result,
        job_id=job.job_id,
        pairs=outcome.links + outcome.reviews,
        links=outcome.links,
        reviews=outcome.reviews,
        clusters=outcome.clusters,
    )


def _job_id() -> str:
    now = datetime.now(timezone.utc)
    return f"dedup_{now:%Y%m%dT%H%M%S}_{secrets.token_hex(3)}"

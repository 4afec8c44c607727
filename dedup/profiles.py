"""Which rules fit which kind of list: a profile is a whole set of rules with a model of its own.

`people` is for marketing lists: families, shared mailboxes, many contact points. `registry` is for
lists of single people with dates of birth and damaged fields, where no contact point helps
(patients, members, staff): names may be replaced altogether, and nobody is somebody's brother.
"""

from __future__ import annotations

import json
from typing import Any

from pymysql.connections import Connection

from dedup.blocking_rules import REGISTRY_BLOCKING_RULES
from dedup.registry_comparisons import REGISTRY_COMPARISONS
from dedup.settings import PEOPLE, DedupRules, TrainingRules
from lode.errors import LodeError
from lode.settings import Settings

REGISTRY = DedupRules(
    profile="registry",
    comparisons=REGISTRY_COMPARISONS,
    household_chances=(),
    household_patterns=(),
    blocking_rules=REGISTRY_BLOCKING_RULES,
    training=TrainingRules(
        em_sessions=(("first_name", "last_name"), ("birth_date",), ("street_name", "zip")),
        prior_rules=(
            ("first_name", "last_name", "zip"),
            ("birth_date", "last_name"),
            ("birth_date", "street_name"),
        ),
        prior_recall=0.8,
        minimum_m=0.0001,
    ),
)
PROFILES = {PEOPLE: DedupRules(), REGISTRY.profile: REGISTRY}


def rules_for(profile: str) -> DedupRules:
    """The rules of a profile. Raises LodeError."""
    try:
        return PROFILES[profile]
    except KeyError:
        raise LodeError(
            f"There is no dedup profile {profile!r}: use one of {', '.join(PROFILES)}."
        ) from None


def rules_of_run(published: dict[str, Any] | None) -> DedupRules:
    """The rules of the profile that a run was made by; those for people before the first one."""
    return rules_for(published["settings"].get("profile", PEOPLE) if published else PEOPLE)


def rules_of_job(
    connection: Connection[Any], settings: Settings, job_id: str
) -> tuple[DedupRules, str]:
    """The profile's rules and the model's version by which a job was made. Raises LodeError."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select settings, model_version"
            f" from `{settings.schema('raw')}`.dedup_runs where job_id = %s",
            (job_id,),
        )
        row = cursor.fetchone()
    rules = rules_of_run({"settings": json.loads(row[0])} if row else None)
    return rules, str(row[1]) if row else ""

"""The author of the model: thresholds, rules and Splink's settings, all as data.

The levels are in `comparisons.py`, the chances within a family in `household.py`, the blocking
rules in `blocking_rules.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from dedup.blocking_rules import BLOCKING_RULES, BlockingRule
from dedup.comparisons import COMPARISONS
from dedup.gates import GateRules
from dedup.household import (
    HOUSEHOLD_CHANCES,
    HOUSEHOLD_PATTERNS,
    HOUSEHOLD_PRIOR,
    HouseholdChance,
    HouseholdPattern,
)
from dedup.levels import Comparison, Level
from lode.errors import LodeError

PEOPLE = "people"
Probabilities = Callable[[str, Level], tuple[float | None, float | None]]


@dataclass(frozen=True)
class Thresholds:
    """Match weights (log2 odds; 0 is even, 2 is 4 : 1) from which a pair is linked or reviewed.

    Measured after the household hypothesis has had its say: at 2, two generated lists of 20,000
    people by two different generators give record-level pair precision .965 and .984. Between
    -3 and 2 lies what a person should look at, mostly namesakes at one address.
    """

    link: float = 2.0
    review: float = -3.0


@dataclass(frozen=True)
class HubRules:
    """From when on a value is a placeholder or a switchboard and tells nobody apart.

    `persons`: holders of one mailbox or number (the upsert's own cap); `last_names`: different last
    names among the holders; `homes`: persons at one address (a dormitory, a mail drop); `dates`:
    share of the known birth dates.
    """

    persons: int = 12
    last_names: int = 5
    homes: int = 30
    dates: float = 0.001


@dataclass(frozen=True)
class TrainingRules:
    """How the probabilities are estimated.

    `random_pairs`: pairs drawn for u; `em_pairs`: at most so many per session; `em_sessions`: the
    keys on which the sessions block (what a session blocks on it can't estimate, so together they
    must leave every comparison out at least once); `prior_rules` and `prior_recall`: exact rules
    that find about this share of the true pairs; `initial_factor`: counted pairs are those whose
    first names start with different letters, which leaves the true duplicates out and about a
    tenth of the strangers, hence the factor; `minimum_m`: no level that training saw too seldom
    becomes a veto by accident.
    """

    random_pairs: float = 1e6
    em_pairs: float = 5e5
    em_sessions: tuple[tuple[str, ...], ...] = (("first_name", "last_name"), ("email",), ("phone",))
    prior_rules: tuple[tuple[str, ...], ...] = (
        ("email", "first_name"),
        ("first_name", "last_name", "zip"),
        ("phone", "first_name"),
    )
    prior_recall: float = 0.7
    initial_factor: float = 1.1
    max_iterations: int = 60
    convergence: float = 0.0005
    minimum_pairs: int = 100
    minimum_m: float = 0.0003
    seed: int = 20


# Terms of which one person has several: where to count their holders. They have few in any
# population, so a rare one may look as rare as it is.
LISTED_TERMS = {"email": "emails", "phone": "phones"}


@dataclass(frozen=True)
class DedupRules:
    """Everything that decides the outcome of a run, apart from the model's probabilities.

    `profile`: the kind of list that the rules are made for (`profiles.py`).
    `reference_persons`: chances that fall as 1/n are kept for a set of this size and scaled up to
    the set at hand; a smaller set is judged as if it were a part of one of this size.
    `term_prior`: how many imagined values of average frequency are mixed into a term's frequency,
    so that a name in a file of ten people does not look common. `pair_budget`: a run that would
    compare more pairs than this is refused. `chunk_pairs`: about so many are weighed at a time, so
    that memory does not follow their number. `kept_margin`: pairs are remembered from so far below
    the review threshold (log2 odds), as frequencies move while persons come and go.
    """

    profile: str = PEOPLE
    thresholds: Thresholds = Thresholds()
    hubs: HubRules = HubRules()
    training: TrainingRules = TrainingRules()
    comparisons: tuple[Comparison, ...] = COMPARISONS
    household_prior: float = HOUSEHOLD_PRIOR
    household_chances: tuple[HouseholdChance, ...] = HOUSEHOLD_CHANCES
    household_patterns: tuple[HouseholdPattern, ...] = HOUSEHOLD_PATTERNS
    blocking_rules: tuple[BlockingRule, ...] = BLOCKING_RULES
    reference_persons: int = 20_000
    term_prior: float = 400.0
    pair_budget: int = 200_000_000
    chunk_pairs: int = 20_000_000
    kept_margin: float = 8.0
    gates: GateRules = field(default_factory=GateRules)

    @property
    def terms(self) -> tuple[str, ...]:
        """The columns of which frequencies count."""
        levels = (level for comparison in self.comparisons for level in comparison.levels)
        return tuple(dict.fromkeys(level.term for level in levels if level.term))


def with_thresholds(rules: DedupRules, link: float | None, review: float | None) -> DedupRules:
    """The rules with other thresholds (match weights). Raises LodeError when they make no sense."""
    given = rules.thresholds
    thresholds = Thresholds(
        link=given.link if link is None else link,
        review=min(given.review, given.link if link is None else link)
        if review is None
        else review,
    )
    if not -30.0 <= thresholds.review <= thresholds.link <= 100.0:
        raise LodeError(
            f"The thresholds link {thresholds.link:g} and review {thresholds.review:g} don't fit:"
            " both are match weights (log2 odds) from -30 to 100, review not above link."
        )
    return replace(rules, thresholds=thresholds)


def levels_fingerprint(comparisons: Iterable[Comparison]) -> str:
    """A short hash of all levels: a model fits only the levels that it was trained for."""
    text = json.dumps([asdict(comparison) for comparison in comparisons], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def splink_settings(
    rules: DedupRules, prior: float, probabilities: Probabilities
) -> dict[str, Any]:
    """Splink's settings dictionary.

    `probabilities` gives (m, u) for a comparison's name and level; None means that training has to
    find it.
    """
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": prior,
        "comparisons": [_splink_comparison(c, probabilities) for c in rules.comparisons],
        "blocking_rules_to_generate_predictions": [_splink_rule(r) for r in rules.blocking_rules],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "max_iterations": rules.training.max_iterations,
        "em_convergence": rules.training.convergence,
    }


def _splink_comparison(comparison: Comparison, probabilities: Probabilities) -> dict[str, Any]:
    null_level = {"sql_condition": comparison.null, "is_null_level": True}
    levels = [_splink_level(comparison.name, level, probabilities) for level in comparison.levels]
    return {"output_column_name": comparison.name, "comparison_levels": [null_level, *levels]}


def _splink_level(name: str, level: Level, probabilities: Probabilities) -> dict[str, Any]:
    m, u = probabilities(name, level)
    settings: dict[str, Any] = {
        "sql_condition": "ELSE" if level.condition == "else" else level.condition,
        "label_for_charts": level.name,
    }
    if m is not None:
        settings |= {"m_probability": m, "fix_m_probability": True}
    if u is not None:
        settings |= {"u_probability": u, "fix_u_probability": True}
    if level.term is not None:
        settings["tf_adjustment_column"] = level.term
    return settings


def _splink_rule(rule: BlockingRule) -> dict[str, Any]:
    settings: dict[str, Any] = {"blocking_rule": rule.condition()}
    if rule.explode:
        settings["arrays_to_explode"] = [rule.explode]
    return settings

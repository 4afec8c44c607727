"""What a run was made from, kept with it: input, model and rules as short hashes, and counts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import duckdb

from dedup.constraints import Constraints
from dedup.features import Features
from dedup.gates import GateRules
from dedup.model import Model
from dedup.settings import DedupRules, Thresholds

DECIDING = ("features", "predict", "score", "cluster", "split", "outcome")
IDENTITY = ("input", "rules", "model", "decisions")


def describe_run(
    database: duckdb.DuckDBPyConnection,
    features: Features,
    rules: DedupRules,
    model: Model,
    constraints: Constraints,
) -> dict[str, Any]:
    """The description that is stored in dedup_runs.settings (JSON)."""
    return {
        "input": _input_hash(database, features),
        "rules": rules_hash(rules),
        "code": rules_hash(replace(rules, thresholds=Thresholds())),
        "model": f"{model.version}:{_model_hash(model)}",
        "decisions": constraints.digest(),
        "profile": rules.profile,
        "thresholds": asdict(rules.thresholds),
        "record_count": features.record_count,
        "hub_values": features.hub_counts,
        "blocking_rules": [rule.name for rule in rules.blocking_rules],
    }


def is_same_run(published: dict[str, Any], description: dict[str, Any]) -> bool:
    """Whether the run in force was made from the same persons, rules, model and decisions."""
    stored = published["settings"]
    return all(stored.get(key) == description[key] for key in IDENTITY)


def notes_on(features: Features) -> tuple[str, ...]:
    """Sentences about an input that is unusual but no error."""
    notes = []
    if features.person_count == 0:
        notes.append("There are no persons to compare: an empty run was published.")
    elif features.person_count == 1:
        notes.append("There is only one person, so nobody to compare with.")
    for column in features.empty_columns:
        if column not in ("birth_date",):
            notes.append(f"No person has a value in {column}: that comparison carries no weight.")
    hubs = {kind: count for kind, count in features.hub_counts.items() if count}
    if hubs:
        found = ", ".join(f"{kind} {count:,}" for kind, count in hubs.items())
        notes.append(
            "Values that a crowd shares (placeholders, switchboards) carry no weight; found of"
            f" them: {found}."
        )
    return tuple(notes)


def _input_hash(database: duckdb.DuckDBPyConnection, features: Features) -> str:
    """A hash of all feature rows that does not depend on their order."""
    row = database.execute(
        f"select count(*), coalesce(bit_xor(hash(f)), 0), coalesce(sum(hash(f)), 0)"
        f" from {features.table} as f"
    ).fetchall()[0]
    return _short("|".join(str(value) for value in row))


def rules_hash(rules: DedupRules) -> str:
    """A hash of the rules and of the code that applies them: other code may give other pairs."""
    folder = Path(__file__).parent
    code = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("**/*.sql"))]
    code += [(folder / f"{name}.py").read_text(encoding="utf-8") for name in DECIDING]
    deciding = asdict(replace(rules, gates=GateRules(), chunk_pairs=0))
    return _short(json.dumps(deciding, sort_keys=True) + "".join(code))


def _model_hash(model: Model) -> str:
    return _short(json.dumps(asdict(model), sort_keys=True))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]

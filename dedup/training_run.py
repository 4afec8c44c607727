"""`lode dedup train`: read single records, train, save the model under LODE_HOME/models."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dedup.database import working_database
from dedup.features import build_features, read_nicknames
from dedup.model import Model, load_model, model_path, save_model, shipped_path
from dedup.settings import DedupRules
from dedup.source import read_records
from dedup.train import train
from lode.settings import Settings


@dataclass(frozen=True)
class TrainingResult:
    """The new model, its file, and the levels that kept the shipped model's probabilities."""

    model: Model
    path: Path
    unseen: tuple[str, ...]


def train_and_save(settings: Settings, rules: DedupRules | None = None) -> TrainingResult:
    """Train on the records in staging and save; a failure leaves the saved models as they are."""
    rules = rules or DedupRules()
    base = load_model(shipped_path(rules), rules)
    with working_database(settings) as database:
        features = build_features(
            database, read_records(settings), read_nicknames(settings.root), rules
        )
        source = f"{features.record_count:,} records of {settings.schema('staging')}"
        training = train(database, rules, source, base)
    path = model_path(settings, training.model.version, rules)
    save_model(training.model, path)
    return TrainingResult(training.model, path, training.unseen)

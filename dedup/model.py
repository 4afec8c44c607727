"""The trained model: a small JSON file with the probabilities of every level."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from dedup.levels import Level
from dedup.settings import PEOPLE, DedupRules, levels_fingerprint
from lode.errors import LodeError
from lode.settings import Settings

FORMAT = 1
SHIPPED = Path(__file__).with_name("models")
DEFAULT_PATH = SHIPPED / "default.json"


@dataclass(frozen=True)
class LevelProbabilities:
    """m and u of one level, and where each comes from: em, sampled, counted, fixed or default."""

    m: float
    u: float
    m_origin: str
    u_origin: str


@dataclass(frozen=True)
class Model:
    """A trained model. u of scaling levels and the prior hold for `reference_persons` persons."""

    version: str
    fingerprint: str
    trained_at: str
    trained_on: str
    record_count: int
    reference_persons: int
    matches_per_record: float
    levels: dict[str, dict[str, LevelProbabilities]] = field(repr=False)

    def prior(self, person_count: int) -> float:
        """Chance that two persons drawn at random from so many are one."""
        size = max(person_count, self.reference_persons)
        return min(0.01, 2.0 * self.matches_per_record / size)

    def probabilities(
        self, comparison: str, level: Level, person_count: int
    ) -> tuple[float, float]:
        """(m, u) of a level for a set of so many persons."""
        trained = self.levels[comparison][level.name]
        size = max(person_count, self.reference_persons)
        scale = self.reference_persons / size if level.does_scale else 1.0
        return trained.m, trained.u * scale


def load_model(path: Path, rules: DedupRules) -> Model:
    """Read a model and make sure that it fits the levels. Raises LodeError."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise LodeError(
                f"The model {path} has format {content['format']}, this version reads format"
                f" {FORMAT}: run `lode dedup train`, or remove the file to use the shipped model."
            )
        levels = {
            name: {label: LevelProbabilities(**values) for label, values in by_label.items()}
            for name, by_label in content.pop("levels").items()
        }
        content.pop("format")
        model = Model(levels=levels, **content)
    except OSError as error:
        raise LodeError(f"The model {path} can't be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LodeError(
            f"The model {path} is not a model of this program: remove the file, or run"
            " `lode dedup train` to make a new one."
        ) from error
    if model.fingerprint != levels_fingerprint(rules.comparisons):
        raise LodeError(
            f"The model {path} (version {model.version}) was trained for other comparison levels"
            " than this version of the program has: run `lode dedup train` to make a new one, or"
            " remove the file to use the shipped model."
        )
    return model


def save_model(model: Model, path: Path) -> None:
    """Write the model beside its final name first, so that a kill leaves no half model."""
    content = {"format": FORMAT, **asdict(model)}
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(path)


def shipped_path(rules: DedupRules) -> Path:
    """The model that is shipped for a profile."""
    return DEFAULT_PATH if rules.profile == PEOPLE else SHIPPED / f"{rules.profile}.json"


def model_path(settings: Settings, version: str, rules: DedupRules) -> Path:
    """Where a trained model of this version is kept: each warehouse of a home has its own."""
    return _folders(settings)[0] / f"{_beginning(rules)}{version}.json"


def _folders(settings: Settings) -> tuple[Path, Path]:
    """The models of this warehouse, and the folder that all warehouses of a home shared once."""
    shared = settings.home / "models"
    return shared / settings.warehouse_name, shared


def _beginning(rules: DedupRules) -> str:
    return "dedup_" if rules.profile == PEOPLE else f"dedup_{rules.profile}_"


def newest_model(settings: Settings, rules: DedupRules) -> Model:
    """The newest model that was trained for this warehouse, else the shipped one.

    What lies in the folder that was shared once counts until one is trained. Raises LodeError.
    """
    form = _beginning(rules) + r"\d{8}T\d{6}Z\.json"
    for folder in _folders(settings):
        saved = [path for path in folder.glob("dedup_*.json") if re.fullmatch(form, path.name)]
        if saved:
            return load_model(max(saved), rules)
    return load_model(shipped_path(rules), rules)


def model_of_version(settings: Settings, version: str, rules: DedupRules) -> Model:
    """The model by which a run was made, the newest one if it is not here. Raises LodeError."""
    own = [folder / f"{_beginning(rules)}{version}.json" for folder in _folders(settings)]
    for path in [*own, shipped_path(rules)]:
        if path.is_file():
            model = load_model(path, rules)
            if model.version == version:
                return model
    return newest_model(settings, rules)


def rescaled(model: Model, rules: DedupRules) -> Model:
    """The model with its scaling u values moved from its own record count to the reference size."""
    factor = model.record_count / rules.reference_persons
    scaling = {c.name: {lv.name for lv in c.levels if lv.does_scale} for c in rules.comparisons}
    levels = {
        name: {
            label: replace(value, u=min(1.0, value.u * factor)) if label in scaling[name] else value
            for label, value in by_label.items()
        }
        for name, by_label in model.levels.items()
    }
    return replace(model, levels=levels, reference_persons=rules.reference_persons)

"""The model file: the shipped one fits, a foreign one is refused, size is scaled."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from dedup.comparisons import COMPARISONS
from dedup.model import DEFAULT_PATH, load_model, model_path, newest_model, save_model
from dedup.settings import DedupRules
from lode.errors import LodeError
from lode.settings import Settings, load_settings

RULES = DedupRules()


def of_home(home: Path, **environment: str) -> Settings:
    return load_settings({"LODE_HOME": str(home), "LODE_ENGINE": "mariadb", **environment})


def test_shipped_model_knows_every_level() -> None:
    model = load_model(DEFAULT_PATH, RULES)
    for comparison in COMPARISONS:
        assert set(model.levels[comparison.name]) == {level.name for level in comparison.levels}
        for level in comparison.levels:
            m, u = model.probabilities(comparison.name, level, 20_000)
            assert 0 < m <= 1
            assert 0 < u <= 1
            if level.m is not None:
                assert m == level.m, "a fixed probability must survive training"


def test_shipped_model_has_no_silent_default() -> None:
    model = load_model(DEFAULT_PATH, RULES)
    origins = {
        origin
        for by_label in model.levels.values()
        for value in by_label.values()
        for origin in (value.m_origin, value.u_origin)
    }
    assert origins == {"em", "sampled", "counted", "fixed"}


def test_chances_that_fall_with_size_fall_together_with_the_prior() -> None:
    model = load_model(DEFAULT_PATH, RULES)
    email = next(c for c in COMPARISONS if c.name == "email").levels[1]
    name = next(c for c in COMPARISONS if c.name == "last_name").levels[0]
    small, large = 20_000, 2_000_000
    assert model.prior(large) == pytest.approx(model.prior(small) / 100)
    assert model.probabilities("email", email, large)[1] == pytest.approx(
        model.probabilities("email", email, small)[1] / 100
    )
    assert model.probabilities("last_name", name, large) == model.probabilities(
        "last_name", name, small
    )
    assert model.prior(3) == model.prior(20_000), "a tiny set is judged like the reference set"


def test_saved_model_is_read_back_and_preferred(tmp_path: Path) -> None:
    shipped = load_model(DEFAULT_PATH, RULES)
    assert newest_model(of_home(tmp_path), RULES) == shipped
    save_model(shipped, model_path(of_home(tmp_path), "20260101T000000Z", RULES))
    newer = load_model(model_path(of_home(tmp_path), "20260101T000000Z", RULES), RULES)
    assert newer == shipped
    assert newest_model(of_home(tmp_path), RULES) == shipped
    assert [path.name for path in (tmp_path / "models").rglob("*.json")] == [
        "dedup_20260101T000000Z.json"
    ]


def test_a_model_is_that_of_the_warehouse_it_was_trained_for(tmp_path: Path) -> None:
    shipped = load_model(DEFAULT_PATH, RULES)
    one, prefix, engine = (
        of_home(tmp_path, **other)
        for other in ({}, {"LODE_DB_PREFIX": "second"}, {"LODE_ENGINE": "mysql"})
    )
    shared = tmp_path / "models" / "dedup_20250101T000000Z.json"
    save_model(replace(shipped, version="shared"), shared)
    for settings in (one, prefix, engine):
        assert newest_model(settings, RULES).version == "shared", "as it was before"
    save_model(replace(shipped, version="own"), model_path(one, "20240101T000000Z", RULES))
    found = [newest_model(settings, RULES).version for settings in (one, prefix, engine)]
    assert found == ["own", "shared", "shared"]
    shared.unlink()
    assert newest_model(engine, RULES) == shipped


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": 99}, "has format 99"),
        ({"fingerprint": "0123456789ab"}, "other comparison levels"),
        ({"levels": 3}, "is not a model"),
        ({"surprise": 3}, "is not a model"),
    ],
)
def test_foreign_model_is_one_sentence(
    tmp_path: Path, change: dict[str, object], sentence: str
) -> None:
    content = json.loads(DEFAULT_PATH.read_text()) | change
    path = model_path(of_home(tmp_path), "20260101T000000Z", RULES)
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(content))
    with pytest.raises(LodeError, match=sentence) as error:
        newest_model(of_home(tmp_path), RULES)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\x00\x01"])
def test_broken_model_file_is_one_sentence(tmp_path: Path, text: str) -> None:
    path = model_path(of_home(tmp_path), "20260101T000000Z", RULES)
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(LodeError, match="is not a model"):
        newest_model(of_home(tmp_path), RULES)

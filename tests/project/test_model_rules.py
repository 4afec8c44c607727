"""The rules of model_rules.py hold for the project, and each notices a project that breaks it."""

from __future__ import annotations

import copy
from collections.abc import Callable

import model_rules
import pytest
from project_manifest import Macro, Model, Project

Rule = Callable[[Project], list[str]]
RULES: list[Rule] = [
    model_rules.layers_read_downwards,
    model_rules.exceptions_are_needed,
    model_rules.everything_is_described,
    model_rules.grain_is_stated,
    model_rules.keys_are_declared_and_tested,
    model_rules.columns_are_typed,
    model_rules.files_are_named_alike,
    model_rules.models_read_top_to_bottom,
    model_rules.macros_are_short_and_explained,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_project_keeps_rule(rule: Rule, project: Project) -> None:
    broken = rule(project)
    assert not broken, "\n".join([f"{len(broken)} × {rule.__name__}:", *broken])


def test_project_is_not_empty(project: Project) -> None:
    assert {model.layer for model in project.models} == {"staging", "canonical", "marts"}
    assert len(project.models) >= 25
    assert len(project.macros) >= 40


def small_project() -> Project:
    """One good model, one good macro: what each rule is happy with (all but its exceptions)."""
    model = Model(
        name="persons",
        layer="canonical",
        path="models/canonical/persons.sql",
        yaml_path="models/canonical/persons.yml",
        sql="{#- Grain: one row per person. -#}\nwith\n…\nselect * from final\n",
        description="People. One row per person.",
        config={"materialized": "table", "primary_key": ["id"]},
        columns={"id": {"name": "id", "data_type": "bigint", "description": "Person."}},
        reads=["model.motherlode.stg_people"],
        key_tests=[("unique", ("id",)), ("not_null", ("id",))],
    )
    macro = Macro(
        name="key_of",
        path="macros/keys/key_of.sql",
        sql="{% macro key_of(column, default='a, b') -%}\n{%- endmacro %}",
        description="A key.",
        arguments={"column": "A column.", "default": "What else."},
    )
    return Project([model], [macro], {"model persons": "People."}, LAYERS)


LAYERS = {
    "model.motherlode.stg_people": "staging",
    "source.motherlode.raw.staging_raw_import": "source raw",
    "model.motherlode.golden_persons": "marts",
}


def spoil_read(project: Project) -> None:
    project.models[0].reads.append("source.motherlode.raw.staging_raw_import")


def spoil_direction(project: Project) -> None:
    project.models[0].reads.append("model.motherlode.golden_persons")


def spoil_staging(project: Project) -> None:
    project.models[0].layer = "staging"


def spoil_description(project: Project) -> None:
    project.described["model persons, column id"] = ""


def spoil_grain(project: Project) -> None:
    project.models[0].description = "People."


def spoil_key(project: Project) -> None:
    project.models[0].config["primary_key"] = []


def spoil_key_test(project: Project) -> None:
    project.models[0].key_tests.remove(("unique", ("id",)))


def spoil_null_test(project: Project) -> None:
    project.models[0].key_tests.remove(("not_null", ("id",)))


def spoil_view(project: Project) -> None:
    project.models[0].config["materialized"] = "view"
    project.models[0].key_tests.clear()


def spoil_type(project: Project) -> None:
    project.models[0].columns["id"]["data_type"] = None


def spoil_yaml(project: Project) -> None:
    project.models[0].yaml_path = "models/canonical/_models.yml"


def spoil_macro_name(project: Project) -> None:
    project.macros[0].path = "macros/keys/helpers.sql"


def spoil_macro_file(project: Project) -> None:
    project.macros.append(copy.copy(project.macros[0]))


def spoil_ending(project: Project) -> None:
    project.models[0].sql = "{# … #}\nselect 1"


def spoil_header(project: Project) -> None:
    project.models[0].sql = "with\nselect * from final"


def spoil_length(project: Project) -> None:
    project.models[0].sql = "{# … #}" + "\n,a" * 120 + "\nselect * from final"


def spoil_macro_description(project: Project) -> None:
    project.macros[0].description = ""


def spoil_macro_argument(project: Project) -> None:
    del project.macros[0].arguments["default"]


def spoil_macro_unknown_argument(project: Project) -> None:
    project.macros[0].arguments["gone"] = "Was here once."


def spoil_macro_length(project: Project) -> None:
    project.macros[0].sql += "\n" * 60 + "{# end #}"


SPOILED: list[tuple[Callable[[Project], None], Rule]] = [
    (spoil_read, model_rules.layers_read_downwards),
    (spoil_direction, model_rules.layers_read_downwards),
    (spoil_staging, model_rules.layers_read_downwards),
    (spoil_description, model_rules.everything_is_described),
    (spoil_grain, model_rules.grain_is_stated),
    (spoil_key, model_rules.keys_are_declared_and_tested),
    (spoil_key_test, model_rules.keys_are_declared_and_tested),
    (spoil_null_test, model_rules.keys_are_declared_and_tested),
    (spoil_view, model_rules.keys_are_declared_and_tested),
    (spoil_type, model_rules.columns_are_typed),
    (spoil_yaml, model_rules.files_are_named_alike),
    (spoil_macro_name, model_rules.files_are_named_alike),
    (spoil_macro_file, model_rules.files_are_named_alike),
    (spoil_ending, model_rules.models_read_top_to_bottom),
    (spoil_header, model_rules.models_read_top_to_bottom),
    (spoil_length, model_rules.models_read_top_to_bottom),
    (spoil_macro_description, model_rules.macros_are_short_and_explained),
    (spoil_macro_argument, model_rules.macros_are_short_and_explained),
    (spoil_macro_unknown_argument, model_rules.macros_are_short_and_explained),
    (spoil_macro_length, model_rules.macros_are_short_and_explained),
]


@pytest.mark.parametrize(("spoil", "rule"), SPOILED, ids=lambda part: part.__name__)
def test_rule_notices(spoil: Callable[[Project], None], rule: Rule) -> None:
    project = small_project()
    assert rule(project) == []
    spoil(project)
    assert len(rule(project)) == 1


def test_outlived_exception_is_noticed() -> None:
    broken = model_rules.exceptions_are_needed(small_project())
    assert "CROSS_LAYER_READS ('import_health', 'raw.import_metadata')" in broken
    assert "STAGING_HELPERS stg_imports" in broken

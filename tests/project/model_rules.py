"""The rules about models and macros: functions from a project to what breaks them.

An empty answer is good. test_model_rules.py shows every rule a project that breaks it, so that
none of them passes by being blind.
"""

from __future__ import annotations

import re

from project_manifest import Macro, Model, Project, readable_name
from rule_exceptions import CROSS_LAYER_READS, LONG_MACROS, LONG_MODELS, STAGING_HELPERS

MAY_READ = {
    "staging": {"source raw", "seed"},
    "canonical": {
        "staging",
        "seed",
        "canonical",
        "source dedup",
        "source exports",
        "source reservations",
    },
    "marts": {"canonical", "marts"},
}
MODEL_LINES = 120
MACRO_LINES = 60
MACRO_HEAD = re.compile(
    r"\{%-?\s*(macro|test|materialization)\s+(\w+)\s*(?:\((.*?)\)\s*-?%\})?", re.S
)


def layers_read_downwards(project: Project) -> list[str]:
    """Check that each layer reads only the layers it may (docs/architecture.md)."""
    return [
        f"{model.name} ({model.layer}) reads {readable_name(read)} ({project.layers[read]})"
        for model, read in _crossings(project)
        if (model.name, readable_name(read)) not in CROSS_LAYER_READS
    ]


def exceptions_are_needed(project: Project) -> list[str]:
    """Check that no exception has outlived what it was made for."""
    crossings = {(model.name, readable_name(read)) for model, read in _crossings(project)}
    read_by_staging = {
        readable_name(read)
        for model in project.models
        if model.layer == "staging"
        for read in model.reads
    }
    models = {model.name for model in project.models if _length(model.sql) > MODEL_LINES}
    macros = {macro.name for macro in project.macros if _length(macro.sql) > MACRO_LINES}
    return [
        *(f"CROSS_LAYER_READS {entry}" for entry in CROSS_LAYER_READS.keys() - crossings),
        *(f"STAGING_HELPERS {name}" for name in STAGING_HELPERS.keys() - read_by_staging),
        *(f"LONG_MODELS {name}" for name in LONG_MODELS.keys() - models),
        *(f"LONG_MACROS {name}" for name in LONG_MACROS.keys() - macros),
    ]


def everything_is_described(project: Project) -> list[str]:
    """Check that every model, seed, source and column says what it is."""
    return [f"{name} has no description" for name, text in project.described.items() if not text]


def grain_is_stated(project: Project) -> list[str]:
    """Check that every model's description says what one row is."""
    return [
        f"{model.name}: its description does not say «One row per …»"
        for model in project.models
        if model.config["materialized"] != "builder"
        and not re.search(r"\bone row\b", model.description, re.I)
    ]


def keys_are_declared_and_tested(project: Project) -> list[str]:
    """Check that every stored table has a tested primary key, every view a uniqueness test."""
    found = []
    for model in project.models:
        key = model.key
        unique = {columns for name, columns in model.key_tests if name.startswith("unique")}
        if not model.is_stored:
            # An ephemeral model is a part of the models that read it, and is tested there.
            if not unique and model.config["materialized"] == "view":
                found.append(f"{model.name}: no test says what is unique in the view")
        elif not key:
            found.append(f"{model.name}: no primary_key in its config")
        elif key not in unique:
            found.append(f"{model.name}: no unique test on its key {', '.join(key)}")
        elif len(key) == 1 and ("not_null", key) not in model.key_tests:
            found.append(f"{model.name}: no not_null test on its key {key[0]}")
    return found


def columns_are_typed(project: Project) -> list[str]:
    """Check that every column of a stored table has its data_type."""
    return [
        f"{model.name}.{name} has no data_type"
        for model in project.models
        if model.is_stored
        for name, column in model.columns.items()
        if not column.get("data_type")
    ]


def files_are_named_alike(project: Project) -> list[str]:
    """Check that each model has a YAML file of its own beside it, each macro a file of its own."""
    found = []
    for model in project.models:
        if model.path.removesuffix(".sql") + ".yml" != model.yaml_path:
            found.append(
                f"{model.path}: described in {model.yaml_path or 'no file'}, not beside it"
            )
    for macro in project.macros:
        heads = MACRO_HEAD.findall(macro.sql)
        stem = macro.path.rpartition("/")[2].removesuffix(".sql")
        names = {name for _, name, _ in heads} | {f"test_{name}" for _, name, _ in heads}
        if stem not in names | {f"mysql__{stem}", macro.name}:
            found.append(f"{macro.path} holds {macro.name}")
    paths = [macro.path for macro in project.macros]
    found += [
        f"{path} holds several macros" for path in sorted(set(paths)) if paths.count(path) > 1
    ]
    return found


def models_read_top_to_bottom(project: Project) -> list[str]:
    """Check length, header comment and last line of every model."""
    found = []
    for model in project.models:
        if _length(model.sql) > MODEL_LINES and model.name not in LONG_MODELS:
            found.append(f"{model.path} has {_length(model.sql)} lines, more than {MODEL_LINES}")
        if not model.sql.rstrip().endswith("select * from final"):
            found.append(f"{model.path} does not end with «select * from final»")
        if model.layer != "staging" and not model.sql.lstrip().startswith(("{#", "{#-")):
            found.append(f"{model.path} does not open with a comment on purpose and grain")
    return found


def macros_are_short_and_explained(project: Project) -> list[str]:
    """Check that every macro is described with all of its arguments, and short."""
    found = []
    for macro in project.macros:
        kind, arguments = _signature(macro)
        if not macro.description and kind != "materialization":
            found.append(f"{macro.path}: the macro has no description in YAML")
        undescribed = [name for name in arguments if not macro.arguments.get(name)]
        if undescribed:
            found.append(f"{macro.path}: undescribed arguments {', '.join(undescribed)}")
        unknown = sorted(macro.arguments.keys() - set(arguments))
        if unknown and kind == "macro":
            found.append(f"{macro.path}: YAML describes arguments it has not: {', '.join(unknown)}")
        if _length(macro.sql) > MACRO_LINES and macro.name not in LONG_MACROS:
            found.append(f"{macro.path} has {_length(macro.sql)} lines, more than {MACRO_LINES}")
    return found


def _crossings(project: Project) -> list[tuple[Model, str]]:
    return [
        (model, read)
        for model in project.models
        for read in model.reads
        if project.layers[read] not in MAY_READ[model.layer]
        and not (model.layer == "staging" and readable_name(read) in STAGING_HELPERS)
    ]


def _signature(macro: Macro) -> tuple[str, list[str]]:
    head = MACRO_HEAD.search(macro.sql)
    if head is None:
        return "unknown", []
    kind, _, arguments = head.groups()
    if kind != "macro":
        return kind, []
    names = re.sub(r"=\s*(?:\[[^\]]*\]|\{[^}]*\}|'[^']*'|\"[^\"]*\"|[^,]+)", "", arguments or "")
    return kind, [name.strip() for name in names.split(",") if name.strip()]


def _length(text: str) -> int:
    return len(text.strip().splitlines())

"""What the rules need to know of dbt's manifest, typed and small."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PROJECT = "motherlode"


@dataclass
class Model:
    """A model: its layer, SQL, description, columns by name, and what it reads (node ids)."""

    name: str
    layer: str
    path: str
    yaml_path: str
    sql: str
    description: str
    config: dict[str, Any]
    columns: dict[str, dict[str, Any]]
    reads: list[str]
    key_tests: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of the primary key, sorted; a graph's components are keyed by node."""
        if self.config["materialized"] == "connected_components":
            return ("node",)
        return tuple(sorted(self.config.get("primary_key") or []))

    @property
    def is_stored(self) -> bool:
        """Whether the model is a table of its own, not a view, nor a session that helps."""
        return self.config["materialized"] not in ("view", "ephemeral", "builder")


@dataclass
class Macro:
    """A macro: its file, source, description and documented arguments."""

    name: str
    path: str
    sql: str
    description: str
    arguments: dict[str, str]


@dataclass
class Project:
    """The parts of a manifest that rules speak of; `layers` has the layer of every node id."""

    models: list[Model]
    macros: list[Macro]
    described: dict[str, str]
    layers: dict[str, str]


def read_project(manifest: dict[str, Any]) -> Project:
    """Return the project that a manifest (as dbt writes it) describes."""
    nodes = {key: node for key, node in manifest["nodes"].items() if _is_ours(node)}
    layers = {key: _layer(node) for key, node in nodes.items()}
    layers |= {key: f"source {node['source_name']}" for key, node in manifest["sources"].items()}
    models = [
        _model(key, node, nodes) for key, node in nodes.items() if node["resource_type"] == "model"
    ]
    macros = [
        Macro(
            name=node["name"],
            path=node["original_file_path"],
            sql=node["macro_sql"],
            description=node["description"],
            arguments={entry["name"]: entry["description"] for entry in node["arguments"]},
        )
        for node in manifest["macros"].values()
        if _is_ours(node)
    ]
    return Project(models, macros, _descriptions(nodes, manifest["sources"]), layers)


def readable_name(node_id: str) -> str:
    """Return the short name of a node id: a model's name, or source.table."""
    parts = node_id.split(".")
    return ".".join(parts[2:]) if parts[0] == "source" else parts[2]


def _is_ours(node: dict[str, Any]) -> bool:
    return bool(node["package_name"] == PROJECT)


def _layer(node: dict[str, Any]) -> str:
    return str(node["fqn"][1]) if node["resource_type"] == "model" else str(node["resource_type"])


def _model(key: str, node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> Model:
    return Model(
        name=node["name"],
        layer=_layer(node),
        path=node["original_file_path"],
        yaml_path=(node["patch_path"] or "").partition("://")[2],
        sql=node["raw_code"],
        description=node["description"],
        config=node["config"],
        columns=node["columns"],
        reads=node["depends_on"]["nodes"],
        key_tests=[
            _key_test(test)
            for test in nodes.values()
            if test["resource_type"] == "test"
            and test.get("attached_node") == key
            and test["test_metadata"]["name"] in ("unique", "not_null", "unique_combination")
        ],
    )


def _key_test(test: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    metadata = test["test_metadata"]
    columns = metadata["kwargs"].get("columns") or [metadata["kwargs"].get("column_name", "")]
    return metadata["name"], tuple(sorted(columns))


def _descriptions(
    nodes: dict[str, dict[str, Any]], sources: dict[str, dict[str, Any]]
) -> dict[str, str]:
    found = {}
    for key, node in {**nodes, **sources}.items():
        if node["resource_type"] not in ("model", "seed", "source"):
            continue
        name = f"{node['resource_type']} {readable_name(key)}"
        found[name] = node["description"]
        for column in node["columns"].values():
            found[f"{name}, column {column['name']}"] = column["description"]
    return found

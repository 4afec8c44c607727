"""Tables as dbt makes them, from the YAML of their models, for tests that need no build."""

from __future__ import annotations

import yaml

from lode.settings import Settings

# Of views: a table with the key of what they show does as well in these tests.
VIEW_KEYS = {
    "contact_points": ["golden_person_id", "contact_kind", "contact_value", "channel"],
}


def table_statement(settings: Settings, model_path: str, table: str) -> str:
    """Return how a table is made that has the columns, key and indexes of a model's YAML."""
    path = settings.root / "models" / f"{model_path}.yml"
    (model,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    config = model["config"]
    key = config.get("primary_key") or VIEW_KEYS[table]
    columns = [
        f"`{column['name']}` {column['data_type']}{' not null' if column['name'] in key else ''}"
        for column in model["columns"]
    ]
    indexes = [f"key ({', '.join(index['columns'])})" for index in config.get("indexes", [])]
    body = ", ".join([*columns, f"primary key ({', '.join(key)})", *indexes])
    return f"create table {table} ({body}) character set utf8mb4 collate utf8mb4_bin"

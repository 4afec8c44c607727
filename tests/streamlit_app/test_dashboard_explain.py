"""EXPLAIN of every person-grain query, among enough people for the optimizer to have a choice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_marts import ASHA, PHONE, add_crowd, create_marts, seed_marts
from sqlalchemy import Engine, text

from lode.settings import Settings
from streamlit_app.queries import person_statements as stored
from streamlit_app.queries.engine import create_app_engine
from streamlit_app.queries.statement import Statement

pytestmark = pytest.mark.database

PERSON_TABLES = ("golden_persons", "contact_points")
NAME_INDEX = ("golden_persons", ["last_name", "first_name", "golden_person_id"])
# Statement, parameters, and the table and leading columns of the index that must serve it.
CASES: list[tuple[Statement, dict[str, object], tuple[str, list[str]]]] = [
    (stored.BY_ID, {"person_id": ASHA}, ("golden_persons", ["golden_person_id"])),
    (stored.PERSON, {"person_id": ASHA}, ("golden_persons", ["golden_person_id"])),
    (
        stored.BY_CONTACT,
        {"contact_kind": "phone", "contact_value": PHONE},
        ("contact_points", ["contact_kind", "contact_value"]),
    ),
    (stored.BY_NAME, {"last_name": "Miller", "first_name_pattern": "Jo1%"}, NAME_INDEX),
    (stored.BY_LAST_NAME, {"last_name": "Miller"}, NAME_INDEX),
    (stored.BY_LAST_NAME_PREFIX, {"last_name_pattern": "Mill%"}, NAME_INDEX),
    (
        stored.CONTACT_POINTS,
        {"person_id": ASHA},
        ("contact_points", ["golden_person_id"]),
    ),
]


@pytest.fixture(scope="module")
def crowded_engine(warehouse_module: Settings) -> Iterator[Engine]:
    """The dashboard's engine over several thousand people."""
    create_marts(warehouse_module)
    seed_marts(warehouse_module)
    add_crowd(warehouse_module, 4_000)
    engine = create_app_engine(warehouse_module)
    yield engine
    engine.dispose()


def index_columns(engine: Engine, table: str, index: str) -> list[str]:
    """Return the columns of an index, in order."""
    sql = text(
        "select column_name from information_schema.statistics"
        " where table_schema = database() and table_name = :table_name"
        " and index_name = :index_name order by seq_in_index"
    )
    with engine.connect() as connection:
        return list(connection.execute(sql, {"table_name": table, "index_name": index}).scalars())


def test_every_person_query_has_a_case() -> None:
    named = {value.name for value in vars(stored).values() if isinstance(value, Statement)}
    assert {case[0].name for case in CASES} == named


@pytest.mark.parametrize(
    ("statement", "parameters", "index"), CASES, ids=[case[0].name for case in CASES]
)
def test_person_queries_use_their_index(
    crowded_engine: Engine,
    statement: Statement,
    parameters: dict[str, object],
    index: tuple[str, list[str]],
) -> None:
    """Refuse a scan or a sort of persons: at 84 million rows either is a page that hangs."""
    table, columns = index
    sql = text(f"explain format=traditional {statement.for_engine(is_mariadb=False)}")
    with crowded_engine.connect() as connection:
        plan = connection.execute(sql, {**parameters, "row_cap": statement.row_cap})
        rows = [dict(row) for row in plan.mappings()]
    keys = [row["key"] for row in rows if row["table"] == table]
    assert keys, rows
    assert None not in keys, rows
    assert index_columns(crowded_engine, table, keys[0])[: len(columns)] == columns
    for row in rows:
        if row["table"] in PERSON_TABLES:
            assert row["type"] not in ("ALL", "index"), row
            assert "filesort" not in (row["Extra"] or ""), row

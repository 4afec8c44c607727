"""EXPLAIN of every person-grain query, among enough people for the optimizer to have a choice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_life import add_lives
from made_marts import ASHA, BEN, BUILT_AT, PHONE, add_crowd, create_marts, seed_marts
from made_pairs import add_pairs
from sqlalchemy import Engine, text

from lode.settings import Settings
from streamlit_app.queries import person_statements as stored
from streamlit_app.queries import review_statements as pairs
from streamlit_app.queries import risk_statements as risks
from streamlit_app.queries import timeline_statements as lives
from streamlit_app.queries.engine import create_app_engine
from streamlit_app.queries.statement import SCHEMAS, Statement

pytestmark = pytest.mark.database

PERSON_TABLES = (
    "golden_persons", "contact_points", "person_events", "caps_used", "review_pairs", "held",
)  # fmt: skip
# Views over canonical tables: tests/models/test_person_story.py explains them there.
VIEWED = {lives.MEMBERSHIP, lives.MEMBERS, lives.FIELDS, pairs.VALUES_OF_PAIR}
# The register behind a view: test_dashboard_risk.py explains it; the others are sums, not persons.
RISK = {risks.CONTACTS, risks.OF_RULE, risks.TOTALS, risks.RULES, risks.WEEKS}
# Of raw tables, which are small or read by their key; none is about a person.
SMALL = {pairs.DECISIONS}
# By the ids of a person, in raw: test_dashboard_handouts.py explains them.
HANDED_OUT = {lives.HANDOUTS, lives.HANDOUTS_BY_YEAR}
# Counts up to a cap, in whatever order it finds them.
COUNTED = {pairs.QUEUE_COUNT}
# Reads its index from one end until it has a page: a scan in name only.
ENDS_EARLY = {pairs.QUEUE}
GOLDENS = {"golden_first": ASHA, "golden_second": BEN}
LIFE = {"person_id": ASHA, "known_before": BUILT_AT, "kinds": "call"}
LIFE_INDEX = ("person_events", ["golden_person_id", "happened_at", "event_id"])
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
    (
        stored.PEOPLE_PAGE,
        {"channel": "call", "after": 90_000_000_100},
        ("golden_persons", ["golden_person_id"]),
    ),
    (stored.BY_NAME, {"last_name": "Miller", "first_name_pattern": "Jo1%"}, NAME_INDEX),
    (stored.BY_LAST_NAME, {"last_name": "Miller"}, NAME_INDEX),
    (stored.BY_LAST_NAME_PREFIX, {"last_name_pattern": "Mill%"}, NAME_INDEX),
    (
        stored.CONTACT_POINTS,
        {"person_id": ASHA},
        ("contact_points", ["golden_person_id"]),
    ),
    (lives.NEWEST_EVENTS, LIFE, LIFE_INDEX),
    (lives.OLDER_EVENTS, {**LIFE, "happened_at": BUILT_AT, "event_id": "contact-1"}, LIFE_INDEX),
    (lives.EVENTS_BY_YEAR, LIFE, LIFE_INDEX),
    (lives.VERDICTS, {"person_id": ASHA}, ("contact_points", ["golden_person_id"])),
    (lives.CAPS, {"person_id": ASHA}, ("caps_used", ["golden_person_id"])),
    (
        pairs.QUEUE,
        {"actor": "ada@example.com"},
        ("review_pairs", ["is_risky", "match_weight", "person_id_l", "person_id_r"]),
    ),
    (pairs.ONE_PAIR, {"first": ASHA, "second": BEN}, ("review_pairs", ["person_id_l"])),
    (pairs.ONE_PAIR, {"first": ASHA, "second": BEN}, ("golden_proposals", ["person_id_l"])),
    (pairs.GOLDEN_PAIR, GOLDENS, ("golden_persons", ["golden_person_id"])),
    (pairs.REASONS_OF_PAIR, GOLDENS, ("contact_points", ["golden_person_id"])),
]


@pytest.fixture(scope="module")
def crowded_engine(warehouse_module: Settings) -> Iterator[Engine]:
    """The dashboard's engine over several thousand people."""
    create_marts(warehouse_module)
    seed_marts(warehouse_module)
    add_crowd(warehouse_module, 4_000)
    add_lives(warehouse_module, 400, 20)
    add_pairs(warehouse_module, 2_000)
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
    modules = (stored, lives, pairs, risks)
    named = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Statement)
    }
    assert {case[0] for case in CASES} == named - VIEWED - SMALL - COUNTED - RISK - HANDED_OUT


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
    with crowded_engine.connect() as connection:
        raw = connection.get_execution_options()[SCHEMAS]["raw"]
        query = statement.for_engine(is_mariadb=False).replace("{raw}", raw)
        sql = text(f"explain format=traditional {query}")
        plan = connection.execute(sql, {**parameters, "row_cap": statement.row_cap})
        rows = [dict(row) for row in plan.mappings()]
    keys = [row["key"] for row in rows if row["table"] == table]
    assert keys, rows
    assert None not in keys, rows
    assert index_columns(crowded_engine, table, keys[0])[: len(columns)] == columns
    for row in rows:
        if row["table"] in PERSON_TABLES:
            assert row["type"] != "ALL", row
            assert row["type"] != "index" or statement in ENDS_EARLY, row
            assert "filesort" not in (row["Extra"] or ""), row

"""EXPLAIN of every person-grain query, among enough people for the optimizer to have a choice.

Every statement of the query layer is found here by itself. One that reads a table with a row per
person needs a case, or the test that explains it; one that reads a table nobody named fails too.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from made_life import add_lives
from made_marts import ASHA, BEN, BUILT_AT, add_crowd, create_marts, seed_marts
from made_pairs import add_pairs
from made_risk import add_look_back
from sqlalchemy import Connection, Engine, text

from lode.db import connect
from lode.settings import Settings
from streamlit_app import queries
from streamlit_app.queries import group_statements as groups
from streamlit_app.queries import look_backs as looks
from streamlit_app.queries import opt_out_register as requests
from streamlit_app.queries import person_statements as stored
from streamlit_app.queries import problems
from streamlit_app.queries import review_statements as pairs
from streamlit_app.queries import risk_outlook as outlook
from streamlit_app.queries import risk_statements as risks
from streamlit_app.queries import timeline_statements as lives
from streamlit_app.queries.engine import create_app_engine
from streamlit_app.queries.statement import SCHEMAS, Statement, is_mariadb

pytestmark = pytest.mark.database

PERSON_TABLES = (
    "golden_persons", "reached", "search_keys", "members", "person_events", "caps_used",
    "review_pairs", "held", "cap_look_backs",
)  # fmt: skip
TESTS = Path(__file__).resolve().parent.parent
VIEW_PLANS = "streamlit_app/test_dashboard_view_plans.py"
# Over views, which the app's own account may not explain: the test that does.
ELSEWHERE: dict[Statement, tuple[str, str]] = {
    lives.MEMBERSHIP: ("models/test_person_story.py", "lives.MEMBERSHIP"),
    lives.MEMBERS: ("models/test_person_story.py", "lives.MEMBERS"),
    lives.FIELDS: ("models/test_person_story.py", "lives.FIELDS"),
    lives.VERDICTS: ("models/test_person_story.py", "lives.VERDICTS"),
    stored.CONTACT_POINTS: ("models/test_person_story.py", "stored.CONTACT_POINTS"),
    pairs.REASONS_OF_PAIR: ("models/test_person_story.py", "pairs.REASONS_OF_PAIR"),
    groups.GROUP_MEMBERS: ("models/test_person_story.py", "groups.GROUP_MEMBERS"),
    groups.GROUP_LINKS: (VIEW_PLANS, "groups.GROUP_LINKS"),
    groups.GROUP_DECISIONS: (VIEW_PLANS, "groups.GROUP_DECISIONS"),
    groups.PAIR_MEMBERS: ("models/test_person_story.py", "groups.PAIR_MEMBERS"),
    problems.PROBLEMS: (VIEW_PLANS, "problems.PROBLEMS"),
    pairs.VALUES_OF_PAIR: ("models/test_person_story.py", "pairs.VALUES_OF_PAIR"),
    pairs.LISTS_OF_PAIR: ("streamlit_app/test_dashboard_handouts.py", "LISTS_OF_PAIR"),
    risks.CONTACTS: ("streamlit_app/test_dashboard_risk.py", "CONTACTS"),
    risks.OF_RULE: ("streamlit_app/test_dashboard_risk.py", "OF_RULE"),
    requests.CONTACTED: ("streamlit_app/test_dashboard_requests.py", "CONTACTED"),
    requests.LATE: ("streamlit_app/test_dashboard_requests.py", "LATE"),
    looks.CONTACTS_MADE: ("lode/test_lists_and_evidence.py", "CONTACTS_MADE"),
    lives.HANDOUTS: ("streamlit_app/test_dashboard_handouts.py", "HANDOUTS"),
    lives.HANDOUTS_BY_YEAR: ("streamlit_app/test_dashboard_handouts.py", "HANDOUTS_BY_YEAR"),
}
# Tables in which nobody has a row; what grows without end is explained in the test named.
IMPERSONAL = {
    "app_jobs": "a row per job, read by key from its end",
    "app_roles": "a row per grant, found by login",
    "audit_head": "one row",
    "search_pepper": "one row",
    "audit_log": "test_dashboard_audit.py",
    "compliance_risk": "sums by week and rule",
    "contactability_cube": "a row per cell, the people in it counted",
    "dbt_nodes": "of one run, by key",
    "dbt_runs": "by key from its end",
    "dedup_decisions": "by key from its end",
    "dnc_coverage": "a row per download and area code",
    "dnc_downloads": "a row per file of a registry",
    "dnc_lists": "a row per registry",
    "import_health": "a row per import",
    "import_attempts": "a row per attempt, read by the key of one import",
    "list_definitions": "a row per version of a list",
    "list_exports": "a row per export",
    "list_releases": "a row per release of an export",
    "app_verdicts": "a row or two per decision that was drawn, one in twenty",
    "cap_usage": "sums by rule",
    "contact_hours": "a row per hour and channel",
    "opt_outs_applied": "sums by week",
    "kpi_days": "a row per day with a run",
    "audit_days": "a row per day and kind of entry",
    "information_schema": "the server's own",
    "performance_schema": "the server's own",
    "table_sizes": "a row per table",
    "warehouse_summary": "one row",
    "warehouse_version": "one row",
}
# Counts up to a cap, in whatever order it finds them.
COUNTED = {pairs.QUEUE_COUNT}
# Reads its index from one end until it has a page: a scan in name only.
ENDS_EARLY = {pairs.QUEUE}
LIFE = {"person_id": ASHA, "known_before": BUILT_AT, "kinds": "call"}
LIFE_INDEX = ("person_events", ["golden_person_id", "happened_at", "event_id"])
LOOK = {
    "job": 2, "begin": BUILT_AT - timedelta(days=9), "end": BUILT_AT,
    "before_moment": BUILT_AT - timedelta(days=1), "before_touchpoint": 9,
}  # fmt: skip
NAME_INDEX = ("golden_persons", ["last_name", "first_name", "golden_person_id"])
# Statement, parameters, and the table and leading columns of the index that must serve it.
CASES: list[tuple[Statement, dict[str, object], tuple[str, list[str]]]] = [
    (stored.BY_ID, {"person_id": ASHA}, ("golden_persons", ["golden_person_id"])),
    (stored.PERSON, {"person_id": ASHA}, ("golden_persons", ["golden_person_id"])),
    (
        stored.BY_CONTACT,
        {"key_type": "phone", "key_value": b"k" * 32},
        ("search_keys", ["key_type", "key_value", "golden_person_id"]),
    ),
    (
        stored.PEOPLE_PAGE,
        {"after": 90_000_000_100},
        ("golden_persons", ["golden_person_id"]),
    ),
    *(
        (one, {"after": 90_000_000_100}, ("golden_persons", ["golden_person_id"]))
        for one in stored.REACHED.values()
    ),
    (stored.BY_NAME, {"last_name": "Miller", "first_name_pattern": "Jo1%"}, NAME_INDEX),
    (stored.BY_LAST_NAME, {"last_name": "Miller"}, NAME_INDEX),
    (stored.BY_LAST_NAME_PREFIX, {"last_name_pattern": "Mill%"}, NAME_INDEX),
    (lives.NEWEST_EVENTS, LIFE, LIFE_INDEX),
    (lives.OLDER_EVENTS, {**LIFE, "happened_at": BUILT_AT, "event_id": "contact-1"}, LIFE_INDEX),
    (lives.EVENTS_BY_YEAR, LIFE, LIFE_INDEX),
    (
        outlook.CAPPED,
        {"cap_id": "call_day", "used_count": 3, "after": 0},
        ("caps_used", ["cap_id", "used_count", "golden_person_id"]),
    ),
    (lives.CAPS, {"person_id": ASHA}, ("caps_used", ["golden_person_id"])),
    (
        pairs.QUEUE,
        {"actor": "ada@example.com"},
        ("review_pairs", ["is_risky", "match_weight", "person_id_l", "person_id_r"]),
    ),
    (pairs.ONE_PAIR, {"first": ASHA, "second": BEN}, ("review_pairs", ["person_id_l"])),
    (pairs.ONE_PAIR, {"first": ASHA, "second": BEN}, ("golden_proposals", ["person_id_l"])),
    (looks.OVER_CAP, LOOK, ("cap_look_backs", ["job_id", "made_at", "touchpoint_id"])),
    (looks.NOT_MADE, LOOK, ("cap_look_backs", ["job_id", "is_blocked", "made_at"])),
    (looks.FIRST_OVER, LOOK, ("cap_look_backs", ["job_id", "is_first", "made_at"])),
]


@pytest.fixture(scope="module")
def crowded_engine(warehouse_module: Settings) -> Iterator[Engine]:
    """The dashboard's engine over several thousand people."""
    create_marts(warehouse_module)
    seed_marts(warehouse_module)
    add_crowd(warehouse_module, 4_000)
    add_lives(warehouse_module, 400, 20)
    add_pairs(warehouse_module, 2_000)
    for job in (1, 2, 3):
        add_look_back(warehouse_module, job, 2_000, BUILT_AT - timedelta(days=60))
    engine = create_app_engine(warehouse_module)
    yield engine
    engine.dispose()


def index_columns(engine: Engine, table: str, index: str) -> list[str]:
    """Return the columns of an index, in order."""
    sql = text(
        "select column_name from information_schema.statistics"
        " where table_schema in (database(), :raw) and table_name = :table_name"
        " and index_name = :index_name order by seq_in_index"
    )
    with engine.connect() as connection:
        raw = connection.get_execution_options()[SCHEMAS]["raw"]
        named = {"table_name": table, "index_name": index, "raw": raw}
        return list(connection.execute(sql, named).scalars())


def registry() -> dict[Statement, str]:
    """Return every statement of the query layer with a name by which it is found."""
    found: dict[Statement, str] = {}
    for module in pkgutil.iter_modules(queries.__path__):
        for name, value in vars(
            importlib.import_module(f"{queries.__name__}.{module.name}")
        ).items():
            if isinstance(value, Statement):
                found.setdefault(value, f"{module.name}.{name}")
    return found


def tables_read(statement: Statement) -> set[str]:
    """Return the tables that a statement reads, without its own common table expressions."""
    own = set(re.findall(r"^(\w+) as \($", statement.sql, flags=re.MULTILINE))
    read = re.findall(r"\b(?:from|join)\s+(?:`\{\w+\}`\.)?(\w+)", statement.sql)
    return set(read) - own


def test_every_person_query_is_explained() -> None:
    cases = {case[0] for case in CASES}
    statements = registry()
    assert len(statements) > 30
    assert {"golden_persons", "search_keys"} == tables_read(stored.BY_CONTACT)
    for statement, name in statements.items():
        is_personal = tables_read(statement) - set(IMPERSONAL)
        is_explained = statement in cases | set(ELSEWHERE) | COUNTED
        assert bool(is_personal) == is_explained, (
            f"{name} reads {sorted(is_personal)}: give it a case here, or its table a line"
        )
    assert cases | set(ELSEWHERE) <= set(statements)


@pytest.mark.parametrize("place", sorted(set(ELSEWHERE.values())), ids=lambda place: place[1])
def test_what_is_explained_elsewhere_is(place: tuple[str, str]) -> None:
    source = (TESTS / place[0]).read_text(encoding="utf-8")
    assert "explain" in source
    assert place[1] in source


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


@pytest.fixture(scope="module")
def one_sided(crowded_engine: Engine, warehouse_module: Settings) -> Engine:
    """The crowd, of whom each channel may reach nobody but about a hundred of the last 200.

    They have the flags in every combination, so that a page is made of several sets.
    """
    with (
        connect("transformer", warehouse_module, schema="marts", autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        bits = (f"{flag} = is_last * (number >> {at} & 1)" for at, flag in enumerate(stored.FLAGS))
        cursor.execute(
            "update golden_persons as people inner join ("
            " select golden_person_id, number, number <= 200 as is_last from ("
            " select golden_person_id,"
            " row_number() over (order by golden_person_id desc) as number"
            " from golden_persons) as counted) as numbered"
            " on people.golden_person_id = numbered.golden_person_id"
            f" set {', '.join(f'people.{one}' for one in bits)}"
        )
        cursor.execute("analyze table golden_persons")
    return crowded_engine


@pytest.mark.parametrize("channel", list(stored.REACHED))
def test_people_who_lie_together_are_found_without_looking_through_the_others(
    one_sided: Engine, channel: str
) -> None:
    """A plan can't tell how many rows are read before a page is full: the server counts them."""
    statement = stored.REACHED[channel]
    flag = stored.FLAGS[list(stored.REACHED).index(channel)]
    with one_sided.connect() as connection:
        whole = text(f"select golden_person_id from golden_persons where {flag} = 1 order by 1")
        expected = list(connection.execute(whole).scalars())
        before = rows_read(connection)
        sql = text(statement.for_engine(is_mariadb(connection)))
        found = list(connection.execute(sql, {"after": 0, "row_cap": statement.row_cap}).scalars())
        read = rows_read(connection) - before
    assert found == expected[: statement.row_cap]
    assert len(found) == statement.row_cap
    # From each of the eight sets a page at most, then the page itself; a scan would be thousands.
    assert read <= 12 * statement.row_cap, read


def rows_read(connection: Connection) -> int:
    """Return how many rows of tables the server has read for this session, by index or not."""
    counts = connection.execute(text("show session status like 'Handler_read%'"))
    kept = ("Handler_read_rnd_next", "Handler_read_next", "Handler_read_first", "Handler_read_key")
    return sum(int(value) for name, value in counts if name in kept)

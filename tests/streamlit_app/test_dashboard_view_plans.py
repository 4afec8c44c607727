"""Views over canonical and raw tables are read by named indexes, however much others have in them.

The dashboard's account may not explain a view: the transformer does, over the tables as dbt makes
them and the views as their models are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from made_marts import insert
from pymysql.cursors import Cursor

from lode.db import connect
from lode.settings import Settings
from streamlit_app.queries import group_statements as groups
from streamlit_app.queries import problems
from streamlit_app.queries.statement import Statement
from tests.typed_tables import table_statement

pytestmark = pytest.mark.database
TABLES = {
    "persons": "canonical/people",
    "person_records": "canonical/identity",
    "import_problem_counts": "canonical/audit",
}
# In the order in which they read each other.
VIEWS = {
    "int_dedup_job": "canonical/golden",
    "person_members": "marts/people",
    "person_links": "marts/people",
    "identity_decisions": "marts/people",
    "import_problems": "marts/operations",
}
COUNT, GROUP_OF = 4_000, 4
FIRST = 10_000_000_000
NOW = datetime(2026, 1, 5)
# The tables of a plan, and the columns of the index by which each is read.
PLANS: dict[Statement, list[tuple[str, list[str]]]] = {
    groups.GROUP_DECISIONS: [
        ("persons", ["golden_person_id"]),
        ("person_records", ["person_id"]),
        ("dedup_decision_records", ["record_id"]),
        ("dedup_decisions", ["id"]),
        ("dedup_decisions", ["revokes_id"]),
    ],
    groups.GROUP_LINKS: [
        ("persons", ["golden_person_id"]),
        ("dedup_pairs", ["job_id", "person_id_l"]),
    ],
    problems.PROBLEMS: [("import_problem_counts", ["import_seq"])],
}
ASKED = {"golden": FIRST + 400, "import_seq": 7, "row_cap": 50}


def layer_of(path: str) -> str:
    return path.split("/")[0]


def select_of(settings: Settings, view: str) -> str:
    """Return the text of a model over the tables and views of this test."""
    path = settings.root / "models" / VIEWS[view] / f"{view}.sql"
    sql = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for name, folder in {**TABLES, **VIEWS}.items():
        relation = f"`{settings.schema(layer_of(folder))}`.{name}"
        sql = sql.replace(f"{{{{ ref('{name}') }}}}", relation)
    raw = settings.schema("raw")
    sql = re.sub(r"\{\{ source\('dedup', '(\w+)'\) \}\}", rf"`{raw}`.\1", sql)
    assert "{{" not in sql, f"the model {view} needs more than this test renders"
    return sql


@pytest.fixture(scope="module")
def planned(warehouse_module: Settings) -> Iterator[Cursor]:
    """A cursor of the transformer over thousands of people, decisions, pairs and problems."""
    settings = warehouse_module
    fill_raw(settings)
    with connect("transformer", settings, schema="marts", autocommit=True) as connection:
        cursor = connection.cursor()
        for name, folder in TABLES.items():
            relation = f"`{settings.schema(layer_of(folder))}`.{name}"
            cursor.execute(table_statement(settings, f"{folder}/{name}", relation))
            insert(cursor, relation, rows_of(name))
            cursor.execute(f"analyze table {relation}")
        for name, folder in VIEWS.items():
            relation = f"`{settings.schema(layer_of(folder))}`.{name}"
            cursor.execute(f"create view {relation} as {select_of(settings, name)}")
        yield cursor


def rows_of(table: str) -> list[dict[str, object]]:
    """Return rows of a canonical or staging table: groups of four persons with a record each."""
    if table == "persons":
        return [
            {"id": FIRST + n, "golden_person_id": FIRST + n - n % GROUP_OF, "record_count": 1,
             "is_original": n % GROUP_OF == 0}
            for n in range(COUNT)
        ]  # fmt: skip
    if table == "person_records":
        return [{"record_id": FIRST + n, "person_id": FIRST + n} for n in range(COUNT)]
    return [
        {"import_seq": n % 40, "error_number": n, "field_name": "f", "severity": "warning",
         "error_type": "t", "error_message": "m", "problem_count": 1, "first_row": n}
        for n in range(COUNT)
    ]  # fmt: skip


def records_of(number: int, side: int) -> list[int]:
    """Return the records of a side of a decision: some were taken out, of every ninth all."""
    gone = [FIRST - 1 - number] if number % 3 == 0 else []
    living = [FIRST + (number * 7 + side + more) % COUNT for more in range(number % 2 + 1)]
    return gone + (living if number % 9 else [])


def fill_raw(settings: Settings) -> None:
    """Decide about many pairs, end some, and publish a run with as many links."""
    run = {
        "started_at": NOW, "finished_at": NOW, "model_version": "v", "link_threshold": 1,
        "review_threshold": 0, "person_count": 1, "pair_count": 1, "cluster_count": 1,
        "settings": "{}", "status": "PUBLISHED",
    }  # fmt: skip
    link = {
        "match_weight": 9, "match_probability": 1, "match_score": 99, "match_reason": "email",
        "decision": "link", "waterfall": "[]",
    }  # fmt: skip
    said = {"decided_by": "ada", "reason": "test", "decided_at": NOW}
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        insert(cursor, "dedup_runs", [{**run, "job_id": one} for one in ("dedup_1", "dedup_2")])
        insert(cursor, "dedup_pairs", [
            {**link, "job_id": job, "person_id_l": FIRST + n, "person_id_r": FIRST + n + 1}
            for job in ("dedup_1", "dedup_2") for n in range(COUNT - 1)
        ])  # fmt: skip
        insert(cursor, "dedup_decisions", [
            {"id": 1 + n, "kind": "link" if n % 5 else "revoke",
             "revokes_id": None if n % 5 else 2 + n, **said}
            for n in range(COUNT)
        ])  # fmt: skip
        insert(cursor, "dedup_decision_records", [
            {"decision_id": 1 + n, "side": side, "record_id": record}
            for n in range(COUNT) if n % 5 for side in (1, 2) for record in records_of(n, side)
        ])  # fmt: skip
        for table in ("dedup_pairs", "dedup_decisions", "dedup_decision_records"):
            cursor.execute(f"analyze table {table}")


@pytest.mark.parametrize("statement", list(PLANS), ids=lambda one: one.name)
def test_a_view_is_read_by_its_indexes(
    planned: Cursor, warehouse_module: Settings, statement: Statement
) -> None:
    sql = re.sub(
        r":(\w+)", lambda found: str(ASKED[found[1]]), statement.for_engine(is_mariadb=False)
    )
    planned.execute(f"explain format=traditional {sql}")
    names = [column[0] for column in planned.description]
    plan = [dict(zip(names, row, strict=True)) for row in planned.fetchall()]
    read = [
        (row["table"], columns_of(planned, warehouse_module, row))
        for row in plan
        if row["table"] and not row["table"].startswith("<")
    ]
    assert all(columns for _, columns in read), plan
    for step in PLANS[statement]:
        assert step in read, plan
    planned.execute(sql)
    assert planned.fetchall()


def columns_of(cursor: Cursor, settings: Settings, step: dict[str, Any]) -> list[str]:
    """Return the columns of an index by which a step of a plan finds its rows, none for a scan."""
    if step["type"] not in ("const", "eq_ref", "ref"):
        return []
    cursor.execute(
        "select column_name from information_schema.statistics where table_name = %s"
        " and index_name = %s and table_schema like %s order by seq_in_index",
        (step["table"], step["key"], f"{settings.prefix}%"),
    )
    return [row[0] for row in cursor.fetchall()][: len(step["ref"].split(","))]


def test_a_decision_speaks_of_the_holders_of_its_first_records(planned: Cursor) -> None:
    """Of each side counts the smallest record that is still there; of a group, all its members."""
    planned.execute("select decision_id, first_person_id, second_person_id from identity_decisions")
    said = {number: sides for number, *sides in planned.fetchall()}
    ended = {2 + n for n in range(0, COUNT, 5)}
    assert said == {
        1 + n: [
            min((one for one in records_of(n, side) if one >= FIRST), default=None)
            for side in (1, 2)
        ]
        for n in range(COUNT)
        if n % 5 and 1 + n not in ended
    }
    sql = re.sub(
        r":(\w+)", lambda found: str(ASKED[found[1]]),
        groups.GROUP_DECISIONS.for_engine(is_mariadb=False),
    )  # fmt: skip
    planned.execute(sql)
    members = {ASKED["golden"] + n for n in range(GROUP_OF)}
    expected = {number for number, (first, _) in said.items() if first in members}
    assert {row[1] for row in planned.fetchall()} == expected
    assert len(expected) > 1

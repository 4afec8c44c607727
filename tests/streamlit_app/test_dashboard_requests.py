"""The register of requests as the model has it: pages by keyset, by an index, and in agreement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from made_marts import insert
from pymysql.cursors import Cursor
from sqlalchemy import Engine

from lode.db import connect
from lode.settings import Settings
from streamlit_app.queries.engine import create_app_engine
from streamlit_app.queries.opt_out_register import CONTACTED, LATE, PAGE_SIZE, read_requests
from streamlit_app.queries.risk import Weeks
from streamlit_app.queries.statement import Statement
from tests.typed_tables import table_statement

pytestmark = pytest.mark.database
REQUESTS = 20_000
SOURCES = {
    "opt_outs_followed": "compliance",
    "opt_outs": "compliance",
    "persons": "people",
}
WEEKS = Weeks(date(2025, 3, 3), date(2025, 3, 24))


def followed(number: int) -> dict[str, object]:
    """Return a row of opt_outs_followed; three are made in an hour, a contact follows one in 20."""
    made = datetime(2025, 1, 1) + timedelta(hours=number // 3)
    is_contacted = number % 20 == 0
    return {
        "id": number, "channel": "call", "opted_out_at": made, "known_at": made,
        "deadline_on": (made + timedelta(days=14)).date(), "contact_count": int(is_contacted),
        "last_contact_at": made if is_contacted else None, "is_contacted": int(is_contacted),
        "is_late": int(number % 40 == 0),
    }  # fmt: skip


@pytest.fixture(scope="module")
def registered(warehouse_module: Settings) -> Settings:
    """A register of the model's own text over many requests, one in 40 applied late."""
    settings = warehouse_module
    canonical = settings.schema("canonical")
    with (
        connect("transformer", settings, schema="canonical", autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        for table, folder in SOURCES.items():
            cursor.execute(table_statement(settings, f"canonical/{folder}/{table}", table))
        insert(cursor, "opt_outs_followed", [followed(n) for n in range(1, REQUESTS + 1)])
        cursor.execute(
            "insert into opt_outs (id, person_id, phone_e164, channel, opted_out_at, known_at)"
            " select id, id, concat('+1217555', lpad(id, 5, '0')), channel, opted_out_at, known_at"
            " from opt_outs_followed where id % 60 > 0"
        )
        cursor.execute("insert into persons (id, golden_person_id) select id, id + 7 from opt_outs")
        cursor.execute("analyze table opt_outs_followed, opt_outs, persons")
    path = settings.root / "models" / "marts" / "compliance" / "opt_out_register.sql"
    sql = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for table in SOURCES:
        sql = sql.replace(f"{{{{ ref('{table}') }}}}", f"`{canonical}`.{table}")
    with connect("transformer", settings, schema="marts", autocommit=True) as connection:
        connection.cursor().execute(f"create view opt_out_register as {sql}")
    return settings


@pytest.fixture(scope="module")
def register_engine(registered: Settings) -> Iterator[Engine]:
    """The dashboard's engine over the register."""
    engine = create_app_engine(registered)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("late_only", [False, True])
def test_all_pages_are_all_requests_of_the_weeks(
    registered: Settings, register_engine: Engine, late_only: bool
) -> None:
    found: list[int] = []
    before: tuple[datetime, int] | None = None
    has_more = True
    while has_more:
        page, has_more = read_requests(register_engine, WEEKS, late_only=late_only, before=before)
        assert 0 < len(page) <= PAGE_SIZE
        assert all(one.is_late for one in page) or not late_only
        found += [one.request_id for one in page]
        before = page[-1].position
    flag = "is_late" if late_only else "is_contacted"
    with connect("transformer", registered, schema="canonical") as connection:
        cursor = connection.cursor()
        cursor.execute(
            f"select id from opt_outs_followed where {flag} = 1 and opted_out_at >= '2025-03-03'"
            " and opted_out_at < '2025-03-31' order by opted_out_at desc, id desc"
        )
        expected = [int(number) for (number,) in cursor.fetchall()]
    assert found == expected
    assert len(found) > PAGE_SIZE / 2


def test_a_request_has_its_person_and_a_masked_contact(register_engine: Engine) -> None:
    page, _ = read_requests(register_engine, WEEKS, late_only=False)
    known = next(one for one in page if one.request_id % 60)
    assert known.golden_person_id == known.request_id + 7
    assert known.shown_contact.startswith("+1•")
    unknown = next(one for one in page if one.request_id % 60 == 0)
    assert (unknown.golden_person_id, unknown.shown_contact) == (None, "")


def rows_read(cursor: Cursor, sql: str) -> int:
    """Return how many rows the server reads for a statement, which its plan does not tell."""

    def count() -> int:
        cursor.execute("show session status like 'Handler_read%'")
        return sum(int(value) for _, value in cursor.fetchall())

    count()
    before = count()
    of_counting = count() - before
    before = count()
    cursor.execute(sql)
    cursor.fetchall()
    return count() - before - of_counting


@pytest.mark.parametrize(
    ("statement", "flag"), [(CONTACTED, "is_contacted"), (LATE, "is_late")], ids=["all", "late"]
)
@pytest.mark.parametrize("begin", ["2025-03-03", "1970-01-05"])
def test_a_page_is_read_by_its_index(
    registered: Settings, statement: Statement, flag: str, begin: str
) -> None:
    """Explained as the transformer: the app's account may not explain a view."""
    values = {"begin": begin, "end": "2026-03-31", "before_moment": "2025-03-20"}
    sql = re.sub(
        r":(\w+)",
        lambda found: f"'{values[found[1]]}'" if found[1] in values else "51",
        statement.for_engine(is_mariadb=False),
    )
    with connect("transformer", registered, schema="marts") as connection:
        cursor = connection.cursor()
        cursor.execute(f"explain format=traditional {sql}")
        names = [column[0] for column in cursor.description]
        plan = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        of_page = [one for one in plan if one["id"] == 2]
        first = next(one for one in of_page if one["table"] == "opt_outs_followed")
        assert first["type"] in ("range", "ref"), plan
        for word in ("filesort", "temporary"):
            assert word not in (first["Extra"] or ""), plan
        others = [one for one in plan if one is not first and one["table"] != "<derived2>"]
        assert {one["type"] for one in others} == {"eq_ref"}, plan
        assert rows_read(cursor, sql) < 10 * PAGE_SIZE
        cursor.execute(
            "select column_name from information_schema.statistics where table_schema = %s"
            " and table_name = 'opt_outs_followed' and index_name = %s order by seq_in_index",
            (registered.schema("canonical"), first["key"]),
        )
        assert [row[0] for row in cursor.fetchall()] == [flag, "opted_out_at", "id"]

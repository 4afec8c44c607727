"""Loading a table of a SQLite file: values without loss, order of storage, tables by name."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from loaded_rows import loaded, query, rejects

from loaders.load import load_file
from loaders.readers import sqlite as reader
from lode.errors import LodeError
from lode.settings import Settings

pytestmark = pytest.mark.database

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"
Value = int | float | str | bytes | None
VALUES = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=10),
    st.binary(max_size=10),
)


def make(folder: Path, *statements: str, name: str = "crm.sqlite") -> Path:
    path = folder / name
    with sqlite3.connect(path) as database:
        for statement in statements:
            database.execute(statement)
    database.close()
    return path


def as_text(value: Value) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.hex() if isinstance(value, bytes) else repr(value)


@given(rows=st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=6))
@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_values_of_any_type_arrive_as_their_text(
    warehouse_module: Settings,
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[Value, Value]],
) -> None:
    path = make(tmp_path_factory.mktemp("random"), "create table p (email, notes)")
    with sqlite3.connect(path) as database:
        database.executemany("insert into p values (?, ?)", rows)
    database.close()
    result = load_file(path, warehouse_module, mapping="people")
    back = loaded(warehouse_module, result, "email_1", "extra")
    expected = []
    for number, (email, notes) in enumerate(rows, start=1):
        extra = {} if notes is None else {"notes": as_text(notes)}
        expected.append((number, as_text(email), extra))
    assert back == expected


def test_rows_come_in_the_order_of_storage(
    warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "CHUNK_ROWS", 7)
    path = make(
        tmp_path,
        "create table p (rowid text, name text, email text)",
        "create index by_name on p (name, email, rowid)",
        *[f"insert into p values ('r', 'N{99 - i}', 'n{i}@example.com')" for i in range(50)],
        "delete from p where name = 'N80'",
    )
    result = load_file(path, warehouse)
    names = [row[1] for row in loaded(warehouse, result, "full_name")]
    assert names == [f"N{99 - i}" for i in range(50) if i != 19]
    assert query(warehouse, "select count(*) from load_progress")[0] == (7,)


def test_a_table_without_rowid_comes_in_the_order_of_its_key(
    warehouse: Settings, tmp_path: Path
) -> None:
    path = make(
        tmp_path,
        "create table p (name text, email text, primary key (email)) without rowid",
        "insert into p values ('B', 'b@example.com'), ('A', 'a@example.com')",
    )
    result = load_file(path, warehouse)
    assert [row[1] for row in loaded(warehouse, result, "full_name")] == ["A", "B"]


def test_a_view_and_a_table_of_one_file_are_two_imports(
    warehouse: Settings, tmp_path: Path
) -> None:
    path = make(
        tmp_path,
        'create table "odd "" name" (name text, email text)',
        "insert into \"odd \"\" name\" values ('A', 'a@example.com')",
        'create view v as select name, email from "odd "" name"',
    )
    first = load_file(path, warehouse, table='ODD " name')
    second = load_file(path, warehouse, table="v")
    again = load_file(path, warehouse, table="v")
    assert (first.source_table, second.source_table) == ('odd " name', "v")
    assert (second.is_duplicate, again.is_duplicate) == (False, True)
    assert again.import_id == second.import_id
    assert first.import_id != second.import_id


def test_text_that_is_not_utf_8_is_refused(warehouse: Settings, tmp_path: Path) -> None:
    path = make(
        tmp_path,
        "create table p (name text, email text)",
        "insert into p values ('A', 'a@example.com')",
        "insert into p values (cast(x'4ae9' as text), 'b@example.com')",
        "insert into p values ('C', 'c@example.com')",
    )
    result = load_file(path, warehouse)
    assert (result.row_count, result.parse_rejected_count) == (3, 1)
    (refused,) = rejects(warehouse, result)
    assert refused == (2, None, None, "INVALID UNICODE", "name", b'["J\xe9", "b@example.com"]')
    assert [row[0] for row in loaded(warehouse, result, "full_name")] == [1, 3]


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])


def nothing(path: Path) -> None:
    assert path.exists()


@pytest.mark.parametrize(
    ("statements", "table", "spoil", "words"),
    [
        ([], None, nothing, "is empty"),
        (["create table a (x)", "drop table a"], None, nothing, "without a table"),
        (["create table a (x)", "create table b (x)"], None, nothing, "several tables.*: a, b"),
        (["create table a (x)"], "c", nothing, "no table c; it has a"),
        (["create table a (name, email)"], None, nothing, "has no rows"),
        (["create table a (x)", "insert into a values (1)"], None, nothing, "table a of"),
        (["create table a (x)", "insert into a values (1)"], None, truncate, "not a whole"),
    ],
)
def test_what_can_not_be_loaded_is_said(
    warehouse: Settings,
    tmp_path: Path,
    statements: list[str],
    table: str | None,
    spoil: Callable[[Path], None],
    words: str,
) -> None:
    path = make(tmp_path, *statements)
    spoil(path)
    with pytest.raises(LodeError, match=words):
        load_file(path, warehouse, table=table)
    assert query(warehouse, "select count(*) from import_metadata")[0] == (0,)


def test_a_text_file_has_no_tables(warehouse: Settings, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("name,email\nA,a@example.com\n")
    with pytest.raises(LodeError, match="has no tables"):
        load_file(tmp_path / "x.csv", warehouse, table="p")


@pytest.mark.skipif(not REAL.exists(), reason="the shared sample files are not here")
def test_customers_of_many_countries(warehouse: Settings) -> None:
    result = load_file(REAL / "chinook.sqlite", warehouse, table="Customer")
    assert (result.row_count, result.loaded_count) == (59, 59)
    rows = loaded(warehouse, result, "first_name", "last_name", "city", "phone_1", "extra")
    assert rows[0][1:4] == ("Luís", "Gonçalves", "São José dos Campos")
    assert rows[0][4] == "+55 (12) 3923-5555"
    assert rows[0][5] == {"Fax": "+55 (12) 3923-5566", "SupportRepId": "3"}

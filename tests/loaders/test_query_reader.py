"""Queries over the tables of a file: read, numbered alike each time, cut off from everything."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from loaders.chunk_file import ChunkFiles
from loaders.containers import open_container
from loaders.mapping import fit
from loaders.mapping_file import read_mapping
from loaders.readers import query as query_module
from loaders.readers.query import QueryResult, QuerySource
from loaders.tables import Container
from lode.errors import LodeError

MAPPING = """
name: customers
version: 1
feed: people
query: |
  {query}
requires: [[email_1]]
columns:
  email_1: [mail]
  city: [city]
"""
JOINED = (
    "select c.mail, a.city, c.id::int as n from customers c"
    " left join addresses a on c.id = a.customer"
)


@pytest.fixture
def container(tmp_path: Path) -> Container:
    path = tmp_path / "crm.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            """
            create table customers (id integer primary key, mail text);
            create table addresses (customer integer, city text);
            create table "odd ""name" (x blob, y real);
            """
        )
        database.executemany(
            "insert into customers values (?, ?)",
            [(n, f"p{n}@example.com") for n in range(1, 31)],
        )
        database.executemany(
            "insert into addresses values (?, ?)",
            [(n, f"Zürich {n}") for n in range(30, 0, -2)],
        )
        database.execute("""insert into "odd ""name" values (x'00ff', 0.1)""")
        database.commit()
    return open_container(path, "sqlite", path.name)


def read(
    container: Container, query: str, folder: Path, after: int = 0
) -> list[tuple[object, ...]]:
    """Return the rows of the chunk files: record number and the mapped values."""
    mapping_file = folder / "mapping.yml"
    mapping_file.write_text(MAPPING.format(query=query.replace("\n", "\n  ")), encoding="utf-8")
    mapping = read_mapping(mapping_file)
    assert mapping.query is not None
    work = folder / "work"
    work.mkdir(exist_ok=True)
    (work / "tables.duckdb").unlink(missing_ok=True)
    result = QueryResult(container, mapping.query, work)
    files = ChunkFiles(fit(mapping, result.header), 0, work)
    rows: list[tuple[object, ...]] = []
    source = QuerySource(result, files)
    for chunk in source.chunks(after):
        assert chunk.last_record - chunk.first_record + 1 == chunk.row_count + len(chunk.rejects)
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in files.columns)
        rows += duckdb.sql(
            f"select * from read_csv('{chunk.path}', columns = {{{columns}}}, header = false,"
            " quote = '\"', escape = '\"', nullstr = 'NULL', auto_detect = false)"
        ).fetchall()
        rows += [(str(one.record_number), "refused") for one in chunk.rejects]
    files.close()
    result.close()
    assert len(rows) + after == source.record_count
    return rows


def test_rows_of_a_join(
    container: Container, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_module, "CHUNK_ROWS", 7)
    rows = read(container, JOINED, tmp_path)
    assert [row[0] for row in rows] == [str(n) for n in range(1, 31)]
    by_mail = {row[1]: row[2:] for row in rows}
    assert by_mail["p4@example.com"] == ("Zürich 4", '{"n":"4"}')
    assert by_mail["p5@example.com"] == (None, '{"n":"5"}')


def test_numbers_do_not_depend_on_the_plan_and_reading_goes_on_anywhere(
    container: Container, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = read(container, JOINED, tmp_path)
    monkeypatch.setattr(query_module, "CHUNK_ROWS", 4)
    turned = (
        "select mail, city, n from (select * from addresses) a right join"
        " (select *, id::int as n from customers) c on c.id = a.customer"
    )
    assert read(container, turned, tmp_path) == whole
    assert read(container, JOINED, tmp_path, after=11) == whole[11:]


def test_too_long_values_refuse_their_row(container: Container, tmp_path: Path) -> None:
    query = "select repeat('é', if(id = '3', 40000, 1)) as mail, id as city from customers"
    rows = read(container, query, tmp_path)
    assert sum(row[1] == "refused" for row in rows) == 1
    assert len(rows) == 30


def test_tables_have_their_names_and_values_as_text(container: Container, tmp_path: Path) -> None:
    names = {table.name: table.row_count for table in container.tables}
    assert names == {"customers": 30, "addresses": 15, 'odd "name': 1}
    assert read(container, 'select x as mail, y as city from "odd ""name"', tmp_path) == [
        ("1", "00ff", "0.1")
    ]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("select * from persons", "reads the table persons, but crm.sqlite has addresses, cust"),
        ("select nothing from customers", "can't be run over crm.sqlite"),
        ("select mail + 1 as mail from customers", "can't be run over crm.sqlite"),
        ("select * from read_text('/etc/hostname')", "can't be run over crm.sqlite"),
        ("select * from '/etc/hostname.csv'", "reads the table /etc/hostname.csv"),
        ("select getenv('HOME') as mail", "can't be run over crm.sqlite"),
    ],
)
def test_bad_and_curious_queries_end_in_a_sentence(
    container: Container, tmp_path: Path, query: str, sentence: str
) -> None:
    with pytest.raises(LodeError, match=sentence):
        read(container, query, tmp_path)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("drop table customers", "must be one SELECT"),
        ("select 1; select 2", "must be one SELECT"),
        ("copy customers to 'x'", "must be one SELECT"),
        ("selekt 1", "not valid SQL"),
    ],
)
def test_only_one_select_is_a_query(tmp_path: Path, query: str, sentence: str) -> None:
    path = tmp_path / "mapping.yml"
    path.write_text(MAPPING.format(query=query), encoding="utf-8")
    with pytest.raises(LodeError, match=sentence):
        read_mapping(path)


def test_text_that_is_no_utf_8_is_not_read_by_a_query(tmp_path: Path) -> None:
    path = tmp_path / "bad.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table t (mail text)")
        database.execute("insert into t values (cast(x'ff41' as text))")
        database.commit()
    with pytest.raises(LodeError, match="load the table by itself"):
        read(open_container(path, "sqlite", path.name), "select mail from t", tmp_path)

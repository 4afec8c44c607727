"""Loading SQL dumps: equal to the tables they came from, in the same places as any other file."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from loaded_rows import loaded, query, write

from loaders import import_rows
from loaders.import_result import ImportResult
from loaders.landing import landed_path
from loaders.load import load_file
from loaders.recount import count_records
from lode.db import connect
from lode.errors import LodeError
from lode.server import PrivateServer
from lode.settings import Settings

pytestmark = pytest.mark.database

CLIENT = shutil.which("mariadb-dump") or shutil.which("mysqldump")
# Lines as mysqldump, MySQL's own shell and SQLite write them: every escape of a string literal.
MYSQL_DUMP = r"""
-- MySQL dump 10.13  Distrib 8.0.36
/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE `people` (`id` int NOT NULL, `e-mail` varchar(99), `first name` text, `notes` blob);
/* INSERT INTO `people` VALUES (0,'no@example.com',NULL,NULL); */
INSERT INTO `people` VALUES (1,'a@example.com','O\'Neil \"x\"\\\n\t\Z',_binary '\0ab'),
(2,'b@example.com','semi;colon -- no',0x00FF),(3,'c@example.com',NULL,NULL);
INSERT INTO `people` (`first name`,`id`,`e-mail`) VALUES ('Zoë',4,'d@example.com');
CREATE TABLE `empty` (`id` int);
{more}
-- Dump completed on 2026-01-01  0:00:00
"""
MYSQL = MYSQL_DUMP.replace("{more}", "")
NO_TABLE = "-- MySQL dump 10.13\nSET NAMES utf8;\n-- Dump completed on 2026-01-01\n"
SQLITE = """
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE people(id integer, "e-mail" text, "first name" text);
INSERT INTO people VALUES(1,'a@example.com','O''Neil \\ one');
INSERT INTO people VALUES(2,'b@example.com',NULL);
COMMIT;
"""


def recount(settings: Settings, result: ImportResult) -> int:
    """Count the records of what was landed once more."""
    with connect("loader", settings, schema="raw") as connection:
        row = import_rows.read(connection, result.import_id)
    return count_records(landed_path(row.s3_location, settings), row, settings)


def test_a_dump_of_mysql(warehouse: Settings, tmp_path: Path) -> None:
    result = load_file(write(tmp_path, "crm.sql", MYSQL), warehouse, mapping="people")
    assert (result.row_count, result.loaded_count, result.source_table) == (4, 4, "people")
    assert loaded(warehouse, result, "email_1", "first_name", "extra") == [
        (1, "a@example.com", 'O\'Neil "x"\\\n\t\x1a', {"notes": "006162"}),
        (2, "b@example.com", "semi;colon -- no", {"notes": "00ff"}),
        (3, "c@example.com", None, {}),
        (4, "d@example.com", "Zoë", {}),
    ]
    assert query(warehouse, "select format from import_metadata") == [("dump",)]
    assert recount(warehouse, result) == 4
    assert load_file(tmp_path / "crm.sql", warehouse, mapping="people").is_duplicate


def test_a_dump_of_sqlite(warehouse: Settings, tmp_path: Path) -> None:
    result = load_file(write(tmp_path, "crm.sql", SQLITE), warehouse, mapping="people")
    assert loaded(warehouse, result, "email_1", "first_name") == [
        (1, "a@example.com", "O'Neil \\ one"),
        (2, "b@example.com", None),
    ]


@pytest.mark.parametrize(
    ("text", "table", "sentence"),
    [
        (MYSQL, "nobody", "crm.sql has no table nobody; it has people, empty."),
        (MYSQL, "empty", "The table empty of crm.sql has no rows: nothing to load."),
        (
            "-- MySQL dump 10.13\nSET NAMES utf8;\n-- Dump completed on 2026-01-01\n",
            None,
            "an SQL dump without a table",
        ),
        (
            MYSQL_DUMP.replace("{more}", "CREATE TABLE b (x int);INSERT INTO b VALUES (1);"),
            None,
            "several tables; name one with --table: people, empty, b.",
        ),
    ],
)
def test_a_dump_that_cannot_be_loaded(
    warehouse: Settings, tmp_path: Path, text: str, table: str | None, sentence: str
) -> None:
    with pytest.raises(LodeError) as refused:
        load_file(write(tmp_path, "crm.sql", text), warehouse, table=table)
    assert sentence in str(refused.value)
    assert query(warehouse, "select count(*) from import_metadata") == [(0,)]


def test_statements_of_a_dump_are_never_executed(warehouse: Settings, tmp_path: Path) -> None:
    evil = "DROP TABLE import_metadata;\nDELETE FROM staging_raw_import;\n"
    evil += "DELIMITER ;;\nCREATE TRIGGER t BEFORE INSERT ON people;;\nDELIMITER ;\n"
    text = MYSQL_DUMP.replace("{more}", evil)
    result = load_file(write(tmp_path, "evil.sql", text), warehouse, mapping="people")
    assert result.loaded_count == 4
    assert query(warehouse, "select count(*) from import_metadata") == [(1,)]


@pytest.mark.skipif(CLIENT is None, reason="no client that dumps is here")
def test_a_dump_made_by_the_client_equals_its_table(warehouse: Settings, tmp_path: Path) -> None:
    """Every odd text in a people table: dumped, loaded, compared with the table itself."""
    texts = [
        None, "", "it's", 'say "hi"', "a\nb\r\nc\td", "C:\\temp\\", "\x1a", "😀é", "); -- '",
        "'),(9,'x", "\\'", "NULL", "\\N", "%_\\%", " blanks ", "0x41", ",;|\"\"",
    ]  # fmt: skip
    with connect("loader", warehouse, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute("create table crm (id int primary key, email text, first_name text)")
        rows = [(n, f"p{n}@example.com", texts[n % len(texts)]) for n in range(1, 3 * len(texts))]
        cursor.executemany("insert into crm values (%s, %s, %s)", rows)
    path = tmp_path / "crm.sql"
    account = warehouse.account("loader")
    assert CLIENT is not None
    subprocess.run(
        [
            CLIENT, "--no-defaults", f"--socket={PrivateServer(warehouse).socket}",
            f"--user={account.user}", f"--password={account.password}", "--skip-lock-tables",
            "--no-tablespaces", "--default-character-set=utf8mb4", f"--result-file={path}",
            warehouse.schema("raw"), "crm",
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    result = load_file(path, warehouse)
    expected = query(warehouse, "select id, email, first_name from crm order by id")
    assert loaded(warehouse, result, "source_record_id", "email_1", "first_name") == [
        (number, str(key), email, name)
        for number, (key, email, name) in enumerate(expected, start=1)
    ]


QUERY = """
name: joined
version: 1
feed: people
query: |
  select p.mail, a.town from people p left join addresses a on a.person = p.id
requires: [[email_1]]
columns: {email_1: [mail], city: [town]}
"""
TWO_TABLES = """
CREATE TABLE `people` (`id` int, `mail` text);
INSERT INTO `people` VALUES (1,'a@example.com'),(2,'b@example.com');
CREATE TABLE `addresses` (`person` int, `town` text);
INSERT INTO `addresses` VALUES (2,'Zürich');
"""


def test_several_tables_become_one_feed(warehouse: Settings, tmp_path: Path) -> None:
    own = write(tmp_path, "joined.yml", QUERY)
    path = write(tmp_path, "crm.sql", TWO_TABLES)
    result = load_file(path, warehouse, mapping_file=own)
    assert result.source_table == "query joined"
    assert loaded(warehouse, result, "email_1", "city") == [
        (1, "a@example.com", None),
        (2, "b@example.com", "Zürich"),
    ]
    assert recount(warehouse, result) == 2
    # A table of the same file is another import.
    table = load_file(path, warehouse, table="people", mapping="people")
    assert (table.is_duplicate, table.row_count) == (False, 2)


@pytest.mark.parametrize(
    ("name", "text", "table", "sentence"),
    [
        ("a.csv", "mail\na@example.com\n", None, "a.csv has no tables that the mapping's query"),
        ("a.sql", TWO_TABLES, "people", "reads the tables of a.sql by its query"),
        ("a.sql", TWO_TABLES.replace("`addresses`", "`b`"), None, "a.sql has people, b."),
        (
            "a.sql",
            TWO_TABLES.replace("INTO `people`", "INTO `others`"),
            None,
            "finds no rows in a.sql",
        ),
    ],
)
def test_a_query_that_cannot_run(
    warehouse: Settings, tmp_path: Path, name: str, text: str, table: str | None, sentence: str
) -> None:
    own = write(tmp_path, "joined.yml", QUERY)
    with pytest.raises(LodeError) as refused:
        load_file(write(tmp_path, name, text), warehouse, table=table, mapping_file=own)
    assert sentence in str(refused.value)
    assert query(warehouse, "select count(*) from import_metadata") == [(0,)]

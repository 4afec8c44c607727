"""Dumps as each producer writes them: tables, rows, lines, character sets, what is refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from dump_files import MYSQL_HEAD, MYSQL_TAIL, checked_tables, read_all, rows_of, write_dump

from loaders.dump import rows as rows_module
from loaders.dump.reader import count_rows, is_dump, list_tables, read_dialect, read_table_batches
from loaders.records import INVALID_UNICODE, MISSING_COLUMNS, TOO_MANY_COLUMNS
from lode.errors import LodeError

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"
MARIADB = r"""/*M!999999\- enable the sandbox mode */
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET NAMES utf8mb4 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
DROP TABLE IF EXISTS `people`;
CREATE TABLE `people` (
  `id` int(11) NOT NULL,
  `name` varchar(99) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
LOCK TABLES `people` WRITE;
/*!40000 ALTER TABLE `people` DISABLE KEYS */;
INSERT INTO `people` VALUES
(1,'Ann'),
(2,'; -- not a comment /* x */ );'),
(3,NULL),
(4,''),
(5,'it\'s \\');
/*!40000 ALTER TABLE `people` ENABLE KEYS */;
UNLOCK TABLES;
/*!50003 SET @saved_sql_mode       = @@sql_mode */ ;
/*!50003 SET sql_mode              = 'NO_BACKSLASH_ESCAPES' */ ;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER t BEFORE INSERT ON people
FOR EACH ROW BEGIN /* one */ INSERT INTO people VALUES (9,'no'); END */;;
DELIMITER ;
/*!50003 SET sql_mode              = @saved_sql_mode */ ;
INSERT INTO `people` VALUES (6,'\'');
/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
-- Dump completed on 2026-01-01  0:00:00
"""
PEOPLE = [
    ("1", "Ann"),
    ("2", "; -- not a comment /* x */ );"),
    ("3", None),
    ("4", ""),
    ("5", "it's \\"),
    ("6", "'"),
]
PHPMYADMIN = r"""-- phpMyAdmin SQL Dump
-- version 5.2.1
-- Erstellungszeit: 01. Jan 2026 um 12:00
SET SQL_MODE = "NO_AUTO_VALUE_ON_ZERO";
START TRANSACTION;
SET time_zone = "+00:00";
CREATE TABLE `people` (
  `id` int(11) NOT NULL,
  `name` varchar(99) DEFAULT NULL,
  `photo` blob
) ENGINE=InnoDB;
INSERT INTO `people` (`id`, `name`, `photo`) VALUES
(1, 'O''Brien', 0x00ff),
(2, 'C:\\', NULL);
INSERT INTO `people` (`name`, `id`) VALUES ('a\nb', -3);
ALTER TABLE `people`
  ADD PRIMARY KEY (`id`);
COMMIT;
"""
SQLITE = r"""PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE people(id integer primary key, name text, photo blob);
INSERT INTO people VALUES(1,'it''s \n','');
INSERT INTO people VALUES(2,replace('a\nb','\n',char(10)),X'00ff');
INSERT INTO people VALUES(3,'raw
line',NULL);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('people',3);
CREATE TRIGGER t AFTER INSERT ON people BEGIN
  SELECT CASE WHEN new.id THEN 1 END;
  INSERT INTO people VALUES(9,'no',NULL);
END;
INSERT INTO people VALUES(4,'after',1e999);
COMMIT;
"""


@pytest.fixture(params=["exact", "fast"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Read rows one by one, and in blocks from the first one on."""
    monkeypatch.setattr(
        rows_module, "FIRST_EXACT_BYTES", 1 << 30 if request.param == "exact" else 0
    )
    return str(request.param)


@pytest.mark.usefixtures("way")
def test_mariadb_dump_with_trigger_and_every_kind_of_comment(tmp_path: Path) -> None:
    path = write_dump(tmp_path, MARIADB)
    (table,) = checked_tables(path).values()
    assert (table.name, table.columns, table.row_count) == ("people", ("id", "name"), 6)
    assert MARIADB.splitlines()[table.first_line - 1] == "(1,'Ann'),"
    assert rows_of(path, "people") == PEOPLE


@pytest.mark.usefixtures("way")
def test_phpmyadmin_dump(tmp_path: Path) -> None:
    path = write_dump(tmp_path, PHPMYADMIN)
    assert checked_tables(path)["people"].row_count == 3
    assert rows_of(path, "people") == [
        ("1", "O'Brien", "00ff"), ("2", "C:\\", None), ("-3", "a\nb", None),
    ]  # fmt: skip


@pytest.mark.usefixtures("way")
def test_sqlite_dump(tmp_path: Path) -> None:
    path = write_dump(tmp_path, SQLITE)
    assert list(checked_tables(path)) == ["people"]
    assert checked_tables(path)["people"].dialect == "sqlite"
    assert rows_of(path, "people") == [
        ("1", "it's \\n", ""), ("2", "a\nb", "00ff"), ("3", "raw\nline", None),
        ("4", "after", "1e999"),
    ]  # fmt: skip


@pytest.mark.usefixtures("way")
def test_sqlite_round_trip_with_text_of_any_kind(tmp_path: Path) -> None:
    values = [
        "", "it's", "a\nb\r\nc", "\\'", "\\", "émoji 😀", "X'00'", ");\nINSERT INTO t VALUES(1",
        None, b"", b"\x00\xff'", 1.5, -7, 1e300, "--x", "/* y",
    ]  # fmt: skip
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute('create table "odd "" name" (id integer primary key, "the value")')
        database.executemany('insert into "odd "" name" values (null, ?)', [[v] for v in values])
        text = "\n".join(database.iterdump())
    path = write_dump(tmp_path, text + "\n")
    expected = [v.hex() if isinstance(v, bytes) else v if v is None else str(v) for v in values]
    assert checked_tables(path)['odd " name'].row_count == len(values)
    found = [row[1] for row in rows_of(path, 'odd " name')]
    numbers = [index for index, value in enumerate(values) if isinstance(value, float)]
    for index in numbers:
        assert float(found[index] or "") == values[index]
        found[index] = expected[index]
    assert found == expected


@pytest.mark.usefixtures("way")
def test_every_kind_of_insert_is_read(tmp_path: Path) -> None:
    text = b"""
    create table a.t (x int, y text);  # a comment
    INSERT  IGNORE INTO a.`t` VALUES (1,'a') , -- it's one
      (2,/* it's two */'b');
    REPLACE INTO a.t VALUES (3,'c') ON DUPLICATE KEY UPDATE y='(9,9)';
    INSERT LOW_PRIORITY INTO `a` . `t` (y) VALUE ("d\\"e");
    insert into a.t (`Y`, `x`) values (_utf8mb4'f',+5.0)
    ;INSERT INTO a.t VALUES(6,'g');INSERT INTO a.t VALUES(7,'h');
    """
    path = write_dump(tmp_path, text)
    assert checked_tables(path)["t"].row_count == 7
    assert rows_of(path, "t") == [
        ("1", "a"), ("2", "b"), ("3", "c"), (None, 'd"e'), ("+5.0", "f"), ("6", "g"), ("7", "h"),
    ]  # fmt: skip


def test_tables_of_one_name_in_two_databases_are_told_apart(tmp_path: Path) -> None:
    text = (
        b"USE `one`;\nCREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\nCREATE TABLE u (b int);\n"
    )
    text += b"USE `two`;\nINSERT INTO `t` VALUES (2),(3);\nINSERT INTO one.t VALUES (4);\n"
    path = write_dump(tmp_path, text)
    tables = checked_tables(path)
    assert {name: table.row_count for name, table in tables.items()} == {
        "one.t": 2, "u": 0, "two.t": 2,
    }  # fmt: skip
    assert tables["two.t"].columns == ("column_1",)
    assert rows_of(path, "one.t") == [("1",), ("4",)]
    assert rows_of(path, "two.t") == [("2",), ("3",)]
    with pytest.raises(LodeError, match=r"in several databases: .* such as two\.t"):
        rows_of(path, "t")


def test_columns_without_create_table_come_from_the_first_insert(tmp_path: Path) -> None:
    path = write_dump(
        tmp_path, b"INSERT INTO t (`e mail`,E,E2) VALUES ('a',1,2);\nINSERT INTO u VALUES (1,2);\n"
    )
    tables = checked_tables(path)
    assert tables["t"].columns == ("e mail", "E", "E2")
    assert tables["u"].columns == ("column_1", "column_2")


def test_plain_strings_of_blob_columns_and_blobs_are_the_same_digits(tmp_path: Path) -> None:
    text = (
        MYSQL_HEAD + b"CREATE TABLE t (a blob, b text);\nINSERT INTO t VALUES ('\\0\xff\\'','x'),"
    )
    text += b"(_binary '\\0\xff\\'','y'),(0x00FF27,'z'),('',NULL);\n" + MYSQL_TAIL
    path = write_dump(tmp_path, text)
    assert rows_of(path, "t") == [("00ff27", "x"), ("00ff27", "y"), ("00ff27", "z"), ("", None)]


@pytest.mark.usefixtures("way")
def test_rows_with_other_widths_or_broken_text_are_bad_rows(tmp_path: Path) -> None:
    text = (
        MYSQL_HEAD
        + b"CREATE TABLE t (a int, b text, c text);\nINSERT INTO t VALUES (1,'a','b'),\n(2,'x'),\n"
    )
    text += b"(3,'\xff','\xc3'),\n(4,'e','f','g'),\n(5,'h','\xc3\xa9');\n" + MYSQL_TAIL
    path = write_dump(tmp_path, text)
    rows, bad = read_all(path, "t")
    assert rows == [("1", "a", "b"), ("5", "h", "é")]
    assert [(row.number, row.line_number, row.raw) for row in bad] == [
        (2, 5, b"(2,'x')"), (3, 6, b"(3,'\xff','\xc3')"), (4, 7, b"(4,'e','f','g')"),
    ]  # fmt: skip
    assert all(text[row.byte_position :].startswith(row.raw) for row in bad)
    assert [[(e.error_type, e.field_name) for e in row.errors] for row in bad] == [
        [(MISSING_COLUMNS, None)],
        [(INVALID_UNICODE, "b"), (INVALID_UNICODE, "c")],
        [(TOO_MANY_COLUMNS, None)],
    ]


def test_latin1_is_windows_1252_with_mysqls_control_characters(tmp_path: Path) -> None:
    text = (
        b"/*!40101 SET NAMES latin1 */;\nINSERT INTO t VALUES ('Luis'),('Lu\xeds \x80 \x81 \\'');\n"
    )
    assert rows_of(write_dump(tmp_path, text), "t") == [("Luis",), ("Luís € \x81 '",)]


def test_no_backslash_escapes_is_taken_from_the_mode(tmp_path: Path) -> None:
    text = (
        b"SET SQL_MODE='ANSI,NO_BACKSLASH_ESCAPES';\nINSERT INTO `t` VALUES ('a\\'),('b''\\n');\n"
    )
    path = write_dump(tmp_path, text)
    assert checked_tables(path)["t"].row_count == 2
    assert rows_of(path, "t") == [("a\\",), ("b'\\n",)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            b"INSERT INTO t VALUES (1,'a'),\n(2,NOW());\n",
            "line 2: a value of this row is no literal",
        ),
        (b"\nINSERT INTO t SELECT 1;\n", "line 2: this INSERT is none of VALUES"),
        (b"INSERT INTO t SET a = 1;\n", "line 1: this INSERT is none of VALUES"),
        (b"INSERT INTO t VALUES\n(1;2);\n", "line 2: this row is not understood"),
        (b"INSERT INTO t VALUES (1) (2);\n", "line 1: what follows this row is not understood"),
        (b"INSERT INTO t VALUES (1),\n,(2);\n", "line 1: what follows this row"),
        (b"CREATE TABLE t (a int);\nINSERT INTO t (b) VALUES (1);\n", "line 2: this INSERT names"),
        (b"SET NAMES gbk;\nINSERT INTO t VALUES (1);\n", "the character set gbk is not read"),
        (b"/*!50001 INSERT INTO t VALUES (1) */;\n", "an INSERT within a comment"),
        (b"DELIMITER $$\nINSERT INTO t VALUES (1)$$\nDELIMITER ;\n", "an INSERT within DELIMITER"),
        (b"-- PostgreSQL database dump\n", "a dump of PostgreSQL"),
        (b"COPY t FROM stdin;\n1\n\\.\n", "rows of COPY"),
        (b"CREATE TABLE t (a int);\nCREATE TABLE t (b int);\n", "created twice"),
        (b"BEGIN TRANSACTION;\nROLLBACK; -- due to errors\n", "SQLite met errors"),
        (b"\xff\xfeI\0N\0", "is a dump in UTF-16"),
    ],
)
def test_what_is_not_read_is_one_sentence(tmp_path: Path, text: bytes, message: str) -> None:
    path = write_dump(tmp_path, text)
    with pytest.raises(LodeError, match=message):
        [rows_of(path, table.name) for table in list_tables(path)]


@pytest.mark.parametrize(
    "text", [MARIADB, PHPMYADMIN, SQLITE], ids=["mariadb", "phpmyadmin", "sqlite"]
)
@pytest.mark.usefixtures("way")
def test_a_dump_cut_anywhere_is_noticed(tmp_path: Path, text: str) -> None:
    """Every proper beginning is a LodeError, or has all the rows (only the tail's words lack)."""
    whole = len(rows_of(write_dump(tmp_path, text), "people"))
    data = text.rstrip().encode()
    complete = 0
    for length in range(200, len(data), 3):
        path = write_dump(tmp_path, data[:length])
        try:
            found = len(rows_of(path, "people"))
        except LodeError:
            continue
        assert found == whole, data[:length][-40:]
        complete += 1
    assert complete < 30
    for length in range(len(data) // 2, len(data), 7):
        path = write_dump(tmp_path, data[:length])
        try:
            count_rows(path)
        except LodeError:
            continue


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    path = write_dump(tmp_path, MARIADB)
    with pytest.raises(LodeError, match="has no table nobody"):
        list(read_table_batches(path, "nobody"))


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (MARIADB.encode(), True),
        (PHPMYADMIN.encode(), True),
        (SQLITE.encode(), True),
        (b"\xef\xbb\xbfINSERT INTO t VALUES (1)", True),
        (b"/***\n Chinook\n***/\nDROP DATABASE IF EXISTS x;", True),
        (b"insert into t (a) values (1)", True),
        (b"-- PostgreSQL database dump\n", True),
        (b"email,first_name\na@example.com,Ann\n", False),
        (b"insert,replace\n1,2\n", False),
        (b"create table,x\n1,2\n", False),
        (b"set a=b,use\n", False),
        (b"# comment\nemail,name\n", False),
        (b"", False),
    ],
)
def test_dumps_are_told_from_tables_of_text(sample: bytes, expected: bool) -> None:
    assert is_dump(sample) is expected


def test_the_dialect_is_told(tmp_path: Path) -> None:
    for text, name, has_backslashes in (
        (MARIADB, "mysql", True), (PHPMYADMIN, "mysql", True), (SQLITE, "sqlite", False),
        ("INSERT INTO t VALUES (1);", "mysql", True),
        ("INSERT INTO \"t\" VALUES ('`');", "sqlite", False),
    ):  # fmt: skip
        dialect = read_dialect(write_dump(tmp_path, text))
        assert (dialect.name, dialect.has_backslashes) == (name, has_backslashes)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")
def test_chinook_customers_are_those_of_the_sqlite_file() -> None:
    path = REAL / "chinook_mysql.sql"
    tables = checked_tables(path)
    assert tables["Customer"].row_count == 59
    assert sum(table.row_count for table in tables.values()) == 15_607
    with closing(sqlite3.connect(REAL / "chinook.sqlite")) as database:
        for name in ("Customer", "Artist"):
            cursor = database.execute(f'select * from "{name}" order by 1')
            expected = [tuple(None if v is None else str(v) for v in row) for row in cursor]
            found = sorted(rows_of(path, name), key=lambda row: int(row[0] or 0))
            assert [c[0] for c in cursor.description] == list(tables[name].columns)
            assert found == expected

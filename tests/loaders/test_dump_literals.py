"""Values of a dump, one literal at a time, and the heads that CREATE TABLE gives rows."""

from __future__ import annotations

import pytest

from loaders.dump.literals import LONG_BYTES, NotALiteralError, value_of
from loaders.dump.tables import Column, TableName, created_table


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"NULL", None),
        (b"null", None),
        (b"-12.50", b"-12.50"),
        (b"007", b"007"),
        (b"1e-300", b"1e-300"),
        (b"TRUE", b"1"),
        (b"''", b""),
        (b"'O\\'Brien'", b"O'Brien"),
        (b"'O''Brien'", b"O'Brien"),
        (b"'a\\nb\\r\\t\\0\\Z\\b'", b"a\nb\r\t\0\x1a\b"),
        (b"'C:\\\\temp'", b"C:\\temp"),
        (b"'5\\% \\_ \\x'", b"5\\% \\_ x"),
        (b'\'say \\"hi\\" "there"\'', b'say "hi" "there"'),
        (b'"it\'s ""so"""', b'it\'s "so"'),
        (b"0x00FFab", b"00ffab"),
        (b"X'0001FF'", b"0001ff"),
        (b"x''", b""),
        (b"b'101'", b"05"),
        (b"0b100000001", b"0101"),
        (b"_binary '\\0\xff\\''", b"00ff27"),
        (b"_binary 0xFF", b"ff"),
        (b"_utf8mb4'\xc3\xa9'", b"\xc3\xa9"),
        (b"N'Lu\xc3\xads'", b"Lu\xc3\xads"),
        (b"  'blanks around'  ", b"blanks around"),
    ],
)
def test_mysql_literals(text: bytes, value: bytes | None) -> None:
    assert value_of(text, has_backslashes=True) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"'C:\\temp\\'", b"C:\\temp\\"),
        (b"'it''s \\n'", b"it's \\n"),
        (b"replace('a\\nb','\\n',char(10))", b"a\nb"),
        (b"replace(replace('a\\r\\nb''s','\\r',char(13)),'\\n',char(10))", b"a\r\nb's"),
        (b"unistr('a\\u000ab\\\\c\\+01f600')", "a\nb\\c😀".encode()),
        (b"char(72,105)", b"Hi"),
        (b"1e999", b"1e999"),
    ],
)
def test_sqlite_literals(text: bytes, value: bytes | None) -> None:
    assert value_of(text, has_backslashes=False) == value


@pytest.mark.parametrize(
    "text",
    [b"", b"NOW()", b"1+1", b"'a' 'b'", b"'a", b"X'0g'", b"DEFAULT", b"1-2", b"char('x')", b"1N2",
     b"replace('a','b')", b"char(9999999)", b"@x", b"(1)"],
)  # fmt: skip
def test_what_is_no_literal_is_refused(text: bytes) -> None:
    for has_backslashes in (True, False):
        with pytest.raises(NotALiteralError):
            value_of(text, has_backslashes)


def test_plain_strings_of_blob_columns_are_hexadecimal_digits() -> None:
    assert value_of(b"'\\0a\xff'", True, is_blob=True) == b"0061ff"
    assert value_of(b"''", True, is_blob=True) == b""
    assert value_of(b"0xFF", True, is_blob=True) == b"ff"


def test_columns_of_a_create_table() -> None:
    statement = b"""CREATE TABLE IF NOT EXISTS `my db`.`we``ird` (
      `id` int(11) NOT NULL AUTO_INCREMENT, -- not, a column
      `key` enum('a,b','c)''d') DEFAULT 'PRIMARY KEY (', /*!50606 `x` int, */
      `photo` longblob,
      "full" varchar(9) GENERATED ALWAYS AS (concat(`key`,',')) VIRTUAL COMMENT 'as (x)',
      flags bit(3) DEFAULT b'0',
      PRIMARY KEY (`id`), UNIQUE KEY `u` (`key`,`id`), KEY k (id),
      CONSTRAINT `c` FOREIGN KEY (`id`) REFERENCES `o` (`id`), FULLTEXT KEY `f` (`key`)
    ) ENGINE=InnoDB"""
    found = created_table(statement, None)
    assert found == (
        TableName("my db", "we`ird"),
        (
            Column("id"),
            Column("key"),
            Column("photo", is_blob=True),
            Column("full", is_generated=True),
            Column("flags", is_blob=True),
        ),
    )


def test_columns_of_a_sqlite_table_without_types() -> None:
    found = created_table(b"CREATE TABLE t(key text, \"a b\", [c d], g AS (key || 'x'))", "main")
    assert found is not None
    assert found[0] == TableName("main", "t")
    assert [(c.name, c.is_generated) for c in found[1]] == [
        ("key", False), ("a b", False), ("c d", False), ("g", True),
    ]  # fmt: skip


def test_a_table_made_from_another_tells_no_columns() -> None:
    assert created_table(b"CREATE TABLE t AS SELECT 1", None) is None
    assert created_table(b"CREATE TABLE t LIKE u", None) is None
    assert created_table(b"CREATE VIEW v AS SELECT 1", None) is None


@pytest.mark.parametrize(
    "text", [b"a\\'", b"''", b"\\\\", b"\\\\\\n", b"\\'''", b"\\%\\q\\Z", b'\\"']
)
def test_long_strings_are_unescaped_as_short_ones(text: bytes) -> None:
    times = LONG_BYTES // len(text) + 1
    short = value_of(b"'" + text + b"'", True)
    assert value_of(b"'" + text * times + b"'", True) == (short or b"") * times

"""Extracting tables of a live server: every type and character set, every kind of key."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from legacy_source import Legacy, chunks_in, extract, legacy_database, rows_in

from loaders.legacy import extract as extract_module
from lode.settings import Settings

pytestmark = pytest.mark.database

# Type, a value as SQL, and the text (or bytes) in which the server prints it.
TYPES: list[tuple[str, str, str | bytes]] = [
    ("tinyint", "-128", "-128"),
    ("bigint unsigned", "18446744073709551615", "18446744073709551615"),
    ("int(6) zerofill", "42", "000042"),
    ("decimal(20,5)", "-12345.6789", "-12345.67890"),
    ("float", "16777216", "16777200"),
    ("float", "0.1", "0.1"),
    ("double", "2.2250738585072014e-308", "2.2250738585072014e-308"),
    ("double", "1e22", "1e22"),
    ("bit(10)", "b'1000000001'", b"\x02\x01"),
    ("date", "'0000-00-00'", "0000-00-00"),
    ("date", "'2020-02-00'", "2020-02-00"),
    ("datetime", "'0000-00-00'", "0000-00-00 00:00:00"),
    ("datetime(6)", "'1000-01-01 01:02:03.000001'", "1000-01-01 01:02:03.000001"),
    ("timestamp null", "'2020-03-29 01:30:00'", "2020-03-29 01:30:00"),
    ("time", "'-838:59:59'", "-838:59:59"),
    ("time(6)", "'-00:00:00.5'", "-00:00:00.500000"),
    ("year", "'0000'", "0000"),
    ("enum('a', 'é', '')", "'é'", "é"),
    ("set('x', 'y')", "'x,y'", "x,y"),
    ("binary(4)", "x'00ff'", b"\x00\xff\x00\x00"),
    ("varbinary(9)", "x''", b""),
    ("longblob", "x'deadbeef00'", b"\xde\xad\xbe\xef\x00"),
    ("mediumtext", "concat('a', x'00', 'b', x'1f')", "a\x00b\x1f"),
    ("point", "st_geomfromtext('POINT(1 2)')",
     bytes.fromhex("000000000101000000000000000000f03f0000000000000040")),
    ("char(9) character set latin1", "'é €  '", "é €"),
    ("longtext character set latin1", "x'81e9'", "\x81é"),
    ("varchar(9) character set utf8mb4", "'😀 x '", "😀 x "),
    ("varchar(9) character set ucs2", "'Ж漢'", "Ж漢"),
    ("varchar(9) character set utf16", "'😀'", "😀"),
    ("varchar(9) character set sjis", "'漢字ｱ'", "漢字ｱ"),
    ("varchar(9) character set cp932", "'～①'", "～①"),
    ("varchar(9) character set ujis", "'漢字'", "漢字"),
    ("varchar(9) character set gbk", "'汉字'", "汉字"),
    ("varchar(9) character set big5", "'漢字'", "漢字"),
    ("varchar(9) character set euckr", "'한글'", "한글"),
    ("varchar(9) character set cp1251", "'Жук'", "Жук"),
    ("varchar(9) character set koi8r", "'Жук'", "Жук"),
    ("varchar(9) character set hebrew", "'שלום'", "שלום"),
    ("text character set greek", "'Ωμέγα'", "Ωμέγα"),
]  # fmt: skip
JSON = """'{"b": 1.0, "a": "é"}'"""
OF_ENGINE: dict[str, list[tuple[str, str, str | bytes]]] = {
    "mariadb": [
        ("json", JSON, '{"b": 1.0, "a": "é"}'),
        ("inet6", "'::1'", "::1"),
        ("uuid", "'123e4567-e89b-12d3-a456-426655440000'", "123e4567-e89b-12d3-a456-426655440000"),
    ],
    "mysql": [
        ("json", JSON, '{"a": "é", "b": 1.0}'),
        ("vector(2)", "to_vector('[1,2]')", b"\x00\x00\x80?\x00\x00\x00@"),
    ],
}
WORDS = ["a", "B", "b2", "Äa", "z", "Z2", "", "ß", "ab ", "a_b", "É", "ñandú", "zebra"]
# Columns of the key, and keys in any order; every one is read in chunks.
KEYS: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "signed": ("k int primary key", [(n * 7 % 23 - 11,) for n in range(23)]),
    "unsigned": (
        "k bigint unsigned primary key",
        [(2**64 - 1,), (0,), (2**63,), (1,), (2**63 - 1,)],
    ),
    "zerofill": ("k int(5) zerofill primary key", [(n,) for n in (8, 9, 10, 77, 123456)]),
    "decimal": ("k decimal(9,3) primary key", [("-1.5",), ("-1.499",), ("0",), ("10",), ("9",)]),
    "date": (
        "k date primary key", [("0000-00-00",), ("2020-00-00",), ("1999-12-31",), ("2020-01-01",)],
    ),
    "datetime": (
        "k datetime(6) primary key",
        [("2020-01-01 00:00:00.000001",), ("2020-01-01",), ("0000-00-00",), ("9999-12-31",)],
    ),
    "timestamp": (
        "k timestamp(3) not null primary key",
        [("2020-03-29 01:30:00.5",), ("2020-03-29 02:30:00",), ("2020-10-25 01:30:00",)],
    ),
    "time": (
        "k time(3) primary key", [("-838:59:59",), ("-00:00:00.5",), ("0",), ("00:00:00.5",),
                                  ("100:00:00",)],
    ),
    "words": ("k varchar(20) primary key", [(word,) for word in WORDS]),
    "latin1": (
        "k varchar(20) character set latin1 collate latin1_german1_ci primary key",
        [(word,) for word in WORDS if word != "ß"],
    ),
    "char": ("k char(20) character set latin1 primary key", [(word.strip(),) for word in WORDS]),
    "bin": (
        "k varchar(20) character set utf8mb4 collate utf8mb4_bin primary key",
        [("a",), ("A",), ("á",), ("😀",), ("'\"\\%s",), ("\0",)],
    ),
    "ucs2": ("k varchar(20) character set ucs2 primary key", [("Ж",), ("漢",), ("a",), ("b",)]),
    "binary": ("k binary(2) primary key", [(b"\0\0",), (b"\xff\0",), (b"\0\xff",), (b"''",)]),
    "varbinary": ("k varbinary(9) primary key", [(b"",), (b"\0",), (b"\xff\xfe",), (b"\\'",)]),
    "composite": (
        "k varchar(9), n int, b varbinary(3), primary key (k, n, b)",
        list(itertools.product(["x", "Y", ""], [-1, 2], [b"", b"\xff"])),
    ),
    "unique": (
        "k varchar(9) not null unique, n int null unique", [("x", 1), ("Y", None), ("z", 3)],
    ),
}  # fmt: skip
# Columns without a key that a table could be read by.
KEYLESS = {
    "none": "k int, n int",
    "float": "k float primary key, n int",
    "enum": "k enum('9', '10', '11') primary key, n int",
    "year": "k year primary key, n int",
    "nullable": "k int unique, n int",
    "prefix": "k varchar(20) not null, n int, unique (k(4))",
}


@pytest.fixture(scope="module")
def legacy(server: Settings) -> Iterator[Legacy]:
    with legacy_database(server) as found:
        yield found


def test_values_of_every_type_arrive_as_the_server_prints_them(
    legacy: Legacy, tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    types = TYPES + OF_ENGINE[engine]
    columns = ", ".join(f"c{number} {kind}" for number, (kind, _, _) in enumerate(types))
    values = ", ".join(value for _, value, _ in types)
    legacy.run(
        f"create table kinds (id int primary key, {columns})",
        f"insert into kinds values (2, {values}), (3, {values})",
        "insert into kinds (id) values (1)",
        "insert into kinds select 4, " + ", ".join(f"c{n}" for n in range(len(types)))
        + " from kinds where id = 2",
    )  # fmt: skip
    full = tuple(text for _, _, text in types)
    found = set()
    for size in (1, 100):
        monkeypatch.setattr(extract_module, "CHUNK_ROWS", size)
        path = extract(legacy, tmp_path / str(size), "kinds")
        rows = rows_in(path, "kinds")
        assert rows[0] == ("1", *(None for _ in types))
        for row, number in zip(rows[1:], "234", strict=True):
            assert row == (number, *full)
        found.add(path.read_bytes())
    assert len(found) == 1
    legacy.run("drop table kinds")


def test_null_and_empty_text_are_told_apart(legacy: Legacy, tmp_path: Path) -> None:
    legacy.run("create table gaps (a varchar(9), b longtext, c blob)")
    rows = list(itertools.product([None, "", "0"], [None, ""], [None, b"", b"\x1f"]))
    legacy.fill("gaps", rows)
    assert sorted(rows_in(extract(legacy, tmp_path, "gaps"), "gaps"), key=repr) == sorted(
        rows, key=repr
    )
    legacy.run("drop table gaps")


@pytest.mark.parametrize("name", KEYS)
def test_every_kind_of_key_is_read_in_chunks(
    legacy: Legacy, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns, keys = KEYS[name]
    legacy.run(f"create table keyed ({columns}, place int)")
    try:
        shuffled = random.Random(1).sample(keys, len(keys))
        legacy.fill("keyed", [(*key, place) for place, key in enumerate(shuffled)])
        require_chunks_of_any_size(legacy, tmp_path, monkeypatch, name)
    finally:
        legacy.run("drop table keyed")


def test_a_key_with_characters_that_come_back_as_others(
    legacy: Legacy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two bytes of cp932 for one character of Unicode: converted there and back they are one."""
    legacy.run(
        "create table keyed (k varchar(9) character set cp932 collate cp932_bin primary key,"
        " place int)",
        "insert into keyed values (_cp932 x'8754', 1), (_cp932 x'fa4a', 2), (_cp932 x'61', 3),"
        " (_cp932 x'82a0', 4)",
    )
    try:
        require_chunks_of_any_size(legacy, tmp_path, monkeypatch, "cp932")
    finally:
        legacy.run("drop table keyed")


def require_chunks_of_any_size(
    legacy: Legacy, folder: Path, patch: pytest.MonkeyPatch, name: str
) -> None:
    """Extract the table in chunks of several sizes: the same bytes, in the server's own order."""
    order = "k, n, b" if name == "composite" else "k"
    places = [str(place) for (place,) in legacy.run(f"select place from keyed order by {order}")]
    found = set()
    for size in (1, 2, len(places)):
        patch.setattr(extract_module, "CHUNK_ROWS", size)
        path = extract(legacy, folder / str(size), "keyed")
        assert [row[-1] for row in rows_in(path, "keyed")] == places
        # A bound is found as long as there are so many rows; behind the last, one chunk is open.
        assert len(chunks_in(folder / str(size))) == len(places) // size + 1
        found.add(path.read_bytes())
    assert len(found) == 1


@pytest.mark.parametrize("name", KEYLESS)
def test_without_a_key_the_rows_come_in_one_stream_and_in_one_order(
    legacy: Legacy, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extract_module, "CHUNK_ROWS", 2)
    keys = {"year": ["2001", "0000", "1999"], "enum": ["10", "9", "11"]}.get(name, ["3", "1", "2"])
    legacy.run(f"create table plain ({KEYLESS[name]})")
    try:
        legacy.fill("plain", [(key, 7) for key in keys])
        first = extract(legacy, tmp_path / "first", "plain")
        assert chunks_in(tmp_path / "first") == [(0, 0)]
        assert rows_in(first, "plain") == sorted((key, "7") for key in keys)
        legacy.run("delete from plain")
        legacy.fill("plain", [(key, 7) for key in reversed(keys)])
        assert extract(legacy, tmp_path / "again", "plain").read_bytes() == first.read_bytes()
    finally:
        legacy.run("drop table plain")


def test_views_odd_names_and_several_tables_in_one_file(legacy: Legacy, tmp_path: Path) -> None:
    legacy.run(
        'create table `odd ``%s" name` (`sel``ect` int primary key, `rowid` varchar(9), `a b` int)',
        "insert into `odd ``%s\" name` values (1, 'é', null), (2, null, 5)",
        "create view seen as select `rowid` as word, count(*) as n"
        ' from `odd ``%s" name` group by 1',
    )
    path = extract(legacy, tmp_path, "seen", 'odd `%s" name')
    assert rows_in(path, "seen") == [(None, "1"), ("é", "1")]
    assert rows_in(path, 'odd `%s"" name') == [("1", "é", None), ("2", None, "5")]
    legacy.run("drop view seen", 'drop table `odd ``%s" name`')


ROWS = st.dictionaries(
    st.tuples(st.text("aAbBäÄß é", max_size=3), st.integers(-3, 3)),
    st.tuples(
        st.none() | st.text(st.characters(blacklist_categories=["Cs"]), max_size=5),
        st.none() | st.binary(max_size=4),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@given(rows=ROWS, size=st.integers(1, 4))
@hypothesis_settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_random_rows_arrive_whole(
    legacy: Legacy, tmp_path_factory: pytest.TempPathFactory, rows: dict[Any, Any], size: int
) -> None:
    legacy.run(
        "drop table if exists chance",
        "create table chance (k varchar(9), n int, t text, b blob, primary key (k, n))"
        " collate utf8mb4_unicode_ci",
    )
    # Of keys that are the same for the collation one row is kept; which ones that is, it knows.
    legacy.fill("chance", [(*key, *values) for key, values in rows.items()], "insert ignore")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extract_module, "CHUNK_ROWS", size)
        path = extract(legacy, tmp_path_factory.mktemp("chance"), "chance")
    assert rows_in(path, "chance") == legacy.run(
        "select k, cast(n as char), t, b from chance order by k, n"
    )

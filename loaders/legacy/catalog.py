"""What a legacy database holds: its tables and views, their columns, and keys to read them by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pymysql.connections import Connection

from loaders.legacy.address import LegacyAddress
from lode.errors import LodeError, printable

NUMBER, TEMPORAL, TEXT, BINARY = "number", "temporal", "text", "binary"
# Types that a key may have: their order is that of their values, and a value read can be written
# down exactly. That is not so for float (printed rounded), enum (ordered by number, compared as
# text) and year (0000 is read as 2000).
_KEY_KINDS = {
    **dict.fromkeys(("tinyint", "smallint", "mediumint", "int", "bigint", "decimal"), NUMBER),
    **dict.fromkeys(("date", "datetime", "timestamp", "time"), TEMPORAL),
    **dict.fromkeys(("char", "varchar"), TEXT),
    **dict.fromkeys(("binary", "varbinary"), BINARY),
}
# Types whose values are text or are printed as such; all others are bytes.
_PRINTED = frozenset(
    ("tinyint smallint mediumint int bigint decimal float double date datetime timestamp time year"
     " json uuid inet4 inet6 xmltype").split()
)  # fmt: skip
_LONG = frozenset(("mediumtext", "longtext", "mediumblob", "longblob", "json"))
_COLUMNS = """
    select table_name, column_name, data_type, character_set_name, collation_name, is_nullable
    from information_schema.columns
    where table_schema = database()
    order by table_name, ordinal_position
"""
_TABLES = """
    select table_name, table_type, engine
    from information_schema.tables
    where table_schema = database() and table_type in ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED')
    order by table_name
"""
_KEYS = """
    select table_name, index_name, column_name
    from information_schema.statistics
    where table_schema = database() and non_unique = 0 and index_type = 'BTREE'
    order by table_name, index_name, seq_in_index
"""
_UNFIT = """
    select table_name, index_name
    from information_schema.statistics
    where table_schema = database()
        and (sub_part is not null or nullable = 'YES' or column_name is null)
"""


@dataclass(frozen=True)
class Column:
    """A column; `is_long` if a value may be too long to be put together with others."""

    name: str
    data_type: str
    charset: str | None
    collation: str | None
    is_nullable: bool

    @property
    def is_binary(self) -> bool:
        """Whether its values are bytes and no text."""
        return self.charset is None and self.data_type not in _PRINTED

    @property
    def is_long(self) -> bool:
        """Whether a value may have more than 64 KiB."""
        return self.data_type in _LONG

    @property
    def key_kind(self) -> str | None:
        """How its values are compared as part of a key, None if they can't be."""
        return _KEY_KINDS.get(self.data_type)


@dataclass(frozen=True)
class SourceTable:
    """A table or view; `key` has the columns of a key to read it by, none if it has no such key."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[Column, ...] = ()
    is_keyed_by_primary: bool = False
    is_transactional: bool = True

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)


def read_catalog(connection: Connection[Any]) -> dict[str, SourceTable]:
    """Return the tables and views that the account may see, by name."""
    columns: dict[str, list[Column]] = defaultdict(list)
    for table, name, data_type, charset, collation, nullable in _texts(connection, _COLUMNS):
        columns[str(table)].append(
            Column(str(name), str(data_type).lower(), charset, collation, nullable != "NO")
        )
    keys = _read_keys(connection)
    tables = {}
    for name, kind, engine in _texts(connection, _TABLES):
        is_view = kind == "VIEW"
        own = {
            # Of a view's columns the server only guesses whether they may be NULL.
            column.name: replace(column, is_nullable=column.is_nullable or is_view)
            for column in columns[str(name)]
        }
        index, key = _best_key(keys.get(str(name), {}), own)
        tables[str(name)] = SourceTable(
            str(name), tuple(own.values()), key, index == "PRIMARY",
            is_view or str(engine).lower() == "innodb",
        )  # fmt: skip
    return tables


def find_table(
    tables: dict[str, SourceTable], name: str | None, address: LegacyAddress
) -> SourceTable:
    """Find a table by its name, whatever its case; LodeError lists what there is."""
    listed = ", ".join(printable(one, 40) for one in tables)
    if not tables:
        raise LodeError(
            f"{address} has no table that the account may see: grant SELECT on it, or check the"
            " address."
        )
    if name is None:
        if len(tables) == 1:
            return next(iter(tables.values()))
        raise LodeError(f"{address} has several tables; name one with --table: {listed}.")
    alike = [one for one in tables if one.lower() == name.lower()]
    if name in tables or len(alike) == 1:
        return tables[name if name in tables else alike[0]]
    raise LodeError(
        f"{address} has no table {printable(name, 40)} that the account may see; it has {listed}."
    )


def _read_keys(connection: Connection[Any]) -> dict[str, dict[str, list[str]]]:
    """Return the columns of every unique index that has no NULL, by table and index."""
    unfit = set(_texts(connection, _UNFIT))
    keys: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for table, index, column in _texts(connection, _KEYS):
        if (table, index) not in unfit:
            keys[str(table)][str(index)].append(str(column))
    return keys


def _best_key(
    keys: dict[str, list[str]], columns: dict[str, Column]
) -> tuple[str, tuple[Column, ...]]:
    """Choose the primary key, else the shortest one that can be used."""
    for index, names in sorted(
        keys.items(), key=lambda one: (one[0] != "PRIMARY", len(one[1]), one[0])
    ):
        if all(name in columns and columns[name].key_kind for name in names):
            return index, tuple(columns[name] for name in names)
    return "", ()


def _texts(connection: Connection[Any], query: str) -> Iterator[tuple[str | None, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        for row in cursor.fetchall():
            yield tuple(None if value is None else bytes(value).decode() for value in row)

"""The statements that are sent to a legacy server, as text.

Keys are compared by the server, in the collation of their column, so that a chunk's bounds mean
there what they meant when they were found. The checksum is worked out by the server from the same
text or bytes that it sends: the sum, over the rows, of the first 64 bits of a row's SHA-256, which
is the same in any order. `loaders/legacy/checksum.py` works it out on this side.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from loaders.legacy.catalog import BINARY, NUMBER, TEMPORAL, TEXT, Column, SourceTable

Key = tuple[bytes, ...]
_PLAIN = {NUMBER: re.compile(rb"-?[0-9]+(\.[0-9]+)?"), TEMPORAL: re.compile(rb"[0-9:. -]+")}


@dataclass(frozen=True)
class Span:
    """The rows behind the key `after`, up to and including `last`; None is no bound."""

    after: Key | None = None
    last: Key | None = None


def quoted(name: str) -> str:
    """Return a name as an SQL identifier for MySQL."""
    return "`" + name.replace("`", "``") + "`"


def select_rows(table: SourceTable, span: Span) -> str:
    """Return the query for the rows of a span, in the order of the key."""
    columns = ", ".join(f"t.{quoted(column.name)}" for column in table.columns)
    order = ", ".join(f"t.{quoted(column.name)}" for column in table.key)
    return f"select {columns} {_from(table, span)}" + (f" order by {order}" if order else "")


def select_bound(table: SourceTable, after: Key | None, row_count: int) -> str:
    """Return the query for the key of the row that is so many rows behind `after`."""
    values = ", ".join(_exact(column) for column in table.key)
    order = ", ".join(f"t.{quoted(column.name)}" for column in table.key)
    return (
        f"select {values} {_from(table, Span(after))} order by {order}"
        f" limit 1 offset {row_count - 1}"
    )


def select_checksum(table: SourceTable, span: Span) -> str:
    """Return the query for the number of rows of a span and their checksum."""
    pieces = [_piece(column) for column in table.columns]
    nullable = [
        f"t.{quoted(column.name)} is null" for column in table.columns if column.is_nullable
    ]
    values = ", ".join(
        f"ifnull({piece}, '')" if column.is_nullable else piece
        for column, piece in zip(table.columns, pieces, strict=True)
    )
    flags = f", concat({', '.join(nullable)})" if nullable else ""
    digest = f"left(sha2(concat_ws(x'1f', {values}{flags}), 256), 16)"
    return (
        f"select count(*), coalesce(sum(cast(conv({digest}, 16, 10) as unsigned)), 0)"
        f" {_from(table, span)}"
    )


def select_count(table: SourceTable) -> str:
    """Return the query for the number of rows of a whole table."""
    return f"select count(*) from {quoted(table.name)}"


def select_all(table: SourceTable, row_count: int) -> str:
    """Return the query for the first rows as `*` gives them: it needs the right to all columns."""
    return f"select * from {quoted(table.name)} limit {row_count}"


def _piece(column: Column) -> str:
    """Return a value as the bytes that the server sends; a long one by its own SHA-256."""
    name = f"t.{quoted(column.name)}"
    value = f"cast({name} as binary)" if column.is_binary else f"convert({name} using utf8mb4)"
    return f"sha2({value}, 256)" if column.is_long else value


def _from(table: SourceTable, span: Span) -> str:
    # Without the hint, a limit far behind can make the server sort the whole table.
    hint = " force index (primary)" if table.is_keyed_by_primary else ""
    conditions = []
    if span.after is not None:
        conditions.append(_compare(table.key, span.after, ">", ">"))
    if span.last is not None:
        conditions.append(_compare(table.key, span.last, "<", "<="))
    where = " where " + " and ".join(conditions) if conditions else ""
    return f"from {quoted(table.name)} as t{hint}{where}"


def _compare(columns: Sequence[Column], key: Key, inner: str, final: str) -> str:
    """Compare a key column by column: servers use no index for a comparison of whole rows."""
    name, value = f"t.{quoted(columns[0].name)}", _literal(columns[0], key[0])
    if len(columns) == 1:
        return f"{name} {final} {value}"
    rest = _compare(columns[1:], key[1:], inner, final)
    return f"({name} {inner} {value} or ({name} = {value} and {rest}))"


def _exact(column: Column) -> str:
    """Return a key's value unconverted: not every character of old sets comes back as it was."""
    name = f"t.{quoted(column.name)}"
    return f"cast({name} as binary)" if column.key_kind == TEXT else name


def _literal(column: Column, value: bytes) -> str:
    kind = column.key_kind
    if kind == BINARY:
        return f"x'{value.hex()}'"
    if kind == TEXT:
        return f"_{column.charset} x'{value.hex()}' collate {column.collation}"
    if kind is None or _PLAIN[kind].fullmatch(value) is None:
        raise ValueError(f"no literal for a key of the type {column.data_type}")
    return value.decode() if kind == NUMBER else f"'{value.decode()}'"

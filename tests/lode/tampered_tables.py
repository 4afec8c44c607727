"""Tables that are only added to, changed behind their triggers and put back afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pymysql.cursors import Cursor

from lode.db import connect
from lode.settings import Settings
from tests.models.raw_rows import table_rows


@contextmanager
def tampered(
    settings: Settings, tables: Sequence[str], triggers: Sequence[str]
) -> Iterator[Cursor]:
    """Give a cursor that no trigger stops, and put everything back afterwards."""
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        for trigger in triggers:
            cursor.execute(f"drop trigger {trigger.split()[2]}")
        for table in tables:
            cursor.execute(f"create temporary table kept_{table} as select * from {table}")
        try:
            yield cursor
        finally:
            restore(cursor, tables)
            for trigger in triggers:
                cursor.execute(trigger)


def restore(cursor: Cursor, tables: Sequence[str]) -> None:
    """Put the rows back that were there when `tampered` began."""
    for table in tables:
        cursor.execute(f"delete from {table}")
        cursor.execute(f"insert into {table} select * from kept_{table}")


def columns(settings: Settings, table: str) -> list[tuple[str, str]]:
    """Return the columns of a raw table with their types."""
    query = (
        "select column_name, data_type from information_schema.columns where table_schema = %s"
        " and table_name = %s order by ordinal_position"
    )
    found = table_rows(settings, "raw", query, [settings.schema("raw"), table])
    return [(str(name), str(kind)) for name, kind in found]

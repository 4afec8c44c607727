"""Writing into the ledger of exports what nobody may: without one of its triggers for a moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pymysql.cursors import Cursor

from lode.db import connect
from lode.list_triggers import EXPORT_TRIGGERS
from lode.settings import Settings


@contextmanager
def without_trigger(settings: Settings, name: str) -> Iterator[Cursor]:
    """Take a trigger away for the block, which gets a cursor of the loader."""
    (again,) = (one for one in EXPORT_TRIGGERS if one.startswith(f"create trigger {name} "))
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute(f"drop trigger {name}")
        yield cursor
        cursor.execute(again)

"""Changing what the ledger of exports holds, as nobody may: without its trigger for a moment."""

from __future__ import annotations

from lode.db import connect
from lode.list_triggers import EXPORT_TRIGGERS
from lode.settings import Settings

NAME = "list_exports_end_once"


def tamper(settings: Settings, statement: str, parameters: tuple[object, ...]) -> None:
    """Run a statement on the tables of the ledger as if they had no trigger for it."""
    (again,) = (one for one in EXPORT_TRIGGERS if one.startswith(f"create trigger {NAME} "))
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute(f"drop trigger {NAME}")
        cursor.execute(statement, parameters)
        cursor.execute(again)

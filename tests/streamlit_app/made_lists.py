"""A list with two versions and exports of it, made up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from lode.db import connect
from lode.list_definitions import define, definition_of
from lode.list_files import export_file
from lode.settings import Settings

NOW = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
LEFT_OUT = {"NATIONAL_DNC": 200, "NO_CONTACT": 60, "CALLING_WINDOW": 40}

Row = Mapping[str, Any]


def exported(settings: Settings, number: int, **values: object) -> Row:
    """Return a row of list_exports; its file's key is its number."""
    row: dict[str, Any] = {
        "id": number,
        "list_name": "tx_call",
        "version": 2,
        "channel": "call",
        "status": "COMPLETE",
        "exported_by": "operator@example.com",
        "reason": "March",
        "host_name": "here",
        "file_path": str(export_file(settings, f"{number:032x}")),
        "started_at": NOW,
        "decided_at": NOW,
        "finished_at": NOW,
        "checked_count": 1_000,
        "row_count": 700,
        "waterfall": json.dumps(LEFT_OUT),
        "valid_until": NOW + timedelta(hours=5),
        "file_sha256": "0" * 64,
    }
    return {**row, **values}


def add_exports(settings: Settings, *rows: Row) -> None:
    """Add rows to the ledger of exports."""
    from made_marts import insert

    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        # The ledger takes none that has ended already.
        insert(connection.cursor(), "list_exports", [{**row, "status": "STARTED"} for row in rows])
        connection.cursor().executemany(
            "update list_exports set status = %s where id = %s",
            [(row["status"], row["id"]) for row in rows],
        )


def seed_lists(settings: Settings) -> None:
    """Save a list twice, and note an export of it whose file is gone."""
    define(settings, "tx_call", definition_of("call", ["TX"], [], []), "ada")
    define(settings, "tx_call", definition_of("call", ["TX"], ["crm"], ["zip>=78700"]), "bob")
    add_exports(settings, exported(settings, 1))

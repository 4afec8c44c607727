"""A list with two versions, exports of it and what jobs said of it, made up."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from lode.comply import Contact, Reason, Verdict
from lode.db import connect
from lode.list_definitions import define, definition_of, newest
from lode.list_explain import WhyNot
from lode.list_files import export_file
from lode.list_preview import Preview
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


def previewed(settings: Settings, name: str = "tx_call", refusal: str = "") -> Preview:
    """Return what a preview of a list came to, as its job has it."""
    sample = [
        {"person": 10_000_000_001, "state": "TX", "contact": "+1••••••••43", "outcome": "",
         "from": "2026-01-05T14:00:00"},
        {"person": 10_000_000_002, "state": "TX", "contact": "+1••••••••44",
         "outcome": "NATIONAL_DNC", "from": None},
        {"person": 10_000_000_003, "state": "", "contact": "", "outcome": "NO_CONTACT",
         "from": None},
    ]  # fmt: skip
    return Preview(
        newest(settings, name), NOW, refusal, 1_000, 700, Counter(LEFT_OUT), sample=sample
    )


def explained(person: int, outcome: str, *, shared: int = 0, is_in_list: bool = True) -> WhyNot:
    """Return why somebody is left out, or in the list."""
    contact = Contact("phone", "+12175550143")
    verdict = Verdict(contact, "call", NOW, NOW)
    if outcome:
        verdict.reasons.append(
            Reason(outcome, "listed", "N", "list_national", "47 CFR 64.1200(c)(2)", "enforce",
                   NOW, None)
        )  # fmt: skip
    filters = [("state is TX", True), ("zip >= 78700", is_in_list)]
    return WhyNot(person, NOW, filters, outcome, shared, [verdict])


def add_job(
    settings: Settings,
    kind: str,
    parameters: Mapping[str, object],
    facts: Mapping[str, object],
    state: str = "DONE",
) -> int:
    """Add a job that came to something; returns its number."""
    from made_marts import insert

    row = {
        "request_key": secrets.token_hex(16), "kind": kind, "parameters": json.dumps(parameters),
        "asked_by": "operator@example.com", "asked_at": NOW, "state": state, "attempt": 1,
        "message": "It is done.", "result": json.dumps(facts), "started_at": NOW, "ended_at": NOW,
    }  # fmt: skip
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        insert(cursor, "app_jobs", [row])
        return int(cursor.lastrowid)


def seed_lists(settings: Settings) -> None:
    """Save a list twice, note an export of it whose file is gone, and what jobs said of it."""
    define(settings, "tx_call", definition_of("call", ["TX"], [], []), "ada")
    define(settings, "tx_call", definition_of("call", ["TX"], ["crm"], ["zip>=78700"]), "bob")
    add_exports(settings, exported(settings, 1))
    place = {"name": "tx_call", "version": 2}
    add_job(settings, "list_preview", place, previewed(settings).as_facts())
    who = {**place, "person": 10_000_000_002}
    add_job(settings, "list_explain", who, explained(10_000_000_002, "NATIONAL_DNC").as_facts())

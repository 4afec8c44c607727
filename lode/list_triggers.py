"""What keeps the ledger of exports as it was written: triggers on its two tables.

An export is added as STARTED, ends once, and stays; its rows are added while it is at work. The
statements have `;` inside, so they are no part of schema.sql, which is split there.
"""

from __future__ import annotations

# What an export says of itself from its beginning on.
FIXED = (
    "id", "list_name", "version", "channel", "exported_by", "reason", "host_name", "file_path",
    "started_at", "decided_at",
)  # fmt: skip
_IS_SAME = " and ".join(f"new.{column} <=> old.{column}" for column in FIXED)


def _refuse(sentence: str) -> str:
    return f"signal sqlstate '45000' set message_text = '{sentence}'"


def _trigger(name: str, moment: str, table: str, sentence: str, condition: str = "") -> str:
    refusal = _refuse(sentence)
    body = f"if {condition} then {refusal}; end if" if condition else refusal
    return f"create trigger {name} before {moment} on {table} for each row {body}"


EXPORT_TRIGGERS = (
    _trigger(
        "list_exports_begin", "insert", "list_exports",
        "An export begins as STARTED.", "new.status <> 'STARTED'",
    ),
    _trigger(
        "list_exports_end_once", "update", "list_exports",
        "An export that has ended is not changed.",
        f"old.status <> 'STARTED' or not ({_IS_SAME})",
    ),
    _trigger(
        "list_exports_stay", "delete", "list_exports", "The ledger of exports is only added to.",
    ),
    _trigger(
        "list_export_rows_are_open", "insert", "list_export_rows",
        "Rows are added to an export that is at work, and to no other.",
        "not exists (select 1 from list_exports as exports"
        " where exports.id = new.export_id and exports.status = 'STARTED')",
    ),
    _trigger(
        "list_export_rows_are_kept", "update", "list_export_rows",
        "The rows of an export are only added to: none is changed.",
    ),
    _trigger(
        "list_export_rows_stay", "delete", "list_export_rows",
        "The rows of an export are only added to: none is deleted.",
    ),
)  # fmt: skip

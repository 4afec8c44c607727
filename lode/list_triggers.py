"""What keeps the ledger of exports as it was written: triggers on its two tables.

An export is added as STARTED, ends once, and stays; its rows are added while it is at work. One
that is HELD has its result already: it is released, or comes to nothing. The statements have `;`
inside, so they are no part of schema.sql, which is split there.
"""

from __future__ import annotations

# What an export says of itself from its beginning on.
FIXED = (
    "id", "list_name", "version", "channel", "exported_by", "reason", "host_name", "file_path",
    "started_at", "decided_at",
)  # fmt: skip
# What it says when it is HELD, too.
RESULT = (
    "checked_count", "row_count", "waterfall", "registry_versions", "rules_hash", "valid_until",
    "rows_hash", "file_sha256",
)  # fmt: skip


def _same(columns: tuple[str, ...]) -> str:
    return " and ".join(f"new.{column} <=> old.{column}" for column in columns)


_ENDS = (
    "(old.status = 'STARTED' or old.status = 'HELD' and (new.status = 'FAILED'"
    " or new.status = 'COMPLETE'"
    " and exists (select 1 from list_releases as releases where releases.export_id = old.id))"
    f" and {_same(RESULT)})"
)


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
        f"not ({_ENDS} and {_same(FIXED)})",
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

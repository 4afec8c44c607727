"""What keeps the ledger of exports as it was written: triggers on its two tables.

An export is added as STARTED, ends once, and stays; its rows are added while it is at work. One
that is HELD has its result already: it is released, or comes to nothing.
"""

from __future__ import annotations

from lode.triggers import refusing, unchanged

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
_ENDS = (
    "(old.status = 'STARTED' or old.status = 'HELD' and (new.status = 'FAILED'"
    " or new.status = 'COMPLETE'"
    " and exists (select 1 from list_releases as releases where releases.export_id = old.id))"
    f" and {unchanged(RESULT)})"
)

EXPORT_TRIGGERS = (
    refusing(
        "list_exports_begin", "insert", "list_exports",
        "An export begins as STARTED.", "new.status <> 'STARTED'",
    ),
    refusing(
        "list_exports_end_once", "update", "list_exports",
        "An export that has ended is not changed.",
        f"not ({_ENDS} and {unchanged(FIXED)})",
    ),
    refusing(
        "list_exports_stay", "delete", "list_exports", "The ledger of exports is only added to.",
    ),
    refusing(
        "list_export_rows_are_open", "insert", "list_export_rows",
        "Rows are added to an export that is at work, and to no other.",
        "not exists (select 1 from list_exports as exports"
        " where exports.id = new.export_id and exports.status = 'STARTED')",
    ),
    refusing(
        "list_export_rows_are_kept", "update", "list_export_rows",
        "The rows of an export are only added to: none is changed.",
    ),
    refusing(
        "list_export_rows_stay", "delete", "list_export_rows",
        "The rows of an export are only added to: none is deleted.",
    ),
)  # fmt: skip

"""What the reports of an import say: the rows of the two CSV files and the checklist."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pymysql.connections import Connection
from pymysql.cursors import SSCursor

from loaders.import_rows import ImportRow
from loaders.mapping import UNMAPPED

SUCCESS_COLUMNS = (
    "import_id", "filename", "total_rows", "inserted", "updated", "skipped", "errors",
    "duration_sec", "status",
)  # fmt: skip
ERROR_COLUMNS = ("row_number", "error_type", "field_name", "field_value", "error_message")
# What makes a spreadsheet take a cell for a formula (OWASP, CSV injection).
_FORMULA = re.compile(r"\s*[=+\-@\t\r]")
PASS, WARN, FAIL = "PASS", "WARN", "FAIL"


def defused(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula: text that could be one gets a quote.

    That includes numbers in E.164, which begin with a plus.
    """
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def success_row(row: dict[str, Any]) -> tuple[object, ...]:
    """Return the line of the success report; skipped records are unchanged or repeats."""
    return (
        row["import_id"],
        defused(row["filename"]),
        row["row_count"],
        row["inserted_count"],
        row["updated_count"],
        (row["unchanged_count"] or 0) + (row["collapsed_count"] or 0),
        row["error_count"],
        row["processing_duration_seconds"],
        row["status"],
    )


def error_rows(canonical: Connection[Any], row: ImportRow) -> Iterator[tuple[object, ...]]:
    """Yield the lines of the error report in the order of the file, as the server sends them."""
    with canonical.cursor(SSCursor) as cursor:
        cursor.execute(
            "select `row_number`, error_type, field_name, field_value, error_message"
            " from record_problems where import_seq = %s order by `row_number`, error_number",
            (row.id,),
        )
        for found in cursor:
            yield tuple(defused(value) for value in found)


def checklist(
    canonical: Connection[Any], row: dict[str, Any], is_file_whole: bool
) -> dict[str, object]:
    """Return the checklist of an import; its shape is that of report_schema.json."""
    counts = _problem_counts(canonical, int(row["id"]))
    unmapped = _unmapped(str(row["mapping"]))
    outcomes = sum(
        int(row[name] or 0)
        for name in (
            "inserted_count", "updated_count", "unchanged_count", "collapsed_count",
            "rejected_count",
        )
    )  # fmt: skip
    loaded = int(row["loaded_count"] or 0) + int(row["parse_rejected_count"] or 0)
    checks = [
        {"check": "File readable", "status": PASS if is_file_whole else FAIL},
        _counted("Schema matches expected", len(unmapped), WARN),
        _counted("Records readable", int(row["parse_rejected_count"] or 0), FAIL),
        _counted("Required fields present", counts.get("required", 0), FAIL),
        _compared("Row count matches file", row["row_count"], loaded),
        _compared("Every record accounted for", row["row_count"], outcomes),
        _counted("Duplicate rows in batch", int(row["collapsed_count"] or 0), WARN),
        _counted("Duplicate emails in batch", counts.get("duplicate", 0), WARN),
        _counted("Invalid emails", counts.get("email", 0), FAIL),
        _counted("Invalid phones", counts.get("phone", 0), FAIL),
        _counted("Data types valid", counts.get("type", 0), FAIL),
        _counted("Values cut to length", counts.get("length", 0), WARN),
    ]
    return {
        "import_id": row["import_id"],
        "filename": row["filename"],
        "checksum_sha256": row["checksum"],
        "attempt": row["attempt"],
        "checks": checks,
        "overall_status": row["status"],
    }


def _counted(check: str, count: int, otherwise: str) -> dict[str, object]:
    return {"check": check, "status": otherwise if count else PASS, "count": count}


def _compared(check: str, expected: object, actual: int) -> dict[str, object]:
    status = PASS if expected == actual else FAIL
    return {"check": check, "status": status, "expected": expected, "actual": actual}


def _unmapped(mapping: str) -> list[str]:
    return [header for header, column in json.loads(mapping).items() if column in UNMAPPED]


def _problem_counts(canonical: Connection[Any], import_seq: int) -> dict[str, int]:
    """Return how many records have a problem of each kind."""
    with canonical.cursor() as cursor:
        cursor.execute(
            """
            select
                case
                    when error_type in ('MISSING_REQUIRED', 'NO_CONTACT', 'NO_DATE',
                        'NO_CAMPAIGN_NAME') then 'required'
                    when error_type = 'DUPLICATE' then 'duplicate'
                    when error_type = 'VALUE_TOO_LONG' then 'length'
                    when error_type = 'INVALID_NUMBER' then 'phone'
                    when error_type = 'VALIDATION' and field_name like 'email%%' then 'email'
                    when error_type = 'VALIDATION' and field_name like 'phone%%' then 'phone'
                    when error_type in ('VALIDATION', 'UNKNOWN_TYPE') and severity = 'error'
                        then 'type'
                    else 'other'
                end as kind,
                count(distinct record_id)
            from record_problems
            where import_seq = %s
            group by kind
            """,
            (import_seq,),
        )
        return {str(kind): int(count) for kind, count in cursor.fetchall()}

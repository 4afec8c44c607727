"""The problems of an import: what the parser refused, and what the rules found in the rest."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from pymysql.connections import Connection
from pymysql.cursors import SSCursor

from loaders.import_rows import ImportRow
from loaders.report_content import defused
from lode.masking import DOT, mask_contact
from lode.settings import Settings

# States in which the rules have been applied to the records that are loaded now.
JUDGED_STATES = ("COMPLETE", "COMPLETE_WITH_ERRORS")
PARSE = "PARSE"

_JUDGED = """
    select
        found.`row_number`, refused.line_number, found.severity, found.error_type,
        refused.error_type, found.field_name, found.field_value, found.error_message
    from {canonical}.record_problems as found
    left join {raw}.import_rejects as refused
        on found.import_seq = refused.import_seq
        and found.`row_number` = refused.record_number
        and found.error_number = 1000 + refused.error_number
    where found.import_seq = %s
    order by found.`row_number`, found.error_number
"""
_REFUSED = """
    select
        record_number, line_number, 'error', 'PARSE', error_type, field_name,
        left(convert(convert(raw_line using latin1) using utf8mb4), 255), error_message
    from {raw}.import_rejects
    where import_seq = %s
    order by record_number, error_number
"""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a record.

    `error_type` is that of the error report, `parser_error` what the parser calls it (None if it is
    not the parser's); `field_value` is the beginning of what stood there.
    """

    row_number: int
    line_number: int | None
    severity: str
    error_type: str
    parser_error: str | None
    field_name: str | None
    field_value: str | None
    error_message: str

    @property
    def shown_value(self) -> str:
        """The value as it may be shown to anybody: what is personal in it is masked."""
        if not self.field_value:
            return ""
        if self.error_type == PARSE:
            return DOT * 3
        return mask_contact((self.field_name or "").partition("_")[0], self.field_value)

    def report_row(self) -> tuple[object, ...]:
        """Return the line of the error report, which no spreadsheet takes for a formula."""
        cells = (
            self.row_number,
            self.error_type,
            self.field_name,
            self.field_value,
            self.error_message,
        )
        return tuple(defused(cell) for cell in cells)


def is_judged(row: ImportRow) -> bool:
    """Tell whether the rules were applied to an import as it is now."""
    return row.status in JUDGED_STATES


def read_problems(
    connection: Connection[Any], row: ImportRow, settings: Settings, limit: int | None = None
) -> Generator[Problem, None, None]:
    """Yield the problems of an import in the order of the file, as the server sends them.

    To be closed by who does not take all. `connection` is the auditor's. Before a run has applied
    the rules these are the parser's only.
    """
    query = _JUDGED if is_judged(row) else _REFUSED
    schemas = {layer: f"`{settings.schema(layer)}`" for layer in ("raw", "canonical")}
    with connection.cursor(SSCursor) as cursor:
        cursor.execute(query.format(**schemas) + " limit %s", (row.id, limit or 2**63))
        for found in cursor:
            yield Problem(*found)

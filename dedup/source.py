"""Reading the warehouse into Arrow through connectorx: persons to run on, records to train on.

connectorx takes a URL with the password in it, so its errors never leave this module as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import connectorx
import pyarrow as pa
import pymysql

from lode.db import connect
from lode.errors import LodeError
from lode.settings import Settings

# A partitioned read only pays once there is something to read.
PARTITION_FROM = 200_000

ID_SCHEMA = pa.schema([("person_id", pa.uint64())])
PAIR_SCHEMA = pa.schema(
    [
        ("person_id_l", pa.uint64()),
        ("person_id_r", pa.uint64()),
        ("match_weight", pa.float64()),
        ("is_held_back", pa.bool_()),
    ]
)
FORMER_SCHEMA = pa.schema([("person_id", pa.uint64()), ("golden_person_id", pa.uint64())])

PERSON_TABLES = {
    "persons": """
        select id, first_name, middle_name, last_name, name_suffix, birth_date, record_count
        from persons
        where record_count > 0
    """,
    "phone_numbers": "select person_id, phone_e164, is_primary from phone_numbers",
    "email_addresses": "select person_id, email, is_primary from email_addresses",
    "addresses": """
        select person_id, street_key, city, state, zip, country, is_primary
        from addresses
    """,
}


@dataclass(frozen=True)
class Former:
    """What earlier jobs made of the persons.

    `clusters` of the job in force (person_id, golden_person_id), persons who were ever golden for
    somebody else, and persons that a published job has seen (person_id each).
    """

    clusters: pa.Table
    ever_golden: pa.Table
    known: pa.Table


# The same four shapes, with every record as a person of its own.
RECORD_TABLES = {
    "persons": """
        select
            record_id as id, first_name, middle_name, last_name, name_suffix, birth_date,
            1 as record_count
        from stg_people
        where rejection_reason is null
    """,
    "phone_numbers": """
        select record_id as person_id, phone_1 as phone_e164, 1 as is_primary
        from stg_people where phone_1 is not null
        union all
        select record_id, phone_2, 0 from stg_people where phone_2 is not null
        union all
        select record_id, phone_3, 0 from stg_people where phone_3 is not null
    """,
    "email_addresses": """
        select record_id as person_id, email_1 as email, 1 as is_primary
        from stg_people where email_1 is not null
        union all
        select record_id, email_2, 0 from stg_people where email_2 is not null
    """,
    "addresses": """
        select record_id as person_id, street_key, city, state, zip, country, 1 as is_primary
        from stg_people where coalesce(street_key, city, zip) is not null
    """,
}


def read_persons(settings: Settings) -> dict[str, pa.Table]:
    """The living persons and their contact points, as account loader. Raises LodeError."""
    count = _count(settings, "loader", "canonical", "persons", "record_count > 0")
    partition = ("id", 2) if count >= PARTITION_FROM else None
    return {
        name: _read(
            settings, "loader", "canonical", query, partition if name == "persons" else None
        )
        for name, query in PERSON_TABLES.items()
    }


def read_records(settings: Settings) -> dict[str, pa.Table]:
    """The standardized records, one by one, as account auditor. Raises LodeError.

    Training needs what the upsert has not yet joined; the loader may not read staging, the auditor
    may.
    """
    _count(settings, "auditor", "staging", "stg_people", "true")
    return {
        name: _read(settings, "auditor", "staging", query) for name, query in RECORD_TABLES.items()
    }


def _read_former_clusters(settings: Settings, job_id: str | None) -> pa.Table:
    """A golden person whose id was bridged away is the person who holds its record now."""
    if job_id is None:
        return FORMER_SCHEMA.empty_table()
    query = f"""
        select
            clusters.person_id,
            cast(coalesce(holders.person_id, clusters.golden_person_id) as unsigned)
                as golden_person_id
        from dedup_clusters as clusters
        left join `{settings.schema("canonical")}`.person_records as holders
            on clusters.golden_person_id = holders.record_id
        where clusters.job_id = '{job_id}'
    """
    return _read(settings, "loader", "raw", query).cast(FORMER_SCHEMA)


def read_former(settings: Settings, job_id: str | None) -> Former:
    """What earlier jobs made of the persons; `job_id` is the one in force. Raises LodeError."""
    return Former(
        clusters=_read_former_clusters(settings, job_id),
        ever_golden=_read_ids(
            settings,
            "select distinct golden_after as person_id from dedup_events"
            " where golden_after <> person_id",
        ),
        known=_read_ids(settings, "select person_id from dedup_persons"),
    )


def read_pairs(settings: Settings, job_id: str) -> tuple[pa.Table, float]:
    """The pairs of a published job, and the weight from which it kept them. Raises LodeError.

    `is_held_back` marks a pair that reached the link threshold and was left to review all the same.
    """
    limits = _read(
        settings,
        "loader",
        "raw",
        f"select link_threshold, review_threshold from dedup_runs where job_id = '{job_id}'",
    ).to_pylist()[0]
    query = f"""
        select
            person_id_l,
            person_id_r,
            match_weight,
            decision = 'review' and match_weight >= {limits["link_threshold"]!r} as is_held_back
        from dedup_pairs
        where job_id = '{job_id}'
    """
    pairs = _read(settings, "loader", "raw", query).cast(PAIR_SCHEMA)
    return pairs, float(limits["review_threshold"])


def _read_ids(settings: Settings, query: str) -> pa.Table:
    return _read(settings, "loader", "raw", query).cast(ID_SCHEMA)


def _count(settings: Settings, role: str, layer: str, table: str, condition: str) -> int:
    """Rows of a table; says what to do when it is not there, before connectorx is asked."""
    try:
        with connect(role, settings, schema=layer) as connection, connection.cursor() as cursor:
            cursor.execute(f"select count(*) from {table} where {condition}")
            row = cursor.fetchone()
    except pymysql.MySQLError as error:
        code = error.args[0] if error.args else 0
        if code in (1146, 1142, 1054):
            raise LodeError(
                f"There is no usable table {settings.schema(layer)}.{table} yet: load files and run"
                " `dbt build` first."
            ) from None
        raise LodeError(
            f"Reading {settings.schema(layer)}.{table} failed: {error.args[-1]}."
        ) from None
    return int(row[0]) if row else 0


def _read(
    settings: Settings, role: str, layer: str, query: str, partition: tuple[str, int] | None = None
) -> pa.Table:
    account = settings.account(role)
    url = (
        f"mysql://{quote(account.user, safe='')}:{quote(account.password, safe='')}"
        f"@{settings.host}:{settings.port}/{settings.schema(layer)}"
    )
    if not settings.is_local:
        url += "?ssl-mode=VERIFY_IDENTITY"
        url += f"&ssl-ca={quote(str(settings.tls_ca), safe='/')}" if settings.tls_ca else ""
    options: dict[str, Any] = (
        {"partition_on": partition[0], "partition_num": partition[1]} if partition else {}
    )
    try:
        return connectorx.read_sql(url, query, return_type="arrow", **options)
    except (RuntimeError, ValueError, OSError) as error:
        reason = _redacted(str(error), account.password)
    raise LodeError(f"Reading {settings.schema(layer)} for the dedup failed: {reason}")


def _redacted(text: str, password: str) -> str:
    """The first line of an error with every form of the password blacked out."""
    line = text.strip().splitlines()[0] if text.strip() else "no reason given"
    for secret in {password, quote(password, safe=""), quote(password)}:
        if secret:
            line = line.replace(secret, "***")
    return line

"""Raw rows put where the loaders would put them, for tests that are about the models alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from lode.db import connect
from lode.settings import Settings

TABLES = {
    "people": "staging_raw_import",
    "touchpoints": "staging_raw_touchpoints",
    "campaigns": "staging_raw_campaigns",
    "opt_outs": "staging_raw_opt_outs",
    "dnc": "staging_raw_dnc",
}
RECORDS_PER_IMPORT = 10**10


def insert_import(
    settings: Settings, import_seq: int, feed: str, rows: Sequence[Mapping[str, str | None]]
) -> None:
    """Write one LOADED import of a feed: record n of it gets id import_seq * 10^10 + n."""
    with connect("loader", settings, schema="raw") as connection, connection.cursor() as cursor:
        cursor.execute(
            """
            insert into import_metadata (
                id, import_id, filename, source_type, feed, format, import_date, uploaded_by,
                uploaded_at, file_size_bytes, checksum, s3_location, schema_version, mapping_hash,
                mapping, read_options, status, attempt, row_count, loaded_count,
                parse_rejected_count
            ) values (
                %s, %s, %s, %s, %s, 'csv', now(6), 'test', '2026-03-01' + interval %s hour, 1, %s,
                'test', '1', %s, '{}', '{}', 'LOADED', 1, %s, %s, 0
            )
            """,
            (
                import_seq,
                f"imp_2026_03_01_{import_seq:03d}",
                f"file_{import_seq}.csv",
                feed,
                feed,
                import_seq,
                hashlib.sha256(str(import_seq).encode()).hexdigest(),
                "0" * 64,
                len(rows),
                len(rows),
            ),
        )
        for number, row in enumerate(rows, start=1):
            columns = ["record_id", *row]
            marks = ", ".join(["%s"] * len(columns))
            cursor.execute(
                f"insert into {TABLES[feed]} ({', '.join(columns)}) values ({marks})",
                (import_seq * RECORDS_PER_IMPORT + number, *row.values()),
            )
        connection.commit()


def table_rows(
    settings: Settings, layer: str, query: str, arguments: Sequence[object] = ()
) -> list[tuple[object, ...]]:
    """Return the rows of a query, read as the auditor."""
    with connect("auditor", settings, schema=layer) as connection, connection.cursor() as cursor:
        cursor.execute(query, arguments)
        return [tuple(row) for row in cursor.fetchall()]

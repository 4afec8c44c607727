"""`lode dedup map`: the person and the golden person of every record of every import."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pymysql
from pymysql.connections import Connection
from pymysql.cursors import SSCursor

from lode.db import connect
from lode.errors import LodeError
from lode.settings import Settings

COLUMNS = (
    "import_id",
    "filename",
    "source_table",
    "row_number",
    "record_id",
    "person_id",
    "golden_person_id",
)
BATCH = 20_000

# One row per raw record; a rejected record has neither person nor golden person. Only ids are
# sorted here, so the server streams in primary-key order.
QUERY = """
    select
        imports.import_id,
        imports.filename,
        coalesce(imports.source_table, '') as source_table,
        records.record_id mod 10000000000 as row_number_in_file,
        records.record_id,
        person_records.person_id,
        persons.golden_person_id
    from `{raw}`.staging_raw_import as records
    inner join `{raw}`.import_metadata as imports
        on records.import_seq = imports.id
    left join `{canonical}`.person_records as person_records
        on records.record_id = person_records.record_id
    left join `{canonical}`.persons as persons
        on person_records.person_id = persons.id
    order by records.record_id
"""


def write_map(settings: Settings, target: Path) -> int:
    """Write the map as CSV and return its row count; memory does not follow the rows.

    Reads one consistent snapshot as account loader. The file appears whole or not at all. Raises
    LodeError.
    """
    if target.is_dir():
        raise LodeError(f"{target} is a folder: name a CSV file to write the map to.")
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        with (
            connect("loader", settings, schema="raw") as connection,
            unfinished.open("w", encoding="utf-8", newline="") as file,
        ):
            count = _stream(connection, settings, file)
        unfinished.replace(target)
    except OSError as error:
        raise LodeError(f"{target} can't be written: {error.strerror}.") from error
    except pymysql.MySQLError as error:
        raise LodeError(
            f"The map can't be read from {settings.schema('canonical')} ({error.args[-1]}): load"
            " files and run `dbt build` first."
        ) from None
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def _stream(connection: Connection[Any], settings: Settings, file: Any) -> int:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    with connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read")
        cursor.execute("start transaction with consistent snapshot, read only")
    with connection.cursor(SSCursor) as cursor:
        cursor.execute(
            QUERY.format(raw=settings.schema("raw"), canonical=settings.schema("canonical"))
        )
        while batch := cursor.fetchmany(BATCH):
            writer.writerows(batch)
            count += len(batch)
    return count

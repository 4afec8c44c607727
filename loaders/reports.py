"""The three reports of an import (success CSV, error CSV, checklist JSON) and where they are kept.

They lie in the landing zone under `error-logs/YYYY/MM/DD/`, by the day on which the import was
completed, one set for every attempt. Writing them again gives the same files.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import jsonschema

from loaders import import_rows
from loaders.landing import is_landed
from loaders.landing_store import file_checksum, landing_store
from loaders.report_content import (
    ERROR_COLUMNS,
    SUCCESS_COLUMNS,
    checklist,
    error_rows,
    success_row,
)
from loaders.scratch import scratch_folder
from lode.db import connect, transaction
from lode.errors import LodeError
from lode.settings import Settings

ZONE = "error-logs"
SCHEMA = Path(__file__).resolve().parent / "report_schema.json"
PUBLISHED = ("COMPLETE", "COMPLETE_WITH_ERRORS", "FAILED")


def report_names(row: dict[str, Any]) -> tuple[str, str, str]:
    """Return the names of an import's reports: success, errors, checklist."""
    stem = row["import_id"] if row["attempt"] == 1 else f"{row['import_id']}_{row['attempt']}"
    return f"{stem}_success.csv", f"{stem}_errors.csv", f"{stem}_checklist.json"


def report_place(import_id: str, attempt: int, completed_at: datetime, number: int) -> str:
    """Return where in the landing zone a report is kept; numbers as `report_names` has them."""
    name = report_names({"import_id": import_id, "attempt": attempt})[number]
    return f"{ZONE}/{completed_at:%Y/%m/%d}/{name}"


def write_reports(import_id: str, settings: Settings, folder: Path) -> list[Path]:
    """Write the three reports of a processed import into a folder; they replace older ones.

    Raises LodeError if the import was not processed yet, or if the folder can't be written.
    """
    with connect("loader", settings, schema="raw") as connection:
        row = import_rows.read(connection, import_id)
        full = import_rows.read_full(connection, import_id)
    if row.status not in PUBLISHED or full["inserted_count"] is None:
        raise LodeError(
            f"{import_id} is {row.status}, and reports tell what became of its records: run"
            " `lode run` first."
        )
    success, errors, check = (folder / name for name in report_names(full))
    with connect("auditor", settings, schema="canonical") as connection:
        found = checklist(connection, full, is_landed(row.s3_location, row.checksum, settings))
        jsonschema.validate(found, json.loads(SCHEMA.read_text(encoding="utf-8")))
        write_whole(success, lambda file: write_csv(file, SUCCESS_COLUMNS, [success_row(full)]))
        write_whole(
            errors, lambda file: write_csv(file, ERROR_COLUMNS, error_rows(connection, row))
        )
    write_whole(
        check, lambda file: file.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    )
    return [success, errors, check]


def keep_missing_reports(settings: Settings) -> list[str]:
    """Write the reports that processed imports have not got yet into the landing zone.

    The ledger names them last, so an import whose reports were cut off gets them at the next call.
    Returns the ids of the imports.
    """
    done = []
    with connect("loader", settings, schema="raw") as connection:
        with connection.cursor() as cursor:
            cursor.execute(
                "select import_id, attempt, completed_at, error_log_s3 from import_metadata"
                " where status in ('COMPLETE', 'COMPLETE_WITH_ERRORS') order by id"
            )
            rows: list[Any] = list(cursor.fetchall())
        connection.commit()
        for import_id, attempt, completed_at, kept in rows:
            if not isinstance(completed_at, datetime):
                continue
            place = report_place(import_id, attempt, completed_at, 1)
            if kept == place:
                continue
            _keep(import_id, settings, place.rpartition("/")[0])
            with transaction(connection), connection.cursor() as cursor:
                cursor.execute(
                    "update import_metadata set error_log_s3 = %s where import_id = %s",
                    (place, import_id),
                )
            done.append(import_id)
    return done


def _keep(import_id: str, settings: Settings, folder: str) -> None:
    store = landing_store(settings)
    with scratch_folder(store.root / ".incoming") as scratch:
        for path in write_reports(import_id, settings, scratch):
            place = f"{folder}/{path.name}"
            store.keep(path, place, file_checksum(path))
            store.settle(place)


def write_whole(path: Path, content: Callable[[IO[str]], object]) -> None:
    """Write a file that only its owner may read, and give it its name when it is whole."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            content(file)
        part.replace(path)
    except OSError as error:
        raise LodeError(
            f"The report {path} can't be written ({error.strerror}): choose another folder."
        ) from None


def write_csv(file: IO[str], columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    """Write a table; its rows are defused already."""
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows(rows)

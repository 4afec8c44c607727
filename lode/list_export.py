"""The only way out for a list: decided row by row, written whole or not at all, and logged."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any

import pymysql
from pymysql.connections import Connection

from loaders.report_content import defused
from lode.comply_hours import local_words
from lode.db import connect
from lode.errors import BusyError, LodeError, printable
from lode.list_definitions import ListVersion, newest
from lode.list_gate import Allowed, decide, people_of
from lode.list_ledger import (
    COMPLETE,
    HELD,
    Export,
    add_rows,
    begin,
    complete,
    deliver,
    fail,
    recover,
    written,
)
from lode.list_validity import (
    Validity,
    consents_end,
    registry_versions,
    rules_digest,
    validity_at,
)
from lode.lock_holders import current_user
from lode.person import fetch
from lode.phone_formats import check_format, formatted
from lode.pipeline import one_run_at_a_time
from lode.settings import Settings

COMMON = ("person_id", "first_name", "last_name")
COLUMNS = {
    "call": (*COMMON, "phone", "line_type", "city", "state", "zip", "call_from_utc",
             "advised_from_utc", "call_from_local", "advice"),
    "sms": (*COMMON, "phone", "line_type", "city", "state", "zip", "text_from_utc",
            "advised_from_utc", "text_from_local", "advice"),
    "email": (*COMMON, "email", "advice"),
    "mail": ("person_id", "full_name", "company_name", "address", "advice"),
}  # fmt: skip
# Facts that decisions wait for: requests, lists, and contacts that caps count.
DECISIVE = ("opt_outs", "dnc", "touchpoints")


def export_list(
    settings: Settings,
    name: str,
    channel: str,
    path: Path,
    *,
    version: int | None = None,
    by: str | None = None,
    reason: str | None = None,
    phones: str | None = None,
    tell: Callable[[int], None] = lambda _checked: None,
) -> Export:
    """Write who of a list may be contacted now into a file, and log it.

    `phones` is the format of numbers, that of the definition if it is not given. `tell` hears how
    many people are decided about. One of more lines than `settings.release_above` is held: its file
    comes when a second person releases it (`lode.list_release`). Killed at any moment, it leaves no
    file, or the whole one with its entry; run again, it goes on from there.
    """
    path = path.absolute()
    check_format(phones, channel)
    wanted = newest(settings, name, version)
    if phones is not None:
        wanted = replace(wanted, definition=replace(wanted.definition, phones=phones))
    if wanted.definition.channel != channel:
        raise LodeError(
            f"The list {wanted.name} is for the channel {wanted.definition.channel}, not"
            f" {printable(channel, 20)}: define one for that."
        )
    if not path.parent.is_dir():
        raise LodeError(f"There is no folder {path.parent} for --out: make it first.")
    with (
        alone(settings),
        connect("loader", settings, schema="raw") as ledger,
        connect("auditor", settings, schema="canonical", autocommit=True) as reader,
    ):
        for old in recover(ledger):
            if old.path == path and (old.list_name, old.version) == (name, wanted.version):
                return old
        if path.exists():
            raise LodeError(f"{path} is there already: give --out another name.")
        require_settled(reader, settings)
        return _export(settings, ledger, reader, wanted, by or current_user(), reason, path, tell)


def _export(
    settings: Settings,
    ledger: Connection[Any],
    reader: Connection[Any],
    wanted: ListVersion,
    by: str,
    reason: str | None,
    path: Path,
    tell: Callable[[int], None],
) -> Export:
    at = fetch(reader, "select utc_timestamp(6) as at")[0]["at"]
    validity = validity_at(reader, settings, wanted.definition.channel, at)
    export = begin(ledger, wanted, by, reason, path, at)
    try:
        export.registry_versions = registry_versions(reader, settings, export.decided_at)
        export.rules_hash = rules_digest(reader)
        with _new_file(export.part) as file:
            _write(settings, ledger, reader, wanted, export, validity, file, tell)
        export.valid_until = validity.until
        export.status = HELD if export.row_count > settings.release_above else COMPLETE
        with _new_file(export.sidecar_part) as file:
            file.write(json.dumps(export.as_json(), indent=2).encode() + b"\n")
        complete(ledger, settings, export)
    except BaseException:
        # Where the database is gone, the next export does it.
        with suppress(pymysql.MySQLError):
            fail(ledger, export)
        raise
    if not export.is_held:
        deliver(export)
    return export


def _write(
    settings: Settings,
    ledger: Connection[Any],
    reader: Connection[Any],
    wanted: ListVersion,
    export: Export,
    validity: Validity,
    file: IO[bytes],
    tell: Callable[[int], None],
) -> None:
    """Decide and write chunk by chunk; sums up what became of everybody in the export."""
    digest, rows_digest = hashlib.sha256(), hashlib.sha256()
    left_out: Counter[str] = Counter()

    def write(lines: list[tuple[object, ...]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text).writerows(lines)
        data = text.getvalue().encode()
        digest.update(data)
        file.write(data)

    write([COLUMNS[export.channel]])
    for people in people_of(reader, settings, wanted.definition, export.decided_at):
        chunk = decide(
            reader, people, export.channel, export.decided_at, partial(written, ledger, export)
        )
        validity.rest_on(chunk.allowed, export.decided_at)
        exempt = [row.point.value for row in chunk.allowed if row.point.rests_on_exemption]
        if ends := consents_end(reader, settings, exempt, export.decided_at):
            validity.until = min(validity.until, ends)
        add_rows(ledger, export, chunk.allowed)
        write([_line(row, export.channel, wanted.definition.phones) for row in chunk.allowed])
        for row in chunk.allowed:
            rows_digest.update(f"{row.point.golden_person_id}:{row.point.digest}\n".encode())
        export.checked_count += chunk.checked
        export.row_count += len(chunk.allowed)
        left_out += chunk.blocked
        tell(export.checked_count)
    export.waterfall = dict(sorted(left_out.items(), key=lambda item: (-item[1], item[0])))
    export.rows_hash, export.file_sha256 = rows_digest.hexdigest(), digest.hexdigest()


def _line(row: Allowed, channel: str, phones: str | None) -> tuple[object, ...]:
    """Return a line of the file; but for numbers in E.164 no cell can be taken for a formula."""
    person, point = row.person, row.point
    advice = ",".join(point.advice)
    if channel == "mail":
        cells = (person["full_name"], person["company_name"], point.value, advice)
        return (point.golden_person_id, *map(defused, cells))
    names = tuple(map(defused, (person["first_name"], person["last_name"])))
    if channel == "email":
        return (point.golden_person_id, *names, defused(point.value), advice)
    assert row.hours is not None
    return (
        point.golden_person_id, *names, formatted(point.value, phones), point.phone_type,
        *map(defused, (person["city"], person["state"], person["zip"])),
        _moment(row.hours.enforced_from), _moment(row.hours.advised_from),
        local_words(row.hours.enforced_from, row.hours.time_zones), advice,
    )  # fmt: skip


def _moment(at: datetime | None) -> str:
    return "" if at is None else f"{at.isoformat(timespec='seconds')}Z"


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Keep runs out while a list is decided about; BusyError while one is at work."""
    try:
        with one_run_at_a_time(settings):
            yield
    except BusyError as error:
        raise BusyError(f"No list leaves while decisions are made anew. {error}") from None


def require_settled(reader: Connection[Any], settings: Settings) -> None:
    """Refuse while a load is at work, or what it brought is not decided about yet.

    A do-not-call list counts all at once when it is whole, so it needs no run; but a list that left
    a moment before would rest on the old copy.
    """
    raw = settings.schema("raw")
    rows = fetch(
        reader,
        f"select import_id, feed, status, filename from `{raw}`.import_metadata"
        " where status in ('PENDING', 'LOADING', 'UNDOING', 'PROCESSING')"
        " or (status = 'LOADED' and feed in %(feeds)s) order by id limit 1",
        {"feeds": list(DECISIVE)},
    )
    if rows:
        (row,) = rows
        raise LodeError(
            f"No list leaves now: {row['import_id']} ({printable(row['filename'])}) is"
            f" {row['status']}, and what it says is not decided about yet. Let it end or load it"
            " again, then `lode run`."
        )
    lists = fetch(
        reader,
        f"select lists.list_name, downloads.filename from `{raw}`.dnc_downloads as downloads"
        f" inner join `{raw}`.dnc_lists as lists on downloads.list_id = lists.list_id"
        " where downloads.status = 'LOADING' order by downloads.id limit 1",
    )
    if lists:
        (row,) = lists
        raise LodeError(
            f"No list leaves now: the do-not-call list {row['list_name']} is being loaded from"
            f" {printable(row['filename'])}. Wait for its end; if it broke off, load that list"
            " again with `lode dnc load`."
        )


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a new file that only its owner may read; it is on the disk when the block ends."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise LodeError(
            f"{path.parent} can't be written ({error.strerror}): choose another folder for --out."
        ) from error

"""Replaying an import: its landed file is read once more, whole or for what was refused.

The import keeps its id and its records their numbers, so what comes of it is what a first load
would give today. Until the next run the warehouse shows what the import brought before.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from loaders import import_rows, ledger
from loaders.check import check_file
from loaders.import_result import ImportResult
from loaders.landing import is_landed, landed_path
from loaders.mapping_choice import built_in
from loaders.opening import open_file
from loaders.progress import QuietReporter, Reporter
from loaders.reading import Reading, reading_of
from loaders.record_load import RecordLoad
from loaders.request import Request, request_of
from loaders.scratch import scratch_folder
from loaders.writer import Writer
from lode import audit
from lode.errors import LodeError
from lode.lock_holders import current_user
from lode.pipeline import one_run_at_a_time
from lode.settings import Settings

FULL = "full"
ERRORS_ONLY = "errors-only"
MODES = (FULL, ERRORS_ONLY)
# Feeds that say who must not be contacted: nothing that was accepted is ever taken back.
PROTECTED_FEEDS = ("opt_outs", "dnc")


def replay(
    import_id: str,
    settings: Settings,
    mode: str,
    *,
    mapping: str | None = None,
    mapping_file: Path | None = None,
    contract: str | None = None,
    reporter: Reporter | None = None,
    by: str | None = None,
) -> ImportResult:
    """Load the landed file of an import again.

    Mode `full` replaces all of its records, by another mapping if one is named; `errors-only` keeps
    those that were accepted and tries the refused ones again. What was said when the file was
    loaded first holds, but for the mapping and the contract that are named. `by` is who asks, you
    by default. Raises LodeError, one
    sentence, if the import can't be replayed; the import is left as it was then.
    """
    if mode not in MODES:
        raise LodeError(f"The mode {mode} is not known: choose {' or '.join(MODES)}.")
    started = time.monotonic()
    teller = reporter or QuietReporter()
    with (
        closing(Writer(settings)) as writer,
        scratch_folder(settings.home / "tmp") as folder,
        one_run_at_a_time(settings),
    ):
        row = import_rows.read(writer.connection, import_id)
        _require_replayable(row, mode, bool(mapping or mapping_file or contract))
        writer.claim(row.checksum, row.source_table, row.filename)
        if not is_landed(row.s3_location, row.checksum, settings):
            raise LodeError(
                f"The file of {import_id} is no more at {row.s3_location} as it was landed: restore"
                " it there from a backup."
            )
        teller.step(row.filename, "opening")
        path = landed_path(row.s3_location, settings)
        request = _request(row, mapping, mapping_file, contract)
        opened = open_file(
            check_file(path), path, folder, member=request.member, escape=request.escape
        )
        with closing(reading_of(opened, request)) as reading:
            actor = (by or current_user())[:128]
            result = _load_again(row, reading, mode, writer, teller, folder, path, actor)
    result = replace(result, seconds=time.monotonic() - started)
    teller.done(result)
    return result


def _require_replayable(row: import_rows.ImportRow, mode: str, has_mapping: bool) -> None:
    if row.status == ledger.UNDOING:
        raise LodeError(f"{row.import_id} is being undone: run `lode run` first.")
    if mode == ERRORS_ONLY and has_mapping:
        raise LodeError(
            "Another mapping or contract changes what was accepted too: leave it out, or use --mode"
            " full."
        )
    if mode == FULL and row.feed in PROTECTED_FEEDS:
        raise LodeError(
            f"{row.import_id} says who must not be contacted, so nothing it brought is replaced:"
            f" use --mode {ERRORS_ONLY}."
        )


def _request(
    row: import_rows.ImportRow,
    mapping: str | None,
    mapping_file: Path | None,
    contract: str | None,
) -> Request:
    """Return what was said when the file was loaded first, but for what is said now."""
    request = request_of(row.read_options)
    if contract is not None:
        request = replace(request, contract=contract)
    if mapping is not None:
        request = replace(request, own_mapping=built_in(mapping), is_users_own=False)
    return request.with_mapping_file(mapping_file)


def _load_again(
    row: import_rows.ImportRow,
    reading: Reading,
    mode: str,
    writer: Writer,
    teller: Reporter,
    folder: Path,
    path: Path,
    by: str,
) -> ImportResult:
    plan = reading.plan()
    own = plan.mapping
    if (own.feed, reading.source_table) != (row.feed, row.source_table):
        raise LodeError(
            f"{row.import_id} brought {row.feed} from {row.source_table or row.filename}, and the"
            f" mapping {own.name} would bring {own.feed} from"
            f" {reading.source_table or row.filename}: undo it and load the file under another"
            " name, or use a mapping that fits."
        )
    again = ledger.NewImport(
        filename=row.filename,
        source_type=own.name[:64],
        feed=row.feed,
        format=row.format,
        source_table=row.source_table,
        uploaded_by=row.uploaded_by,
        file_size_bytes=row.file_size_bytes,
        checksum=row.checksum,
        schema_version=own.version[:32],
        mapping_hash=own.hash,
        mapping=plan.as_json(),
        read_options=reading.request.as_json(plan),
    )
    ledger.begin_attempt(writer.connection, row, again, lambda: _note(row, again, mode, writer, by))
    writer.forget_progress(row.id)
    load = RecordLoad(writer, teller, folder, row.filename, keeps_rows=mode == ERRORS_ONLY)
    row = import_rows.read(writer.connection, row.import_id)
    return load.run(row, reading, plan, lambda: path)


def _note(
    row: import_rows.ImportRow, again: ledger.NewImport, mode: str, writer: Writer, by: str
) -> None:
    audit.append(
        writer.connection,
        writer.settings,
        "import.replay",
        actor=by,
        subject=row.import_id,
        payload={
            "mode": mode,
            "attempt": row.attempt + 1,
            "mapping": again.source_type,
            "mapping_hash": again.mapping_hash,
        },
    )

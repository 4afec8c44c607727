"""Loading a file: check, land, number, parse, write, account for every record.

Every step may be killed and the whole run again: the same file finds its import, and goes on behind
what was committed.
"""

from __future__ import annotations

import json
import time
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from loaders import import_rows, ledger
from loaders.check import SourceFile, check_file
from loaders.drift import drift
from loaders.import_result import ImportResult, result_of
from loaders.landing import Incoming, free_places, incoming_copy, land
from loaders.mapping import Plan
from loaders.opening import open_file
from loaders.progress import QuietReporter, Reporter
from loaders.reading import Reading, reading_of
from loaders.record_load import RecordLoad
from loaders.remote import fetched
from loaders.request import Request
from loaders.scratch import scratch_folder
from loaders.writer import Writer
from lode.errors import LodeError
from lode.lock_holders import current_user
from lode.settings import Settings


def load_file(
    path: Path | str,
    settings: Settings,
    *,
    table: str | None = None,
    member: str | None = None,
    escape: str | None = None,
    mapping: str | None = None,
    mapping_file: Path | None = None,
    contract: str | None = None,
    uploaded_by: str | None = None,
    reporter: Reporter | None = None,
) -> ImportResult:
    """Load one file (or one table of a file, or one member of an archive) into the raw schema.

    `path` may be `s3://bucket/key`; an object of the landing zone is registered where it lies. With
    `mysql://host/database` a table is extracted from a live server first.
    `escape` is "backslash" for text written with backslashes. `mapping` names a built-in mapping,
    `contract` overrides what a mapping says about columns that it does not know.
    The same bytes again change nothing and are reported as a duplicate. Raises LodeError, one
    sentence, if the file can't be loaded; nothing of it is visible then.
    """
    started = time.monotonic()
    teller = reporter or QuietReporter()
    wish = Request(table, member, escape, mapping, contract=contract, uploaded_by=uploaded_by)
    wish = wish.with_mapping_file(mapping_file)
    with fetched(path, settings, wish, teller) as file:
        request = replace(wish, place=file.place)
        source = check_file(file.path)
        with (
            closing(Writer(settings)) as writer,
            writer.in_sentences(),
            scratch_folder(settings.home / "tmp") as folder,
        ):
            teller.step(source.name, "copying")
            with incoming_copy(source, settings) as incoming:
                result = _Job(source, incoming, request, writer, teller, folder).run()
    result = replace(result, seconds=time.monotonic() - started)
    teller.done(result)
    return result


class _Job:
    """One file on its way."""

    def __init__(
        self,
        source: SourceFile,
        incoming: Incoming,
        request: Request,
        writer: Writer,
        teller: Reporter,
        folder: Path,
    ) -> None:
        self.folder = folder
        self.source = source
        self.incoming = incoming
        self.request = request
        self.writer = writer
        self.teller = teller
        self.settings = writer.settings

    def run(self) -> ImportResult:
        """Load the file, unless it was loaded before."""
        with closing(self._reading()) as reading:
            table = reading.source_table
            self.writer.claim(self.incoming.checksum, table, self.source.name)
            row = self.writer.retrying(lambda: self._find(table))
            if row is not None and row.status in ledger.COMPLETE_STATES:
                return result_of(row, is_duplicate=True)
            if row is not None and row.status in ledger.WITHDRAWN_STATES:
                raise LodeError(
                    f"{self.source.name} is the file of {row.import_id}, which was undone:"
                    f" `lode replay --import-id {row.import_id}` brings it back."
                )
            plan = reading.plan()
            self._tell_drift(reading, plan, row)
            new = self._new_import(reading, plan)
            row = self._register(new) if row is None else self._take_up(row, new)
            load = RecordLoad(self.writer, self.teller, self.folder, self.source.name)
            return load.run(row, reading, plan, partial(self._land, row))

    def _find(self, table: str | None) -> import_rows.ImportRow | None:
        return import_rows.find(self.writer.connection, self.incoming.checksum, table)

    def _tell_drift(self, reading: Reading, plan: Plan, row: import_rows.ImportRow | None) -> None:
        last = import_rows.find_last(
            self.writer.connection, plan.mapping.name[:64], plan.mapping.feed, row
        )
        changed = drift(plan, last, reading.sample)
        if changed is not None:
            self.teller.drift(self.source.name, changed)

    def _land(self, row: import_rows.ImportRow) -> Path:
        return land(self.incoming, row.s3_location, self.settings)

    def _reading(self) -> Reading:
        opened = open_file(
            self.source,
            self.incoming.path,
            self.folder,
            profile=self.incoming.profile,
            member=self.request.member,
            escape=self.request.escape,
        )
        return reading_of(opened, self.request)

    def _new_import(self, reading: Reading, plan: Plan) -> ledger.NewImport:
        mapping = plan.mapping
        return ledger.NewImport(
            filename=self.source.name,
            source_type=mapping.name[:64],
            feed=mapping.feed,
            format=reading.file.format,
            source_table=reading.source_table,
            uploaded_by=(self.request.uploaded_by or current_user())[:128],
            file_size_bytes=self.source.size_bytes,
            checksum=self.incoming.checksum,
            schema_version=mapping.version[:32],
            mapping_hash=mapping.hash,
            mapping=plan.as_json(),
            read_options=self.request.as_json(plan),
        )

    def _register(self, new: ledger.NewImport) -> import_rows.ImportRow:
        now, place = ledger.utc_now(), self.request.place
        places = free_places(self.source, now, new.checksum, self.settings, place)
        lock = self.writer.lock_name("register")

        def work() -> import_rows.ImportRow:
            # The commit may have been done when the connection broke before its answer.
            found = self._find(new.source_table)
            connection = self.writer.connection
            return found or ledger.register(connection, new, lambda _: next(places), lock)

        return self.writer.retrying(work)

    def _take_up(self, row: import_rows.ImportRow, new: ledger.NewImport) -> import_rows.ImportRow:
        """Begin the next attempt; what was loaded into other columns is thrown away first."""
        plans = json.loads(row.mapping), json.loads(new.mapping)
        if (row.mapping_hash, row.feed, plans[0]) != (new.mapping_hash, new.feed, plans[1]):
            self.writer.forget_progress(row.id)
            self.writer.clear_after(row.feed, row.id, 0)
        ledger.begin_attempt(self.writer.connection, row, new)
        return import_rows.read(self.writer.connection, row.import_id)

"""Loading a file: check, land, number, parse, write, account for every record.

Every step may be killed and the whole run again: the same file finds its import, and goes on behind
what was committed.
"""

from __future__ import annotations

import getpass
import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from loaders import import_rows, ledger
from loaders.check import SourceFile, check_file
from loaders.chunk_file import ChunkFiles
from loaders.landing import Incoming, free_places, incoming_copy, land, settle
from loaders.mapping import Plan
from loaders.opening import open_file
from loaders.prefetch import prefetched
from loaders.progress import QuietReporter, Reporter
from loaders.reading import Reading, Request, reading_of
from loaders.records import Source
from loaders.remote import local_copy
from loaders.scratch import scratch_folder
from loaders.writer import Writer
from lode.errors import LodeError
from lode.settings import Settings


@dataclass(frozen=True)
class ImportResult:
    """What became of one file; the counts are those of the whole import, on whichever attempt."""

    import_id: str
    import_seq: int
    filename: str
    source_table: str | None
    feed: str
    status: str
    attempt: int
    row_count: int
    loaded_count: int
    parse_rejected_count: int
    is_duplicate: bool
    seconds: float = 0.0

    def as_event(self) -> dict[str, object]:
        """Return the result as one flat record for the log."""
        return {**self.__dict__, "seconds": round(self.seconds, 3)}

    def sentence(self) -> str:
        """Say what became of the file and of its records."""
        name = f"{self.filename} ({self.source_table})" if self.source_table else self.filename
        counts = (
            f"{self.row_count:,} records = {self.loaded_count:,} loaded"
            f" + {self.parse_rejected_count:,} refused"
        )
        if self.is_duplicate:
            return f"{name} is the same file as {self.import_id} ({counts}): nothing changed."
        speed = self.row_count / max(self.seconds, 0.001)
        return (
            f"{name} is {self.import_id} ({self.feed}): {counts}, {self.seconds:.1f} s,"
            f" {speed:,.0f} records/s."
        )


def load_file(
    path: Path | str,
    settings: Settings,
    *,
    table: str | None = None,
    member: str | None = None,
    escape: str | None = None,
    mapping: str | None = None,
    mapping_file: Path | None = None,
    uploaded_by: str | None = None,
    reporter: Reporter | None = None,
) -> ImportResult:
    """Load one file (or one table of a file, or one member of an archive) into the raw schema.

    `path` may be `s3://bucket/key`; an object of the landing zone is registered where it lies.
    `escape` is "backslash" for text written with backslashes. `mapping` names a built-in mapping.
    The same bytes again change nothing and are reported as a duplicate. Raises LodeError, one
    sentence, if the file can't be loaded; nothing of it is visible then.
    """
    started = time.monotonic()
    teller = reporter or QuietReporter()
    wish = Request(table, member, escape, mapping, uploaded_by=uploaded_by)
    wish = wish.with_mapping_file(mapping_file)
    with local_copy(path, settings) as file:
        request = replace(wish, place=file.place)
        source = check_file(file.path)
        with (
            closing(Writer(settings)) as writer,
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
            row = import_rows.find(self.writer.connection, self.incoming.checksum, table)
            if row is not None and row.status in ledger.COMPLETE_STATES:
                return _result(row, is_duplicate=True)
            plan = reading.plan()
            new = self._new_import(reading, plan)
            row = self._register(new) if row is None else self._take_up(row, new)
            try:
                return self._load(row, reading, plan)
            except BaseException as error:
                self._note_failure(row, error)
                raise

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
            uploaded_by=(self.request.uploaded_by or _user())[:128],
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
        return ledger.register(self.writer.connection, new, lambda _: next(places), lock)

    def _take_up(self, row: import_rows.ImportRow, new: ledger.NewImport) -> import_rows.ImportRow:
        """Begin the next attempt; what another mapping has loaded is thrown away first."""
        if (row.mapping_hash, row.feed) != (new.mapping_hash, new.feed):
            self.writer.forget_progress(row.id)
            self.writer.clear_after(row.feed, row.id, 0)
        ledger.begin_attempt(self.writer.connection, row, new)
        return import_rows.read(self.writer.connection, row.import_id)

    def _load(self, row: import_rows.ImportRow, reading: Reading, plan: Plan) -> ImportResult:
        path = land(self.incoming, row.s3_location, self.settings)
        number, last_record = ledger.progress(self.writer.connection, row.id)
        self.writer.clear_after(row.feed, row.id, last_record)
        ledger.set_loading(self.writer.connection, row.id)
        self.teller.step(self.source.name, "loading")
        with closing(ChunkFiles(plan, row.id, self.folder)) as files:
            records = reading.source(path, files)
            self._write_chunks(row, records, files, number, last_record)
        settle(row.s3_location, self.settings)
        return self._account(row, records.record_count)

    def _write_chunks(
        self,
        row: import_rows.ImportRow,
        records: Source,
        files: ChunkFiles,
        number: int,
        last_record: int,
    ) -> None:
        columns, rejected = ", ".join(files.columns), 0
        with prefetched(records.chunks(last_record)) as chunks:
            for chunk in chunks:
                number += 1
                self.writer.write(row, row.attempt, number, chunk, columns)
                chunk.path.unlink()
                rejected += len(chunk.rejects)
                self.teller.records(self.source.name, chunk.last_record, rejected)

    def _account(self, row: import_rows.ImportRow, row_count: int) -> ImportResult:
        """Mark the import LOADED, but only if the counter and the tables agree."""

        def work() -> tuple[int, int]:
            connection = self.writer.connection
            loaded = self.writer.count_rows(row.feed, row.id)
            return loaded, ledger.count_rejects(connection, row.id)

        loaded, rejected = self.writer.retrying(work)
        if row_count != loaded + rejected:
            raise LodeError(
                f"{self.source.name} does not add up: the counter finds {row_count} records,"
                f" {loaded} are loaded and {rejected} refused; {row.import_id} is marked FAILED and"
                " stays invisible. Keep the file and report it."
            )
        counts = (row_count, loaded, rejected)
        self.writer.retrying(lambda: ledger.set_loaded(self.writer.connection, row.id, counts))
        return _result(import_rows.read(self.writer.connection, row.import_id), is_duplicate=False)

    def _note_failure(self, row: import_rows.ImportRow, error: BaseException) -> None:
        """Mark the import FAILED if the server can be told; else the next run finds it out."""
        sentence = str(error) if isinstance(error, LodeError) else type(error).__name__
        try:
            self.writer.connection.rollback()
            ledger.set_failed(self.writer.connection, row.id, sentence)
        except Exception:  # noqa: BLE001 - the first error is the one to be told
            return


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _result(row: import_rows.ImportRow, *, is_duplicate: bool) -> ImportResult:
    return ImportResult(
        import_id=row.import_id,
        import_seq=row.id,
        filename=row.filename,
        source_table=row.source_table,
        feed=row.feed,
        status=row.status,
        attempt=row.attempt,
        row_count=row.row_count or 0,
        loaded_count=row.loaded_count or 0,
        parse_rejected_count=row.parse_rejected_count or 0,
        is_duplicate=is_duplicate,
    )

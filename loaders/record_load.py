"""Writing the records of an opened file into the raw table, and accounting for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from loaders import import_rows, ledger
from loaders.chunk_file import ChunkFiles
from loaders.import_result import ImportResult, result_of
from loaders.landing import settle
from loaders.mapping import Plan
from loaders.prefetch import prefetched
from loaders.progress import Pace, Reporter
from loaders.reading import Reading
from loaders.records import Chunk, Source
from loaders.writer import Writer
from lode.errors import LodeError


class RecordLoad:
    """One attempt to load the records of an import; `name` is what the user calls the file.

    With `keeps_rows` the rows that are there already stay as they are, and only those that are
    missing come in.
    """

    def __init__(
        self,
        writer: Writer,
        teller: Reporter,
        folder: Path,
        name: str,
        *,
        keeps_rows: bool = False,
    ) -> None:
        self.writer = writer
        self.teller = teller
        self.folder = folder
        self.name = name
        self.keeps_rows = keeps_rows
        self._counted = (0, 0)

    def run(
        self, row: import_rows.ImportRow, reading: Reading, plan: Plan, land: Callable[[], Path]
    ) -> ImportResult:
        """Load what is not loaded yet from the file that `land` gives; the import is LOADED then.

        If it fails the import is FAILED, and what is committed stays for the next attempt.
        """
        try:
            return self._load(row, reading, plan, land)
        except BaseException as error:
            self._note_failure(row, error)
            raise

    def _load(
        self, row: import_rows.ImportRow, reading: Reading, plan: Plan, land: Callable[[], Path]
    ) -> ImportResult:
        path = land()
        number, last_record = self.writer.retrying(lambda: self._begin(row))
        self.teller.step(self.name, "loading")
        with closing(ChunkFiles(plan, row.id, self.folder)) as files:
            records = reading.source(path, files)
            self._write_chunks(row, records, files, number, last_record)
        return self._account(row, records.record_count)

    def _begin(self, row: import_rows.ImportRow) -> tuple[int, int]:
        """Return where to go on: the number of chunks committed and the last record in them."""
        number, last_record = ledger.progress(self.writer.connection, row.id)
        if not self.keeps_rows:
            self.writer.clear_after(row.feed, row.id, last_record)
        ledger.set_loading(self.writer.connection, row.id)
        return number, last_record

    def _write_chunks(
        self,
        row: import_rows.ImportRow,
        records: Source,
        files: ChunkFiles,
        number: int,
        last_record: int,
    ) -> None:
        columns, rejected, pace = ", ".join(files.columns), 0, Pace(last_record)
        with prefetched(self._chunks(row, records, last_record)) as chunks:
            for chunk in chunks:
                number += 1
                self.writer.write(row, number, chunk, columns, keeps_rows=self.keeps_rows)
                chunk.path.unlink()
                rejected += len(chunk.rejects)
                state = pace.at(chunk.last_record, rejected, chunk.share)
                self.teller.records(self.name, state)

    def _chunks(
        self, row: import_rows.ImportRow, records: Source, last_record: int
    ) -> Iterator[Chunk]:
        """Yield the chunks; then, while the last ones are written, do what need not wait for them.

        The file has been read to its end by then.
        """
        yield from records.chunks(last_record)
        settle(row.s3_location, self.writer.settings)
        self._counted = self.writer.count_committed(row.feed, row.id)

    def _account(self, row: import_rows.ImportRow, row_count: int) -> ImportResult:
        """Mark the import LOADED, but only if the counter and the tables agree."""

        def work() -> tuple[int, int]:
            connection = self.writer.connection
            last_record, counted = self._counted
            loaded = counted + self.writer.count_rows(row.feed, row.id, last_record)
            return loaded, ledger.count_rejects(connection, row.id)

        loaded, rejected = self.writer.retrying(work)
        if row_count != loaded + rejected:
            raise LodeError(
                f"{self.name} does not add up: the counter finds {row_count} records,"
                f" {loaded} are loaded and {rejected} refused; {row.import_id} is marked FAILED and"
                " stays invisible. Keep the file and report it."
            )
        counts = (row_count, loaded, rejected)
        self.writer.retrying(lambda: ledger.set_loaded(self.writer.connection, row.id, counts))
        return result_of(import_rows.read(self.writer.connection, row.import_id))

    def _note_failure(self, row: import_rows.ImportRow, error: BaseException) -> None:
        """Mark the import FAILED if the server can be told; else the next run finds it out."""
        sentence = str(error) if isinstance(error, LodeError) else type(error).__name__
        try:
            self.writer.connection.rollback()
            ledger.set_failed(self.writer.connection, row.id, sentence)
        except Exception:  # noqa: BLE001 - the first error is the one to be told
            return

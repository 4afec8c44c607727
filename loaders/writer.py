"""Writing an import: one writer at a time, one transaction per chunk, network errors retried.

A chunk's rows, its refused records and its row in load_progress are committed together. So whatever
happens, the committed chunks are a prefix of the file, and the next attempt goes on behind them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any, TypeVar

import pymysql
from pymysql.connections import Connection
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential_jitter,
)

from loaders import import_rows, ledger
from loaders.bulk_load import load_chunk
from loaders.feeds import RECORD_NUMBER_SPAN, TABLES
from loaders.records import Chunk
from lode.db import close_quietly, missing_part, open_connection, transaction
from lode.errors import BusyError, LodeError
from lode.lock_holders import forget_holder, holder_of, note_holder
from lode.logs import get_logger
from lode.settings import Settings

RETRIES = 3
LOCK_SECONDS = 5
DELETE_ROWS = 50_000
# Lost or refused connections, lock wait timeout, deadlock: what may pass if tried again.
TRANSIENT_ERRORS = (1040, 1053, 1205, 1213, 2002, 2003, 2006, 2013, 2014, 2055, 4031)

Result = TypeVar("Result")


def is_transient(error: BaseException) -> bool:
    """Tell whether an error may pass: a mood of network or server, not a mistake of ours."""
    if isinstance(error, LodeError):
        return error.__cause__ is not None and is_transient(error.__cause__)
    if isinstance(error, pymysql.err.InterfaceError):
        # What pymysql says of a connection that it knows to be closed.
        return True
    if isinstance(error, pymysql.MySQLError):
        return bool(error.args) and error.args[0] in TRANSIENT_ERRORS
    return isinstance(error, ConnectionError | TimeoutError)


class Writer:
    """The loader's connection to the raw schema, and the lock on one import.

    To be closed at the end; `wait_seconds` is the first pause before a retry.
    """

    def __init__(self, settings: Settings, wait_seconds: float = 0.5) -> None:
        self.settings = settings
        self.wait_seconds = wait_seconds
        self._lock: str | None = None
        self.connection = self._open()

    def _open(self) -> Connection[Any]:
        return open_connection("loader", self.settings, schema="raw", local_infile=True)

    def close(self) -> None:
        """Close the connection, and with it give back the lock."""
        if self._lock is not None:
            with suppress(pymysql.MySQLError, OSError):
                self.connection.rollback()
                with transaction(self.connection), self.connection.cursor() as cursor:
                    forget_holder(cursor, self._lock, self.settings)
        close_quietly(self.connection)

    def lock_name(self, *parts: str) -> str:
        """Return a name for a lock of this warehouse, short enough for every server."""
        text = "\0".join((self.settings.schema("raw"), *parts))
        return f"lode_{hashlib.sha256(text.encode()).hexdigest()[:40]}"

    def claim(self, checksum: str, table: str | None, filename: str) -> None:
        """Become the only writer of a file; LodeError says who is, and since when."""
        self._lock = self.lock_name("import", checksum, table or "")
        with self.connection.cursor() as cursor:
            if ledger.take_lock(cursor, self._lock, LOCK_SECONDS):
                self._note_holder(cursor)
                return
            holder = holder_of(cursor, self._lock, self.settings)
        self._lock = None
        raise BusyError(f"{filename} is being loaded by another process{holder}: wait for its end.")

    def _note_holder(self, cursor: Any) -> None:
        with transaction(self.connection):
            note_holder(cursor, str(self._lock), self.settings)

    def retrying(self, work: Callable[[], Result]) -> Result:
        """Do something with the connection; after a network error reconnect and do it again."""
        retrying = Retrying(
            stop=stop_after_attempt(1 + RETRIES),
            wait=wait_exponential_jitter(multiplier=self.wait_seconds, max=20, jitter=1),
            retry=retry_if_exception(is_transient),
            before_sleep=_note_retry,
            reraise=True,
        )

        def attempt() -> Result:
            self._ensure_connected()
            return work()

        try:
            return retrying(attempt)
        except (pymysql.MySQLError, OSError) as error:
            raise _sentence(error, self.settings) from error

    @contextmanager
    def in_sentences(self) -> Iterator[None]:
        """Say in a sentence what the database has against what happens in the block."""
        try:
            yield
        except pymysql.MySQLError as error:
            raise _sentence(error, self.settings) from error

    def _ensure_connected(self) -> None:
        """Make the connection usable; a new one has to take the lock again."""
        try:
            self.connection.rollback()
            return
        except (pymysql.MySQLError, OSError):
            close_quietly(self.connection)
        self.connection = self._open()
        if self._lock is None:
            return
        with self.connection.cursor() as cursor:
            if not ledger.take_lock(cursor, self._lock, LOCK_SECONDS):
                raise BusyError("Another process took the file over while the connection was lost.")
            self._note_holder(cursor)

    def clear_after(self, feed: str, import_seq: int, last_record: int) -> None:
        """Delete what is behind the last committed chunk: nothing but after a cut-off restart."""
        base = import_seq * RECORD_NUMBER_SPAN
        with self.connection.cursor() as cursor:
            while True:
                with transaction(self.connection):
                    deleted = cursor.execute(
                        f"delete from {TABLES[feed]} where record_id > %s and record_id < %s"
                        " order by record_id limit %s",
                        (base + last_record, base + RECORD_NUMBER_SPAN, DELETE_ROWS),
                    )
                if deleted < DELETE_ROWS:
                    return

    def forget_progress(self, import_seq: int) -> None:
        """Start from the first record again: the progress goes first, which dooms the rows."""
        with transaction(self.connection), self.connection.cursor() as cursor:
            cursor.execute("delete from load_progress where import_seq = %s", (import_seq,))
            cursor.execute("delete from import_rejects where import_seq = %s", (import_seq,))

    def write(
        self,
        row: import_rows.ImportRow,
        number: int,
        chunk: Chunk,
        columns: str,
        *,
        keeps_rows: bool = False,
    ) -> None:
        """Commit a chunk, once, however often the connection breaks.

        With `keeps_rows` records that are there already are left as they are.
        """

        def work() -> None:
            done, _ = ledger.progress(self.connection, row.id)
            if done >= number:
                # The commit was done when the connection broke before its answer.
                return
            with transaction(self.connection), self.connection.cursor() as cursor:
                kept = self._count_range(cursor, row, chunk) if keeps_rows else 0
                self._load_data(cursor, row, chunk, columns, kept)
                if chunk.rejects:
                    ledger.add_rejects(cursor, row.id, chunk)
                ledger.add_progress(cursor, row.id, row.attempt, number, chunk)

        self.retrying(work)

    def _count_range(self, cursor: Any, row: import_rows.ImportRow, chunk: Chunk) -> int:
        base = row.id * RECORD_NUMBER_SPAN
        cursor.execute(
            f"select count(*) from {TABLES[row.feed]} where record_id between %s and %s",
            (base + chunk.first_record, base + chunk.last_record),
        )
        (count,) = cursor.fetchone()
        return int(count)

    def _load_data(
        self, cursor: Any, row: import_rows.ImportRow, chunk: Chunk, columns: str, kept: int
    ) -> None:
        """Run LOAD DATA and hold it to account: LOCAL turns every error into a warning.

        Of the chunk's records `kept` are there already, and are passed over with a warning each.
        """
        name = f"{self.settings.schema('raw')}/{row.import_id}/{chunk.first_record}.csv"
        prefix = self.settings.load_from_s3
        loaded = load_chunk(cursor, TABLES[row.feed], columns, chunk.path, name, prefix, kept > 0)
        cursor.execute("select @@warning_count")
        (warnings,) = cursor.fetchone()
        if loaded + kept == chunk.row_count and warnings == kept:
            return
        raise LodeError(
            f"{row.filename}: of records {chunk.first_record} to {chunk.last_record} the server"
            f" took {loaded} and not {chunk.row_count - kept}, with {warnings} warnings; the chunk"
            " was rolled back. Load the file again; if it fails the same way keep it and report it."
        )

    def count_rows(self, feed: str, import_seq: int, after_record: int = 0) -> int:
        """Return how many rows of an import are in the raw table, behind a record of it."""
        return _count(self.connection, feed, import_seq, after_record, RECORD_NUMBER_SPAN - 1)

    def count_committed(self, feed: str, import_seq: int) -> tuple[int, int]:
        """Count the rows that are committed so far, over another connection, from any thread.

        Returns the number of the last record looked at, and the count. Nothing of it can change
        any more, since the only writer goes on behind it. If that does not work nothing was counted
        and nothing is lost.
        """
        try:
            with closing(open_connection("loader", self.settings, schema="raw")) as connection:
                _, last = ledger.progress(connection, import_seq)
                return last, _count(connection, feed, import_seq, 0, last)
        except (LodeError, pymysql.MySQLError, OSError):
            return 0, 0


def _count(connection: Connection[Any], feed: str, import_seq: int, after: int, last: int) -> int:
    base = import_seq * RECORD_NUMBER_SPAN
    with connection.cursor() as cursor:
        cursor.execute(
            f"select count(*) from {TABLES[feed]} where record_id > %s and record_id <= %s",
            (base + after, base + last),
        )
        (count,) = cursor.fetchone() or (0,)
    return int(count)


def _note_retry(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    get_logger("loaders").warning(
        "network error, attempt %d of %d: %s",
        state.attempt_number,
        1 + RETRIES,
        type(error).__name__,
    )


def _sentence(error: Exception, settings: Settings) -> LodeError:
    """Turn a database error into a sentence; the file's content is never part of it."""
    code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    place = f"{settings.host}:{settings.port}"
    if is_transient(error):
        return LodeError(
            f"The connection to {place} was lost and {RETRIES} retries failed (error {code}):"
            " load the file again, it goes on behind the last committed part."
        )
    if code in (1148, 3948, 4166):
        return LodeError(
            f"The server at {place} does not allow LOAD DATA LOCAL: set local_infile = ON there."
        )
    return missing_part(error) or LodeError(
        f"The database at {place} refused the records (error {code})."
    )

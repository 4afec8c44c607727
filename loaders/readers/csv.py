"""Reading delimited text: the counter cuts and numbers the records, DuckDB reads their fields."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np

from loaders.chunk_file import ChunkFiles, ParserDisagreementError
from loaders.counter import RecordBlock, RecordCounter
from loaders.dialect import Dialect
from loaders.grammar import MAXIMUM_RECORD_BYTES, read_record
from loaders.mapping import UNMAPPED
from loaders.records import (
    INVALID_UNICODE,
    MAXIMUM_VALUE_BYTES,
    MISSING_COLUMNS,
    NUL_BYTE,
    TOO_MANY_COLUMNS,
    VALUE_TOO_LONG,
    Chunk,
    RecordError,
    Reject,
    share_of,
)
from lode.errors import LodeError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# A byte of Windows-1252 becomes at most three of UTF-8.
_GROWTH = {"cp1252": 3}

Errors = dict[int, list[RecordError]]


class CsvSource:
    """The records of a delimited text file. The header is record 0; data are numbered from 1."""

    def __init__(self, path: Path, dialect: Dialect, files: ChunkFiles) -> None:
        self.path = path
        self.dialect = dialect
        self.files = files
        self._counter = RecordCounter(dialect.delimiter, dialect.encoding.mark_bytes)

    @property
    def record_count(self) -> int:
        """Number of records after the header, by the counter."""
        return self._counter.count - 1

    def chunks(self, after_record: int) -> Iterator[Chunk]:
        """Yield the chunks of the records after the given number."""
        for block in self._counter.blocks(self.dialect.encoding.blocks(self.path)):
            # The header has number 0, so it is always left out.
            first = max(0, after_record + 1 - block.first_index)
            if first < len(block):
                yield self._chunk(block, first)

    def _chunk(self, block: RecordBlock, first: int) -> Chunk:
        errors = self._errors(block, first)
        if self.files.is_wide:
            return self._wide_chunk(block, first, errors)
        if not errors and not block.stray:
            try:
                return self._clean_chunk(block, first)
            except ParserDisagreementError:
                # Found out record by record below.
                pass
        return self._sorted_chunk(block, first, errors)

    def _clean_chunk(self, block: RecordBlock, first: int) -> Chunk:
        """Hand the bytes on as they are, but for their line ends."""
        data = self.dialect.encoding.to_utf_8(block.text(first))
        if data.startswith(BYTE_ORDER_MARK):
            raise ParserDisagreementError("DuckDB would take the text for a mark")
        number, expected = block.first_index + first, len(block) - first
        work = self._work_file(data)
        try:
            path = self.files.from_csv(work, self.dialect.delimiter, number, expected)
        finally:
            work.unlink()
        return Chunk(number, number + expected - 1, expected, path, (), self._share(block))

    def _sorted_chunk(self, block: RecordBlock, first: int, errors: Errors) -> Chunk:
        """Leave out what is refused and give every other record its number as first column."""
        numbers = [block.first_index + i for i in range(first, len(block)) if i not in errors]
        separator = self.dialect.delimiter.encode()
        lines = [
            b"%d%b%b\n" % (number, separator, self._plain(block, number - block.first_index))
            for number in numbers
        ]
        work = self._work_file(self.dialect.encoding.to_utf_8(b"".join(lines)))
        try:
            path, refused = self.files.from_numbered_csv(work, self.dialect.delimiter, numbers)
        except ParserDisagreementError as error:
            raise LodeError(
                f"Two ways of counting the records of {self.path.name} disagree ({error}):"
                " nothing of this part was loaded; keep the file and report it."
            ) from None
        finally:
            work.unlink()
        for number, types in refused.items():
            errors[number - block.first_index] = [
                RecordError(error_type, "The CSV reader refused the record") for error_type in types
            ]
        return self._chunk_of(block, first, errors, path)

    def _wide_chunk(self, block: RecordBlock, first: int, errors: Errors) -> Chunk:
        """Read the fields with the grammar, which no number of columns troubles."""
        kept = (index for index in range(first, len(block)) if index not in errors)
        rows = ((block.first_index + index, self._values(block.raw(index))) for index in kept)
        return self._chunk_of(block, first, errors, self.files.from_rows(rows))

    def _values(self, raw: bytes) -> list[str | None]:
        record = read_record(raw, 0, ord(self.dialect.delimiter), True)
        fields = record.fields if record else ()
        if len(fields) != len(self.dialect.header):
            raise LodeError(
                f"Two ways of reading a record of {self.path.name} disagree ({len(fields)} and"
                f" {len(self.dialect.header)} fields): nothing of this part was loaded; keep the"
                " file and report it."
            )
        return [self.dialect.encoding.to_utf_8(field).decode() or None for field in fields]

    def _chunk_of(self, block: RecordBlock, first: int, errors: Errors, path: Path) -> Chunk:
        rejects = self._rejects(block, errors)
        return Chunk(
            first_record=block.first_index + first,
            last_record=block.first_index + len(block) - 1,
            row_count=len(block) - first - len(rejects),
            path=path,
            rejects=rejects,
            share=self._share(block),
        )

    def _share(self, block: RecordBlock) -> float | None:
        done = block.byte_position + int(block.ends[-1]) + 1
        # UTF-16 is counted in bytes of UTF-8, which for most letters are half as many.
        is_wide = self.dialect.encoding.name.startswith("utf-16")
        return share_of(done * 2 if is_wide else done, self.path.stat().st_size)

    def _plain(self, block: RecordBlock, index: int) -> bytes:
        """Return a record as every reader reads it.

        Measured with DuckDB 2.0: a blank and a quote at the start of an unquoted value can make the
        record vanish, neither read nor refused.
        """
        raw = block.raw(index)
        if index not in block.stray:
            return raw
        record = read_record(raw, 0, ord(self.dialect.delimiter), True)
        return record.quoted(self.dialect.delimiter.encode()) if record else raw

    def _work_file(self, data: bytes) -> Path:
        path = self.files.folder / "records.csv"
        path.write_bytes(data)
        return path

    def _errors(self, block: RecordBlock, first: int) -> Errors:
        """Return all that is wrong with the records from index `first` on, by index."""
        header = self.dialect.header
        errors: Errors = {}
        for index, types in block.errors.items():
            if index >= first:
                errors[index] = [_grammar_error(error_type) for error_type in types]
        for ragged in np.flatnonzero(block.field_counts != len(header)).tolist():
            count = int(block.field_counts[ragged])
            if ragged >= first and count:
                errors.setdefault(ragged, []).append(_ragged(count, header))
        for index, error in self._content_errors(block):
            if index >= first:
                errors.setdefault(index, []).append(error)
        return errors

    def _content_errors(self, block: RecordBlock) -> Iterator[tuple[int, RecordError]]:
        if b"\0" in block.data:
            zeros = np.flatnonzero(np.frombuffer(block.data, dtype=np.uint8) == 0)
            holders = np.unique(np.searchsorted(block.ends, zeros))
            for index in holders[holders < len(block)]:
                yield int(index), RecordError(NUL_BYTE, "The record contains a NUL byte")
        if not self.dialect.encoding.is_clean and not _is_utf_8(block.data):
            for index in range(len(block)):
                if not _is_utf_8(block.raw(index)):
                    yield index, RecordError(INVALID_UNICODE, "The record is not valid UTF-8")
        growth = _GROWTH.get(self.dialect.encoding.name, 1)
        lengths = (block.ends - block.starts) * growth
        for index in np.flatnonzero(lengths > MAXIMUM_VALUE_BYTES):
            yield from ((int(index), error) for error in self._long_values(block.raw(int(index))))

    def _long_values(self, raw: bytes) -> Iterator[RecordError]:
        record = read_record(raw, 0, ord(self.dialect.delimiter), True)
        fields = record.fields if record else ()
        targets = self.files.plan.targets
        for header, target, value in zip(self.dialect.header, targets, fields, strict=False):
            size = len(self.dialect.encoding.to_utf_8(value))
            if target not in UNMAPPED and size > MAXIMUM_VALUE_BYTES:
                yield RecordError(
                    VALUE_TOO_LONG,
                    f"The value has {size} bytes, a column holds {MAXIMUM_VALUE_BYTES}",
                    header,
                )

    def _rejects(self, block: RecordBlock, errors: Errors) -> tuple[Reject, ...]:
        indexes = sorted(errors)
        has_positions = not self.dialect.encoding.name.startswith("utf-16")
        lines = block.line_numbers(indexes)
        return tuple(
            Reject(
                record_number=block.first_index + index,
                line_number=line,
                byte_position=block.byte_position + int(block.starts[index])
                if has_positions
                else None,
                errors=tuple(errors[index]),
                raw=block.raw(index)[:MAXIMUM_RECORD_BYTES],
            )
            for index, line in zip(indexes, lines, strict=True)
        )


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@lru_cache(maxsize=64)
def _grammar_error(error_type: str) -> RecordError:
    messages = {
        "UNQUOTED VALUE": "There is text after a closing quote",
        "UNTERMINATED QUOTE": "A quote is opened and never closed",
        "LINE SIZE OVER MAXIMUM": f"The record has more than {MAXIMUM_RECORD_BYTES} bytes;"
        " the landed file keeps all of it",
    }
    return RecordError(error_type, messages[error_type])


# A file may have millions of them, all alike.
@lru_cache(maxsize=64)
def _ragged(count: int, header: tuple[str, ...]) -> RecordError:
    message = f"The record has {count} fields, the header has {len(header)}"
    if count < len(header):
        return RecordError(MISSING_COLUMNS, message, header[count])
    return RecordError(TOO_MANY_COLUMNS, message)

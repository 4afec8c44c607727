"""What readers hand to the writer: chunks of records ready for the server, and refused records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

# The longest value that a TEXT column holds, in bytes of UTF-8.
MAXIMUM_VALUE_BYTES = 65_535

MISSING_COLUMNS = "MISSING COLUMNS"
TOO_MANY_COLUMNS = "TOO MANY COLUMNS"
NUL_BYTE = "NUL BYTE"
INVALID_UNICODE = "INVALID UNICODE"
VALUE_TOO_LONG = "VALUE TOO LONG"


@dataclass(frozen=True)
class RecordError:
    """One thing that is wrong with a record; the message never quotes the record's content."""

    error_type: str
    message: str
    field_name: str | None = None


@dataclass(frozen=True)
class Reject:
    """A refused record: its number, where it is in the file, all its errors, its own bytes.

    `line_number` counts from 1, `byte_position` from 0; None where the source has no such thing.
    """

    record_number: int
    line_number: int | None
    byte_position: int | None
    errors: tuple[RecordError, ...]
    raw: bytes


@dataclass(frozen=True)
class Chunk:
    """Consecutive records: how many go in, in which file they are, and which are refused.

    `share` is how much of the source has been read at their end, 0 to 1, None if that is not known.
    """

    first_record: int
    last_record: int
    row_count: int
    path: Path
    rejects: tuple[Reject, ...]
    share: float | None = None


def share_of(done: int, total: int) -> float | None:
    """Return done of total as a share, None if there is no total."""
    return min(1.0, done / total) if total > 0 else None


class Source(Protocol):
    """A source of numbered records."""

    @property
    def record_count(self) -> int:
        """Number of records by the independent counter, once all chunks were read."""

    def chunks(self, after_record: int) -> Iterator[Chunk]:
        """Yield the chunks of the records after the given number, in order."""

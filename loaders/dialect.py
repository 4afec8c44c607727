"""Dialects: the delimiter and the header of a delimited text file, decided by our own reading.

No type is ever guessed, and the delimiter is not left to a sniffer that looks at frequencies: every
candidate reads the first records with the real grammar, and the one wins under which the header has
most columns that a mapping knows, then the one under which the records agree with the header.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from loaders.check import SAMPLE_BYTES
from loaders.grammar import MAXIMUM_RECORD_BYTES, Record, read_record
from loaders.mapping import unique_header
from loaders.mapping_choice import recognised_columns
from loaders.text import TextEncoding, TextProfile, detect_encoding
from lode.errors import LodeError

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_RECORDS = 200


@dataclass(frozen=True)
class Dialect:
    """How a text file is written, and its header with every name unique."""

    encoding: TextEncoding
    delimiter: str
    header: tuple[str, ...]


def detect_dialect(path: Path, name: str, profile: TextProfile) -> Dialect:
    """Detect encoding, delimiter and header; LodeError if there is no header or nothing after it.

    `path` is the copy that is read, `name` what the user calls it.
    """
    with path.open("rb") as file:
        encoding = detect_encoding(file.read(SAMPLE_BYTES), profile)
    sample, is_all = _sample(path, encoding)
    candidates = [_read_sample(sample, is_all, delimiter) for delimiter in DELIMITERS]
    header, records, delimiter = max(
        (
            (records[0], records[1:], delimiter)
            for delimiter, records in zip(DELIMITERS, candidates, strict=True)
            if records
        ),
        key=lambda one: _score(one[0], one[1], encoding),
        default=(None, [], ","),
    )
    if header is not None and header.errors:
        raise LodeError(
            f"{name} has a header that can't be read ({', '.join(header.errors).lower()}):"
            " its first line must name the columns."
        )
    if header is None or not any(field.strip() for field in header.fields):
        raise LodeError(f"{name} has no header: its first line must name the columns.")
    if not records and is_all:
        raise LodeError(f"{name} has a header but no data: nothing to load.")
    return Dialect(encoding, delimiter, _names(header, encoding))


def sample_records(path: Path, dialect: Dialect) -> list[list[str | None]]:
    """Return the values of the first whole records behind the header; an empty value is None."""
    sample, is_all = _sample(path, dialect.encoding)
    records = _read_sample(sample, is_all, dialect.delimiter)[1:]
    return [
        [
            dialect.encoding.to_utf_8(value).decode("utf-8", "replace") or None
            for value in one.fields
        ]
        for one in records
        if not one.errors and len(one.fields) == len(dialect.header)
    ]


def _sample(path: Path, encoding: TextEncoding) -> tuple[bytes, bool]:
    """Return the beginning of the text, at least one record of it, and whether that is all."""
    sample = b""
    for block in encoding.blocks(path):
        sample += block
        if len(sample.lstrip(b"\r\n")) > 2 * MAXIMUM_RECORD_BYTES:
            return sample.lstrip(b"\r\n")[: 2 * MAXIMUM_RECORD_BYTES], False
    return sample.lstrip(b"\r\n"), True


def _read_sample(sample: bytes, is_all: bool, delimiter: str) -> list[Record]:
    """Read the first records with one delimiter; blank lines are none."""
    records: list[Record] = []
    position = 0
    while position < len(sample) and len(records) <= SAMPLE_RECORDS:
        record = read_record(sample, position, ord(delimiter), is_all)
        if record is None:
            break
        if record.end > record.start:
            records.append(record)
        position = record.next_start
    return records


def _score(header: Record, records: list[Record], encoding: TextEncoding) -> tuple[int, float, int]:
    if header.errors or not header.fields:
        return (-1, 0.0, 0)
    agreeing = sum(
        len(record.fields) == len(header.fields) and not record.errors for record in records
    )
    share = agreeing / len(records) if records else 0.0
    columns = len(header.fields)
    # One column is what every wrong delimiter sees, and all records agree with it.
    return (
        recognised_columns(_names(header, encoding)),
        round(share, 1) if columns > 1 else 0.0,
        columns,
    )


def _names(header: Record, encoding: TextEncoding) -> tuple[str, ...]:
    return unique_header(
        [encoding.to_utf_8(field).decode("utf-8", "replace") for field in header.fields]
    )

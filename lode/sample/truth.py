"""Reading truth.csv: which person and household stands behind every record."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING, TypeAlias

from lode.errors import LodeError
from lode.sample.sources import TRUTH

if TYPE_CHECKING:
    from _csv import Reader as _Reader

# File name, table in it ("" for a CSV file), 1-based number of the record (table: in rowid order).
RecordKey: TypeAlias = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class TruthRecord:
    """What is true of one record; person_key is "" for an unusable one that stands for nobody."""

    person_key: str
    household_key: str
    kinds: tuple[str, ...]


def load(path: Path) -> dict[RecordKey, TruthRecord]:
    """The truth of every record, in file order.

    Raises LodeError if the file is missing, is no truth file, or names a record twice.
    """
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            if tuple(next(reader, ())) != TRUTH.header:
                raise LodeError(
                    f"{path} is not a truth file: its first line must be {','.join(TRUTH.header)}."
                )
            return _read(reader, path)
    except OSError as error:
        raise LodeError(
            f"The truth file {path} can't be read ({error.strerror}); `lode sample` makes one."
        ) from None
    except (UnicodeDecodeError, csv.Error):
        raise LodeError(f"{path} is not a truth file: it isn't UTF-8 CSV.") from None


def _read(reader: _Reader, path: Path) -> dict[RecordKey, TruthRecord]:
    records: dict[RecordKey, TruthRecord] = {}
    kinds_of: dict[str, tuple[str, ...]] = {"": ()}
    for row in reader:
        if len(row) != len(TRUTH.header) or not row[2].isdecimal():
            raise LodeError(f"{path}, line {reader.line_num}, is no line of a truth file.")
        filename, table, number, person, household, kinds = row
        key = (intern(filename), intern(table), int(number))
        if key in records:
            raise LodeError(f"{path}, line {reader.line_num}, names a record for the second time.")
        if kinds not in kinds_of:
            kinds_of[kinds] = tuple(kinds.split("|"))
        records[key] = TruthRecord(intern(person), household, kinds_of[kinds])
    return records

"""Workbooks: their sheets as tables of text.

A sheet's first row that is not empty is its header; rows without any value are no records. Numbers
become the shortest text that reads back equal, whole ones without a fraction; dates and times ISO
8601, as a date where the time is midnight; text of blanks alone is no value; a formula is the value
that was saved with it. Excel's error values (#N/A and the like) are blank. Source: ECMA-376 part 1,
18.3.1 (cells of a sheet).
"""

from __future__ import annotations

import datetime
import itertools
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import python_calamine

from loaders.mapping import unique_header
from loaders.packed import ZIP_MAGICS, require_bounded
from loaders.tables import Container, Table
from loaders.workbook_count import count_filled_rows
from lode.errors import LodeError, printable

MAXIMUM_BYTES = 2 * 1024**3
BATCH_ROWS = 20_000
Row = list[str | None]


def open_workbook(path: Path, filename: str) -> Container:
    """Look into a workbook; LodeError if it is damaged, protected or too large."""

    def batches(table: Table) -> Iterator[pa.Table]:
        rows = filled_rows(path, filename, table.name)
        next(rows, None)
        while batch := list(itertools.islice(rows, BATCH_ROWS)):
            width = len(table.header)
            if any(any(row[width:]) for row in batch):
                raise LodeError(
                    f"The sheet {printable(table.name, 40)} of {filename} has rows with more"
                    " values than its header has names: load it by itself with --table, which"
                    " refuses only the rows concerned."
                )
            yield pa.table(as_arrays([row[:width] for row in batch], width))

    with path.open("rb") as file:
        is_zip = file.read(4).startswith(ZIP_MAGICS)
    if is_zip:
        require_bounded(path, filename, MAXIMUM_BYTES)
    with workbook(path, filename) as book:
        names = [one.name for one in book.sheets_metadata if _is_sheet(one)]
    tables = []
    for name in names:
        header = sheet_header(path, filename, name)
        count = count_rows(path, filename, name) if header else 0
        tables.append(Table(name, header, count))
    return Container(filename, tuple(tables), batches)


def workbook(path: Path, filename: str) -> python_calamine.CalamineWorkbook:
    """Open a workbook, which is to be closed."""
    try:
        with path.open("rb") as stream:
            return python_calamine.CalamineWorkbook.from_filelike(stream)
    except python_calamine.PasswordError:
        raise LodeError(f"{filename} is protected with a password: save it without one.") from None
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        reason = printable(str(error).split("\n")[0], 120) or type(error).__name__
        raise LodeError(
            f"{filename} is no workbook that can be read ({reason}): save it as .xlsx or CSV."
        ) from None


def sheet_header(path: Path, filename: str, sheet: str) -> tuple[str, ...]:
    """Return the names of a sheet's columns, () if the sheet is empty."""
    first = next(filled_rows(path, filename, sheet), None)
    if first is None:
        return ()
    last = max(position for position, value in enumerate(first) if value is not None)
    return unique_header([value or "" for value in first[: last + 1]])


def filled_rows(path: Path, filename: str, sheet: str) -> Iterator[Row]:
    """Yield the rows of a sheet that have a value, the header first; blank values are None."""
    with workbook(path, filename) as book:
        try:
            found = book.get_sheet_by_name(sheet)
            rows = found.iter_rows() if found.start is not None else iter(())
            for row in rows:
                texts = [_as_text(value) for value in row]
                if any(text is not None for text in texts):
                    yield texts
        except (python_calamine.CalamineError, ValueError) as error:
            reason = printable(str(error).split("\n")[0], 120) or type(error).__name__
            raise LodeError(
                f"The sheet {printable(sheet, 40)} of {filename} can't be read ({reason}): save it"
                " as CSV."
            ) from None


def count_rows(path: Path, filename: str, sheet: str) -> int:
    """Return the rows below a sheet's header by an independent reading.

    Of .xlsx files the XML is counted as a stream; the other formats are read a second time.
    """
    if zipfile.is_zipfile(path):
        counted = count_filled_rows(path, filename, sheet)
        if counted is not None:
            return max(0, counted - 1)
    return max(0, sum(1 for _ in filled_rows(path, filename, sheet)) - 1)


def as_arrays(rows: list[Row], width: int) -> dict[str, pa.Array]:
    """Return rows as text columns c0, c1, …."""
    columns = zip(*rows, strict=True) if rows else [[] for _ in range(width)]
    return {f"c{i}": pa.array(list(column), pa.string()) for i, column in enumerate(columns)}


def _is_sheet(metadata: python_calamine.SheetMetadata) -> bool:
    return metadata.typ == python_calamine.SheetTypeEnum.WorkSheet


def _as_text(value: object) -> str | None:
    """Return a cell's value as text; a blank cell is None."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        # Excel knows no whole numbers: beyond 2^53 a double is not one number any more.
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ") if value.time() != datetime.time() else f"{value.date()}"
    if isinstance(value, datetime.timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return str(value)

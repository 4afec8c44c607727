"""Reading a landed file again: how many records it has, and on which lines some of them start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from loaders.check import check_file
from loaders.import_rows import ImportRow
from loaders.landing import is_landed, landed_path
from loaders.opening import open_file
from loaders.reading import Reading, reading_of
from loaders.request import request_of
from loaders.scratch import scratch_folder
from lode.errors import LodeError
from lode.settings import Settings


def count_records(path: Path, row: ImportRow, settings: Settings) -> int:
    """Return how many records an import's file has; `path` is a local copy of it as it landed.

    Raises LodeError if the file can't be read.
    """
    with _opened(path, row, settings) as reading:
        return reading.count()


def find_lines(row: ImportRow, records: Iterable[int], settings: Settings) -> dict[int, int]:
    """Return the physical lines, from 1, on which records of an import start.

    Empty for formats that have no lines. The file is read up to the last of the records. Raises
    LodeError if it is not where it was landed, or can't be read.
    """
    if not is_landed(row.s3_location, row.checksum, settings):
        raise LodeError(
            f"The file of {row.import_id} is no more at {row.s3_location} as it was landed: restore"
            " it there from a backup, or leave --lines out."
        )
    with _opened(landed_path(row.s3_location, settings), row, settings) as reading:
        return reading.lines(set(records))


@contextmanager
def _opened(path: Path, row: ImportRow, settings: Settings) -> Iterator[Reading]:
    request = request_of(row.read_options)
    with scratch_folder(settings.home / "tmp") as folder:
        opened = open_file(
            check_file(path), path, folder, member=request.member, escape=request.escape
        )
        with closing(reading_of(opened, request)) as reading:
            yield reading

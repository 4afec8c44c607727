"""Counting the records of a landed file again, as the independent counter finds them."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from loaders.check import check_file
from loaders.import_rows import ImportRow
from loaders.opening import open_file
from loaders.reading import reading_of
from loaders.request import request_of
from loaders.scratch import scratch_folder
from lode.settings import Settings


def count_records(path: Path, row: ImportRow, settings: Settings) -> int:
    """Return how many records an import's file has; `path` is a local copy of it as it landed.

    Raises LodeError if the file can't be read.
    """
    request = request_of(row.read_options)
    with scratch_folder(settings.home / "tmp") as folder:
        opened = open_file(
            check_file(path), path, folder, member=request.member, escape=request.escape
        )
        with closing(reading_of(opened, request)) as reading:
            return reading.count()

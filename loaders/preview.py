"""Looking into a file before it is loaded: its tables, their columns, some of their rows.

Nothing is written: the file is read where it lies.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from loaders.check import check_file
from loaders.containers import is_container, open_container
from loaders.dialect import SAMPLE_RECORDS, Dialect, detect_dialect, sample_records
from loaders.legacy.address import is_legacy
from loaders.legacy.source import look_into
from loaders.mapping import Plan
from loaders.opening import OpenedFile, open_file
from loaders.packed import Member, list_members
from loaders.progress import QuietReporter
from loaders.reading import reading_of
from loaders.remote import fetched
from loaders.request import Request
from loaders.scratch import scratch_folder
from loaders.tables import Container, Table
from lode.errors import LodeError, printable
from lode.settings import Settings

Rows = list[list[str | None]]


@dataclass(frozen=True)
class Preview:
    """A table, or a whole text file: its header and its first rows; `row_count` None if unknown."""

    name: str
    header: tuple[str, ...]
    rows: Rows
    row_count: int | None
    description: str


@contextmanager
def previews(path: Path | str, settings: Settings, request: Request) -> Iterator[list[Preview]]:
    """Look into a file; with a table only at that one. LodeError as loading would raise it.

    Of `mysql://host/database` the first rows are read and nothing is extracted.
    """
    if is_legacy(path):
        container = look_into(str(path), settings, request.table)
        yield [_of_table(container, one) for one in container.tables]
        return
    path = Path(path)
    members = _members(path, request)
    if len(members) > 1:
        yield [Preview(one.name, (), [], None, "file of the archive") for one in members]
        return
    with _opened(path, settings, request) as file:
        if is_container(file.format):
            container = open_container(file.path, file.format, file.name)
            yield [_of_table(container, one) for one in _chosen(container, request.table)]
            return
        dialect = detect_dialect(file.path, file.name, file.text_profile())
        yield [_of_text(file, dialect)]


def plan_for(path: Path | str, settings: Settings, request: Request) -> Plan:
    """Fit the mapping to a file as loading would; its query, if it has one, is run."""
    with (
        fetched(path, settings, request, QuietReporter()) as copy,
        _opened(copy.path, settings, request) as file,
        closing(reading_of(file, request)) as reading,
    ):
        return reading.plan()


def _members(path: Path, request: Request) -> tuple[Member, ...]:
    """Return the files of a zip archive of which none was named."""
    source = check_file(path)
    if source.format != "zip" or request.member is not None:
        return ()
    return list_members(path, source.name)


@contextmanager
def _opened(path: Path, settings: Settings, request: Request) -> Iterator[OpenedFile]:
    source = check_file(path)
    with scratch_folder(settings.home / "tmp") as folder:
        yield open_file(source, source.path, folder, member=request.member, escape=request.escape)


def _chosen(container: Container, table: str | None) -> list[Table]:
    if table is None:
        return list(container.tables)
    found = container.table(table)
    if found is None:
        listed = ", ".join(printable(one.name, 40) for one in container.tables)
        raise LodeError(
            f"{container.filename} has no table {printable(table, 40)}; it has {listed}."
        )
    return [found]


def _of_table(container: Container, table: Table) -> Preview:
    first = next(iter(container.batches(table)), None) if table.row_count else None
    rows: Rows = []
    if first is not None:
        columns = [column.to_pylist() for column in first.slice(0, SAMPLE_RECORDS).columns]
        rows = [list(row) for row in zip(*columns, strict=True)]
    return Preview(table.name, table.header, rows, table.row_count, "table")


def _of_text(file: OpenedFile, dialect: Dialect) -> Preview:
    delimiter = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}[dialect.delimiter]
    description = f"{dialect.encoding.name} text, {delimiter} between the columns"
    rows = sample_records(file.path, dialect)
    return Preview(file.name, dialect.header, rows, None, description)

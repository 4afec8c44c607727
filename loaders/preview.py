"""Looking into a file before it is loaded: its tables, their columns, some of their rows.

Nothing is written: the file is read where it lies.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from loaders.check import SAMPLE_BYTES, check_file, printable
from loaders.containers import Container, Table, is_container, open_container
from loaders.dialect import SAMPLE_RECORDS, Dialect, detect_dialect, sample_records
from loaders.mapping import Mapping
from loaders.readers.query import QueryResult
from loaders.scratch import scratch_folder
from loaders.text import TextProfile
from lode.errors import LodeError
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
def previews(path: Path, settings: Settings, table: str | None = None) -> Iterator[list[Preview]]:
    """Look into a file; with `table` only at that one. LodeError as loading would raise it."""
    source = check_file(path)
    if is_container(source.format):
        container = open_container(source.path, source.format, source.name)
        yield [_of_table(container, one) for one in _chosen(container, table)]
        return
    dialect = detect_dialect(source.path, source, _profile(source.path))
    yield [_of_text(source.path, source.name, dialect)]


def header_for(
    path: Path, settings: Settings, mapping: Mapping, table: str | None
) -> tuple[str, ...]:
    """Return the header that a mapping meets in a file: that of its query, if it has one."""
    if mapping.query is None:
        with previews(path, settings, table) as found:
            if len(found) != 1:
                listed = ", ".join(one.name for one in found) or "none"
                raise LodeError(f"{path.name} has several tables; name one with --table: {listed}.")
            return found[0].header
    source = check_file(path)
    if not is_container(source.format):
        raise LodeError(f"{source.name} has no tables that the mapping's query could read.")
    container = open_container(source.path, source.format, source.name)
    with scratch_folder(settings.home / "tmp") as folder:
        result = QueryResult(container, mapping.query, folder)
        result.close()
        return result.header


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


def _of_text(path: Path, name: str, dialect: Dialect) -> Preview:
    delimiter = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}[dialect.delimiter]
    description = f"{dialect.encoding.name} text, {delimiter} between the columns"
    return Preview(name, dialect.header, sample_records(path, dialect), None, description)


def _profile(path: Path) -> TextProfile:
    profile = TextProfile()
    with path.open("rb") as file:
        while block := file.read(SAMPLE_BYTES * 64):
            profile.feed(block)
    profile.feed(b"", is_last=True)
    return profile

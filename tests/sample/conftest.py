"""One sample of 2,000 people for all tests here, read with Python's own csv and sqlite3."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from lode.sample import SampleSummary, generate
from lode.sample.sources import SOURCES
from lode.sample.truth import RecordKey, TruthRecord, load

Row = dict[str, str]


@dataclass(frozen=True)
class Sample:
    summary: SampleSummary
    directory: Path
    truth: dict[RecordKey, TruthRecord]
    rows: dict[RecordKey, Row]  # every record of the five files of people

    def of_file(self, filename: str) -> dict[int, Row]:
        return {key[2]: row for key, row in self.rows.items() if key[0] == filename}


def read_csv(path: Path, encoding: str = "utf-8", delimiter: str = ",") -> list[Row]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter, strict=True))


def _read_people(directory: Path) -> dict[RecordKey, Row]:
    rows: dict[RecordKey, Row] = {}
    for dialect in (source.dialect for source in SOURCES):
        path = directory / dialect.filename
        if dialect.table:
            with closing(sqlite3.connect(path)) as connection:
                found = connection.execute(f"select * from {dialect.table} order by rowid")
                names = [column[0] for column in found.description]
                table = [
                    dict(zip(names, (value or "" for value in row), strict=True)) for row in found
                ]
        else:
            table = read_csv(path, dialect.encoding, dialect.delimiter)
        for number, row in enumerate(table, start=1):
            rows[dialect.filename, dialect.table, number] = row
    return rows


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    directory = tmp_path_factory.mktemp("sample") / "set"
    summary = generate(2_000, 7, directory)
    return Sample(summary, directory, load(directory / "truth.csv"), _read_people(directory))


@pytest.fixture(scope="session")
def read_table() -> Callable[..., list[Row]]:
    return read_csv

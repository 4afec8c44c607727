"""What the tests of dumps share: reading a whole table, and the heads that producers write."""

from __future__ import annotations

from pathlib import Path

from loaders.dump.reader import BadRow, DumpTable, count_rows, list_tables, read_table_batches

Row = tuple[str | None, ...]
MYSQL_HEAD = (
    b"-- MySQL dump 10.13  Distrib 8.0.40, for Linux (x86_64)\n/*!50503 SET NAMES utf8mb4 */;\n"
)
MYSQL_TAIL = b"-- Dump completed on 2026-01-01  0:00:00\n"


def write_dump(folder: Path, text: bytes | str, name: str = "dump.sql") -> Path:
    """Write a dump byte for byte."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def rows_of(path: Path, table: str) -> list[Row]:
    """Return the good rows of a table; asserts that their numbers have gaps for bad ones only."""
    rows, bad = read_all(path, table)
    assert not bad
    return rows


def read_all(path: Path, table: str) -> tuple[list[Row], list[BadRow]]:
    """Return good rows and bad rows; asserts that every number occurs once."""
    rows: list[Row] = []
    bad: list[BadRow] = []
    numbers: list[int] = []
    for batch in read_table_batches(path, table):
        assert batch.first_record == len(numbers) + 1
        columns = [column.to_pylist() for column in batch.data.columns]
        rows += zip(*columns, strict=True)
        bad += batch.bad
        numbers += sorted([*batch.numbers.tolist(), *(row.number for row in batch.bad)])
        assert batch.last_record == len(numbers)
        assert len(batch.lines) == batch.last_record - batch.first_record + 1
    assert numbers == list(range(1, len(numbers) + 1))
    return rows, bad


def checked_tables(path: Path) -> dict[str, DumpTable]:
    """Return the tables by name; asserts that parser and counter find the same rows."""
    tables = list_tables(path)
    counted = count_rows(path)
    assert counted == {table.name: table.row_count for table in tables if table.row_count}
    return {table.name: table for table in tables}

"""The source that the loader reads: chunks, refused records, going on behind a record."""

from __future__ import annotations

import csv
from contextlib import closing
from pathlib import Path

import pytest
from dump_files import MYSQL_HEAD, MYSQL_TAIL, write_dump

from loaders.chunk_file import ChunkFiles
from loaders.mapping_choice import choose
from loaders.readers import dump as reader
from loaders.readers.dump import DumpSource, find_table
from lode.errors import LodeError

TEXT = b"".join(
    [
        MYSQL_HEAD,
        b"CREATE TABLE p (email text, first_name text);\nCREATE TABLE q (a int);\n",
        b"INSERT INTO p VALUES ",
        *[b"('n%d@example.com','O\\'N'),\n" % number for number in range(1, 6)],
        b"('x'),\n('" + b"y" * 70_000 + b"','z'),\n('\xff',NULL),\n(NULL,'last');\n",
        MYSQL_TAIL,
    ]
)


def read(
    path: Path, folder: Path, after: int
) -> tuple[list[list[str]], list[tuple[int, str]], int]:
    table = find_table(path, path.name, None)
    plan = choose(table.columns, "the table", name="people")
    rows: list[list[str]] = []
    refused = []
    with closing(ChunkFiles(plan, 1, folder)) as files:
        source = DumpSource(path, table, files)
        last = after
        for chunk in source.chunks(after):
            assert chunk.first_record == last + 1
            last = chunk.last_record
            with chunk.path.open(newline="") as file:
                found = list(csv.reader(file))
            assert len(found) == chunk.row_count
            rows += found
            refused += [(r.record_number, r.errors[0].error_type) for r in chunk.rejects]
        assert last == source.record_count
    return rows, refused, source.record_count


@pytest.mark.parametrize("after", [0, 3])
def test_records_are_rows_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr(reader, "CHUNK_ROWS", 4)
    rows, refused, count = read(write_dump(tmp_path, TEXT), tmp_path, after)
    assert count == 9
    assert [int(row[0]) - 10**10 for row in rows] == [n for n in (1, 2, 3, 4, 5, 9) if n > after]
    assert sorted(rows[0][1:]) == sorted([f"n{after + 1}@example.com", "O'N"])
    assert refused == [(6, "MISSING COLUMNS"), (7, "VALUE TOO LONG"), (8, "INVALID UNICODE")]


def test_tables_are_chosen_by_name(tmp_path: Path) -> None:
    path = write_dump(tmp_path, TEXT)
    assert find_table(path, "x.sql", None).name == "p"
    assert find_table(path, "x.sql", "P").name == "p"
    with pytest.raises(LodeError, match=r"The table q of x\.sql has no rows"):
        find_table(path, "x.sql", "q")
    with pytest.raises(LodeError, match=r"has no table r; it has p, q"):
        find_table(path, "x.sql", "r")

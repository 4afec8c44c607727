"""Chunk files: records as DuckDB reads them, written the way LOAD DATA takes them.

Values are enclosed in double quotes where they must be, quotes inside are doubled, nothing is
escaped, NULL is the bare word. So every byte of a value but the quote stands for itself, and the
server needs no rule that DuckDB does not know.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from loaders.feeds import COLUMNS, RECORD_NUMBER_SPAN
from loaders.mapping import UNMAPPED, Plan
from loaders.wide import Values, is_wide, wide_lines
from lode.errors import LodeError

MEMORY_LIMIT = "256MB"
MAXIMUM_LINE_BYTES = 4 * 1024 * 1024


class ParserDisagreementError(Exception):
    """DuckDB's reader did not return the records that the counter had found."""


class ChunkFiles:
    """Writes chunk files for one import; not to be shared between threads."""

    def __init__(self, plan: Plan, import_seq: int, folder: Path) -> None:
        self.plan = plan
        self.folder = folder
        self.base = import_seq * RECORD_NUMBER_SPAN
        self.is_wide = is_wide(plan)
        self._names = [f"c{position}" for position in range(len(plan.targets))]
        self._written = 0
        # One thread: the order of the rows is the order of the file, and the other core is the
        # server's.
        self.connection = duckdb.connect(
            config={
                "threads": 1,
                "memory_limit": MEMORY_LIMIT,
                "temp_directory": str(folder),
                "autoinstall_known_extensions": False,
            }
        )

    def close(self) -> None:
        """Close DuckDB."""
        self.connection.close()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the raw table that a chunk file holds, in its order."""
        used = set(self.plan.targets) | set(self.plan.constants)
        named = [column for column in COLUMNS[self.plan.mapping.feed] if column in used]
        return ("record_id", *named, *(column for column in UNMAPPED if column in used))

    def from_csv(self, path: Path, delimiter: str, first_record: int, expected: int) -> Path:
        """Write the records of a clean CSV file, numbered from `first_record` on.

        Raises ParserDisagreementError unless DuckDB reads just `expected` records, no error.
        """
        number = f"{self.base + first_record - 1} + row_number() over ()"
        reader = self._read_csv(path, delimiter, self._names)
        try:
            chunk, count = self._copy(reader, number)
        except duckdb.Error as error:
            raise ParserDisagreementError(str(error).split("\n")[0]) from None
        if count != expected:
            chunk.unlink()
            raise ParserDisagreementError(f"{count} records read, {expected} counted")
        return chunk

    def from_numbered_csv(
        self, path: Path, delimiter: str, numbers: list[int]
    ) -> tuple[Path, dict[int, list[str]]]:
        """Write the records of a CSV file whose first column is the record number.

        Returns the file and, for each record that DuckDB refused, its reasons. Raises
        ParserDisagreementError if what it read and what it refused are not together what there was.
        """
        with self._enough_memory():
            return self._from_numbered_csv(path, delimiter, numbers)

    def _from_numbered_csv(
        self, path: Path, delimiter: str, numbers: list[int]
    ) -> tuple[Path, dict[int, list[str]]]:
        reader = self._read_csv(path, delimiter, ["number", *self._names], is_lenient=True)
        run = self.connection.execute
        run(f"create or replace temp table parsed as select * from {reader}")
        read = [int(row[0]) for row in run("select number from parsed").fetchall()]
        refused: dict[int, list[str]] = {}
        for line, error_type in run("select csv_line, error_type from reject_errors").fetchall():
            number = line.split(delimiter, 1)[0]
            refused.setdefault(int(number) if number.isdigit() else -1, []).append(error_type)
        run("drop table reject_errors")
        run("drop table reject_scans")
        if read != [number for number in numbers if number not in refused]:
            raise ParserDisagreementError(
                f"{len(read)} records read and {len(refused)} refused, {len(numbers)} counted"
            )
        chunk, _ = self._copy("parsed", f"{self.base} + number::bigint")
        run("drop table parsed")
        return chunk, refused

    def from_relation(self, relation: str, number: str) -> Path:
        """Write the rows of a DuckDB relation with columns c0, c1, …; `number` numbers them."""
        with self._enough_memory():
            if self.is_wide:
                names = ", ".join(self._names)
                found = self.connection.execute(f"select {number}, {names} from {relation}")
                return self.from_rows((int(row[0]), row[1:]) for row in iter(found.fetchone, None))
            chunk, _ = self._copy(relation, f"{self.base} + {number}")
            return chunk

    def from_rows(self, rows: Iterable[tuple[int, Values]]) -> Path:
        """Write rows with their record numbers one by one, for tables too wide for DuckDB."""
        target = self._next_target()
        numbered = ((self.base + number, values) for number, values in rows)
        with target.open("wb") as file:
            file.writelines(wide_lines(self.plan, self.columns, numbered))
        return target

    @contextmanager
    def _enough_memory(self) -> Iterator[None]:
        """Say in a sentence that rows are too large for the memory a load may have."""
        try:
            yield
        except duckdb.OutOfMemoryException:
            raise LodeError(
                f"The rows with their {len(self.plan.targets):,} columns take more memory than a"
                " load may have: leave out columns that nobody needs."
            ) from None

    def _next_target(self) -> Path:
        self._written += 1
        return self.folder / f"chunk_{self._written:06d}.csv"

    def _copy(self, relation: str, number: str) -> tuple[Path, int]:
        target = self._next_target()
        (count,) = self.connection.execute(
            f"copy (select {number} as record_id, {', '.join(self._select_list())}"
            f" from {relation}) to {_text(str(target))} (format csv, header false,"
            " delimiter ',', quote '\"', escape '\"', nullstr 'NULL')"
        ).fetchone() or (0,)
        return target, int(count)

    def _select_list(self) -> list[str]:
        place = dict(zip(self.plan.targets, self._names, strict=True))
        items = []
        for column in self.columns[1:]:
            if column in UNMAPPED:
                items.append(self._object(column))
            elif column in place:
                items.append(place[column])
            else:
                told = self.plan.constants[column]
                phone = place[column.removesuffix("_type")]
                items.append(f"case when {phone} <> '' then {_text(told)} end")
        return items

    def _object(self, column: str) -> str:
        """Return the expression for a JSON object of all values that go there and are there."""
        members = [
            f"{_text(json.dumps(header, ensure_ascii=False) + ':')} || to_json({name})::varchar"
            for header, name, target in zip(
                self.plan.header, self._names, self.plan.targets, strict=True
            )
            if target == column
        ]
        return f"nullif('{{' || concat_ws(',', {', '.join(members)}) || '}}', '{{}}')"

    def _read_csv(
        self, path: Path, delimiter: str, names: list[str], is_lenient: bool = False
    ) -> str:
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
        lenient = ", store_rejects = true, rejects_limit = 0" if is_lenient else ""
        return (
            f"read_csv({_text(str(path))}, columns = {{{columns}}}, delim = {_text(delimiter)},"
            " quote = '\"', escape = '\"', header = false, auto_detect = false,"
            " null_padding = false, strict_mode = true,"
            # Measured with DuckDB 2.0: the parallel reader splits records at buffer ends even on
            # one thread; without new_line a CR in a quoted value breaks the record; CR LF as
            # new_line returns no rows at all. One reader and LF alone read everything right.
            " parallel = false, new_line = '\\n',"
            f" max_line_size = {MAXIMUM_LINE_BYTES}, buffer_size = {2 * MAXIMUM_LINE_BYTES}"
            f"{lenient})"
        )


def _text(value: str) -> str:
    """Return a text as an SQL literal for DuckDB."""
    return "'" + value.replace("'", "''") + "'"

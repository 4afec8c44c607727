"""Reading the rows of a mapping's query over the tables of a file, as one feed.

The tables that the query names are copied, all text, into a DuckDB database of the attempt; the
query runs there, cut off from files and network. Its rows are numbered in the order of all their
columns, so that every attempt numbers them alike. The independent count is that of a second query.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import duckdb
import pyarrow as pa

from loaders.chunk_file import MEMORY_LIMIT, ChunkFiles
from loaders.mapping import UNMAPPED, unique_header
from loaders.records import (
    MAXIMUM_VALUE_BYTES,
    VALUE_TOO_LONG,
    Chunk,
    RecordError,
    Reject,
    share_of,
)
from loaders.tables import Container
from lode.errors import LodeError, printable

CHUNK_ROWS = 100_000


class QueryResult:
    """The rows of a query, kept in a DuckDB database in `folder`; to be closed at the end."""

    def __init__(self, container: Container, query: str, folder: Path) -> None:
        self.filename = container.filename
        self.connection = duckdb.connect(
            str(folder / "tables.duckdb"),
            config={
                "threads": 1,
                "memory_limit": MEMORY_LIMIT,
                "temp_directory": str(folder),
                "autoinstall_known_extensions": False,
            },
        )
        query = query.strip().rstrip(";")
        try:
            self._copy_tables(container, query)
            self.connection.execute("set enable_external_access = false")
            self.connection.execute("set lock_configuration = true")
            names, self.record_count = self._run(query)
        except duckdb.Error as error:
            self.close()
            reason = printable(str(error).split("\n")[0], 300).rstrip(".")
            raise LodeError(
                f"The query of the mapping can't be run over {self.filename}: {reason}."
                " All columns are text: cast them where the query needs another type."
            ) from None
        except BaseException:
            self.close()
            raise
        self.header = unique_header(names)

    def close(self) -> None:
        """Close the database; its file goes with the folder."""
        with suppress(duckdb.Error):
            self.connection.close()

    def _copy_tables(self, container: Container, query: str) -> None:
        named = self.connection.get_table_names(query)
        # By their names without case: a query may spell the same table in two ways.
        for name in sorted({name.lower() for name in named}):
            table = container.table(name)
            if table is None:
                listed = ", ".join(printable(one.name, 40) for one in container.tables)
                raise LodeError(
                    f"The query of the mapping reads the table {printable(name, 40)}, but"
                    f" {self.filename} has {listed}."
                )
            columns = ", ".join(f"{_quoted(column)} varchar" for column in table.header)
            self.connection.execute(f"create table {_quoted(table.name)} ({columns})")
            for batch in container.batches(table):
                self.connection.register("batch", batch)
                self.connection.execute(f"insert into {_quoted(table.name)} select * from batch")
                self.connection.unregister("batch")

    def _run(self, query: str) -> tuple[list[str], int]:
        run = self.connection.execute
        described = run(f"describe {query}").fetchall()
        columns = ", ".join(f"c{number}" for number in range(len(described)))
        run(f"create table result ({columns}) as select * from ({query}\n) order by all")
        ((count,),) = run(f"select count(*) from ({query}\n)").fetchall()
        return [str(row[0]) for row in described], int(count)


class QuerySource:
    """The records of a query's result, numbered from 1."""

    def __init__(self, result: QueryResult, files: ChunkFiles) -> None:
        self.result = result
        self.files = files
        self.record_count = result.record_count

    def chunks(self, after_record: int) -> Iterator[Chunk]:
        """Yield the chunks of the rows after the given number."""
        first = after_record + 1
        names = [f"c{number}" for number in range(len(self.result.header))]
        texts = ", ".join(f"{name}::varchar as {name}" for name in names)
        while True:
            batch = self.result.connection.sql(
                f"select rowid + 1 as number, {texts} from result"
                f" where rowid >= {first - 1} and rowid < {first - 1 + CHUNK_ROWS} order by rowid"
            ).to_arrow_table()
            if not batch.num_rows:
                return
            yield self._chunk(batch, first)
            first += batch.num_rows

    def _chunk(self, batch: pa.Table, first: int) -> Chunk:
        connection = self.files.connection
        connection.register("batch", batch)
        try:
            rejects = self._too_long(connection)
            refused = ", ".join(str(reject.record_number) for reject in rejects) or "0"
            kept = f"(select * from batch where number not in ({refused}))"
            path = self.files.from_relation(kept, "number")
        finally:
            connection.unregister("batch")
        last, count = first + batch.num_rows - 1, batch.num_rows - len(rejects)
        return Chunk(first, last, count, path, tuple(rejects), share_of(last, self.record_count))

    def _too_long(self, connection: duckdb.DuckDBPyConnection) -> list[Reject]:
        """Find the rows with a value that no column holds."""
        errors: dict[int, list[RecordError]] = {}
        raws: dict[int, bytes] = {}
        for position, target in enumerate(self.files.plan.targets):
            if target in UNMAPPED:
                continue
            for number, size, raw in connection.execute(
                f"select number, strlen(c{position}), to_json(batch)::varchar from batch"
                f" where strlen(c{position}) > {MAXIMUM_VALUE_BYTES}"
            ).fetchall():
                message = f"The value has {size} bytes, a column holds {MAXIMUM_VALUE_BYTES}"
                header = self.result.header[position]
                errors.setdefault(number, []).append(RecordError(VALUE_TOO_LONG, message, header))
                raws[number] = raw.encode("utf-8")
        return [
            Reject(number, None, None, tuple(errors[number]), raws[number])
            for number in sorted(errors)
        ]


def _quoted(name: str) -> str:
    """Return a name as an SQL identifier for DuckDB."""
    return '"' + name.replace('"', '""') + '"'

"""Tables in a file, as every format that holds tables shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class Table:
    """A table or view: its name as the file spells it, its columns with unique names, its rows.

    `row_count` is None if the table is there but can't be read.
    """

    name: str
    header: tuple[str, ...]
    row_count: int | None


@dataclass(frozen=True)
class Container:
    """An opened file of tables; `batches(table)` yields its rows with the columns c0, c1, …."""

    filename: str
    tables: tuple[Table, ...]
    batches: Callable[[Table], Iterator[pa.Table]]

    def table(self, name: str) -> Table | None:
        """Find a table by its name, whatever its case; None if there is none."""
        return next((one for one in self.tables if one.name.lower() == name.lower()), None)

"""The CRM of the sample: a SQLite file of contacts (with gaps in their ids) and deals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import numpy as np

from lode.sample.address_fields import write_dates
from lode.sample.sources import CRM, day
from lode.sample.text import Text, column, digits, join, take
from lode.sample.world import World
from lode.sample.writing import SqliteFile

_STAGES = ("new", "quoted", "won", "lost")
_TITLES = (
    "Roof repair",
    "Solar panels",
    "Refinance",
    "Gutters",
    "Window replacement",
    "Insulation",
)
_DEALS = """create table deals (
    id integer primary key,
    contact_id integer not null references contacts (id),
    title text not null,
    amount text,
    stage text not null,
    closed_at text
)"""


class CrmFile:
    """crm.sqlite in the making; takes the contacts chunk by chunk, makes the deals itself."""

    def __init__(self, directory: Path, world: World) -> None:
        self._world = world
        self._file = SqliteFile(directory / CRM.dialect.filename)
        self._rows = 0
        self._last_id = 1000
        self._deals = 0

    def __enter__(self) -> CrmFile:
        columns = ", ".join(f"{name} text" for name in CRM.dialect.header[1:])
        self._file.create(f"create table {CRM.dialect.table} (id integer primary key, {columns})")
        self._file.create(_DEALS)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._file.finish()
        else:
            self._file.abandon()

    def write(self, columns: Sequence[Text]) -> None:
        """Append contacts; the id column is added here."""
        random = self._world.random
        row = np.arange(self._rows, self._rows + len(columns[0]), dtype=np.int64)
        self._rows += len(row)
        deleted_before = random.pick("crm/gap", row, np.array([93, 5, 2], dtype=np.int64))
        ids = self._last_id + np.cumsum(1 + deleted_before)
        self._last_id = int(ids[-1])
        values = [ids.tolist(), *(each.to_pylist() for each in columns)]
        # A CRM stores what was not filled in as NULL.
        rows = (
            [field if field != "" else None for field in fields]
            for fields in zip(*values, strict=True)
        )
        self._file.insert(CRM.dialect.table, rows, len(values))
        buyers = ids[random.chance("deal/has", row, 0.12)]
        self._insert_deals(buyers)

    def _insert_deals(self, contact: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
        random = self._world.random
        ids = np.arange(self._deals + 1, self._deals + len(contact) + 1, dtype=np.int64)
        self._deals += len(contact)
        amount = join(digits(random.between("deal/amount", ids, 250, 48_000)), ".00")
        closed = write_dates(day("2021-01-01") + random.below("deal/day", ids, 2_000), "iso")
        values = [
            ids.tolist(),
            contact.tolist(),
            take(column(_TITLES), random.below("deal/title", ids, len(_TITLES))).to_pylist(),
            amount.to_pylist(),
            take(column(_STAGES), random.below("deal/stage", ids, len(_STAGES))).to_pylist(),
            closed.to_pylist(),
        ]
        self._file.insert("deals", zip(*values, strict=True), len(values))

"""Writing a version into dnc_listings: in transactions that may be repeated, unseen until the last.

A row names the version that brought it and the one that took it away; both count only once they
are LOADED. So a list can be written in chunks beside its readers, and becomes visible at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from loaders.bulk_load import load_chunk
from loaders.dnc import versions
from loaders.dnc.numbers import AREA, DELETE, Change, Numbers, chunk_lines
from loaders.dnc.versions import Version
from loaders.prefetch import prefetched
from loaders.writer import Writer
from lode.db import transaction
from lode.errors import LodeError

DELETE_ROWS = 50_000
HIGHEST = 9_999_999_999
INCOMING = (
    "create temporary table if not exists dnc_incoming (phone bigint unsigned not null primary key,"
    " action char(1) not null default 'A', listed_on date null) engine = innodb"
)


@dataclass(frozen=True)
class Chunk:
    """Neighbouring numbers of a full list; all between `low` and `high` are in it."""

    number: int
    low: int
    high: int
    numbers: Numbers


class Store:
    """Writes versions of one list over the loader's connection."""

    def __init__(self, writer: Writer, folder: Path) -> None:
        self.writer = writer
        self.folder = folder

    def abandon(self, list_id: int, but: int) -> None:
        """Take out what versions left whose load broke off and whose file did not come again."""
        for left in versions.unfinished(self.writer.connection, list_id, but):
            for statement in (
                "delete from dnc_listings where list_id = %s and from_download = %s limit %s",
                "update dnc_listings set to_download = null"
                " where list_id = %s and to_download = %s limit %s",
            ):
                self._repeat(statement, (list_id, left.id, DELETE_ROWS))
            self._run("update dnc_downloads set status = 'ABANDONED' where id = %s", (left.id,))

    def write_full(self, version: Version, numbers: Numbers) -> None:
        """Write a full list: what is new opens, what it lacks of its area codes closes."""
        with prefetched(self._files(version, numbers)) as files:
            for chunk, path in files:
                self.writer.retrying(partial(self._write, version, chunk, path))
                path.unlink()
        self.writer.retrying(lambda: self._publish(version))

    def write_changes(self, version: Version, changes: dict[int, Change]) -> None:
        """Write a change file and publish it in one transaction; it costs what it holds."""
        path = self.folder / "changes.csv"
        path.write_text(
            "".join(
                f"{change.phone},{change.action},{change.day or 'NULL'}\n"
                for change in sorted(changes.values(), key=lambda change: change.phone)
            )
        )
        self.writer.retrying(lambda: self._change(version, path, len(changes)))

    def _files(self, version: Version, numbers: Numbers) -> Iterator[tuple[Chunk, Path]]:
        """Write the chunk files that are still to be loaded, one ahead of the server."""
        size = version.chunk_rows
        total = max(1, -(-len(numbers) // size))
        for number in range(version.chunks_done + 1, total + 1):
            part = numbers[(number - 1) * size : number * size]
            low = 0 if number == 1 else int(numbers[(number - 1) * size - 1]) + 1
            high = HIGHEST if number == total else int(part[-1])
            path = self.folder / f"numbers_{number:05d}.csv"
            path.write_bytes(chunk_lines(part, f"{version.list_id},", f",{version.id}"))
            yield Chunk(number, low, high, part), path

    def _write(self, version: Version, chunk: Chunk, path: Path) -> None:
        done = versions.find_by_id(self.writer.connection, version.id).chunks_done
        if done >= chunk.number:
            # The commit was done when the connection broke before its answer.
            return
        with transaction(self.writer.connection), self.writer.connection.cursor() as cursor:
            added, removed = self._merge(cursor, version, chunk, path)
            versions.note_chunk(cursor, version, chunk.number, added, removed)

    def _merge(self, cursor: Any, version: Version, chunk: Chunk, path: Path) -> tuple[int, int]:
        """Bring one chunk in; where the list has nothing yet the rows go straight into it."""
        bounds = (version.list_id, chunk.low, chunk.high)
        cursor.execute(
            "select 1 from dnc_listings where list_id = %s and phone between %s and %s limit 1",
            bounds,
        )
        if cursor.fetchone() is None:
            columns = "list_id, phone, from_download"
            self._load(cursor, version, "dnc_listings", columns, path, len(chunk.numbers))
            return len(chunk.numbers), 0
        cursor.execute(INCOMING)
        cursor.execute("delete from dnc_incoming")
        columns = "@list_id, phone, @version"
        self._load(cursor, version, "dnc_incoming", columns, path, len(chunk.numbers))
        added = self._open_new(cursor, version)
        codes = "" if version.area_codes == versions.ALL else _in_areas(version.area_codes)
        removed = cursor.execute(
            "update dnc_listings as listings left join dnc_incoming as incoming"
            " on listings.phone = incoming.phone set listings.to_download = %s"
            " where listings.list_id = %s and listings.phone between %s and %s"
            f" and listings.to_download is null and incoming.phone is null{codes}",
            (version.id, *bounds),
        )
        return added, int(removed)

    def _change(self, version: Version, path: Path, count: int) -> None:
        connection = self.writer.connection
        if versions.find_by_id(connection, version.id).status == versions.LOADED:
            return
        with transaction(connection), connection.cursor() as cursor:
            cursor.execute(INCOMING)
            cursor.execute("delete from dnc_incoming")
            columns = "phone, action, listed_on"
            self._load(cursor, version, "dnc_incoming", columns, path, count)
            added = self._open_new(cursor, version)
            removed = cursor.execute(
                "update dnc_incoming as incoming inner join dnc_listings as listings"
                " on listings.list_id = %s and incoming.phone = listings.phone"
                " set listings.to_download = %s"
                " where incoming.action = %s and listings.to_download is null",
                (version.list_id, version.id, DELETE),
            )
            versions.note_chunk(cursor, version, 1, added, int(removed))
            versions.publish(cursor, version)

    def _open_new(self, cursor: Any, version: Version) -> int:
        return int(
            cursor.execute(
                "insert into dnc_listings (list_id, phone, from_download, listed_on)"
                " select %s, incoming.phone, %s, incoming.listed_on"
                " from dnc_incoming as incoming left join dnc_listings as listings"
                " on listings.list_id = %s and incoming.phone = listings.phone"
                " and listings.to_download is null"
                " where incoming.action <> 'D' and listings.phone is null",
                (version.list_id, version.id, version.list_id),
            )
        )

    def _load(
        self, cursor: Any, version: Version, table: str, columns: str, path: Path, count: int
    ) -> None:
        """Run LOAD DATA and hold it to account: LOCAL turns every error into a warning."""
        settings = self.writer.settings
        name = f"{settings.schema('raw')}/dnc_{version.id}/{path.name}"
        loaded = load_chunk(cursor, table, columns, path, name, settings.load_from_s3)
        cursor.execute("select @@warning_count")
        (warnings,) = cursor.fetchone()
        if loaded != count or warnings:
            raise LodeError(
                f"{version.filename}: the server took {loaded} and not {count} numbers of a part,"
                f" with {warnings} warnings; the part was rolled back. Load the file again."
            )

    def _publish(self, version: Version) -> None:
        with transaction(self.writer.connection), self.writer.connection.cursor() as cursor:
            versions.publish(cursor, version)

    def _repeat(self, statement: str, values: tuple[object, ...]) -> None:
        while self._run(statement, values):
            pass

    def _run(self, statement: str, values: tuple[object, ...]) -> int:
        def work() -> int:
            with transaction(self.writer.connection), self.writer.connection.cursor() as cursor:
                return int(cursor.execute(statement, values))

        return self.writer.retrying(work)


def _in_areas(codes: str) -> str:
    return f" and listings.phone div {AREA} in ({codes})"

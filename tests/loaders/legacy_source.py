"""A legacy database for the tests: a schema of its own on the server under test, and an account."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from loaders.legacy.address import parse
from loaders.legacy.catalog import SourceTable, find_table
from loaders.legacy.extract import Extract
from loaders.progress import QuietReporter
from lode.server import PrivateServer
from lode.settings import LEGACY, Credential, Settings

HOSTS = ("localhost", "%")


@dataclass(frozen=True)
class Legacy:
    """A database, settings with an account that may read it, and the administrator's hand."""

    settings: Settings
    database: str
    user: str
    password: str

    @property
    def url(self) -> str:
        """The database's address."""
        return f"mysql://127.0.0.1:{self.settings.port}/{self.database}"

    @property
    def environment(self) -> dict[str, str]:
        """The account as variables, for other processes."""
        return {"LODE_LEGACY_USER": self.user, "LODE_LEGACY_PASSWORD": self.password}

    def run(self, *statements: str) -> list[Any]:
        """Run statements in the database as administrator; returns the rows of the last one."""
        with PrivateServer(self.settings).admin() as admin, admin.cursor() as cursor:
            cursor.execute("set sql_mode = ''")
            cursor.execute(f"use `{self.database}`")
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    def fill(self, table: str, rows: Sequence[Sequence[object]], verb: str = "insert") -> None:
        """Insert rows into a table."""
        with PrivateServer(self.settings).admin() as admin, admin.cursor() as cursor:
            cursor.execute("set sql_mode = ''")
            marks = ", ".join("%s" for _ in rows[0])
            cursor.executemany(f"{verb} into `{self.database}`.{table} values ({marks})", rows)

    def with_settings(self, settings: Settings) -> Legacy:
        """Return the same database for another warehouse, with its account."""
        credentials = {**settings.credentials, LEGACY: Credential(self.user, self.password)}
        return replace(self, settings=replace(settings, credentials=credentials))


@contextmanager
def legacy_database(server: Settings) -> Iterator[Legacy]:
    """Make a database and an account for the block."""
    name = f"old_{secrets.token_hex(4)}"
    legacy = Legacy(server, name, name, secrets.token_hex(8)).with_settings(server)
    with PrivateServer(server).admin() as admin, admin.cursor() as cursor:
        cursor.execute(f"create database {name} character set utf8mb4")
        for host in HOSTS:
            cursor.execute("create user %s@%s identified by %s", (name, host, legacy.password))
            cursor.execute(f"grant select on {name}.* to %s@%s", (name, host))
    try:
        yield legacy
    finally:
        with PrivateServer(server).admin() as admin, admin.cursor() as cursor:
            cursor.execute(f"drop database if exists {name}")
            for host in HOSTS:
                cursor.execute("drop user %s@%s", (name, host))


def extract(legacy: Legacy, folder: Path, *tables: str) -> Path:
    """Extract tables; returns the finished file."""
    address = parse(legacy.url, legacy.settings)

    def choose(found: dict[str, SourceTable]) -> list[SourceTable]:
        return [find_table(found, table, address) for table in tables]

    title: Callable[[Sequence[SourceTable]], str] = lambda _: "extract.sqlite"  # noqa: E731
    return Extract(address, legacy.settings, choose, title, folder, QuietReporter()).run()


def rows_in(path: Path, table: str) -> list[tuple[Any, ...]]:
    """Return the rows of a table of a SQLite file, in the order in which they lie there."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute(f'select * from "{table}"').fetchall()


def chunks_in(folder: Path) -> list[tuple[int, int]]:
    """Return the table and the number of every chunk in the working file of a folder."""
    with closing(sqlite3.connect(folder / "work.sqlite")) as database:
        return database.execute("select table_number, number from chunks order by 1, 2").fetchall()

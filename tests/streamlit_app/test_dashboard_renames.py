"""A reader that meets the renames of a run: once is not seen, again is a sentence.

The server itself gives way where a statement waits for tables that are renamed; where it can't, as
the reader holds others, it calls that a deadlock. Both are real here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from opened_page import OpenPage
from pymysql.cursors import Cursor
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import Pool

from lode.db import connect
from lode.server import PrivateServer
from lode.settings import Settings
from streamlit_app.queries.engine import create_app_engine
from streamlit_app.queries.errors import BeingRenewedError
from streamlit_app.queries.statement import Statement, error_code, fetch

pytestmark = pytest.mark.database
RENAME = "rename table alpha to alpha_old, alpha_new to alpha, zeta to zeta_old, zeta_new to zeta"
READ = Statement(
    name="two tables of a build",
    sql="select /*+ time limit */ build from alpha limit :row_cap",
    tables=("alpha",),
    index="none",
    row_cap=1,
    timeout_milliseconds=30_000,
)


@pytest.fixture
def renewed(seeded: Settings) -> Iterator[Settings]:
    """Two tables of a build, and the two of the next one beside them."""
    names = [f"{name}{end}" for name in ("alpha", "zeta") for end in ("", "_new")]
    with connect("transformer", seeded, schema="marts", autocommit=True) as connection:
        cursor = connection.cursor()
        for name in names:
            build = "new" if name.endswith("_new") else "old"
            cursor.execute(f"create table {name} as select '{build}' as build")
        yield seeded
        for name in ("alpha", "zeta"):
            for end in ("", "_new", "_old"):
                cursor.execute(f"drop table if exists {name}{end}")


@pytest.fixture
def reading(renewed: Settings) -> Iterator[Engine]:
    made = create_app_engine(renewed)
    yield made
    made.dispose()


@contextmanager
def locked(settings: Settings, table: str) -> Iterator[Cursor]:
    """Hold a table against everybody."""
    with connect("transformer", settings, schema="marts", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute(f"lock tables {table} write")
        yield cursor


def codes_of(engine: Engine) -> list[int]:
    """Return a list that gets the number of each error of the server."""
    codes: list[int] = []

    def note(context: ExceptionContext) -> None:
        codes.append(error_code(context.sqlalchemy_exception))  # type: ignore[arg-type]

    event.listen(engine, "handle_error", note)
    return codes


def wait_for_waits(settings: Settings, count: int) -> None:
    """Wait until so many statements wait for a table."""
    deadline = time.monotonic() + 20
    with PrivateServer(settings).admin() as connection, connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(
                "select count(*) from information_schema.processlist"
                " where state like 'Waiting for table%%' and user like %s",
                (f"{settings.prefix}%",),
            )
            if cursor.fetchone() == (count,):
                return
            time.sleep(0.01)
    pytest.fail("nobody waited")


def rename(settings: Settings) -> None:
    with connect("transformer", settings, schema="marts", autocommit=True) as connection:
        connection.cursor().execute(RENAME)


def test_a_deadlock_with_a_rename_is_tried_again_and_not_seen(
    renewed: Settings, reading: Engine
) -> None:
    """The reader has one table and waits for the other, which the rename has, and waits too."""
    codes = codes_of(reading)
    held: list[int] = []

    def hold_the_other(connection: Any, *_: object) -> None:
        if not held:
            held.append(1)
            connection.connection.cursor().execute("start transaction")
            connection.connection.cursor().execute("select build from zeta")

    event.listen(reading, "before_cursor_execute", hold_the_other)
    rows: list[dict[str, Any]] = []
    reader = threading.Thread(target=lambda: rows.extend(fetch(reading, READ)))
    renamer = threading.Thread(target=rename, args=(renewed,))
    with locked(renewed, "alpha") as holder:
        reader.start()
        wait_for_waits(renewed, 1)
        renamer.start()
        wait_for_waits(renewed, 2)
        holder.execute("unlock tables")
    for thread in (reader, renamer):
        thread.join(30)
        assert not thread.is_alive()
    assert codes == [1213]
    assert rows == [{"build": "new"}]


def test_what_waits_twice_is_a_sentence(renewed: Settings, reading: Engine) -> None:
    codes = codes_of(reading)
    event.listen(reading, "connect", wait_a_second_only)
    with locked(renewed, "alpha"), pytest.raises(BeingRenewedError, match="look again in a moment"):
        fetch(reading, READ)
    assert codes == [1205, 1205]
    assert fetch(reading, READ) == [{"build": "old"}]


def wait_a_second_only(connection: Any, _record: object) -> None:
    connection.cursor().execute("set session lock_wait_timeout = 1")


def test_a_page_says_so_and_its_other_parts_stay(open_page: OpenPage, seeded: Settings) -> None:
    event.listen(Pool, "connect", wait_a_second_only)
    try:
        with locked(seeded, "kpi_days"):
            app = open_page("overview", seeded)
    finally:
        event.remove(Pool, "connect", wait_a_second_only)
    assert not app.exception
    assert "A run is renewing these numbers just now" in app.warning[0].value
    assert {tile.label for tile in app.metric} >= {"Golden persons", "Pairs to review"}

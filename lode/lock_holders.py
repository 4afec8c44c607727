"""Who holds a named lock of the server, and since when: its holder writes that down.

Asking the server would need a right to see other accounts' connections, and gives the time of their
present statement only.
"""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from typing import Any

import pymysql
from pymysql.cursors import Cursor

from lode.db import missing_part
from lode.errors import BusyError, printable
from lode.settings import Settings


def current_user() -> str:
    """Return the name of who runs this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def run_lock_name(settings: Settings) -> str:
    """Return the name of the lock that a run of a warehouse holds, `lode run` or dbt alone."""
    return f"{settings.prefix}.run"


def busy_with_run(cursor: Cursor, settings: Settings) -> BusyError:
    """Return the error of whoever finds another run under way: who is at work, since when."""
    holder = holder_of(cursor, run_lock_name(settings), settings)
    return BusyError(
        f"Another run is under way in this warehouse{holder}: wait until it has ended."
    )


def note_holder(cursor: Cursor, lock: str, settings: Settings) -> None:
    """Write down that this process holds a lock; the caller has taken it, and commits."""
    with _sentence():
        cursor.execute(
            f"replace into {_table(settings)}"
            " (lock_name, connection_id, user_name, host_name, process_id, taken_at)"
            " values (%s, connection_id(), %s, %s, %s, %s)",
            (
                lock,
                current_user()[:128],
                socket.gethostname()[:255],
                os.getpid(),
                datetime.now(timezone.utc).replace(tzinfo=None),
            ),
        )


def forget_holder(cursor: Cursor, lock: str, settings: Settings) -> None:
    """Strike out what this connection has written down, before it gives the lock back.

    What a killed process leaves does no harm: it names a connection that holds no lock.
    """
    with suppress(pymysql.MySQLError, OSError):
        cursor.execute(
            f"delete from {_table(settings)}"
            " where lock_name = %s and connection_id = connection_id()",
            (lock,),
        )


def holder_of(cursor: Cursor, lock: str, settings: Settings) -> str:
    """Say in brackets who holds a lock and since when; nothing if that is not known."""
    with _sentence():
        cursor.execute(
            f"select user_name, host_name, process_id, taken_at from {_table(settings)}"
            " where lock_name = %s and connection_id = is_used_lock(%s)",
            (lock, lock),
        )
        found: Any = cursor.fetchone()
    if found is None:
        return ""
    user, host, process, taken_at = found
    return (
        f" ({printable(user)} on {printable(host)}, process {process},"
        f" since {taken_at:%Y-%m-%d %H:%M:%S} UTC)"
    )


def _table(settings: Settings) -> str:
    return f"`{settings.schema('raw')}`.lock_holders"


@contextmanager
def _sentence() -> Iterator[None]:
    try:
        yield
    except pymysql.MySQLError as error:
        raise missing_part(error) or error from None

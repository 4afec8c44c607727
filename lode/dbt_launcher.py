"""Started by the dbt environment's Python: sets what dbt has no setting for, then runs it.

dbt-mysql hands the connector user, password, host, port and character set, nothing else. What every
session must have besides (sql_mode, time zone, verified TLS) is therefore set here, at the one door
through which all of dbt's connections go. Reads what `Settings.dbt_environment` sets. No other file
of ours imports dbt.

A run sends some 16 statements for every model, and dbt spends more on each than the server does;
`lode/dbt_savings.py` leaves out what it does over and over for nothing.
"""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import os
import signal
import ssl
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Where distributions keep the authorities they trust, should Python have been built for another
# place.
SYSTEM_AUTHORITIES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)

# From <linux/prctl.h>.
PR_SET_PDEATHSIG = 1


def connection_options(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the connector's arguments for every connection; TLS unless it is said to be local."""
    options: dict[str, Any] = {
        "sql_mode": environment["LODE_SQL_MODE"],
        "time_zone": environment["LODE_TIME_ZONE"],
        # A server could otherwise ask the connector for any file of this machine.
        "allow_local_infile": False,
    }
    if environment.get("LODE_DB_IS_LOCAL") != "true":
        options |= {
            "ssl_disabled": False,
            "ssl_ca": environment.get("LODE_DB_TLS_CA") or system_authorities(),
            "ssl_verify_cert": True,
            "ssl_verify_identity": True,
        }
    return options


def system_authorities() -> str:
    """Return the file of the authorities this system trusts; the connector takes no folder."""
    candidates = (ssl.get_default_verify_paths().cafile, *SYSTEM_AUTHORITIES)
    found = next((path for path in candidates if path and Path(path).is_file()), None)
    if found is None:
        sys.exit("dbt: No file of certificate authorities was found: set LODE_DB_TLS_CA to one.")
    return found


def end_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent dies; Linux only.

    The lock that keeps a second run out ends with `lode run`: dbt must not write on without it.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        # It died before it could be watched.
        sys.exit(1)


class Sessions:
    """Opens dbt's sessions, and gives one that dbt has done with to the next model, like new.

    dbt closes its session after every model. To open one anew takes as much of dbt's processor time
    as all that is said in it, where TLS has to be agreed on.
    """

    def __init__(self, connect: Callable[..., Any], options: Mapping[str, Any]) -> None:
        self._connect = connect
        self._options = options
        self._idle: list[tuple[dict[str, Any], Any, Callable[[], None]]] = []

    def connect(self, **keywords: Any) -> Any:
        """Return a session, opened with dbt's arguments and our options or as good as that."""
        while self._idle:
            known, session, close = self._idle.pop()
            # The server, or what is between, may have ended it while others were at work.
            if known == keywords and type(session).is_connected(session):
                return self._lend(known, session, close)
            close()
        session = self._connect(**{**keywords, **self._options})
        # Asked of the server before every statement, which says by itself when it is gone.
        session.is_connected = lambda: True
        return self._lend(keywords, session, session.close)

    def _lend(self, keywords: dict[str, Any], session: Any, close: Callable[[], None]) -> Any:
        """Have `close` reset the session: what is open is undone, locks and settings go."""
        borrower = threading.get_ident()

        def give_back() -> None:
            # Whoever else closes it wants to end what is at work in it.
            if threading.get_ident() == borrower and _is_reset(session):
                self._idle.append((keywords, session, close))
            else:
                close()

        session.close = give_back
        return session

    def end(self) -> None:
        """Close the sessions that nobody has."""
        while self._idle:
            _, _, close = self._idle.pop()
            close()


def _is_reset(session: Any) -> bool:
    from mysql.connector import Error

    try:
        return bool(session.cmd_reset_connection())
    except Error:
        return False


@contextmanager
def run_lock(connect: Callable[..., Any], environment: Mapping[str, str]) -> Iterator[None]:
    """Keep every other run of the warehouse out for the block, if LODE_RUN_LOCK names its lock.

    `lode run` holds it itself. The server gives it back when this process ends, however it ends.
    """
    if "LODE_RUN_LOCK" not in environment:
        yield
        return
    connection = connect(
        host=environment["LODE_DB_HOST"],
        port=int(environment["LODE_DB_PORT"]),
        user=environment["LODE_TRANSFORMER_USER"],
        password=environment["DBT_ENV_SECRET_LODE_TRANSFORMER_PASSWORD"],
        charset="utf8mb4",
        collation="utf8mb4_unicode_ci",
        autocommit=True,
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute("select get_lock(%s, 0)", (environment["LODE_RUN_LOCK"],))
            (is_mine,) = cursor.fetchone()
        if not is_mine:
            sys.exit("dbt: Another run is under way in this warehouse: wait until it has ended.")
        yield
    finally:
        connection.close()


def _load(name: str) -> Any:
    """Import a file beside this one, which dbt's environment has on no path."""
    found = importlib.util.spec_from_file_location(
        name.removesuffix(".py"), Path(__file__).with_name(name)
    )
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def main() -> None:
    """Run dbt with the options above in every connection."""
    parent = os.environ.pop("LODE_PARENT", None)
    if parent:
        end_with_parent(int(parent))
    # As long as dbt imports and parses, nearly all that it makes stays.
    gc.set_threshold(50_000)
    import mysql.connector
    from dbt.cli.main import cli

    sessions = Sessions(mysql.connector.connect, connection_options(os.environ))
    mysql.connector.connect = sessions.connect
    _load("dbt_savings.py").save()
    sys.argv[0] = "dbt"
    try:
        with run_lock(sessions.connect, os.environ):
            cli()
    finally:
        sessions.end()


if __name__ == "__main__":
    main()

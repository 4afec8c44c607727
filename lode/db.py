"""Connections, alike on every engine: utf8mb4, UTC, one sql_mode, TLS to all that is not local."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pymysql
from pymysql.connections import Connection

from lode.errors import LodeError, printable
from lode.hosts import verified_tls
from lode.settings import COLLATION, SQL_MODE, TIME_ZONE, Account, Settings

# Errors a server can answer a login with, as MySQL and MariaDB number them.
ACCESS_DENIED = (1044, 1045, 1698)
LOGIN_TIMEOUT_SECONDS = 20
UNKNOWN_DATABASE = 1049
NO_SUCH_COLUMN = 1054
NO_SUCH_TABLE = 1146
HANDSHAKE_ERRORS = (2026,)


@contextmanager
def connect(
    role: str,
    settings: Settings,
    *,
    schema: str | None = None,
    local_infile: bool = False,
    autocommit: bool = False,
) -> Iterator[Connection[Any]]:
    """Open a connection as `role` and close it at the end; what was not committed is rolled back.

    `schema` is a layer (raw, staging, canonical, marts). Raises LodeError, one sentence, when the
    server is down, refuses the account or can't speak TLS.
    """
    connection = open_connection(
        role, settings, schema=schema, local_infile=local_infile, autocommit=autocommit
    )
    try:
        yield connection
    finally:
        close_quietly(connection)


def open_connection(
    role: str,
    settings: Settings,
    *,
    schema: str | None = None,
    local_infile: bool = False,
    autocommit: bool = False,
) -> Connection[Any]:
    """Open a connection that the caller closes; see `connect`."""
    account = settings.account(role)
    database = settings.schema(schema) if schema else None
    try:
        return _log_in(settings, account, database, local_infile, autocommit)
    except (pymysql.MySQLError, OSError, RuntimeError) as error:
        # A secret may have been rotated since it was fetched.
        if error_code(error) in ACCESS_DENIED and (renewed := settings.renewed_account(role)):
            try:
                return _log_in(settings, renewed, database, local_infile, autocommit)
            except (pymysql.MySQLError, OSError, RuntimeError) as second_error:
                error = second_error
        raise connection_error(settings, account.user, database, error) from error


def _log_in(
    settings: Settings,
    account: Account,
    database: str | None,
    local_infile: bool,
    autocommit: bool,
) -> Connection[Any]:
    connection = pymysql.connect(
        host=settings.host,
        port=settings.port,
        user=account.user,
        password=account.password,
        database=database,
        charset="utf8mb4",
        collation=COLLATION,
        sql_mode=SQL_MODE,
        init_command=f"set time_zone = '{TIME_ZONE}'",
        local_infile=local_infile,
        autocommit=autocommit,
        connect_timeout=10,
        read_timeout=LOGIN_TIMEOUT_SECONDS,
        max_allowed_packet=64 * 1024 * 1024,
        **tls_options(settings),
    )
    # Only the login is limited, as another program on the port may never answer; a statement may
    # take hours. pymysql has no setting for the one without the other.
    connection._read_timeout = None  # type: ignore[attr-defined]
    return connection


def tls_options(settings: Settings) -> dict[str, Any]:
    """Return pymysql's arguments for TLS: verified and required, unless the host is local.

    Our own server on this machine has none: pymysql would read the system's authorities for every
    connection, which takes 25 times as long as all the rest of a login.
    """
    if settings.is_private:
        return {"ssl_disabled": True}
    if settings.is_local:
        return {}
    return {"ssl": verified_tls(settings.tls_ca, "LODE_DB_TLS_CA")}


def connection_error(
    settings: Settings, user: str, database: str | None, error: BaseException
) -> LodeError:
    """Say in one sentence why a connection failed; never with a password in it."""
    place = f"{settings.host}:{settings.port}"
    code = error_code(error)
    if code in ACCESS_DENIED:
        remedy = (
            "run `lode server start`, which sets the accounts right"
            if settings.is_private
            else "check the user, its password and its grants"
        )
        return LodeError(f"The database at {place} refused the account {user}: {remedy}.")
    if code == UNKNOWN_DATABASE:
        return LodeError(f"The database at {place} has no schema {database}: run `lode init`.")
    reason = str(error.args[1] if len(error.args) > 1 else error).split("\n")[0]
    if code in HANDSHAKE_ERRORS or "SSL" in reason or "certificate" in reason:
        return LodeError(
            f"No verified TLS connection to {place} ({reason}): hosts that are not local need TLS;"
            " set LODE_DB_TLS_CA to the file of the authority that signed its certificate."
        )
    if settings.is_private:
        return LodeError(f"The local server does not answer at {place}: run `lode server start`.")
    return LodeError(
        f"The database at {place} does not answer ({reason}): check LODE_DB_HOST, LODE_DB_PORT"
        " and the network."
    )


def error_code(error: BaseException) -> int:
    """Return the number of a database error, 0 if it has none."""
    return error.args[0] if error.args and isinstance(error.args[0], int) else 0


def missing_part(error: BaseException) -> LodeError | None:
    """Say what to do when a table or column is not there; None for any other error."""
    if error_code(error) not in (NO_SUCH_TABLE, NO_SUCH_COLUMN) or len(error.args) < 2:
        return None
    reason = printable(str(error.args[1]).partition("\n")[0])
    return LodeError(
        f"A part of the warehouse is missing ({reason}): run `lode init`, which adds it and changes"
        " no data, and then `lode run`."
    )


def close_quietly(connection: Connection[Any]) -> None:
    """Close a connection; a server that went away meanwhile is no error here."""
    with suppress(pymysql.MySQLError):
        connection.close()


@contextmanager
def transaction(connection: Connection[Any]) -> Iterator[Connection[Any]]:
    """Commit what happens inside, or roll all of it back when anything is raised."""
    connection.begin()
    try:
        yield connection
        connection.commit()
    except BaseException:
        # If the connection is gone, so is the transaction; the first error says why.
        with suppress(pymysql.MySQLError):
            connection.rollback()
        raise

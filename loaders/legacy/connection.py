"""Connections to a legacy server, which only read, and what it answers as sentences.

Values come as the bytes that the server prints, text in UTF-8, so that nothing is lost or changed
on the way. Session settings are our own: UTC as mysqldump has it, no sql_mode that refuses a value
which is there already.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pymysql
from pymysql import converters
from pymysql.connections import Connection

from loaders.legacy.address import LegacyAddress
from loaders.writer import RETRIES, is_transient
from lode.db import (
    ACCESS_DENIED,
    HANDSHAKE_ERRORS,
    LOGIN_TIMEOUT_SECONDS,
    UNKNOWN_DATABASE,
    close_quietly,
    error_code,
)
from lode.errors import LodeError, printable
from lode.hosts import verified_tls
from lode.settings import LEGACY, TIME_ZONE, Account, Settings

_NO_DATABASE_RIGHT = 1044
_NO_TABLE_RIGHTS = (1142, 1143, 1370)
_UNKNOWN_TABLE = (1051, 1146)
_BROKEN_VIEW = 1356
_ALTERED = 1412
# Whether a value is converted for Python is decided by the server's type: here none is.
_AS_BYTES = {kind: work for kind, work in converters.conversions.items() if type(kind) is not int}
# Limits that a server may set for all its sessions; each is known to one engine only.
_TIME_LIMITS = ("max_execution_time", "max_statement_time")
_WRITE_TIMEOUT_SECONDS = 3600


@contextmanager
def legacy_connection(address: LegacyAddress, settings: Settings) -> Iterator[Connection[Any]]:
    """Open a connection in the address's database for the block.

    A network error inside stays the error that it is, for the caller to try again; whatever else
    the server refuses becomes a LodeError.
    """
    connection = _open(address, settings)
    try:
        yield connection
    except pymysql.MySQLError as error:
        if is_transient(error):
            raise
        raise refusal(address, error) from error
    finally:
        close_quietly(connection)


def _open(address: LegacyAddress, settings: Settings) -> Connection[Any]:
    account = settings.account(LEGACY)
    try:
        return _log_in(address, settings, account)
    except (pymysql.MySQLError, OSError, RuntimeError) as error:
        # A secret may have been rotated since it was fetched.
        if error_code(error) in ACCESS_DENIED and (renewed := settings.renewed_account(LEGACY)):
            try:
                return _log_in(address, settings, renewed)
            except (pymysql.MySQLError, OSError, RuntimeError) as second_error:
                error = second_error
        if is_transient(error) and not _is_about_tls(error):
            raise error
        raise _login_refusal(address, account.user, error) from error


def _log_in(address: LegacyAddress, settings: Settings, account: Account) -> Connection[Any]:
    tls: dict[str, Any] = {}
    if not address.is_local:
        tls["ssl"] = verified_tls(settings.legacy_tls_ca, "LODE_LEGACY_TLS_CA")
    connection: Connection[Any] = pymysql.connect(
        host=address.host,
        port=address.port,
        user=account.user,
        password=account.password,
        database=address.database,
        charset="utf8mb4",
        use_unicode=False,
        conv=_AS_BYTES,
        sql_mode="",
        init_command=f"set time_zone = '{TIME_ZONE}', net_write_timeout = {_WRITE_TIMEOUT_SECONDS}",
        autocommit=True,
        connect_timeout=10,
        read_timeout=LOGIN_TIMEOUT_SECONDS,
        max_allowed_packet=1024 * 1024 * 1024,
        **tls,
    )
    # Only the login is limited; a checksum over a whole table may take hours.
    connection._read_timeout = None  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        for limit in _TIME_LIMITS:
            with suppress(pymysql.err.OperationalError):
                cursor.execute(f"set session {limit} = 0")
    return connection


def begin_snapshot(connection: Connection[Any]) -> None:
    """See the database from now on as it is at this moment."""
    with connection.cursor() as cursor:
        cursor.execute("set session transaction isolation level repeatable read")
        cursor.execute("start transaction with consistent snapshot, read only")


def lost_connection(address: LegacyAddress, error: BaseException) -> LodeError:
    """Say that the retries failed."""
    return LodeError(
        f"The server at {address.place} does not answer, and {RETRIES} retries failed"
        f" ({_reason(error)}): check the address and the network, then run the same command again;"
        " it goes on behind the last finished part."
    )


def _reason(error: BaseException) -> str:
    return printable(str(error.args[-1] if error.args else error).split("\n")[0], 200)


def _is_about_tls(error: BaseException) -> bool:
    """Tell a certificate that is refused from a server that is down: both come as error 2003."""
    reason = _reason(error)
    return error_code(error) in HANDSHAKE_ERRORS or "SSL" in reason or "certificate" in reason


def _login_refusal(address: LegacyAddress, user: str, error: BaseException) -> LodeError:
    """Say in one sentence why nobody could log in."""
    code = error_code(error)
    if code == _NO_DATABASE_RIGHT:
        return LodeError(
            f"The server at {address.place} lets the account {user} see nothing of the database"
            f" {printable(address.database)}: check its name, and grant SELECT on it."
        )
    if code in ACCESS_DENIED:
        return LodeError(
            f"The server at {address.place} refused the account {user}: check LODE_LEGACY_USER and"
            " LODE_LEGACY_PASSWORD, or LODE_LEGACY_SECRET."
        )
    if code == UNKNOWN_DATABASE:
        return LodeError(
            f"The server at {address.place} has no database {printable(address.database)}: check"
            " the address."
        )
    reason = _reason(error)
    if _is_about_tls(error):
        return LodeError(
            f"No verified TLS connection to {address.place} ({reason}): hosts that are not local"
            " need TLS; set LODE_LEGACY_TLS_CA to the file of the authority that signed its"
            " certificate."
        )
    return LodeError(
        f"The server at {address.place} does not answer as MySQL does ({reason}): check the address"
        " and the network."
    )


def refusal(address: LegacyAddress, error: BaseException) -> LodeError:
    """Say in one sentence why the server did not do what was asked; never with a value in it."""
    code = error_code(error)
    if code in _NO_TABLE_RIGHTS:
        reason = "the account has no right to read all of the table: grant SELECT on it"
    elif code in _UNKNOWN_TABLE:
        reason = "the table is gone: look what there is with `lode tables`"
    elif code == _BROKEN_VIEW:
        reason = "the view refers to what is gone or may not be read: mend it first"
    elif code == _ALTERED:
        reason = "the table was altered while it was read: run the same command again"
    else:
        reason = f"error {code}: the server's own documentation says what that means"
    return LodeError(f"{address} can't be read; {reason}.")

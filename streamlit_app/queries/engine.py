"""The pool of connections that all pages share: `app` account, marts only, TLS unless local."""

from __future__ import annotations

from typing import Any

import pymysql
from pymysql.connections import Connection as PyMySQLConnection
from sqlalchemy import Engine, create_engine, event

from lode.db import ACCESS_DENIED, connection_error, tls_options
from lode.settings import COLLATION, SQL_MODE, TIME_ZONE, Account, Settings
from streamlit_app.queries.statement import SCHEMAS

CONNECT_TIMEOUT_SECONDS = 3
# Longer than any statement's own limit: this one only ends waits for a server that died silently.
SOCKET_TIMEOUT_SECONDS = 30


def create_app_engine(settings: Settings, pool_size: int = 5, max_overflow: int = 5) -> Engine:
    """Return the engine; it connects on first use, and looks host and account up anew each time.

    Parameters never show in an error's text: they are the phones and mails somebody searched for.
    """
    engine = create_engine(
        "mysql+pymysql://",
        creator=lambda: open_app_connection(settings),
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_timeout=5,
        pool_recycle=300,
        pool_pre_ping=True,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        execution_options={
            SCHEMAS: {name: settings.schema(name) for name in ("raw", "audit")},
        },
    )
    event.listen(engine, "connect", _set_collation)
    return engine


def _set_collation(connection: PyMySQLConnection[Any], _record: object) -> None:
    """Choose the columns' collation: with another, MariaDB sorts again what an index has sorted.

    SQLAlchemy's own `set names`, a moment before, has undone what the login asked for.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"set names utf8mb4 collate {COLLATION}")


def open_app_connection(settings: Settings) -> PyMySQLConnection[Any]:
    """Open one connection to the marts; raises LodeError when that is not possible.

    Like `lode.db.open_connection`, but with limits on every wait: a page must not hang on a server
    that went silent.
    """
    account = settings.account("app")
    schema = settings.schema("marts")
    try:
        try:
            return _log_in(settings, account, schema)
        except pymysql.OperationalError as error:
            # A secret may have been rotated since it was fetched.
            renewed = settings.renewed_account("app") if _is_refused(error) else None
            if renewed is None:
                raise
            account = renewed
            return _log_in(settings, renewed, schema)
    except (pymysql.MySQLError, OSError, RuntimeError) as error:
        raise connection_error(settings, account.user, schema, error) from error


def _log_in(settings: Settings, account: Account, schema: str) -> PyMySQLConnection[Any]:
    return pymysql.connect(
        host=settings.host,
        port=settings.port,
        user=account.user,
        password=account.password,
        database=schema,
        charset="utf8mb4",
        collation=COLLATION,
        sql_mode=SQL_MODE,
        init_command=f"set time_zone = '{TIME_ZONE}'",
        autocommit=True,
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=SOCKET_TIMEOUT_SECONDS,
        write_timeout=SOCKET_TIMEOUT_SECONDS,
        **tls_options(settings),
    )


def _is_refused(error: pymysql.OperationalError) -> bool:
    return bool(error.args) and error.args[0] in ACCESS_DENIED

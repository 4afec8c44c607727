"""The connection of the few services that write, as the `app` account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pymysql
from pymysql.connections import Connection

from lode.db import close_quietly
from lode.errors import LodeError
from streamlit_app.queries.engine import open_app_connection
from streamlit_app.queries.errors import DatabaseDownError, QueryFailedError
from streamlit_app.ui.connections import settings


@contextmanager
def writing() -> Iterator[Connection[Any]]:
    """Give a connection for one service; what the database refuses is a QueryError."""
    try:
        connection = open_app_connection(settings())
    except LodeError as error:
        raise DatabaseDownError(error.sentence) from error
    try:
        yield connection
    except pymysql.MySQLError as error:
        raise QueryFailedError("The database could not do this: nothing was changed.") from error
    finally:
        close_quietly(connection)

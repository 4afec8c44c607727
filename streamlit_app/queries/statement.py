"""A statement with its promises (tables, index, row cap, time limit), and the one way to run it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from lode.errors import LodeError
from streamlit_app.queries import timings
from streamlit_app.queries.errors import (
    BeingRenewedError,
    DatabaseDownError,
    NotAllowedError,
    NotBuiltError,
    QueryError,
    QueryFailedError,
    TooSlowError,
)

logger = logging.getLogger("lode.dashboard")

PAGE_TIMEOUT_MILLISECONDS = 1500
# Where a statement's time limit goes; every statement has the mark exactly once.
LIMIT_MARK = "/*+ time limit */"
# The engine's option that names the schemas beside the marts: what stands for `{raw}`, `{audit}`.
SCHEMAS = "schemas"

LOST_CONNECTION = frozenset({2006, 2013, 2055, 4031, 1927})
UNREACHABLE = frozenset({2002, 2003, 2005, 1040, 1044, 1045, 1053, 1226, 1698, 3118})
# Tables were renamed while the statement waited for them: a deadlock, or a wait that was too long.
RENAMED_MEANWHILE = frozenset({1213, 1205})
# No such table, no such schema, and a view over a table that is gone.
MISSING = frozenset({1146, 1049, 1356})
# A table or column that the account has no right to.
FORBIDDEN = frozenset({1142, 1143, 1227})
TIMED_OUT = frozenset({3024, 1969, 1317, 1028})


@dataclass(frozen=True)
class Statement:
    """One named read. `index` is what EXPLAIN must show; the tests hold each statement to it.

    A table that is no mart is written with its schema: `{raw}`.app_roles.
    """

    name: str
    sql: str
    tables: tuple[str, ...]
    index: str
    row_cap: int
    timeout_milliseconds: int = PAGE_TIMEOUT_MILLISECONDS

    def __post_init__(self) -> None:
        if self.sql.count(LIMIT_MARK) != 1 or ":row_cap" not in self.sql:
            raise ValueError(f"{self.name}: needs `{LIMIT_MARK}` once, and a limit of :row_cap")

    def for_engine(self, is_mariadb: bool) -> str:
        """Return the SQL with its time limit; to MariaDB the hint of MySQL is only a comment."""
        if is_mariadb:
            seconds = self.timeout_milliseconds / 1000
            limited = self.sql.replace(LIMIT_MARK, "")
            return f"set statement max_statement_time={seconds:.3f} for {limited.lstrip()}"
        hint = f"/*+ MAX_EXECUTION_TIME({self.timeout_milliseconds}) */"
        return self.sql.replace(LIMIT_MARK, hint)


def fetch(
    engine: Engine, statement: Statement, parameters: Mapping[str, object] | None = None
) -> list[dict[str, Any]]:
    """Return at most `statement.row_cap` rows as dictionaries; raises QueryError, nothing else.

    A lost connection is tried once more, and so is what met tables that a run was renaming; a
    statement that was too slow never is.
    """
    try:
        return _fetch(engine, statement, parameters or {})
    except DBAPIError as error:
        if error_code(error) not in LOST_CONNECTION | RENAMED_MEANWHILE:
            raise problem_of(statement, error) from error
    except (SQLAlchemyError, LodeError) as error:
        raise problem_of(statement, error) from error
    try:
        return _fetch(engine, statement, parameters or {})
    except (SQLAlchemyError, LodeError) as error:
        raise problem_of(statement, error) from error


def _fetch(
    engine: Engine, statement: Statement, parameters: Mapping[str, object]
) -> list[dict[str, Any]]:
    with timings.timed(statement.name), engine.connect() as connection:
        sql = statement.for_engine(is_mariadb(connection))
        for name, schema in connection.get_execution_options().get(SCHEMAS, {}).items():
            sql = sql.replace(f"{{{name}}}", schema)
        found = connection.execute(text(sql), {**parameters, "row_cap": statement.row_cap})
        return [dict(row) for row in found.mappings()]


def is_mariadb(connection: Connection) -> bool:
    """Tell which of the two engines answers; known once a connection was made."""
    return bool(getattr(connection.dialect, "is_mariadb", False))


def error_code(error: DBAPIError) -> int:
    """Return the number the server gave the error, 0 if it gave none."""
    arguments = getattr(error.orig, "args", ())
    return arguments[0] if arguments and isinstance(arguments[0], int) else 0


def problem_of(statement: Statement, error: Exception) -> QueryError:
    """Say a failure as one of our problems, and log it with the statement's name but no values."""
    if isinstance(error, LodeError):
        # A schema that is not there yet reaches us as a failed login to it.
        is_missing = "has no schema" in error.sentence
        return NotBuiltError() if is_missing else DatabaseDownError(error.sentence)
    if isinstance(error, PoolTimeout):
        return _logged(
            statement,
            TooSlowError("Too many people are asking at once: try again in a moment."),
            error,
        )
    code = error_code(error) if isinstance(error, DBAPIError) else 0
    if code in MISSING:
        return NotBuiltError()
    if code in TIMED_OUT:
        seconds = statement.timeout_milliseconds / 1000
        sentence = (
            f"This took longer than {seconds:g} seconds and was stopped: narrow the question or try"
            " again."
        )
        return _logged(statement, TooSlowError(sentence), error)
    if code in RENAMED_MEANWHILE:
        return _logged(statement, BeingRenewedError(), error)
    if code in LOST_CONNECTION or code in UNREACHABLE:
        return _logged(
            statement,
            DatabaseDownError("The database stopped answering: try again in a moment."),
            error,
        )
    if code in FORBIDDEN:
        return NotAllowedError("The dashboard's account has no right to read this.")
    return _logged(statement, QueryFailedError("The database could not answer this."), error)


def _logged(statement: Statement, problem: QueryError, error: Exception) -> QueryError:
    code = error_code(error) if isinstance(error, DBAPIError) else 0
    logger.warning(
        "error %s: statement %s failed: %s (database error %s)",
        problem.error_id,
        statement.name,
        type(error).__name__,
        code,
    )
    return problem

"""Run the statements by which the warehouse decides, which the last run of dbt left as text."""

from __future__ import annotations

from typing import Any

from pymysql.connections import Connection

from lode.errors import LodeError
from lode.person import fetch


def ask(
    connection: Connection[Any], name: str, marks: dict[str, Any], schema: str | None = None
) -> list[dict[str, Any]]:
    """Run a statement that the last run left, with its marks replaced by parameters.

    A list of values stands for a mark in brackets. `schema` is where the statements are, if the
    connection is in another one.
    """
    table = f"`{schema}`.decision_statements" if schema else "decision_statements"
    found = fetch(connection, f"select statement from {table} where statement_name = %s", (name,))
    if not found:
        raise LodeError("This warehouse can't decide yet: run `lode run` first.")
    statement = str(found[0]["statement"]).replace("%", "%%")
    for mark, value in marks.items():
        quoted = f"('lode:{mark}')" if isinstance(value, list) else f"'lode:{mark}'"
        statement = statement.replace(quoted, f"%({mark})s")
    return fetch(connection, statement, marks)

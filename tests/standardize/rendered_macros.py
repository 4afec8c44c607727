"""Run standardization macros over literal values, through dbt and on the engine under test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lode.db import connect
from lode.dbt import DbtResult
from lode.settings import Settings

MARK = "-- expression --"


def load_seeds(dbt: Callable[..., DbtResult], warehouse: Settings) -> None:
    """Load the seeds that the macros read; asserts that dbt did."""
    result = dbt(["seed"], warehouse)
    assert result.returncode == 0, result.output


def render(
    dbt: Callable[..., DbtResult], warehouse: Settings, expressions: Sequence[str]
) -> list[str]:
    """Return the SQL of macro calls, such as `standardize_phone('value')`, with one run of dbt."""
    template = "".join(f"\n{MARK}\n{{{{ {call} }}}}" for call in expressions) + f"\n{MARK}\n"
    result = dbt(["compile", "--inline", template], warehouse)
    assert result.returncode == 0, result.output
    parts = [part.strip() for part in result.output.split(MARK)]
    assert len(parts) >= len(expressions) + 2, result.output
    return parts[1 : len(expressions) + 1]


def evaluate(warehouse: Settings, sql: str, values: Sequence[str | None]) -> list[Any]:
    """Return what an expression over a column `value` makes of each value.

    The values are stored and the results inserted in a strict session, as a model does it, so a
    cast that would raise there raises here.
    """
    with connect("transformer", warehouse, schema="staging", autocommit=True) as connection:
        cursor = connection.cursor()
        for table, kind in (("macro_values", "text"), ("macro_results", "varchar(255)")):
            cursor.execute(f"drop table if exists {table}")
            cursor.execute(
                f"create table {table} (id int unsigned primary key, value {kind} null)"
                " default character set utf8mb4 collate utf8mb4_bin"
            )
        cursor.executemany("insert into macro_values values (%s, %s)", list(enumerate(values)))
        cursor.execute(f"insert into macro_results select id, {sql} from macro_values")
        cursor.execute("select value from macro_results order by id")
        results = [row[0] for row in cursor.fetchall()]
        cursor.execute("drop table macro_values, macro_results")
    return results

"""Our versions of dbt's macros for MySQL and the small helpers, on literal values."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from engine_project import EngineProject

# An expression in Jinja, and what the server must answer.
EXPRESSIONS: dict[str, tuple[str, Any]] = {
    "concat": ("""{{ dbt.concat(["'a'", "'é'", "1"]) }}""", "aé1"),
    "concat_one": ("""{{ dbt.concat(["'a'"]) }}""", "a"),
    "concat_null": ("""{{ dbt.concat(["'a'", "null"]) }}""", None),
    "type_string": ("cast(42 as {{ dbt.type_string() }})", "42"),
    "type_string_long": (
        "char_length(cast(repeat('é', 70000) as {{ dbt.type_string() }}))",
        70000,
    ),
    "hash": ("""{{ dbt.hash("'é'") }}""", hashlib.sha256("é".encode()).hexdigest()),
    "hash_number": ("""{{ dbt.hash("12") }}""", hashlib.sha256(b"12").hexdigest()),
    "hash_empty": ("""{{ dbt.hash("''") }}""", hashlib.sha256(b"").hexdigest()),
    "hash_null": ("""{{ dbt.hash("null") }}""", hashlib.sha256(b"\x1e").hexdigest()),
    "equal": ("{{ null_safe_equal('1', '1') }}", 1),
    "equal_not": ("{{ null_safe_equal('1', '2') }}", 0),
    "equal_null": ("{{ null_safe_equal('null', 'null') }}", 1),
    "equal_half_null": ("{{ null_safe_equal('null', '1') }}", 0),
    "differs_case": ("""{{ byte_differs("'a'", "'A'") }}""", 1),
    "differs_accent": ("""{{ byte_differs("'e'", "'é'") }}""", 1),
    "differs_space": ("""{{ byte_differs("'a'", "'a '") }}""", 1),
    "differs_empty": ("""{{ byte_differs("''", "null") }}""", 1),
    "differs_not": ("""{{ byte_differs("'é '", "'é '") }}""", 0),
    "differs_nulls": ("{{ byte_differs('null', 'null') }}", 0),
    "differs_number": ("{{ byte_differs('1.0', '1.00', 'decimal(5,2)') }}", 0),
    "differs_numbers": ("{{ byte_differs('1', '2', 'int') }}", 1),
    "differs_null_number": ("{{ byte_differs('0', 'null', 'INT unsigned') }}", 1),
    "utc_now": ("abs(timestampdiff(second, {{ utc_now() }}, utc_timestamp())) < 5", 1),
    "utc_now_digits": ("char_length(cast({{ utc_now() }} as char))", 26),
    "sql_text": ("""{{ sql_text("it's a \\\\ \\"line\\"", 99) }}""", 'it\'s a \\ "line"'),
    "sql_text_cut": ("{{ sql_text('abcdef', 3) }}", "abc"),
    "asked_once": (
        "'{{ asked_once('select uuid()')[0] }}' = '{{ asked_once('select uuid()')[0] }}'",
        1,
    ),
    "quoted_list": ("(select {{ quoted_list(['a'], 't') }} from (select 7 as a) as t)", 7),
}


@pytest.fixture(scope="module")
def answers(project: EngineProject) -> dict[str, Any]:
    """What the server answers to each expression: one view, one dbt run."""
    columns = ",\n".join(f"{sql} as {name}" for name, (sql, _) in EXPRESSIONS.items())
    project.model("expressions", f"select\n{columns}", materialized="view")
    done = project.run("run", "--select", "expressions")
    assert done.returncode == 0, done.output
    names = ", ".join(EXPRESSIONS)
    (row,) = project.rows(f"select {names} from {{canonical}}.expressions")
    return dict(zip(EXPRESSIONS, row, strict=True))


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_expressions_mean_the_same_on_every_engine(answers: dict[str, Any], name: str) -> None:
    assert answers[name] == EXPRESSIONS[name][1]


def test_text_types_are_told_from_exact_ones(project: EngineProject) -> None:
    types = {
        "varchar(20)": True,
        "VARCHAR(20) collate utf8mb4_bin": True,
        "text": True,
        "json": True,
        "enum('a')": True,
        "char(2)": True,
        "int unsigned": False,
        "bigint": False,
        "decimal(5,2)": False,
        "datetime(6)": False,
        "date": False,
        "varbinary(32)": False,
        "blob": False,
        "boolean": False,
    }
    calls = ", ".join('"' + name + '": is_text_type("' + name + '")' for name in types)
    (project.folder / "macros" / "tell_types.sql").write_text(
        "{% macro tell_types() %}{% do log('TYPES ' ~ tojson({" + calls + "}), info=true) %}"
        "{% endmacro %}"
    )
    done = project.run("run-operation", "tell_types")
    assert done.returncode == 0, done.output
    (line,) = (line for line in done.output.splitlines() if "TYPES" in line)
    for name, is_text in types.items():
        assert f'"{name}": {str(is_text).lower()}' in line

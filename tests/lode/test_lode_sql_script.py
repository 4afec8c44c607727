"""Splitting schema files: every statement whole, no comment, no semicolon lost in a text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lode.settings import find_root
from lode.sql_script import split_statements
from lode.warehouse import SCHEMA_FILES

QUOTED = st.text("ab;'\"`\\-#/* \n", max_size=15).map(
    lambda text: "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
)
PLAIN = st.text("abc(),= \n", min_size=1, max_size=15).filter(lambda text: text.strip())
STATEMENT = st.lists(st.one_of(PLAIN, QUOTED), min_size=1, max_size=5).map(" ".join)
COMMENT = st.sampled_from(["", "-- it's; fine\n", "/* a; 'b */", '# say "hi;"\n', "--\n"])


@given(st.lists(st.tuples(COMMENT, STATEMENT), max_size=6))
def test_statements_come_back_as_they_were(parts: list[tuple[str, str]]) -> None:
    script = ";\n".join(f"{comment}{statement}" for comment, statement in parts)
    assert split_statements(script) == [statement.strip() for _, statement in parts]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("", []),
        (";;", []),
        ("-- only a comment", []),
        ("select 1", ["select 1"]),
        ("select 1 --x;\n;", ["select 1 --x"]),
        ("select 'it''s; \\' so'; select `a;b`", ["select 'it''s; \\' so'", "select `a;b`"]),
    ],
)
def test_edges(script: str, expected: list[str]) -> None:
    assert split_statements(script) == expected


def test_our_schema_files_hold_nothing_but_creations_that_may_run_twice() -> None:
    for name in SCHEMA_FILES:
        statements = split_statements((find_root() / name).read_text(encoding="utf-8"))
        assert statements
        for statement in statements:
            words = " ".join(statement.lower().split())
            # What is there already is refused by the server and passed over: one a statement.
            is_addition = re.match(r"alter table \w+ add (column|key) \w+ [^,]*$", words)
            # Of a rule that became another one the former is gone the second time.
            found = re.match(
                r"alter table \w+ drop constraint (\w+), add constraint (\w+) check \(.*\)$", words
            )
            is_exchange = found is not None and found[1] != found[2]
            # A column that is as wide already stays as it is.
            is_wider = re.match(r"alter table \w+ modify column \w+ varchar\(\d+\) null$", words)
            is_new = words.startswith("create table if not exists ")
            assert is_addition or is_exchange or is_wider or is_new, words

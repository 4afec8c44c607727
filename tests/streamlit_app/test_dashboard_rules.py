"""Rules of the dashboard's code that no linter knows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import streamlit_app

PACKAGE = Path(streamlit_app.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
PAGES = [path for path in FILES if path.parent.name == "app_pages"]
QUERIES = [path for path in FILES if path.parent.name == "queries"]
PURE = [
    PACKAGE / "ui" / f"{name}.py"
    for name in ("format", "words", "event_words", "accounting", "local_mode")
]


def imported(path: Path) -> set[str]:
    """Return the names of all modules a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def strings(path: Path) -> list[str]:
    """Return all string constants of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


@pytest.mark.parametrize("path", [*QUERIES, *PURE], ids=lambda path: path.name)
def test_queries_and_pure_helpers_know_no_streamlit(path: Path) -> None:
    assert not any(name.split(".")[0] == "streamlit" for name in imported(path))


@pytest.mark.parametrize(
    "path", [path for path in FILES if path not in QUERIES], ids=lambda path: path.name
)
def test_sql_lives_in_queries_only(path: Path) -> None:
    sql = re.compile(r"(?is)\bselect\b.*\bfrom\b|\b(insert into|delete from|update \w+ set)\b")
    documentation = re.compile(r"(?s)^[A-Z`].*\.$")
    found = [one for one in strings(path) if sql.search(one) and not documentation.match(one)]
    assert found == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_reach_the_database_through_the_bridge_only(path: Path) -> None:
    assert not any(
        name.split(".")[0] in ("sqlalchemy", "pymysql", "lode") for name in imported(path)
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_page_renders_html_or_keeps_a_file_in_memory(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert "unsafe_allow_html" not in source
    assert "st.html" not in source
    assert "download_button" not in source


def test_statements_read_marts_and_nothing_else() -> None:
    from test_dashboard_queries import STATEMENTS

    marts = {
        "golden_persons",
        "contact_points",
        "search_keys",
        "contactability_profiles",
        "contactability_cube",
        "warehouse_summary",
        "warehouse_version",
        "import_health",
        "import_attempts",
        "person_events",
        "person_members",
        "field_origins",
        "caps_used",
        "review_pairs",
        "golden_proposals",
        "person_links",
        "identity_decisions",
        "table_sizes",
        "import_problems",
        "compliance_risk",
        "compliance_incidents",
        "cap_usage",
        "opt_outs_applied",
        "opt_out_register",
        "contacts_made",
        "kpi_days",
    }
    for one in STATEMENTS:
        assert set(one.tables) <= marts
        read = set(re.findall(r"(?:from|join) (\w+)", one.sql))
        own = set(re.findall(r"^(\w+) as \($", one.sql, re.MULTILINE))
        assert read - own == set(one.tables)
        assert "*" not in one.sql.replace("/*+", "").replace("*/", "")

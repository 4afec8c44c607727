"""Rules over the files themselves: what must never be in them, and how long they may be."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from rule_exceptions import LONG_FUNCTIONS, LONG_MODULES, LONG_YAML
from tree import ROOT, project_files, text_of

FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
PRODUCT = ("lode/", "loaders/", "dedup/", "streamlit_app/", "benchmarks/")
DBT = ("models/", "macros/", "seeds/")
# Written in pieces, so that this file does not hold what it looks for.
FORBIDDEN = {
    "a path of one machine": re.compile("(?<![\\w.])/" + "(?:work|root|opt|home/\\w+)/"),
    "a host of a package registry": re.compile(
        "|".join(["pypi" + r"\.org", "python" + r"hosted\.org", r"deb\.debian" + r"\.org"])
        + "|"
        + "archive"
        + r"\.ubuntu\.com"
    ),
    "an access key": re.compile("A" + "KIA[0-9A-Z]{16}"),
    "a private key": re.compile("-----BEGIN [A-Z ]*PRIVATE" + " KEY-----"),
    "a token": re.compile("(?:gh[pousr]_|xox[bp]-)" + "[0-9A-Za-z]{20,}"),
}


def findings(name: str, text: str) -> list[str]:
    """Return what a text holds that no file may hold, with the line."""
    return [
        f"{name}:{number} holds {what}"
        for number, line in enumerate(text.splitlines(), 1)
        for what, pattern in FORBIDDEN.items()
        if pattern.search(line)
    ]


def test_no_file_holds_what_is_private_to_a_machine_or_a_person() -> None:
    files = project_files()
    assert len(files) > 100
    broken = [
        finding
        for path in files
        if (text := text_of(path)) is not None
        for finding in findings(str(path.relative_to(ROOT)), text)
    ]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    "text",
    [
        "cd /" + "work/main",
        "index = https://" + "pypi" + ".org/simple",
        "key = A" + "KIA" + "Q" * 16,
        "-----BEGIN RSA PRIVATE" + " KEY-----",
        "ghp_" + "a1" * 18,
    ],
)
def test_forbidden_text_is_noticed(text: str) -> None:
    assert findings("file", f"first line\n{text}\n") != []
    assert findings("file", "/".join(["frame", "work", "space and docs", "root", "readme\n"])) == []


def test_yaml_has_no_keys_that_dbt_ignores() -> None:
    ignored = re.compile(r"^\s*-?\s*(data_tests|unit_tests)\s*:", re.M)
    assert ignored.search("models:\n  - data_tests:\n")
    broken = [str(path) for path in dbt_yaml() if ignored.search(path.read_text(encoding="utf-8"))]
    assert not broken, f"dbt 1.7 ignores data_tests and unit_tests without a word: {broken}"


def test_yaml_is_short() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in dbt_yaml()
    }
    long = {name: length for name, length in lengths.items() if length > 150}
    assert not long.keys() - LONG_YAML.keys(), f"YAML over 150 lines: {long}"
    assert not LONG_YAML.keys() - long.keys(), "exceptions that are no longer needed"


def test_yaml_is_about_one_model() -> None:
    crowded = [
        str(path)
        for path in dbt_yaml()
        if len((yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models") or []) > 1
    ]
    assert not crowded, f"more than one model in {crowded}"


def dbt_yaml() -> list[Path]:
    """Return the YAML files that dbt reads."""
    found = project_files(".yml", under=DBT)
    assert len(found) > 20
    return found


def test_midnight_is_asked_for_as_a_date() -> None:
    """MySQL compares a time with microseconds to '00:00:00' as texts, which never are the same."""
    compared = re.compile(r"time\([^'\"]*\)\s*(?:=|<>|!=)\s*'00:00")
    paths = project_files(".sql", ".py", under=(*PRODUCT, *DBT, "tests/dbt/"))
    found = [str(path) for path in paths if compared.search(text_of(path) or "")]
    assert found == []


def test_modules_are_short() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in project_files(".py", under=PRODUCT)
    }
    assert len(lengths) > 30
    long = {name: length for name, length in lengths.items() if length > 300}
    assert not long.keys() - LONG_MODULES.keys(), f"modules over 300 lines: {long}"
    assert not LONG_MODULES.keys() - long.keys(), "exceptions that are no longer needed"


def test_functions_are_short() -> None:
    long = {
        name: length
        for path in project_files(".py", under=PRODUCT)
        for name, length in function_lengths(path)
        if length > 50
    }
    assert not long.keys() - LONG_FUNCTIONS.keys(), f"functions over 50 lines: {long}"
    assert not LONG_FUNCTIONS.keys() - long.keys(), "exceptions that are no longer needed"


def function_lengths(path: Path) -> Iterator[tuple[str, int]]:
    """Yield module:function and the lines of every function of a file, without those inside it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, FUNCTION):
            inner = [child for child in ast.walk(node) if isinstance(child, FUNCTION)][1:]
            length = lines_of(node) - sum(lines_of(child) for child in inner)
            yield f"{path.relative_to(ROOT)}:{node.name}", length


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function takes."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_dashboard_reads_marts_only() -> None:
    layer = re.compile(r"""\bschema\(\s*["'](?!marts)(\w+)["']|_(raw|staging|canonical)\.\w""")
    assert layer.search('settings.schema("raw")')
    assert layer.search("select 1 from motherlode_canonical.persons")
    files = project_files(".py", ".sql", under=("streamlit_app/",))
    broken = [str(path) for path in files if layer.search(path.read_text(encoding="utf-8"))]
    assert not broken, f"the dashboard reads another layer than marts: {broken}"


def test_lint_rules_are_left_out_with_a_reason_only() -> None:
    lines = (ROOT / ".sqlfluff").read_text(encoding="utf-8").splitlines()
    start = lines.index("exclude_rules =") + 1
    end = next(index for index in range(start, len(lines)) if not lines[index].strip())
    rules = [line.strip(" ,") for line in lines[start:end] if not line.strip().startswith("#")]
    reasons = [line.strip(" #") for line in lines[start:end] if line.strip().startswith("#")]
    assert rules
    assert [reason.partition(":")[0] for reason in reasons] == rules
    assert all(len(reason.partition(":")[2]) > 20 for reason in reasons)

"""What the documents say exists: commands, options, make targets, files, models, settings."""

from __future__ import annotations

import ast
import functools
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
from project_manifest import Project
from tree import ROOT, project_files

from lode.cli import build_app
from lode.settings import ROLES

DOCUMENTS = project_files(
    ".md", under=("README", "CONTRIBUTING", "CHANGELOG", "docs/", "infra/", "models/")
)
IDS = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
DBT_COMMANDS = {
    "build", "run", "test", "seed", "docs generate", "docs serve", "parse", "compile",
    "source freshness",
}  # fmt: skip
FOLDERS = (
    "lode|loaders|dedup|streamlit_app|models|macros|seeds|tests|scripts|docs|infra|lock|benchmarks"
)
# Set by us for dbt's own process, never by a user.
PASSED_TO_DBT = {
    "LODE_PARENT",
    "LODE_RUN_LOCK",
    "LODE_SQL_MODE",
    "LODE_TIME_ZONE",
    "LODE_DB_IS_LOCAL",
}
EVENT = re.compile(r"[a-z]+\.[a-z_]+")
LOGGERS = {"lode.dashboard"}
SCHEMAS = "raw|staging|canonical|marts"


def commands(text: str, program: str) -> list[list[str]]:
    """Return the command lines of a program in a document: in backticks or in a block of code."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.S | re.M)
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]
    prose = re.sub(r"^```\w*\n.*?^```", "", text, flags=re.S | re.M)
    spans = re.findall(r"`([^`\n]+)`", prose)
    return [
        words[1:]
        for text in [*lines, *spans]
        if text.startswith(f"{program} ") and (words := shlex.split(text))
    ]


@functools.cache
def command_line() -> Any:
    """Return the `lode` command with all that it has."""
    return typer.main.get_command(build_app())


def problem_of_lode(words: list[str]) -> str | None:
    """Say what is wrong with a `lode` command line, None if it could be typed like that."""
    command = command_line()
    words = [word for word in words if word != "…"]
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        found = command.commands.get(words[0])
        if found is None:
            return f"there is no command {words[0]}"
        command, words = found, words[1:]
    known = {
        option
        for parameter in command.params
        for option in [*parameter.opts, *parameter.secondary_opts]
    }
    unknown = [word for word in words if word.startswith("--") and word not in known | {"--help"}]
    return f"{command.name} has no option {unknown[0]}" if unknown else None


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_lode_commands_exist(path: Path) -> None:
    lines = commands(path.read_text(encoding="utf-8"), "lode")
    problems = [(words, problem) for words in lines if (problem := problem_of_lode(words))]
    assert not problems


@pytest.mark.parametrize("words", [["frobnicate"], ["server", "fly"], ["run", "--no-such-option"]])
def test_unknown_commands_are_noticed(words: list[str]) -> None:
    assert problem_of_lode(words)
    assert problem_of_lode(["server", "start"]) is None


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_make_targets_exist(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^\.PHONY: (\S+)$", makefile, re.M))
    variables = set(re.findall(r"^([A-Z]+) \?=", makefile, re.M))
    for words in commands(path.read_text(encoding="utf-8"), "make"):
        for word in words:
            name, assigned, _ = word.partition("=")
            assert name in (variables if assigned else targets), f"make {' '.join(words)}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_dbt_commands_exist(path: Path) -> None:
    for words in commands(path.read_text(encoding="utf-8"), "dbt"):
        named = " ".join(word for word in words if not word.startswith("-"))
        assert named in DBT_COMMANDS, f"dbt {' '.join(words)}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_links_and_paths_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert [link for link in links if not (path.parent / link).exists()] == []
    paths = re.findall(rf"`((?:{FOLDERS})/[\w./-]*)`", text)
    assert [name for name in paths if not (ROOT / name).exists()] == []


def known_tables(project: Project) -> set[str]:
    """Return the names of all tables that we make: models, seeds and the tables of raw."""
    ddl = "".join(
        (ROOT / part / "schema.sql").read_text(encoding="utf-8") for part in ("loaders", "dedup")
    )
    raw = set(re.findall(r"create table if not exists (\w+)", ddl))
    described = {name.split(" ")[1] for name in project.described if ", column " not in name}
    return raw | described | {"import_audit_log", "pipeline_runs"}


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_models_exist(path: Path, project: Project) -> None:
    text = path.read_text(encoding="utf-8")
    named = set(re.findall(rf"`(?:\w+_)?(?:{SCHEMAS})\.(\w+)`", text))
    named |= set(re.findall(r"`((?:stg|int)_\w+)`", text))
    named |= set(re.findall(r"ref\('(\w+)'\)", text))
    assert sorted(named - known_tables(project)) == []


def test_documents_are_there_and_the_readme_is_short() -> None:
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/decisions.md"} <= set(IDS)
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 120
    for path in project_files("README.md", ".md", under=("models/",)):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 60, path


def test_every_setting_is_documented() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in project_files(".py", under=("lode/", "loaders/", "dedup/", "streamlit_app/"))
    )
    read = set(re.findall(r"""["'](LODE_[A-Z_]+[A-Z])["']""", code))
    assert "LODE_HOME" in read
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    documented = set(re.findall(r"`(LODE_\w+)`", text))
    documented |= {
        f"LODE_{role.upper()}_{part}"
        for part in re.findall(r"`LODE_<ROLE>_(\w+)`", text)
        for role in ROLES
    }
    assert sorted(read - documented - PASSED_TO_DBT) == []


def test_every_event_of_the_audit_log_is_described() -> None:
    """Where code adds to the log, its texts of the form thing.verb are events."""
    written: set[str] = set()
    for path in project_files(".py", under=("lode/", "loaders/", "dedup/", "streamlit_app/")):
        text = path.read_text(encoding="utf-8")
        if "audit.append(" in text:
            texts = [
                one.value for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Constant)
            ]
            written |= {one for one in texts if isinstance(one, str) and EVENT.fullmatch(one)}
    rows = [line.split("|") for line in (ROOT / "docs/audit.md").read_text().splitlines()]
    described = {
        word for row in rows if len(row) == 5 for word in re.findall(r"`([a-z]+\.[a-z_]+)`", row[1])
    }
    assert described == written - LOGGERS

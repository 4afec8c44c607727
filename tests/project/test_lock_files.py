"""The lock files name exact versions and nothing else, and fit each other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tree import ROOT

LOCKS = ("main.txt", "dev.txt", "dbt.txt", "spark.txt")
PINNED = re.compile(r"^[a-z0-9][a-z0-9._-]*==[0-9][0-9a-z.]*(?: ; [a-z_0-9 '.*<>=!()]+)?$", re.I)


def requirements(path: Path) -> list[str]:
    """Return the lines of a lock file that are no comments."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_is_one_exact_version(name: str) -> None:
    found = requirements(ROOT / "lock" / name)
    assert len(found) > (2 if name == "spark.txt" else 30)
    assert [line for line in found if not PINNED.match(line)] == []


@pytest.mark.parametrize(
    "line",
    [
        "streamlit>=1.60",
        "streamlit",
        "-r other.txt",
        "--index-url https://example.com/simple",
        "streamlit @ https://example.com/streamlit.whl",
        "streamlit==1.67.0 --hash=sha256:00",
    ],
)
def test_pattern_refuses_all_else(line: str) -> None:
    assert not PINNED.match(line)


def test_test_tools_come_on_top_of_the_runtime() -> None:
    main = set(requirements(ROOT / "lock" / "main.txt"))
    dev = set(requirements(ROOT / "lock" / "dev.txt"))
    # A marker may be narrower in the runtime (colorama: Windows only), so versions are compared.
    versions = {line.partition(" ;")[0] for line in dev}
    assert {line.partition(" ;")[0] for line in main} <= versions


@pytest.mark.parametrize("name", LOCKS)
def test_build_tool_is_locked_too(name: str) -> None:
    locked = requirements(ROOT / "lock" / name)
    assert sum(line.startswith("setuptools==") for line in locked) == 1


def test_dbt_is_kept_apart() -> None:
    everything = requirements(ROOT / "lock" / "dev.txt")
    assert not [line for line in everything if line.startswith("dbt-")]
    apart = requirements(ROOT / "lock" / "dbt.txt")
    assert {"dbt-core==1.7.20", "dbt-mysql==1.7.0"} <= set(apart)

"""The Makefile and its scripts: help, the choice of a Python, missing packages, killed runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "scripts").glob("*.sh"))
# The interpreter behind this environment: the scripts look through virtual environments too.
BASE_PYTHON = Path(sys.base_prefix, "bin", "python{}.{}".format(*sys.version_info[:2]))
TOOLS = ("bash", "sh", "dirname", "env", "cat", "id", "tail", "mktemp", "rm")


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the project's root; `environment` comes on top of ours."""
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "MAKEFLAGS": "", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )


def fake_command(folder: Path, name: str, script: str) -> Path:
    """Put an executable into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def path_without_python(tmp_path: Path) -> Path:
    """A folder with the few tools that the scripts use, and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(Path("/usr/bin") / tool)
    return folder


def test_bare_make_prints_help() -> None:
    done = run("make")
    assert done.returncode == 0
    for target in ("setup", "demo", "test", "check", "bench", "docs", "lock", "clean-local"):
        assert re.search(rf"^  {target} +\S", done.stdout, re.M), target


def test_every_target_can_be_planned() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^\.PHONY: (\S+)$", makefile, re.M)
    assert len(targets) > 12
    for target in targets:
        done = run("make", "--dry-run", target)
        assert done.returncode == 0, f"{target}: {done.stderr}"


def test_dashboard_can_be_left_out_of_the_demo() -> None:
    assert "--no-dashboard" in run("make", "--dry-run", "demo", "DASHBOARD=0").stdout
    plan = run("make", "--dry-run", "demo", "PEOPLE=50").stdout
    assert "lode demo --people 50" in plan
    assert "--no-dashboard" not in plan


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_script_is_sound_and_stops_at_errors(path: Path) -> None:
    assert os.access(path, os.X_OK)
    assert "set -euo pipefail" in path.read_text(encoding="utf-8")
    done = run("bash", "-n", str(path))
    assert done.returncode == 0, done.stderr


def test_a_python_that_does_not_run_is_passed_over(path_without_python: Path) -> None:
    fake_command(path_without_python, "python3.12", "echo 'python3.12: not found' >&2; exit 127")
    fake_command(path_without_python, "python3.11", "exit 0")
    fake_command(path_without_python, "python3", f'exec {BASE_PYTHON} "$@"')
    done = run("scripts/find_python.sh", PATH=str(path_without_python))
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).resolve() == BASE_PYTHON.resolve()


def test_a_python_asked_for_by_name_must_run() -> None:
    done = run("scripts/find_python.sh", "python9.9")
    assert done.returncode != 0
    assert done.stderr.startswith("PYTHON=python9.9 is not a Python 3.10, 3.11 or 3.12")
    assert len(done.stderr.splitlines()) == 1


def test_an_environment_is_looked_through() -> None:
    done = run("scripts/find_python.sh", sys.executable)
    assert done.stdout.strip() == str(BASE_PYTHON)


def test_without_root_one_sentence_says_what_to_install(path_without_python: Path) -> None:
    (path_without_python / "id").unlink()
    fake_command(path_without_python, "id", "echo 1000")
    fake_command(path_without_python, "apt-get", "echo 'must not be called'; exit 1")
    fake_command(path_without_python, "dpkg-query", 'case "$*" in *there) echo -n installed;; esac')
    done = run("scripts/install_packages.sh", "there", "gone", PATH=str(path_without_python))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "Needed and not installed: gone; run: sudo apt-get update && sudo apt-get install -y gone\n"
    )
    done = run("scripts/install_packages.sh", "there", PATH=str(path_without_python))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_root_installs_only_what_is_missing(path_without_python: Path, tmp_path: Path) -> None:
    log = tmp_path / "calls"
    (path_without_python / "id").unlink()
    fake_command(path_without_python, "id", "echo 0")
    fake_command(path_without_python, "apt-get", f'echo "$*" >>{log}')
    fake_command(path_without_python, "dpkg-query", 'case "$*" in *there) echo -n installed;; esac')
    done = run("scripts/install_packages.sh", "there", "gone", PATH=str(path_without_python))
    assert done.returncode == 0, done.stderr
    calls = log.read_text(encoding="utf-8").splitlines()
    assert calls[0].endswith("update")
    assert calls[1].endswith("install -y --no-install-recommends gone")


@pytest.fixture
def small_tree(tmp_path: Path) -> Path:
    """A tree with the scripts and two small lock files, to make environments in."""
    (tmp_path / "lock").mkdir()
    (tmp_path / "scripts").symlink_to(ROOT / "scripts")
    for name, packages in (("one.txt", ["iniconfig"]), ("two.txt", ["iniconfig", "pluggy"])):
        lines = locked_versions("setuptools", *packages)
        (tmp_path / "lock" / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def locked_versions(*packages: str) -> list[str]:
    """Return the lines of lock/dev.txt for some packages."""
    lines = (ROOT / "lock" / "dev.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.partition("==")[0] in packages]


def test_environment_is_made_once_and_made_again_when_half_made(small_tree: Path) -> None:
    script = str(small_tree / "scripts" / "build_environment.sh")

    def build(*locks: str) -> str:
        done = subprocess.run(
            [script, ".venv", *locks], cwd=small_tree, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "Making .venv" in build("lock/one.txt")
    python = small_tree / ".venv" / "bin" / "python"
    assert build("lock/one.txt") == "", "what is complete is left alone"
    assert "Making" not in (added := build("lock/one.txt", "lock/two.txt")), "a layer on top"
    assert "Installing lock/two.txt" in added
    assert subprocess.run([python, "-c", "import iniconfig, pluggy"]).returncode == 0
    assert build("lock/one.txt") == "", "an environment with more in it is good enough"

    (small_tree / ".venv" / ".layers").unlink()  # what a killed installation leaves
    leftover = small_tree / ".venv" / "leftover"
    leftover.touch()
    assert "Making .venv" in build("lock/one.txt")
    assert not leftover.exists()

    lock = small_tree / "lock" / "one.txt"
    lock.write_text("\n".join(locked_versions("setuptools", "pluggy")) + "\n", encoding="utf-8")
    assert "Making .venv" in build("lock/one.txt"), "another lock file, another environment"
    assert subprocess.run([python, "-c", "import iniconfig"], stderr=-3).returncode != 0

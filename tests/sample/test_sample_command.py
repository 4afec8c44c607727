"""`lode sample`: where it may write, what it refuses, what it leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lode.errors import LodeError
from lode.sample import generate
from lode.sample.sources import FILE_NAMES


def _run(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lode.sample", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)


def _content(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_prints_a_summary(tmp_path: Path) -> None:
    result = _run("--people", "300", "--seed", "4", str(tmp_path / "set"))
    assert result.returncode == 0, result.stderr
    for name in FILE_NAMES - {"sample.json"}:
        assert name in result.stdout
    assert "People                 300" in result.stdout
    assert "may exist" not in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize("people", ["0", "-5", "999999999999999999999"])
def test_refuses_impossible_numbers_of_people(tmp_path: Path, people: str) -> None:
    result = _run("--people", people, str(tmp_path / "set"))
    assert result.returncode != 0
    assert result.stderr.startswith("lode: A sample has between 1 and 5,000,000 people")
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [("--people", "many"), ("--seed", "1.5"), ()])
def test_refuses_what_is_no_number_or_no_directory(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    target = [str(tmp_path / "set")] if arguments else []
    result = _run(*arguments, *target)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_refuses_a_folder_with_other_files_and_touches_nothing(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(LodeError, match=r"holds other files \(such as 'letters.txt'\)"):
        generate(20, 1, tmp_path)
    assert _content(tmp_path) == {"letters.txt": b"mine"}


def test_force_writes_among_other_files_and_keeps_them(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    generate(20, 1, tmp_path, force=True)
    assert (tmp_path / "letters.txt").read_text() == "mine"
    assert {path.name for path in tmp_path.iterdir()} == FILE_NAMES | {"letters.txt"}


def test_force_does_not_replace_a_folder_that_bears_a_file_s_name(tmp_path: Path) -> None:
    (tmp_path / "truth.csv").mkdir()
    (tmp_path / "truth.csv" / "inside").write_text("mine")
    with pytest.raises(LodeError, match="is not a plain file"):
        generate(20, 1, tmp_path, force=True)
    assert (tmp_path / "truth.csv" / "inside").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["truth.csv"]


def test_replaces_an_earlier_sample_and_an_incomplete_one(tmp_path: Path) -> None:
    target = tmp_path / "set"
    generate(40, 1, target)
    first = _content(target)
    generate(20, 2, target)
    (target / "sample.json").unlink()
    (target / "truth.csv").write_text("half")
    generate(40, 1, target)
    assert _content(target) == first
    assert [path.name for path in tmp_path.iterdir()] == ["set"]


def test_the_working_directory_may_be_the_target(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    result = _run("--people", "20", ".", cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(root)})
    assert result.returncode == 0, result.stderr
    assert {path.name for path in tmp_path.iterdir()} == FILE_NAMES


def test_refuses_a_file_as_target_and_as_parent(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(LodeError, match="is not a folder"):
        generate(20, 1, tmp_path / "file")
    with pytest.raises(LodeError, match=r"is a file, so .* can't be made"):
        generate(20, 1, tmp_path / "file" / "set")
    assert (tmp_path / "file").read_text() == "mine"


def test_says_when_the_place_can_not_be_written() -> None:
    with pytest.raises(LodeError, match="can't be written to /proc/no_such_folder"):
        generate(20, 1, Path("/proc/no_such_folder"))
    with pytest.raises(LodeError, match="is no usable path"):
        generate(20, 1, Path("bad\0name"))


def test_says_when_the_disk_is_too_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        total, free = 10_000_000, 1_000_000

    monkeypatch.setattr("shutil.disk_usage", lambda place: Usage)
    with pytest.raises(LodeError, match=r"needs about 3,\d+ MiB, but .* has 0 MiB free"):
        generate(5_000_000, 1, tmp_path / "set")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lode.sample.generation._write_summary", full)
    with pytest.raises(LodeError, match="No space left on device"):
        generate(20, 1, tmp_path / "set")
    assert list(tmp_path.iterdir()) == []


def test_a_killed_run_leaves_no_target_and_the_next_one_cleans_up(tmp_path: Path) -> None:
    target = tmp_path / "set"
    command = [sys.executable, "-m", "lode.sample", "--people", "400000", str(target)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob(".set.partial-*/campaign_leads_q1.csv")):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    assert not target.exists()
    assert list(tmp_path.glob(".set.partial-*"))
    generate(20, 1, target)
    assert [path.name for path in tmp_path.iterdir()] == ["set"]

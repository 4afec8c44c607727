"""The runner of the benchmarks: what it finds, what it refuses, how it prints."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import __main__ as runner
from benchmarks.dashboard_marts import people_wanted
from lode.errors import LodeError


def test_every_module_named_bench_is_found() -> None:
    assert all(not name.startswith("bench_") for name in runner.discover())


def test_an_unknown_benchmark_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.main(["no_such_thing"]) == 1
    message = capsys.readouterr().err
    assert message.startswith("benchmarks: no benchmark no_such_thing; there are: ")
    assert len(message.splitlines()) == 1


def test_a_server_that_is_not_ours_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runner, "discover", lambda: ["load"])
    monkeypatch.setenv("LODE_DB_HOST", "warehouse.example.com")
    assert runner.main([]) == 1
    assert "private server only" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (0.25, "0.25"), (99.5, "99.50"), (123456.7, "123,457")]
)
def test_numbers_are_readable(value: float | None, text: str) -> None:
    assert runner.shown(value) == text


@pytest.mark.parametrize("words", [1, 4, 5, 6, 7, 12])
def test_table_has_a_line_for_each_measurement(
    words: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = " ".join(["Xeon"] * words)
    monkeypatch.setattr(runner, "processor", lambda: name)
    rows = [
        runner.Measurement("merge", 120000, 400, 300, "rows/s"),
        runner.Measurement("whole pipeline", 9000, None, None, "rows/s"),
    ]
    runner.print_table(rows, f"mariadb 10.11, {runner.hardware()}")
    printed = capsys.readouterr().out
    assert "120,000" in printed
    assert "whole pipeline" in printed
    # The title takes several lines where the processor has a long name.
    assert f"× {name}, " in " ".join(printed.split())
    assert " GiB memory, Python 3." in " ".join(printed.split())


def test_what_a_benchmark_prints_goes_to_a_file(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "benchmarks.log"
    program = f"""
import pathlib, subprocess
from benchmarks.__main__ import output_into
with output_into(pathlib.Path({str(log)!r})):
    print("a step")
    subprocess.run(["echo", "a program"], check=True)
print("the table")
"""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("the table\n", "")
    assert sorted(log.read_text(encoding="utf-8").splitlines()) == ["a program", "a step"]


def test_the_dashboard_s_benchmark_has_as_many_people_as_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("LODE_BENCH_PEOPLE", raising=False)
    assert (people_wanted(quick=False), people_wanted(quick=True)) == (1_000_000, 20_000)
    monkeypatch.setenv("LODE_BENCH_PEOPLE", "10000000")
    assert people_wanted(quick=False) == 10_000_000
    for nonsense in ("ten", "-1", "19999", "1e6"):
        monkeypatch.setenv("LODE_BENCH_PEOPLE", nonsense)
        with pytest.raises(LodeError, match="give a number of people from 20000 on"):
            people_wanted(quick=False)

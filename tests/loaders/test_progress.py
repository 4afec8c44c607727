"""What is said while a file is loaded: on a real terminal, and in JSON lines."""

from __future__ import annotations

import json
import os
import pty
import re
import threading
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from itertools import pairwise
from pathlib import Path

import pytest
from loaded_rows import write

from loaders.drift import Drift, NewColumn
from loaders.load import load_file
from loaders.progress import (
    JsonReporter,
    Pace,
    QuietReporter,
    State,
    TerminalReporter,
    reporter_for_terminal,
)
from lode.settings import Settings

DRIFT = Drift("imp_1", (NewColumn("[b]hat", "extra", None, 0.0, ""),), ("city",))


def test_pace_is_that_of_this_attempt() -> None:
    times = iter([100.0, 110.0, 120.0, 130.0])
    pace = Pace(3_000, clock=lambda: next(times))
    # 1,000 records in 10 s, behind 3,000 of an earlier attempt; half of the source is read.
    assert pace.at(4_000, 2, 0.5) == State(4_000, 2, 0.5, 100.0, 40.0)
    assert pace.at(5_000, 2, None) == State(5_000, 2, None, 100.0, None)
    assert pace.at(8_000, 2, 1.0).seconds_left == 0.0


def seen_on_a_terminal(work: Callable[[], None]) -> str:
    """Do something with a terminal as standard output; returns what a person sees there."""
    person, program = pty.openpty()
    seen: list[bytes] = []

    def look() -> None:
        # Linux says that nobody writes any more by an error.
        with suppress(OSError):
            while block := os.read(person, 65_536):
                seen.append(block)

    looking = threading.Thread(target=look)
    looking.start()
    with os.fdopen(program, "w") as file, redirect_stdout(file):
        work()
    looking.join()
    os.close(person)
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", b"".join(seen).decode())


def test_a_terminal_shows_a_bar_with_speed_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")

    def work() -> None:
        reporter = reporter_for_terminal()
        assert isinstance(reporter, TerminalReporter)
        reporter.step("[x]leads.csv", "loading")
        reporter.drift("leads.csv", DRIFT)
        reporter.records("leads.csv", State(1_234_567, 3, 0.25, 98_765.4, 3_725.0))
        reporter.failed("leads.csv", "It broke.")

    text = seen_on_a_terminal(work)
    assert "[x]leads.csv: loading" in text
    assert "leads.csv: columns changed since imp_1: new [b]hat → extra; gone city" in text
    assert "1,234,567 records, 98,765/s, 3 refused, 1:02:05 left" in text
    bar = re.findall(r"[━╸╺]{24}", text)
    assert bar, text


def test_json_lines_tell_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    reporter = JsonReporter()
    reporter.drift("leads.csv", DRIFT)
    reporter.records("leads.csv", State(10, 1, 0.5, 5.25, 2.0))
    reporter.records("leads.csv", State(10, 1, None, 5.25, None))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["event"] == "columns_changed"
    assert lines[0]["new"][0]["header"] == "[b]hat"
    assert lines[1] == {
        "event": "records", "filename": "leads.csv", "committed": 10, "refused": 1,
        "rows_per_second": 5, "share": 0.5, "seconds_left": 2,
    }  # fmt: skip
    assert (lines[2]["share"], lines[2]["seconds_left"]) == (None, None)


class Listener(QuietReporter):
    """Keeps the states it is told."""

    def __init__(self) -> None:
        self.states: list[State] = []

    def records(self, filename: str, state: State) -> None:
        self.states.append(state)


@pytest.mark.database
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_load_of_several_chunks_tells_how_far_it_is(
    warehouse_module: Settings, tmp_path: Path, encoding: str
) -> None:
    rows = "".join(f"P{number},{number}{encoding}@example.com\n" for number in range(120_000))
    listener = Listener()
    load_file(
        write(tmp_path, "many.csv", "name,email\n" + rows, encoding),
        warehouse_module,
        reporter=listener,
    )
    shares = [state.share or 0.0 for state in listener.states]
    assert len(shares) > 1
    assert all(first < second for first, second in pairwise(shares))
    assert 0 < shares[0] < 1
    assert shares[-1] == pytest.approx(1, abs=0.01)
    assert all(state.rows_per_second > 0 for state in listener.states)

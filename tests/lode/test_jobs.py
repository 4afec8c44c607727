"""Jobs on a real server: asked once, worked once, taken again when the worker dies."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest_lode import clean_environment
from pymysql.cursors import DictCursor

from lode import access, audit, job_kinds, jobs
from lode.db import connect
from lode.errors import LodeError
from lode.job_kinds import Outcome
from lode.jobs import Standing
from lode.rights import AccessDeniedError, Principal
from lode.settings import Settings
from lode.worker import LiveTeller, work

pytestmark = pytest.mark.database
LOCAL = Principal("local:ops", frozenset({"admin"}))
WORKER = """
import sys
sys.path.insert(0, {folder!r})
from lode import job_kinds
job_kinds.MODULES = ("made_jobs",)
from lode.settings import load_settings
from lode.worker import LiveTeller, work
work(load_settings(), is_once=True)
"""


@pytest.fixture(autouse=True)
def made_up_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_kinds, "MODULES", ("made_jobs",))


@pytest.fixture
def settings(warehouse_module: Settings) -> Iterator[Settings]:
    """The file's warehouse, without jobs."""
    yield warehouse_module
    with connect("loader", warehouse_module, schema="raw", autocommit=True) as connection:
        connection.cursor().execute("delete from app_jobs")


def ask(settings: Settings, kind: str, place: Path, key: str = "", who: Principal = LOCAL) -> int:
    with connect("app", settings, schema="marts", autocommit=True) as connection:
        return jobs.ask(connection, settings, who, kind, {"place": str(place)}, key or place.name)


def row(settings: Settings, number: int) -> dict[str, Any]:
    with (
        connect("app", settings, autocommit=True) as connection,
        connection.cursor(DictCursor) as cursor,
    ):
        cursor.execute(
            f"select * from `{settings.schema('raw')}`.app_jobs where id = %s", (number,)
        )
        found: dict[str, Any] = cursor.fetchone() or {}
    return found


def let_leases_run_out(settings: Settings) -> None:
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        connection.cursor().execute(
            "update app_jobs set lease_until = utc_timestamp(6) - interval 1 second"
        )


def events(settings: Settings, number: int) -> list[str]:
    return [one.event for one in audit.newest(settings, 100, None, f"job {number}")]


def test_a_job_is_worked_once_and_says_what_it_came_to(settings: Settings, tmp_path: Path) -> None:
    place = tmp_path / "a"
    number = ask(settings, "note", place)
    assert ask(settings, "note", place) == number
    assert row(settings, number)["state"] == "WAITING"
    assert work(settings, is_once=True) == 1
    assert work(settings, is_once=True) == 0
    assert place.read_text() == "local:ops\n"
    done = row(settings, number)
    assert (done["state"], done["message"], done["attempt"]) == ("DONE", "It is noted.", 1)
    assert json.loads(done["result"]) == {"place": str(place)}
    assert done["ended_at"] >= done["started_at"] >= done["asked_at"]
    assert Path(f"{place}.cleaned").exists()
    assert events(settings, number) == ["job.ask", "job.done"]


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("refuse", "This can't be done: try another."),
        ("break", "It stopped where nobody expected it (ZeroDivisionError)"),
    ],
)
def test_a_failure_is_a_sentence(
    settings: Settings, tmp_path: Path, kind: str, message: str
) -> None:
    number = ask(settings, kind, tmp_path / "a")
    assert work(settings, is_once=True) == 1
    failed = row(settings, number)
    assert failed["state"] == "FAILED"
    assert failed["message"].startswith(message)
    assert "secret detail" not in failed["message"]
    assert not (tmp_path / "a.cleaned").exists()
    assert events(settings, number) == ["job.ask", "job.failed"]


@pytest.mark.parametrize("text", ["no json", "[1]", "null", "[" * 60_000])
def test_a_row_that_is_no_job_fails_alone(settings: Settings, tmp_path: Path, text: str) -> None:
    """Whoever writes a row by hand stops no worker: the job behind it is worked."""
    with connect("app", settings, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "insert into app_jobs (request_key, kind, parameters, asked_by)"
            " values ('by hand', 'note', %s, 'local:ops')",
            (text,),
        )
        odd = int(cursor.lastrowid)
    good = ask(settings, "note", tmp_path / "good")
    assert work(settings, is_once=True) == 2
    assert (row(settings, odd)["state"], row(settings, good)["state"]) == (jobs.FAILED, jobs.DONE)
    assert row(settings, odd)["message"] == "Its parameters can't be read: ask for it again."


def test_what_is_busy_waits_and_is_not_counted(settings: Settings, tmp_path: Path) -> None:
    number = ask(settings, "busy_once", tmp_path / "a")
    assert work(settings, is_once=True) == 0
    waiting = row(settings, number)
    assert (waiting["state"], waiting["attempt"]) == ("WAITING", 0)
    assert waiting["message"] == "It waits: Another run is under way."
    let_leases_run_out(settings)
    assert work(settings, is_once=True) == 1
    assert row(settings, number)["message"] == "Now it went."


def test_a_killed_worker_loses_its_job_to_the_next_one(settings: Settings, tmp_path: Path) -> None:
    number = ask(settings, "die", tmp_path / "a")
    script = WORKER.format(folder=str(Path(__file__).parent))
    killed = subprocess.run(
        [sys.executable, "-c", script],
        env=clean_environment(**settings.public_environment()),
        cwd=settings.root,
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL
    assert row(settings, number)["state"] == "RUNNING"
    assert work(settings, is_once=True) == 0, "its lease still runs"
    let_leases_run_out(settings)
    assert work(settings, is_once=True) == 1
    done = row(settings, number)
    assert (done["state"], done["message"], done["attempt"]) == ("DONE", "It went on.", 2)


def test_a_job_that_kills_its_workers_ends_as_failed(settings: Settings, tmp_path: Path) -> None:
    number = ask(settings, "note", tmp_path / "a")
    for _ in range(jobs.MAXIMUM_ATTEMPTS):
        with connect("loader", settings, schema="raw", autocommit=True) as connection:
            job = jobs.take(connection, settings, "dying")
        assert job is not None
        assert job.number == number
        let_leases_run_out(settings)
    assert work(settings, is_once=True) == 0
    failed = row(settings, number)
    assert failed["state"] == "FAILED"
    assert "went away 3 times" in failed["message"]
    assert not (tmp_path / "a").exists()


def test_who_lost_the_lease_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    number = ask(settings, "note", tmp_path / "a")
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        slow = jobs.take(connection, settings, "slow")
        let_leases_run_out(settings)
        quick = jobs.take(connection, settings, "quick")
        assert slow is not None
        assert quick is not None
        assert not jobs.keep(connection, slow, "slow", Standing("late"))
        assert not jobs.end(connection, settings, slow, "slow", Outcome("late"))
        assert jobs.keep(connection, quick, "quick", Standing("half", 1, 2))
        assert (row(settings, number)["phase"], row(settings, number)["done_count"]) == ("half", 1)
        jobs.put_back(connection, quick, "quick", "later", timedelta(0))


def test_many_workers_work_each_job_once(settings: Settings, tmp_path: Path) -> None:
    for number in range(12):
        ask(settings, "note", tmp_path / "all", key=f"key {number}")
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: work(settings, is_once=True), range(4)))
    assert sum(counts) == 12
    assert len((tmp_path / "all").read_text().splitlines()) == 12


def test_a_worker_stops_when_told(settings: Settings) -> None:
    stop = threading.Event()
    stop.set()
    assert work(settings, stop=stop) == 0


def test_a_role_is_needed_when_asked_and_when_worked(settings: Settings, tmp_path: Path) -> None:
    viewer = Principal("viewer@example.com", frozenset({"viewer"}))
    with pytest.raises(AccessDeniedError, match="You may not load, replay or undo imports"):
        ask(settings, "note", tmp_path / "a", who=viewer)
    operator = Principal("op@example.com", frozenset({"operator"}))
    access.grant(settings, operator.subject, "operator", by="chief", reason="test")
    may = ask(settings, "note", tmp_path / "b", who=operator)
    assert work(settings, is_once=True) == 1
    assert row(settings, may)["state"] == "DONE"
    late = ask(settings, "note", tmp_path / "c", who=operator)
    access.revoke(settings, operator.subject, "operator", by="chief", reason="test")
    assert work(settings, is_once=True) == 1
    assert row(settings, late)["state"] == "FAILED"
    assert "You may not" in row(settings, late)["message"]
    assert not (tmp_path / "c").exists()


def test_bad_jobs_are_not_written_down(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(LodeError, match="no kind of job called dance"):
        ask(settings, "dance", tmp_path)
    with connect("app", settings, autocommit=True) as connection:
        with pytest.raises(LodeError, match="A place is needed"):
            jobs.ask(connection, settings, LOCAL, "note", {}, "x")
        with pytest.raises(LodeError, match="more than a job can hold"):
            jobs.ask(connection, settings, LOCAL, "note", {"place": "x" * 70_000}, "x")
    assert work(settings, is_once=True) == 0


def test_a_step_without_a_speed_has_that_of_its_own_begin() -> None:
    """Lists are counted in people, and say no speed: it is that since the step began."""
    moments = iter([0.0, 100.0, 100.0, 110.0, 120.0])
    teller = LiveTeller(lambda: next(moments))
    teller.phase("deciding about everybody")
    said = []
    for done, total in ((0, 1_000), (500, 1_000), (800, None)):
        teller.progress(done, total)
        said.append(teller.standing.message)
    assert said == ["", "50 a second, about 10 s left", "40 a second"]


def test_the_time_left_is_said_in_one_unit() -> None:
    teller = LiveTeller()
    said = []
    for done, total, speed in (
        (10, 1_000, 20.0), (0, 900_000, 2_000.0), (0, 10**8, 5_000.0), (5, 5, 9.0), (5, None, 9.0),
    ):  # fmt: skip
        teller.progress(done, total, speed)
        said.append(teller.standing.message)
    assert said == [
        "20 a second, about 50 s left",
        "2,000 a second, about 8 min left",
        "5,000 a second, about 6 h left",
        "9 a second",
        "9 a second",
    ]

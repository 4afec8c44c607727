"""Killed at random moments of load and build, `lode` and server end in what undisturbed ones do.

LODE_KILLS sets how many moments; from seven on an undisturbed warehouse is built beside it, round
by round. With few, a rebuild of the same warehouse from raw is what is compared with.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from crashes import VICTIMS, cells, crash, run

from lode.server import PrivateServer
from lode.settings import Settings, load_settings
from lode.warehouse import provision
from tests.models.raw_rows import table_rows
from tests.models.test_identity import random_people

pytestmark = pytest.mark.database

KILLS = int(os.environ.get("LODE_KILLS", "2"))
KILLS_PER_ROUND = 6
COLUMNS = ("source_record_id", "first_name", "last_name", "email_1", "phone_1", "street_1", "zip")


@pytest.fixture(scope="module")
def home(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a server of this file's own, which may be killed."""
    folder = tmp_path_factory.mktemp("crashes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LODE_SERVER_BUFFER_POOL", "64M")
        settings = load_settings({"LODE_HOME": str(folder), "LODE_ENGINE": engine})
        server = PrivateServer(settings)
        server.start()
        yield settings
        server.stop()


def write_round(folder: Path, number: int) -> list[str]:
    """Write the files of a round: people who overlap with those before, new ones, an opt-out."""
    people = random_people(40, seed=number // 2)[: 25 + 5 * (number % 2)]
    lines = [",".join(person[column] or "" for column in COLUMNS) for person in people]
    lines[3] = "too,few"
    lines[7] += f",more {number}"
    new = [
        f"n{number}-{i},New,Person{'abcdefghij'[i]},n{i}@r{number}.example.com,,," for i in range(5)
    ]
    leads = folder / f"leads_{number}.csv"
    leads.write_text("\n".join([",".join(COLUMNS), *lines, *new]) + "\n", encoding="utf-8")
    opt_outs = folder / f"opt_outs_{number}.csv"
    opt_outs.write_text(
        f"Email,Channel,Reason\nn1@r{number}.example.com,email,STOP {number}\n", encoding="utf-8"
    )
    return ["load", str(leads), str(opt_outs)]


def test_crashes_change_no_cell(home: Settings, tmp_path: Path) -> None:
    chance = random.Random(KILLS)
    twin = home.with_prefix("twin") if KILLS > KILLS_PER_ROUND else None
    crashed = home.with_prefix("crashed")
    for settings in filter(None, (twin, crashed)):
        provision(settings)
    happened = dict.fromkeys(VICTIMS, 0)
    number, kills = 0, 0
    while kills < KILLS:
        arguments = write_round(tmp_path, number)
        seconds = 5.0
        if twin:
            started = time.monotonic()
            run(twin, *arguments)
            seconds = time.monotonic() - started
        for _ in range(min(KILLS_PER_ROUND, KILLS - kills)):
            victim = VICTIMS[kills % len(VICTIMS)]
            builds = not twin and kills % 2 == 1
            moment = chance.uniform(0.3, 1.5 if builds else seconds)
            if not crash(crashed, arguments, victim, moment, builds=builds):
                break
            kills += 1
            happened[victim] += 1
        run(crashed, *arguments)
        run(crashed, "run")
        if twin:
            assert_same(cells(crashed), cells(twin))
        run(crashed, "reconcile", "--all")
        number += 1
    print(f"killed while at work: {happened}, in {number} rounds")
    states = table_rows(crashed, "raw", "select distinct status from import_metadata order by 1")
    assert states == [("COMPLETE",), ("COMPLETE_WITH_ERRORS",)]
    leftovers = table_rows(
        crashed,
        "raw",
        "select table_name from information_schema.tables where table_schema like 'crashed%%'"
        " and (table_name like '%%\\\\_\\\\_new' or table_name like '%%\\\\_\\\\_old')",
    )
    assert leftovers == []
    before = cells(crashed, survives_rebuild=True)
    run(crashed, "run", "--full-refresh")
    assert_same(cells(crashed, survives_rebuild=True), before)


def assert_same(found: dict[str, list[str]], expected: dict[str, list[str]]) -> None:
    """Compare tables one by one, so that a difference names its table."""
    assert found.keys() == expected.keys()
    assert len(found) > 15
    for name in found:
        assert found[name] == expected[name], name

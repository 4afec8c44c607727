"""Dry runs say exactly what the run then gives, and leave nothing behind."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from loaded_rows import query, write

from loaders.dry_run import Prediction, dry_run
from loaders.import_result import ImportResult
from loaders.landing import landing_root
from loaders.load import load_file
from loaders.replay import replay
from loaders.undo import undo
from lode.db import connect
from lode.dry_environment import MARKER
from lode.errors import BusyError, LodeError
from lode.pipeline import one_run_at_a_time, run_pipeline
from lode.server import PrivateServer
from lode.settings import LAYERS, Credential, Settings
from lode.sql_script import split_statements
from lode.warehouse import administrator_script, dry_run_settings
from lode.warehouse_state import pending_imports, read_imports
from tests.killed_process import environment
from tests.models.raw_rows import table_rows
from tests.models.test_identity import random_people

pytestmark = pytest.mark.database

COUNTS = (
    "row_count", "inserted_count", "updated_count", "unchanged_count", "collapsed_count",
    "rejected_count",
)  # fmt: skip
SWAPPED = """
name: swapped
version: 2
feed: people
requires: [[email_1]]
columns: {email_1: [email], last_name: [first name], first_name: [last name], phone_1: [phone]}
"""
SMALL = "first name,last name,email,phone\nAnn,Lee,m1@example.com,512-555-0101\n"
# Of every feed two files: of the second, records are new, known, repeated, rejected and refused.
FEEDS = {
    "touchpoints": (
        "email,campaign name,touchpoint type,touchpoint date\n",
        "m1@example.com,Spring,email,2026-01-02\nm2@example.com,Spring,sms,2026-01-03\n",
        "m1@example.com,Spring,e-mail,2026-01-02\nm3@example.com,Spring,call,2026-01-04\n"
        "m3@example.com,Spring,voice,2026-01-04\nm3@example.com,Spring,pigeon,2026-01-04\nbroken\n",
    ),
    "campaigns": (
        "campaign name,campaign type,start date\n",
        "Spring,email,2026-01-01\nSummer,mail,2026-06-01\n",
        "spring,email,2026-01-01\nAutumn,mail,2026-09-01\nAutumn,mail,2026-09-02\n,mail,\n",
    ),
    "opt_outs": (
        "email,channel,opt out date\n",
        "m1@example.com,email,2026-01-02\nm2@example.com,,\n",
        "m1@example.com,email,2026-01-02\nm4@example.com;m5@example.com,all,2026-01-05\n"
        "m6@example.com and nobody@,all,2026-01-05\nm4@example.com,all,2026-01-05\n"
        "m2@example.com,,\nnobody,all,2026-01-05\n",
    ),
    "dnc": (
        "phone,listing date\n",
        "512-555-0101,2026-01-01\n512-555-0102,2026-01-01\n",
        "(512) 555-0101,2026-02-01\n512-555-0103,2026-02-01\n512-555-0103,2026-03-01\nnone,\n",
    ),
}


def people_file(folder: Path, name: str, people: list[dict[str, str | None]], end: str) -> Path:
    """Write records as CSV, and after them something that the parser meets."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(people[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(people)
    return write(folder, name, text.getvalue() + end)


@dataclass(frozen=True)
class History:
    """A warehouse in the middle of its life, and the files that come next."""

    settings: Settings
    known: Path
    coming: list[tuple[Path, str | None]]
    last: Path


@pytest.fixture(scope="module")
def history(warehouse_module: Settings, tmp_path_factory: pytest.TempPathFactory) -> History:
    """Every feed was built; one import is being undone, one was replayed, one is new, one failed.

    Files that come next: of every feed, the one that failed among them, and of people three.
    """
    settings, folder = warehouse_module, tmp_path_factory.mktemp("files")
    people = random_people(240, seed=11)
    parts = [people[:24], people[24:32], people[32:50], people[50:80], people[80:200]]
    first, undone, *rest = [
        people_file(folder, f"people_{number}.csv", [*part, *part[:3]], "broken,row\n")
        for number, part in enumerate(parts)
    ]
    early = [
        (write(folder, f"{feed}_1.csv", head + known), feed)
        for feed, (head, known, _) in FEEDS.items()
    ]
    late = [
        (write(folder, f"{feed}_2.csv", head + more), feed)
        for feed, (head, _, more) in FEEDS.items()
    ]
    small = write(folder, "small.csv", SMALL)
    for path, feed in early:
        load_file(path, settings, mapping=feed)
    load_file(first, settings)
    undone_id = load_file(undone, settings).import_id
    replayed_id = load_file(small, settings).import_id
    run_pipeline(settings)
    undo(undone_id, settings, by="test")
    replay(replayed_id, settings, "full", mapping_file=write(folder, "swapped.yml", SWAPPED))
    load_file(rest[0], settings)
    failed = load_file(rest[1], settings)
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        connection.cursor().execute(
            "update import_metadata set status = 'FAILED' where id = %s", (failed.import_seq,)
        )
    coming = [(rest[1], None), *late, (rest[2], None)]
    last = people_file(folder, "last.csv", people[200:], "")
    return History(settings, first, coming, last)


def everything(history: History) -> dict[str, Any]:
    """A checksum of every table, with the time it was made, and the files of the landing zone."""
    settings = history.settings
    found: dict[str, Any] = {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in landing_root(settings).rglob("*")
        if path.is_file()
    }
    for layer in LAYERS:
        schema = settings.schema(layer)
        tables = table_rows(
            settings,
            layer,
            "select table_name, create_time from information_schema.tables"
            " where table_schema = %s and table_type = 'BASE TABLE' order by 1",
            (schema,),
        )
        for name, made in tables:
            checksum = table_rows(settings, layer, f"checksum table `{name}`")
            found[f"{schema}.{name}"] = (made, checksum)
    return found


def left_behind(settings: Settings) -> list[str]:
    """What is in the schemas of dry runs but code lists and marker, and below their home."""
    dry = dry_run_settings(settings)
    seeds = {path.stem for path in (settings.root / "seeds").rglob("*.csv")}
    with PrivateServer(settings).admin() as connection, connection.cursor() as cursor:
        cursor.execute(
            "select table_name from information_schema.tables where table_schema in %s",
            ([dry.schema(layer) for layer in LAYERS],),
        )
        tables = [str(name) for (name,) in cursor.fetchall() if name not in seeds | {MARKER}]
    return tables + [str(path) for path in (*dry.home.glob("landing/*"), *dry.home.glob("tmp/*"))]


def outcome(prediction: Prediction) -> tuple[object, ...]:
    """A prediction as `outcomes` has what became of an import."""
    counts = [getattr(prediction.account, name) for name in COUNTS]
    return (
        prediction.account.filename,
        *counts,
        prediction.parse_rejected_count,
        prediction.problems,
    )


def load_all(settings: Settings, files: list[tuple[Path, str | None]]) -> list[ImportResult]:
    return [load_file(path, settings, mapping=feed) for path, feed in files]


def outcomes(settings: Settings, import_ids: list[str]) -> list[tuple[object, ...]]:
    """What became of imports in the warehouse itself."""
    found = []
    for account in read_imports(settings, import_ids):
        ((import_seq, refused),) = query(
            settings,
            "select id, parse_rejected_count from import_metadata where import_id = %s",
            (account.import_id,),
        )
        problems = table_rows(
            settings,
            "canonical",
            "select error_type, count(*) from record_problems where import_seq = %s group by 1",
            (import_seq,),
        )
        counts = [getattr(account, name) for name in COUNTS]
        found.append((account.filename, *counts, refused, dict(problems)))
    return found


def lode(settings: Settings, *arguments: object) -> subprocess.Popen[str]:
    variables = {name: value for name, value in os.environ.items() if "LODE_" not in name}
    return subprocess.Popen(
        [sys.executable, "-c", "from lode.cli import main; main()", *map(str, arguments)],
        cwd=settings.root,
        env=variables | environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_models(process: subprocess.Popen[str], settings: Settings) -> None:
    """Wait until dbt is in the middle of a dry run's models."""
    with PrivateServer(settings).admin() as connection, connection.cursor() as cursor:
        while process.poll() is None:
            connection.rollback()
            if cursor.execute(
                "select 1 from information_schema.tables"
                " where table_schema = %s and table_name = 'dry_run_keys'",
                (dry_run_settings(settings).schema("canonical"),),
            ):
                return
            time.sleep(0.05)
    raise AssertionError(process.communicate())


def test_what_is_predicted_comes_true(history: History) -> None:
    """Every feed at once; a key becomes a hub, an import goes and one changes; after a kill."""
    settings = history.settings
    before = everything(history)
    killed = lode(settings, "load", history.last, "--dry-run")
    wait_for_models(killed, settings)
    with (
        pytest.raises(BusyError, match=r"Another dry run is under way .* process \d+, since"),
        dry_run(settings),
    ):
        pass
    killed.kill()
    killed.communicate()
    assert left_behind(settings), "it was killed too late to leave anything"

    # What dbt, which dies with it, has left to the server may still be at work.
    with dry_run(settings) as attempt:
        results = load_all(attempt.settings, [*history.coming, (history.known, None)])
        assert [result.is_duplicate for result in results] == [False] * len(history.coming) + [True]
        predictions = attempt.predict()
    assert everything(history) == before
    assert left_behind(settings) == []
    kinds = "select distinct kind from shared_keys order by 1"
    assert ("hub",) not in table_rows(settings, "canonical", kinds)

    load_all(settings, history.coming)
    waiting = pending_imports(settings)
    run_pipeline(settings)
    withdrawn = query(settings, "select import_id from import_metadata where status = 'UNDONE'")
    processed = [name for name in waiting if (name,) not in withdrawn]
    assert len(withdrawn) == 1
    assert [outcome(found) for found in predictions] == outcomes(settings, processed)
    assert [found.account.import_id != "new" for found in predictions] == [
        found.account.filename in ("small.csv", "people_2.csv") for found in predictions
    ]
    shared = table_rows(settings, "canonical", kinds)
    assert shared == [("household",), ("hub",), ("namesakes",)], "no key became a hub"
    for name in COUNTS:
        assert sum(getattr(found.account, name) for found in predictions) > 0


def test_one_file_later_on_by_the_command(history: History) -> None:
    settings = history.settings
    before = everything(history)
    process = lode(settings, "load", history.last, "--dry-run")
    output, complaints = process.communicate()
    assert (process.returncode, complaints) == (0, "")
    assert everything(history) == before
    assert left_behind(settings) == []
    events = [json.loads(line) for line in output.splitlines()]
    assert [event["event"] for event in events if event["event"] in ("done", "predicted")] == [
        "predicted"
    ]
    assert events[-1]["import_id"] is None

    result = load_file(history.last, settings)
    run_pipeline(settings)
    ((_, *counts, refused, problems),) = outcomes(settings, [result.import_id])
    assert [events[-1][name] for name in COUNTS] == counts
    assert (events[-1]["parse_rejected_count"], events[-1]["problems"]) == (refused, problems)
    assert events[-1]["updated_count"] > 0


def test_the_command_says_what_is_wrong(history: History, tmp_path: Path) -> None:
    """A known file and a bad one: nothing is left to predict, so no model is built."""
    settings = history.settings
    bad = write(tmp_path, "bad.csv", "title,isbn\nA,1\n")
    process = lode(settings, "load", history.known, bad, "--dry-run")
    output, complaints = process.communicate()
    assert process.returncode == 1
    assert "bad.csv has columns of no known set" in complaints
    last = [json.loads(line) for line in output.splitlines()][-3:]
    assert [event["event"] for event in last] == ["done", "step", "failed"]
    assert last[0]["is_duplicate"] is True
    process = lode(settings, "load", bad, "--dry-run", "--no-run")
    assert "leave --no-run out" in process.communicate()[1]


def test_what_cannot_be_foreseen_is_said(warehouse: Settings, tmp_path: Path) -> None:
    with (
        one_run_at_a_time(warehouse),
        pytest.raises(BusyError, match="A run is under way"),
        dry_run(warehouse),
    ):
        pass
    canonical = warehouse.schema("canonical")
    path = write(tmp_path, "leads.csv", SMALL)
    with PrivateServer(warehouse).admin() as connection, connection.cursor() as cursor:
        load_file(path, warehouse)
        cursor.execute(
            f"create table {canonical}.pipeline_attempts (run_id varchar(64), is_full_refresh int)"
        )
        cursor.execute(f"insert into {canonical}.pipeline_attempts values ('one', 0)")
        cursor.execute(f"update {warehouse.schema('raw')}.import_metadata set status = 'UNDOING'")
        connection.commit()
        with pytest.raises(LodeError, match="_001 broke off: finish it"), dry_run(warehouse):
            pass
        cursor.execute(f"update {canonical}.pipeline_attempts set is_full_refresh = 1")
        connection.commit()
        with pytest.raises(LodeError, match="A full refresh of this"), dry_run(warehouse):
            pass
        cursor.execute(f"delete from {canonical}.pipeline_attempts")
        cursor.execute(f"update {warehouse.schema('raw')}.import_metadata set status = 'COMPLETE'")
        connection.commit()
        with pytest.raises(LodeError, match="has to be built again"), dry_run(warehouse):
            pass
    assert left_behind(warehouse) == []


def test_an_environment_of_that_name_is_left_alone(warehouse: Settings) -> None:
    raw = dry_run_settings(warehouse).schema("raw")
    with PrivateServer(warehouse).admin() as connection, connection.cursor() as cursor:
        cursor.execute(f"create database {raw}")
        cursor.execute(f"create table {raw}.import_metadata (id int primary key)")
        with (
            pytest.raises(LodeError, match="is an environment of its own"),
            dry_run(warehouse),
        ):
            pass
        cursor.execute(f"select count(*) from {raw}.import_metadata")


def test_elsewhere_an_administrator_makes_the_schemas(warehouse: Settings, tmp_path: Path) -> None:
    accounts = {role: warehouse.account(role) for role in ("loader", "transformer", "auditor")}
    elsewhere = replace(
        warehouse,
        given_host=warehouse.host,
        given_port=warehouse.port,
        credentials={
            role: Credential(account.user, account.password) for role, account in accounts.items()
        },
    )
    with (
        pytest.raises(LodeError, match=r"needs the schemas .*_dry_raw.*init --print-grants"),
        dry_run(elsewhere),
    ):
        pass
    script = administrator_script(warehouse)
    statements = split_statements("-- " + script.partition("-- for `lode load --dry-run`")[2])
    with PrivateServer(warehouse).admin() as connection, connection.cursor() as cursor:
        for statement in statements:
            # Sessions over the loopback interface are those of another account.
            cursor.execute(statement.replace("'%'", "'localhost'"))
    with dry_run(elsewhere) as attempt:
        assert load_file(write(tmp_path, "leads.csv", SMALL), attempt.settings).import_seq == 1
    assert query(warehouse, "select count(*) from import_metadata") == [(0,)]

"""The history of attempts, the holder of a lock, and a schema that an older version made."""

from __future__ import annotations

import getpass
import os
import time
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path

import pytest
from loaded_rows import query, write

from loaders import attempts, import_rows, ledger
from loaders.load import load_file
from loaders.replay import replay
from loaders.writer import Writer
from lode.db import connect
from lode.errors import BusyError, LodeError
from lode.pipeline import one_run_at_a_time
from lode.settings import Settings
from lode.warehouse import provision

pytestmark = pytest.mark.database
LEADS = "email\na@example.com\n"


def execute(settings: Settings, *statements: str) -> None:
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        for statement in statements:
            connection.cursor().execute(statement)


def history(settings: Settings, import_id: str) -> list[attempts.Attempt]:
    with connect("loader", settings, schema="raw") as connection:
        return attempts.read(connection, import_rows.read(connection, import_id))


def test_every_attempt_is_on_record(warehouse_module: Settings, tmp_path: Path) -> None:
    path = write(tmp_path, "leads.csv", LEADS)
    execute(warehouse_module, "alter table staging_raw_import rename column email_1 to hidden")
    with pytest.raises(LodeError):
        load_file(path, warehouse_module)
    execute(warehouse_module, "alter table staging_raw_import rename column hidden to email_1")
    ((import_id, status),) = query(
        warehouse_module, "select import_id, status from import_metadata"
    )
    assert status == "FAILED"
    load_file(path, warehouse_module)
    # What a kill leaves behind, and what dbt writes when it publishes.
    execute(warehouse_module, "update import_metadata set status = 'LOADING'")
    load_file(path, warehouse_module)
    execute(
        warehouse_module,
        "update import_metadata set status = 'COMPLETE', completed_at = '2026-02-19 10:00:00'",
    )
    assert history(warehouse_module, import_id)[-1].status == "COMPLETE"
    replay(import_id, warehouse_module, "errors-only")
    found = history(warehouse_module, import_id)
    assert [(one.attempt, one.status, one.is_last) for one in found] == [
        (1, "FAILED", False),
        (2, "LOADING", False),
        (3, "COMPLETE", False),
        (4, "LOADED", True),
    ]
    assert "A part of the warehouse is missing" in str(found[0].error_message)
    assert found[0].ended_at is not None
    assert found[0].ended_at >= found[0].started_at
    assert found[2].ended_at == datetime(2026, 2, 19, 10)
    assert found[3].sentence().endswith("UTC, LOADED")
    assert [one.status for one in found] == [
        row[0] for row in query(warehouse_module, "select status from import_attempts")
    ]


def test_an_attempt_that_was_cut_off_says_so(warehouse_module: Settings) -> None:
    begun = datetime(2026, 2, 19, 10, 23, 44)
    cut_off = attempts.Attempt(1, begun, None, "LOADING", None, is_last=False)
    assert cut_off.sentence() == "attempt 1: 2026-02-19 10:23:44 UTC, cut off while LOADING"


def test_a_second_writer_is_told_who_is_first_and_since_when(
    warehouse_module: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loaders.writer.LOCK_SECONDS", 0)
    begun = f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M}"
    with closing(Writer(warehouse_module)) as first, closing(Writer(warehouse_module)) as second:
        first.claim("ab", None, "leads.csv")
        taken = query(warehouse_module, "select taken_at from lock_holders")
        # The first one goes on working; the time told stays that of the lock.
        time.sleep(1.1)
        ledger.progress(first.connection, 1)
        with pytest.raises(BusyError) as told:
            second.claim("ab", None, "leads.csv")
        assert f"({getpass.getuser()} on " in str(told.value)
        assert f", process {os.getpid()}, since {taken[0][0]:%Y-%m-%d %H:%M:%S} UTC)" in str(
            told.value
        )
        assert f"{taken[0][0]:%Y-%m-%d %H:%M}" >= begun
        second.claim("cd", None, "other.csv")
    assert query(warehouse_module, "select count(*) from lock_holders") == [(0,)]


def test_what_a_killed_holder_left_is_not_believed(
    warehouse_module: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loaders.writer.LOCK_SECONDS", 0)
    with closing(Writer(warehouse_module)) as first, closing(Writer(warehouse_module)) as second:
        first.claim("ef", None, "leads.csv")
        execute(warehouse_module, "update lock_holders set connection_id = 0")
        with pytest.raises(BusyError, match=r"by another process: wait for its end"):
            second.claim("ef", None, "leads.csv")
    execute(warehouse_module, "delete from lock_holders")


def test_a_second_run_is_told_who_is_first(warehouse_module: Settings) -> None:
    with (
        one_run_at_a_time(warehouse_module),
        pytest.raises(BusyError, match=rf"process {os.getpid()}, since 20.* UTC\): wait until"),
        one_run_at_a_time(warehouse_module),
    ):
        pass
    assert query(warehouse_module, "select count(*) from lock_holders") == [(0,)]


def test_a_schema_of_an_older_version_is_completed(warehouse: Settings, tmp_path: Path) -> None:
    path = write(tmp_path, "leads.csv", "email,city,shoe\na@example.com,Erie,41\n")
    old = load_file(path, warehouse)
    execute(
        warehouse,
        "drop table lock_holders",
        "drop table import_attempts",
        "alter table staging_raw_import drop column quarantined",
    )
    assert history(warehouse, old.import_id) == []
    again = write(tmp_path, "more.csv", "email,city,shoe\nb@example.com,Erie,42\n")
    with pytest.raises(LodeError, match=r"lock_holders.*run `lode init`"):
        load_file(again, warehouse)
    with (
        pytest.raises(LodeError, match=r"lock_holders.*run `lode init`"),
        one_run_at_a_time(warehouse),
    ):
        pass
    provision(warehouse)
    execute(warehouse, "rename table staging_raw_import to put_away")
    with pytest.raises(LodeError, match=r"staging_raw_import.*run `lode init`"):
        load_file(again, warehouse)
    execute(warehouse, "rename table put_away to staging_raw_import")
    load_file(again, warehouse, contract="discard")
    assert query(
        warehouse,
        "select email_1, extra is null, quarantined is null from staging_raw_import order by 1",
    ) == [("a@example.com", 0, 1), ("b@example.com", 1, 0)]
    replay(old.import_id, warehouse, "full")
    assert [one.attempt for one in history(warehouse, old.import_id)] == [2]

"""A merge that dies in the middle leaves nothing, one that ends leaves everything."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

import pymysql
import pytest
from engine_project import EngineProject

from lode.db import connect

BEFORE = [(1, "old"), (2, "old"), (3, "old")]
AFTER = [(1, "new"), (2, "new"), (3, "old"), (4, "new"), (5, "new")]
MINE = "insert into {canonical}.accounts values (99, 'mine', 5, null)"
ROWS = "select id, v from {canonical}.accounts order by id"


@pytest.fixture
def accounts(project: EngineProject) -> EngineProject:
    """A table of three rows, and a batch that updates two, deletes none and inserts two."""
    project.execute(
        "create table if not exists {staging}.accounts (id int, v varchar(9))",
        "truncate table {staging}.accounts",
        "insert into {staging}.accounts values (1, 'old'), (2, 'old'), (3, 'old')",
        "drop table if exists {canonical}.accounts",
    )
    project.model(
        "accounts",
        "select id, v, id as number, 1 as seq from {{ target.schema }}.accounts",
        {"id": "int", "v": "varchar(9)", "number": "int", "seq": "int unsigned"},
        materialized="incremental",
        primary_key="id",
        indexes=[{"columns": ["number"], "unique": True, "name": "one_number"}],
        audit_by="seq",
    )
    project.build("accounts")
    project.execute(
        "truncate table {staging}.accounts",
        "insert into {staging}.accounts values (1, 'new'), (2, 'new'), (4, 'new'), (5, 'new')",
        "delete from {canonical}.import_audit_log",
        "insert into {canonical}.import_audit_log"
        " (table_name, operation, record_count, timestamp, run_id)"
        " values ('accounts', 'INSERT', 3, utc_timestamp(6), 'before')",
    )
    return project


def logged(project: EngineProject) -> list[tuple[Any, ...]]:
    return project.rows("select operation, record_count from {canonical}.import_audit_log")


def waiting_thread(project: EngineProject) -> int | None:
    """The connection of the dbt run that waits for our row, once its updates are done."""
    found = project.rows(
        "select id from information_schema.processlist"
        " where info like '%insert into%accounts%__batch%' and command = 'Query'"
        " and id <> connection_id()"
    )
    return int(found[0][0]) if found else None


def stop_in_the_middle(
    project: EngineProject, stop: Callable[[subprocess.Popen[bytes], int], None]
) -> None:
    """Hold a number that the merge inserts after its updates; call `stop` when it waits there."""
    with (
        connect("transformer", project.settings) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(project.named(MINE))
        started = project.start("run", "--select", "accounts")
        try:
            deadline = time.monotonic() + 90
            while (thread := waiting_thread(project)) is None:
                assert time.monotonic() < deadline, "the merge never came to its insert"
                assert started.poll() is None, "the merge ended before its insert"
                time.sleep(0.05)
            # The updates are done but nobody sees them.
            assert project.rows(ROWS) == BEFORE
            stop(started, thread)
        finally:
            if started.poll() is None:
                started.kill()
            started.wait()
        connection.rollback()


def kill_the_process(started: subprocess.Popen[bytes], thread: int) -> None:
    started.send_signal(signal.SIGKILL)
    started.wait()


@pytest.mark.parametrize("how", ["process", "connection"])
def test_a_merge_killed_in_the_middle_leaves_nothing(accounts: EngineProject, how: str) -> None:
    def kill_the_connection(started: subprocess.Popen[bytes], thread: int) -> None:
        accounts.execute(f"kill {thread}")
        started.wait(timeout=60)
        assert started.returncode == 1

    stop_in_the_middle(accounts, kill_the_process if how == "process" else kill_the_connection)
    deadline = time.monotonic() + 60
    while waiting_thread(accounts) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert accounts.rows(ROWS) == BEFORE
    assert logged(accounts) == [("INSERT", 3)]

    assert accounts.build("accounts") == [
        "merge accounts: 2 inserted, 2 updated, 0 unchanged, 0 deleted"
    ]
    assert accounts.rows(ROWS) == AFTER
    assert sorted(logged(accounts)) == [("INSERT", 2), ("INSERT", 3), ("UPDATE", 2)]


def test_readers_see_the_rows_before_or_after_a_merge(accounts: EngineProject) -> None:
    seen: set[tuple[tuple[int, str], ...]] = set()
    problems: list[str] = []
    is_over = threading.Event()

    def read() -> None:
        with (
            connect("auditor", accounts.settings, autocommit=True) as connection,
            connection.cursor() as cursor,
        ):
            while not is_over.is_set():
                try:
                    cursor.execute(accounts.named(ROWS))
                    seen.add(tuple(cursor.fetchall()))
                except pymysql.MySQLError as error:
                    problems.append(str(error))

    reader = threading.Thread(target=read)
    reader.start()
    accounts.build("accounts")
    time.sleep(0.2)
    is_over.set()
    reader.join()
    assert problems == []
    assert seen == {tuple(BEFORE), tuple(AFTER)}


def test_a_row_that_another_session_inserted_meanwhile_undoes_the_merge(
    accounts: EngineProject,
) -> None:
    with (
        connect("transformer", accounts.settings) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(accounts.named(MINE))
        started = accounts.start("run", "--select", "accounts")
        deadline = time.monotonic() + 90
        while waiting_thread(accounts) is None:
            assert time.monotonic() < deadline
            assert started.poll() is None
            time.sleep(0.05)
        connection.commit()
        assert started.wait(timeout=60) == 1
    assert accounts.rows(ROWS) == [*BEFORE, (99, "mine")]
    assert logged(accounts) == [("INSERT", 3)]
    sentence = accounts.refuse("accounts")
    assert "Duplicate entry '5' for key" in sentence
    assert "one_number" in sentence

"""The audit log in a real database: who may write, who waits, and what tampering leaves behind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from subprocess import CompletedProcess

import pymysql
import pytest
from audit_log_of import chained
from conftest_lode import one_sentence

from lode import audit
from lode.audit_anchors import add_anchor, anchor_line, read_anchors
from lode.audit_span import span_of
from lode.db import connect, transaction
from lode.errors import LodeError
from lode.server import PrivateServer
from lode.settings import ROLES, Settings

pytestmark = pytest.mark.database
DENIED = (1044, 1142, 1143, 1227)
REFUSED_BY_TRIGGER = 1644
TRIGGERS = ("audit_log_is_not_changed", "audit_log_is_not_deleted", "audit_head_is_not_deleted")
EDIT = "update {log} set actor = 'nobody' where sequence = {at}"
DELETE = "delete from {log} where sequence = {at}"
SWAP = (
    "update {log} set sequence = 0 where sequence = {at}",
    "update {log} set sequence = {at} where sequence = {at} + 1",
    "update {log} set sequence = {at} + 1 where sequence = 0",
)
CUT = "delete from {log} where sequence >= {at}"
SHIFT = "update {log} set sequence = sequence + 1 where sequence >= {at} order by sequence desc"
COPY = (
    "insert into {log} select {at}, recorded_at, account, 'nobody', event, subject, payload,"
    " previous_hash, entry_hash from {log} where sequence = {at} + 1"
)


def log(settings: Settings) -> str:
    return f"`{settings.schema('audit')}`.audit_log"


def write(settings: Settings, *subjects: str) -> None:
    """Add one entry for each subject, in a transaction of its own."""
    with connect("loader", settings, schema="raw") as connection:
        for subject in subjects:
            with transaction(connection):
                audit.append(
                    connection, settings, "test", actor="O'Neil é", subject=subject,
                    payload={"b": "☎ \\ \"x\"", "a": [1, None]},
                )  # fmt: skip


def fault_of(settings: Settings, anchors: dict[int, str] | None = None) -> int | None:
    fault = audit.verify_log(settings, anchors or {}).fault
    return fault.sequence if fault else None


def test_what_the_server_chains_the_verifier_follows(warehouse_module: Settings) -> None:
    write(warehouse_module, "one", "two", "three")
    verdict = audit.verify_log(warehouse_module, {})
    assert verdict.fault is None
    assert verdict.head.sequence == 3
    entries = audit.newest(warehouse_module, 2, None, None)
    assert [(entry.sequence, entry.subject) for entry in entries] == [(2, "two"), (3, "three")]
    assert entries[1].account == f"{warehouse_module.prefix}_loader@localhost"
    assert entries[1].payload == '{"a":[1,null],"b":"\\u260e \\\\ \\"x\\""}'


def test_an_entry_is_there_if_and_only_if_its_transaction_commits(
    warehouse_module: Settings,
) -> None:
    before = audit.verify_log(warehouse_module, {}).head
    with connect("loader", warehouse_module) as connection:
        connection.begin()
        audit.append(connection, warehouse_module, "test", actor="a", subject="lost", payload={})
        connection.rollback()
    assert audit.verify_log(warehouse_module, {}).head == before
    write(warehouse_module, "after")
    verdict = audit.verify_log(warehouse_module, {})
    assert (verdict.head.sequence, verdict.fault) == (before.sequence + 1, None)


def test_writers_wait_for_each_other_and_readers_for_nobody(warehouse_module: Settings) -> None:
    before = audit.verify_log(warehouse_module, {}).head
    with connect("loader", warehouse_module) as held, transaction(held):
        audit.append(held, warehouse_module, "test", actor="a", subject="held", payload={})
        assert audit.verify_log(warehouse_module, {}).head == before
    with ThreadPoolExecutor(8) as pool:
        names = [[f"{worker}-{number}" for number in range(10)] for worker in range(8)]
        list(pool.map(lambda some: write(warehouse_module, *some), names))
    verdict = audit.verify_log(warehouse_module, {})
    assert (verdict.head.sequence, verdict.fault) == (before.sequence + 81, None)


def test_an_old_snapshot_gives_no_old_link(warehouse_module: Settings) -> None:
    with connect("loader", warehouse_module) as old, transaction(old):
        with old.cursor() as cursor:
            cursor.execute(f"select count(*) from {log(warehouse_module)}")
            cursor.execute(f"select * from `{warehouse_module.schema('audit')}`.audit_head")
        write(warehouse_module, "between")
        audit.append(old, warehouse_module, "test", actor="a", subject="late", payload={})
    assert fault_of(warehouse_module) is None
    assert [e.subject for e in audit.newest(warehouse_module, 2, None, None)] == ["between", "late"]


@pytest.mark.parametrize("role", ROLES)
def test_no_account_may_change_the_log(warehouse_module: Settings, role: str) -> None:
    table, head = log(warehouse_module), log(warehouse_module).replace("audit_log", "audit_head")
    trigger = f"`{warehouse_module.schema('audit')}`.{TRIGGERS[0]}"
    statements = [
        f"update {table} set actor = 'x'", f"delete from {table}", f"truncate table {table}",
        f"drop table {table}", f"alter table {table} add column x int", f"drop trigger {trigger}",
        f"update {head} set sequence = 0", f"delete from {head}",
        f"insert into {head} values (2, 0, '')", f"replace into {table} (actor) values ('x')",
        f"drop database `{warehouse_module.schema('audit')}`",
    ]  # fmt: skip
    if role not in ("loader", "app"):
        statements.append(f"insert into {table} (actor, event, subject, payload) values (1,1,1,1)")
    if role == "transformer":
        # It counts entries by day and kind, and may read nothing else of them.
        statements += [f"select {name} from {table}" for name in ("actor", "subject", "payload")]
    with connect(role, warehouse_module, autocommit=True) as c, c.cursor() as cursor:
        for statement in statements:
            with pytest.raises(pymysql.MySQLError) as refused:
                cursor.execute(statement)
            assert refused.value.args[0] in DENIED, (role, statement, refused.value)


def test_what_the_loader_makes_up_is_overwritten(warehouse_module: Settings) -> None:
    before = audit.verify_log(warehouse_module, {}).head.sequence
    with connect("loader", warehouse_module, autocommit=True) as c, c.cursor() as cursor:
        cursor.execute(
            f"insert into {log(warehouse_module)} values"
            " (1, '2001-01-01', 'someone@else', 'a', 'test', 'made up', '{}', 'x', 'y')"
        )
    entry = audit.newest(warehouse_module, 1, None, "made up")[0]
    assert entry.sequence == before + 1
    assert entry.recorded_at.year > 2001
    assert entry.account == f"{warehouse_module.prefix}_loader@localhost"
    assert fault_of(warehouse_module) is None


@pytest.fixture
def admin(warehouse: Settings) -> Iterator[pymysql.cursors.Cursor]:
    """A cursor of the administrator on a warehouse whose log has nine entries."""
    write(warehouse, *(f"entry {number}" for number in range(1, 10)))
    with PrivateServer(warehouse).admin() as connection, connection.cursor() as cursor:
        yield cursor


def test_tampering_by_an_administrator_is_found(
    warehouse: Settings, admin: pymysql.cursors.Cursor, tmp_path: Path
) -> None:
    schema, table = warehouse.schema("audit"), log(warehouse)
    for statement in (EDIT, DELETE):
        with pytest.raises(pymysql.MySQLError) as refused:
            admin.execute(statement.format(log=table, at=4))
        assert refused.value.args[0] == REFUSED_BY_TRIGGER
    path = tmp_path / "anchors.jsonl"
    add_anchor(path, anchor_line(warehouse, audit.verify_log(warehouse, {}).head))
    admin.execute(f"create table `{schema}`.kept as select * from {table}")
    drop_triggers(warehouse, admin)
    for at, bad, *statements in (
        (4, 4, EDIT), (1, 1, EDIT), (9, 9, EDIT), (1, 1, DELETE), (5, 5, DELETE), (9, 9, DELETE),
        (3, 3, *SWAP), (8, 8, *SWAP), (2, 2, CUT), (9, 9, CUT), (6, 6, SHIFT, COPY),
    ):  # fmt: skip
        for statement in statements:
            admin.execute(statement.format(log=table, at=at))
        assert fault_of(warehouse) == bad, statements
        admin.execute(f"delete from {table}")
        admin.execute(f"insert into {table} select * from `{schema}`.kept")
        assert fault_of(warehouse) is None
    # The head set back to the cut: only what is kept elsewhere tells.
    admin.execute(f"delete from {table} where sequence > 5")
    admin.execute(
        f"update `{schema}`.audit_head set sequence = 5, entry_hash ="
        f" (select entry_hash from {table} where sequence = 5)"
    )
    assert fault_of(warehouse) is None
    assert fault_of(warehouse, read_anchors(path, warehouse)) == 6


def test_a_part_is_verified_by_entries_and_by_days(
    warehouse: Settings, admin: pymysql.cursors.Cursor
) -> None:
    """Nine entries of three days: what is changed within a part is found, and no other claimed."""
    rewrite_days(warehouse, admin, {1: "2026-01-05", 4: "2026-01-06", 7: "2026-01-09"})
    assert fault_of(warehouse) is None
    asked = {
        ("4", "6"): (4, 6), ("8", "99"): (8, 9), ("", "3"): (1, 3), ("7", ""): (7, 9),
        # Days take the entries beside them in.
        ("2026-01-06", "2026-01-06"): (3, 7), ("2026-01-07", ""): (6, 9),
        ("", "2026-01-05"): (1, 4), ("5", "2026-01-06"): (5, 7),
    }  # fmt: skip
    for words, numbers in asked.items():
        found = audit.verify_span(warehouse, span_of(*words), {})
        assert (found.first, found.last, found.verdict.fault) == (*numbers, None), words
    for words in (("10", ""), ("2026-01-07", "2026-01-08"), ("2027-01-01", "")):
        with pytest.raises(LodeError, match="No entry of the audit log is in that part: it ends"):
            audit.verify_span(warehouse, span_of(*words), {})
    admin.execute(f"update {log(warehouse)} set actor = 'x' where sequence = 5")
    for words, (first, last) in asked.items():
        fault = audit.verify_span(warehouse, span_of(*words), {}).verdict.fault
        assert (fault is not None) == (first <= 5 <= last), words
    # One that is dated into another day stands beside its own.
    admin.execute(
        f"update {log(warehouse)} set actor = %s, recorded_at = if(sequence = 6, '2026-01-09',"
        " recorded_at)", ("O'Neil é",)
    )  # fmt: skip
    found = audit.verify_span(warehouse, span_of("2026-01-06", "2026-01-06"), {})
    assert (found.first, found.last) == (3, 6)
    assert found.verdict.fault is not None
    assert found.verdict.fault.sequence == 6


def rewrite_days(settings: Settings, admin: pymysql.cursors.Cursor, days: dict[int, str]) -> None:
    """Date the entries from some numbers on, with digests that fit, as if written on those days."""
    drop_triggers(settings, admin)
    entries = audit.newest(settings, 99, None, None)
    day = ""
    dated = []
    for entry in entries:
        day = days.get(entry.sequence, day)
        dated.append(replace(entry, recorded_at=datetime.fromisoformat(day)))
    for entry in chained(dated):
        admin.execute(
            f"update {log(settings)} set recorded_at = %s, previous_hash = %s, entry_hash = %s"
            " where sequence = %s",
            (entry.recorded_at, entry.previous_hash, entry.entry_hash, entry.sequence),
        )
    admin.execute(
        f"update `{settings.schema('audit')}`.audit_head set entry_hash = %s", (entry.entry_hash,)
    )


def drop_triggers(settings: Settings, admin: pymysql.cursors.Cursor) -> None:
    schema = settings.schema("audit")
    admin.execute(f"select trigger_name from information_schema.triggers"
                  f" where trigger_schema = '{schema}'")  # fmt: skip
    for (name,) in admin.fetchall():
        admin.execute(f"drop trigger `{schema}`.`{name}`")


def test_the_commands(
    warehouse: Settings,
    admin: pymysql.cursors.Cursor,
    lode: Callable[..., CompletedProcess[str]],
    tmp_path: Path,
) -> None:
    def run(*words: str) -> CompletedProcess[str]:
        return lode("audit", *words, LODE_HOME=str(warehouse.home), LODE_DB_PREFIX=warehouse.prefix)

    anchors = tmp_path / "anchors.jsonl"
    assert run("verify").stdout.startswith("9 entries, each follows the one before; the last is ")
    assert json.loads(run("anchor", "--to", str(anchors)).stdout)["sequence"] == 9
    shown = [json.loads(line) for line in run("show", "--limit", "2", "--json").stdout.splitlines()]
    assert [(one["sequence"], one["payload"]["a"]) for one in shown] == [
        (8, [1, None]),
        (9, [1, None]),
    ]
    assert "entry 3" in run("show", "--subject", "entry 3").stdout
    admin.execute(f"drop trigger `{warehouse.schema('audit')}`.{TRIGGERS[0]}")
    admin.execute(EDIT.format(log=log(warehouse), at=4))
    part = run("verify", "--from", "5", "--to", "9")
    assert part.stdout.startswith("Entries 5 to 9 are intact, each follows the one before;")
    broken = one_sentence(run("verify", "--from", "2", "--to", "6"))
    assert "Entry 4 of the audit log was changed" in broken
    assert "Entries 2 to 3 before it are intact. Keep the server as it is" in broken
    assert "part of the audit log" in one_sentence(run("verify", "--from", "soon"))
    sentence = one_sentence(run("verify", "--anchors", str(anchors)))
    assert sentence.startswith("lode: Entry 4 of the audit log was changed")
    assert one_sentence(run("anchor", "--to", str(anchors))) == sentence
    assert len(anchors.read_text().splitlines()) == 1
    admin.execute(f"drop database `{warehouse.schema('audit')}`")
    assert "lode init" in one_sentence(run("show"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "line 1 is no anchor: a line of `lode audit anchor` is needed"),
        ('{"log": "other_audit", "sequence": 1, "entry_hash": ""}', "anchors the log other_audit"),
        ('{"log": "x_audit", "sequence": 1, "entry_hash": "z"}', "its number or its digest is"),
        (
            f'{{"log": "x_audit", "sequence": 1, "entry_hash": "{"a" * 64}"}}\n'
            f'{{"log": "x_audit", "sequence": 1, "entry_hash": "{"b" * 64}"}}',
            "line 2: entry 1 was anchored with another digest before",
        ),
    ],
)
def test_a_file_that_is_no_anchors_is_a_sentence(
    server: Settings, tmp_path: Path, text: str, sentence: str
) -> None:
    path = tmp_path / "anchors.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LodeError, match=sentence):
        read_anchors(path, server.with_prefix("x"))


def test_without_a_log_or_with_too_much_to_say_nothing_is_added(warehouse: Settings) -> None:
    with connect("loader", warehouse) as connection:
        for actor, payload in (("", {}), ("a" * 129, {}), ("a", {"x": "y" * 60_000})):
            with pytest.raises(LodeError, match="of an audit entry needs 1 to"):
                audit.append(
                    connection, warehouse, "test", actor=actor, subject="s", payload=payload
                )
    with PrivateServer(warehouse).admin() as admin, admin.cursor() as cursor:
        cursor.execute(f"drop database `{warehouse.schema('audit')}`")
    with pytest.raises(LodeError, match=r"There is no audit log .* run `lode init`"):
        write(warehouse, "one")

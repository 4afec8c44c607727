"""The ledger of exports against the audit log: every edit, each row more or less is found."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from conftest_lode import one_sentence
from tampered_tables import columns, tampered

from lode import list_ledger
from lode.db import connect
from lode.errors import LodeError
from lode.list_audit import check_exports
from lode.list_definitions import define, definition_of
from lode.list_gate import Allowed, Point
from lode.list_ledger import COMPLETE, HELD, Export
from lode.list_release import release
from lode.list_triggers import EXPORT_TRIGGERS
from lode.rights import COMPLIANCE, Principal
from lode.settings import Settings

pytestmark = pytest.mark.database

AT = datetime(2026, 1, 5, 12)
TABLES = ("list_exports", "list_export_rows", "list_releases")
# Another value of each kind of column, whatever it held.
OTHERS = {
    "int": "coalesce({column}, 0) + 1", "bigint": "coalesce({column}, 0) + 50",
    "varchar": "concat('!', substr(coalesce({column}, ''), 2))",
    "char": "sha2(coalesce({column}, ''), 256)",
    "text": "'{{\"NATIONAL_DNC\": 77}}'",
    "datetime": "coalesce({column}, '2026-01-05') + interval 1 microsecond",
    "binary": "unhex(sha2(hex({column}), 256))",
}  # fmt: skip
ADDED = (
    "insert into list_export_rows values (1, unhex(sha2('more', 256)), 4, 10000000004)",
    "insert into list_export_rows values (99, unhex(sha2('more', 256)), 1, 10000000004)",
    "insert into list_releases values (1, 'bob', 'seen', utc_timestamp(6))",
    "insert into list_releases values (99, 'bob', 'seen', utc_timestamp(6))",
    "insert into list_exports select 99, list_name, version, channel, status, exported_by, reason,"
    " host_name, file_path, started_at, decided_at, finished_at, checked_count, row_count,"
    " waterfall, registry_versions, rules_hash, valid_until, rows_hash, file_sha256"
    " from list_exports where id = 1",
    "update list_exports set status = 'HELD' where id = 1",
    "update list_exports set status = 'FAILED' where id = 1",
    "update list_exports set status = 'STARTED' where id = 2",
    "update list_exports set status = 'HELD' where id = 2",
    "update list_exports set status = 'COMPLETE' where id = 3",
    "update list_exports set status = 'COMPLETE' where id = 4",
)  # fmt: skip


def made(settings: Settings, folder: Path, name: str, status: str, rows: int = 3) -> Export:
    """An export that ends in a state, with lines of made-up people."""
    wanted = define(settings, "made_up", definition_of("call", (), (), ()), "ann")
    with connect("loader", settings, schema="raw") as connection:
        export = list_ledger.begin(connection, wanted, "ann", "spring", folder / name, AT)
        points = [
            Point(10_000_000_000 + n, "", hashlib.sha256(f"{name}{n}".encode()).hexdigest(), "", 1,
                  1, (), (), None, False)
            for n in range(1, rows + 1)
        ]  # fmt: skip
        list_ledger.add_rows(connection, export, [Allowed({}, one, None) for one in points])
        if status == "FAILED":
            list_ledger.fail(connection, export)
            return export
        text = "".join(f"{one.golden_person_id}:{one.digest}\n" for one in points)
        export.part.write_text(name)
        export.file_sha256 = hashlib.sha256(name.encode()).hexdigest()
        export.rows_hash = hashlib.sha256(text.encode()).hexdigest()
        export.row_count, export.checked_count, export.status = rows, rows + 1, status
        export.waterfall, export.registry_versions = {"OPT_OUT": 1}, {"national": 1}
        export.rules_hash = hashlib.sha256(b"rules").hexdigest()
        export.valid_until = datetime.now() + timedelta(days=9)
        list_ledger.complete(connection, settings, export)
    return export


@pytest.fixture(scope="module")
def ledger(warehouse_module: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Four exports: complete, released by a second person, waiting for one, and one of nothing."""
    folder = tmp_path_factory.mktemp("exports")
    made(warehouse_module, folder, "complete.csv", COMPLETE)
    large = made(warehouse_module, folder, "large.csv", HELD)
    releaser = Principal("cleo", frozenset({COMPLIANCE}))
    release(warehouse_module, large.id, releaser, "looked at it")
    made(warehouse_module, folder, "held.csv", HELD)
    made(warehouse_module, folder, "failed.csv", "FAILED")
    return warehouse_module


def test_a_ledger_as_it_was_written_agrees(ledger: Settings) -> None:
    assert check_exports(ledger) == 3


@pytest.mark.parametrize("table", TABLES)
def test_every_edit_and_every_missing_row_is_found(ledger: Settings, table: str) -> None:
    number = "id" if table == "list_exports" else "export_id"
    statements = [
        f"update {table} set {column} = {OTHERS[kind].format(column=column)}"
        f" where {number} = {export} limit 1"
        for column, kind in columns(ledger, table)
        for export in ((2,) if table == "list_releases" else (1, 2, 3))
    ]
    statements += [f"delete from {table} where {number} = {one} limit 1" for one in (1, 2, 3)]
    found = 0
    with tampered(ledger, TABLES, EXPORT_TRIGGERS) as cursor:
        for statement in statements:
            cursor.execute("begin")
            if cursor.execute(statement):
                cursor.execute("commit")
                with pytest.raises(LodeError, match=r"(?s)[Ee]xport \d+.*Keep the server") as fault:
                    check_exports(ledger)
                assert "\n" not in str(fault.value), statement
                found += 1
            for each in TABLES:
                cursor.execute(f"delete from {each}")
                cursor.execute(f"insert into {each} select * from kept_{each}")
            cursor.execute("commit")
    assert found >= len(statements) - 2
    assert check_exports(ledger) == 3


@pytest.mark.parametrize("statement", ADDED)
def test_what_is_added_or_put_into_another_state_is_found(ledger: Settings, statement: str) -> None:
    with tampered(ledger, TABLES, EXPORT_TRIGGERS) as cursor:
        assert cursor.execute(statement) == 1
        with pytest.raises(LodeError, match="Keep the server as it is"):
            check_exports(ledger)


def test_the_command_says_what_does_not_agree(
    ledger: Settings, lode: Callable[..., CompletedProcess[str]]
) -> None:
    home = {"LODE_HOME": str(ledger.home), "LODE_DB_PREFIX": ledger.prefix}
    whole = lode("audit", "verify", **home)
    assert "3 exports in the ledger, each as its entry says." in whole.stdout
    with tampered(ledger, TABLES, EXPORT_TRIGGERS) as cursor:
        cursor.execute("update list_exports set file_sha256 = sha2('other', 256) where id = 1")
        sentence = one_sentence(lode("audit", "verify", **home))
    assert "Export 1 in the ledger has another sha256 than entry" in sentence

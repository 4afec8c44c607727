"""The ledger of exports is only added to: what an account of the loader's rights is refused."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pymysql
import pytest

from lode import list_ledger
from lode.db import connect
from lode.list_definitions import define, definition_of
from lode.settings import Settings
from tests.models.raw_rows import table_rows

pytestmark = pytest.mark.database

AT = datetime(2026, 1, 5, 12)
ROW = "insert into list_export_rows values ({export}, unhex(sha2('made up', 256)), 1, 10000000001)"
REFUSED = (
    ("update list_exports set valid_until = '2030-01-01' where id = {ended}", "that has ended"),
    ("update list_exports set status = 'STARTED' where id = {ended}", "that has ended"),
    ("update list_exports set exported_by = 'bob' where id = {open}", "that has ended"),
    ("update list_exports set id = 99 where id = {open}", "that has ended"),
    ("update list_exports set status = 'COMPLETE' where id = {held}", "that has ended"),
    ("update list_exports set status = 'FAILED', row_count = 7 where id = {held}", "has ended"),
    ("update list_exports set status = 'STARTED' where id = {held}", "that has ended"),
    ("delete from list_exports", "only added to"),
    (ROW.format(export="{ended}"), "at work"),
    (ROW.format(export="99"), "at work"),
    ("update list_export_rows set golden_person_id = 7", "none is changed"),
    ("delete from list_export_rows", "none is deleted"),
    (
        "insert into list_exports (list_name, version, channel, status, exported_by, host_name,"
        " file_path, started_at, decided_at) values"
        " ('a', 1, 'call', 'COMPLETE', 'bob', 'h', 'f', '2026-01-05', '2026-01-05')",
        "begins as STARTED",
    ),
)


def test_an_export_ends_once_and_stays_with_its_rows(
    warehouse_module: Settings, tmp_path: Path
) -> None:
    wanted = define(warehouse_module, "made_up", definition_of("call", (), (), ()), "ann")
    with connect("loader", warehouse_module, schema="raw") as connection:
        exports = [
            list_ledger.begin(connection, wanted, "ann", None, tmp_path / name, AT)
            for name in ("ended.csv", "open.csv", "held.csv")
        ]
        cursor = connection.cursor()
        cursor.execute(ROW.format(export=exports[0].id))
        exports[0].status, exports[2].status = list_ledger.COMPLETE, list_ledger.HELD
        for one in (exports[0], exports[2]):
            list_ledger.complete(connection, warehouse_module, one)
        connection.commit()
        before = [
            table_rows(warehouse_module, "raw", f"select * from {table} order by 1, 2")
            for table in ("list_exports", "list_export_rows")
        ]
        ended, begun, held = (one.id for one in exports)
        for statement, sentence in REFUSED:
            with pytest.raises(pymysql.MySQLError, match=sentence):
                cursor.execute(statement.format(ended=ended, open=begun, held=held))
        connection.commit()
        list_ledger.fail(connection, exports[1])
        cursor.execute(
            "insert into list_releases values (%s, 'bob', 'seen', utc_timestamp(6))",
            (exports[2].id,),
        )
        cursor.execute(f"update list_exports set status = 'COMPLETE' where id = {exports[2].id}")
        connection.commit()
    after = [
        table_rows(warehouse_module, "raw", f"select * from {table} order by 1, 2")
        for table in ("list_exports", "list_export_rows")
    ]
    assert [row[4] for row in before[0]] == ["COMPLETE", "STARTED", "HELD"]
    assert [row[4] for row in after[0]] == ["COMPLETE", "FAILED", "COMPLETE"]
    assert (after[0][0], after[1]) == (before[0][0], before[1])

"""Replay and undo from end to end: files in, imports taken out and brought back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from loaded_rows import query, write

from loaders.import_result import ImportResult
from loaders.landing import landed_path
from loaders.load import load_file
from loaders.replay import replay
from loaders.undo import undo
from lode import audit
from lode.db import connect
from lode.errors import LodeError
from lode.pipeline import run_pipeline
from lode.settings import Settings

pytestmark = pytest.mark.database

FIRST = (
    "first name,last name,email,phone\nAnn,Lee,ann@example.com,512-555-0101\n"
    "Bob,Ray,bob@example.com,512-555-0102\n"
)
SECOND = (
    "first name,last name,email,phone\nAnn,Lee,ann@example.com,512-555-0109\n"
    "Cy,Day,cy@example.com,512-555-0103\nbroken,row\n"
)
MAPPING = """
name: swapped
version: 2
feed: people
requires: [[email_1]]
columns: {email_1: [email], last_name: [first name], first_name: [last name], phone_1: [phone]}
"""


def persons(settings: Settings) -> list[tuple[object, ...]]:
    with (
        connect("auditor", settings, schema="canonical") as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "select first_name, last_name, group_concat(phone_e164 order by phone_e164)"
            " from persons left join phone_numbers on persons.id = phone_numbers.person_id"
            " where record_count > 0 group by persons.id, first_name, last_name order by persons.id"
        )
        return list(cursor.fetchall())


def test_undo_and_replay(warehouse: Settings, tmp_path: Path) -> None:
    load_file(write(tmp_path, "a.csv", FIRST), warehouse)
    second = load_file(write(tmp_path, "b.csv", SECOND), warehouse)
    run_pipeline(warehouse)
    before = persons(warehouse)
    assert before == [
        ("Ann", "Lee", "+15125550101,+15125550109"),
        ("Bob", "Ray", "+15125550102"),
        ("Cy", "Day", "+15125550103"),
    ]

    plan = undo(second.import_id, warehouse, by="test", is_dry=True)
    assert (plan.reversed_count, plan.gone_count, plan.kept_count) == (2, 1, 1)
    assert query(warehouse, "select status from import_metadata where id = 2") == [
        ("COMPLETE_WITH_ERRORS",)
    ]
    assert undo(second.import_id, warehouse, by="test", reason="wrong list") == plan
    run_pipeline(warehouse)
    assert persons(warehouse) == [
        ("Ann", "Lee", "+15125550101"),
        ("Bob", "Ray", "+15125550102"),
    ]
    assert undo(second.import_id, warehouse, by="test").is_done
    assert query(
        warehouse,
        "select import_seq, requested_by, reason, reversed_count, gone_count, kept_count"
        " from import_reversals",
    ) == [(2, "test", "wrong list", 2, 1, 1)]

    with pytest.raises(LodeError, match="which was undone: `lode replay --import-id"):
        load_file(tmp_path / "b.csv", warehouse)
    again = replay(second.import_id, warehouse, "errors-only")
    assert (again.row_count, again.loaded_count, again.attempt) == (3, 2, 2)
    run_pipeline(warehouse)
    assert persons(warehouse) == before

    own = write(tmp_path, "swapped.yml", MAPPING)
    replay(second.import_id, warehouse, "full", mapping_file=own)
    run_pipeline(warehouse)
    assert ("Day", "Cy", "+15125550103") in persons(warehouse)
    # The mapping that was used last is the one of the next replay.
    replay(second.import_id, warehouse, "full")
    assert query(
        warehouse,
        "select source_type, schema_version, attempt, status from import_metadata where id = 2",
    ) == [("swapped", "v2", 4, "LOADED")]
    entries = audit.newest(warehouse, 10, None, second.import_id)
    assert [(entry.event, json.loads(entry.payload).get("mode")) for entry in entries] == [
        ("import.undo", None),
        ("import.replay", "errors-only"),
        ("import.replay", "full"),
        ("import.replay", "full"),
    ]
    assert (entries[0].actor, json.loads(entries[0].payload)) == (
        "test",
        {"reason": "wrong list", "reversed": 2, "gone": 1, "kept": 1},
    )
    assert json.loads(entries[2].payload)["mapping"] == "swapped"
    assert audit.verify_log(warehouse, {}).fault is None


@pytest.fixture
def loaded_file(warehouse: Settings, tmp_path: Path) -> ImportResult:
    return load_file(write(tmp_path, "b.csv", SECOND), warehouse)


def test_errors_only_keeps_what_was_accepted(
    warehouse: Settings, loaded_file: ImportResult
) -> None:
    """A record that is missing comes in, the others are not written again."""
    with connect("loader", warehouse, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute("update staging_raw_import set city = 'kept' where first_name = 'Ann'")
        cursor.execute("delete from staging_raw_import where first_name = 'Cy'")
    replay(loaded_file.import_id, warehouse, "errors-only")
    assert query(
        warehouse, "select first_name, city from staging_raw_import order by record_id"
    ) == [("Ann", "kept"), ("Cy", None)]
    assert query(warehouse, "select record_number, error_type from import_rejects") == [
        (3, "MISSING COLUMNS")
    ]


def test_what_cannot_be_replayed_or_undone(
    warehouse: Settings, loaded_file: ImportResult, tmp_path: Path
) -> None:
    import_id = loaded_file.import_id
    opt_outs = load_file(
        write(tmp_path, "opt_outs.csv", "email,opt out date\na@example.com,2026-01-02\n"),
        warehouse,
        mapping="opt_outs",
    )
    with pytest.raises(LodeError, match="would lift that: 0 records reversed, 0 kept, 1 refused"):
        undo(opt_outs.import_id, warehouse, by="test")
    with pytest.raises(LodeError, match="nothing it brought is replaced: use --mode errors-only"):
        replay(opt_outs.import_id, warehouse, "full")
    assert replay(opt_outs.import_id, warehouse, "errors-only").loaded_count == 1
    with pytest.raises(LodeError, match="choose full or errors-only"):
        replay(import_id, warehouse, "some")
    with pytest.raises(LodeError, match="leave it out, or use --mode full"):
        replay(import_id, warehouse, "errors-only", mapping="people")
    with pytest.raises(LodeError, match="There is no import 'imp_1'"):
        replay("imp_1", warehouse, "full")
    with pytest.raises(LodeError, match="There is no import 'imp_1'"):
        undo("imp_1", warehouse, by="test")
    other = write(tmp_path, "other.yml", MAPPING.split("columns")[0].replace("people", "campaigns"))
    other.write_text(other.read_text().replace("[[email_1]]", "[]"), encoding="utf-8")
    with pytest.raises(LodeError, match="and the mapping swapped would bring campaigns"):
        replay(import_id, warehouse, "full", mapping_file=other)
    (place,) = query(
        warehouse, "select s3_location from import_metadata where import_id = %s", (import_id,)
    )[0]
    path = landed_path(place, warehouse)
    path.chmod(0o600)
    path.write_text("email\nchanged@example.com\n", encoding="utf-8")
    with pytest.raises(LodeError, match="as it was landed: restore it"):
        replay(import_id, warehouse, "full")
    assert query(
        warehouse, "select status, attempt from import_metadata where import_id = %s", (import_id,)
    ) == [("LOADED", 1)]

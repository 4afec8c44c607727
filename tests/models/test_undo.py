"""Imports taken out or replaced: what is left is what a build without them gives."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lode.db import connect
from lode.dbt import DbtResult
from lode.settings import Settings
from tests.models.raw_rows import RECORDS_PER_IMPORT, insert_import, table_rows
from tests.models.test_identity import (
    build,
    nickname_pairs,
    persons_by_oracle,
    random_people,
    snapshot,
    standardized_people,
)

pytestmark = pytest.mark.database


def set_status(settings: Settings, import_seq: int, status: str) -> None:
    """Move an import to another state, as `lode undo` and `lode replay` do."""
    with connect("loader", settings, schema="raw") as connection, connection.cursor() as cursor:
        cursor.execute("update import_metadata set status = %s where id = %s", (status, import_seq))
        connection.commit()


def replace_raw(settings: Settings, import_seq: int, part: list[dict[str, str | None]]) -> None:
    """Put other records into an import, as loading its file by another mapping would."""
    with connect("loader", settings, schema="raw") as connection, connection.cursor() as cursor:
        cursor.execute("delete from staging_raw_import where import_seq = %s", (import_seq,))
        for number, row in enumerate(part, start=1):
            columns = ", ".join(["record_id", *row])
            marks = ", ".join(["%s"] * (len(row) + 1))
            cursor.execute(
                f"insert into staging_raw_import ({columns}) values ({marks})",
                (import_seq * RECORDS_PER_IMPORT + number, *row.values()),
            )
        cursor.execute(
            "update import_metadata set status = 'LOADED', attempt = attempt + 1, row_count = %s,"
            " loaded_count = %s where id = %s",
            (len(part), len(part), import_seq),
        )
        connection.commit()


def statuses(settings: Settings) -> list[str]:
    """The states of all imports in order."""
    return [
        str(row[0])
        for row in table_rows(settings, "raw", "select status from import_metadata order by id")
    ]


def shared_keys(settings: Settings) -> list[tuple[object, ...]]:
    """The keys that several people share, and who they are."""
    return table_rows(settings, "canonical", "select key_hash, kind from shared_keys order by 1")


def check_persons(settings: Settings) -> None:
    """Compare who is whom with the oracle."""
    query = "select record_id, person_id from person_records"
    rows = table_rows(settings, "canonical", query)
    found = {int(str(record)): int(str(person)) for record, person in rows}
    assert found == persons_by_oracle(standardized_people(settings), nickname_pairs(settings))


def check(dbt: Callable[..., DbtResult], settings: Settings) -> None:
    """Compare the models with the oracle, and with a full refresh, and run dbt's tests."""
    by_increments, shared_by_increments = snapshot(settings), shared_keys(settings)
    check_persons(settings)
    result = dbt(["test"], settings)
    assert result.returncode == 0, result.output[-3000:]
    build(dbt, settings, "--full-refresh")
    assert snapshot(settings) == by_increments
    assert shared_keys(settings) == shared_by_increments


def test_undone_and_replaced_imports_leave_what_a_full_refresh_gives(
    warehouse: Settings, dbt: Callable[..., DbtResult]
) -> None:
    people = random_people(240, seed=7)
    parts = [people[:80], people[80:120], people[120:190], people[190:]]
    build(dbt, warehouse, command="seed")
    for import_seq, part in enumerate(parts, start=1):
        insert_import(warehouse, import_seq, "people", part)
        build(dbt, warehouse)
    before, shared_before = snapshot(warehouse), shared_keys(warehouse)
    kinds = {kind for _, kind in shared_before}
    assert kinds == {"hub", "household", "namesakes"}, "the test tests less than it should"

    set_status(warehouse, 2, "UNDOING")
    build(dbt, warehouse)
    assert statuses(warehouse) == ["COMPLETE", "UNDONE", "COMPLETE", "COMPLETE"]
    assert not [row for row in snapshot(warehouse)["person_records"] if row[2] == 2]
    assert snapshot(warehouse) != before
    check_persons(warehouse)

    # Its records come back, and are who they were.
    replace_raw(warehouse, 2, parts[1])
    build(dbt, warehouse)
    assert snapshot(warehouse) == before
    assert shared_keys(warehouse) == shared_before

    # The first import, whose records are the ids of most persons, together with a new one.
    set_status(warehouse, 1, "UNDOING")
    insert_import(warehouse, 5, "people", random_people(40, seed=8))
    build(dbt, warehouse)
    check_persons(warehouse)

    # Another reading of a file: fewer records, other values.
    replace_raw(warehouse, 3, [*random_people(30, seed=9), *parts[2][30:50]])
    build(dbt, warehouse)
    assert statuses(warehouse)[0] == "UNDONE"
    assert all(status.startswith("COMPLETE") for status in statuses(warehouse)[1:])
    check(dbt, warehouse)


def test_an_undo_that_breaks_off_is_finished_by_the_next_run(
    warehouse: Settings, dbt: Callable[..., DbtResult]
) -> None:
    """Broken off behind three models in turn, each time with another import to take out."""
    people = random_people(160, seed=21)
    build(dbt, warehouse, command="seed")
    for import_seq in range(1, 5):
        part = people[40 * (import_seq - 1) : 40 * import_seq]
        insert_import(warehouse, import_seq, "people", part)
    build(dbt, warehouse)
    for import_seq, broken_after in enumerate(
        ("record_match_keys", "person_records", "persons"), start=1
    ):
        set_status(warehouse, import_seq, "UNDOING")
        build(dbt, warehouse, "--select", f"+{broken_after}")
        assert statuses(warehouse)[import_seq - 1] == "UNDOING"
        attempts = table_rows(warehouse, "canonical", "select count(*) from pipeline_attempts")
        assert attempts == [(1,)]
        build(dbt, warehouse)
        check_persons(warehouse)
    check(dbt, warehouse)


def test_a_file_read_anew_after_a_broken_run_leaves_nothing_of_what_it_said_before(
    warehouse: Settings, dbt: Callable[..., DbtResult]
) -> None:
    """A run breaks off when keys and persons are written; then the file is replayed."""
    ann = {"first_name": "Ann", "last_name": "Lee", "zip": "78701"}
    bob = {"first_name": "Bob", "last_name": "Ray", "email_1": "bob@example.com"}
    build(dbt, warehouse, command="seed")
    insert_import(warehouse, 1, "people", [{**ann, "email_1": "a@example.com"}])
    build(dbt, warehouse)
    insert_import(warehouse, 2, "people", [{**ann, "email_1": "a@example.com"}, bob])
    build(dbt, warehouse, "--select", "+person_records")
    replace_raw(warehouse, 2, [{**ann, "email_1": "b@example.com"}])
    # The next run breaks off too, before it has taken out what the first one wrote.
    build(dbt, warehouse, "--select", "+replaced_records")
    build(dbt, warehouse)
    assert statuses(warehouse) == ["COMPLETE", "COMPLETE"]
    people = table_rows(warehouse, "canonical", "select record_count from persons order by id")
    assert people == [(1,), (1,)]
    by_increments, shared_by_increments = snapshot(warehouse), shared_keys(warehouse)
    build(dbt, warehouse, "--full-refresh")
    assert snapshot(warehouse) == by_increments
    assert shared_keys(warehouse) == shared_by_increments

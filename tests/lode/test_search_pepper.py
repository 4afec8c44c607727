"""The keys by which people are found: SQL makes HMAC-SHA256, and the pepper stays secret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pymysql
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lode import search_pepper, state
from lode.db import connect
from lode.dbt import DbtResult
from lode.errors import LodeError
from lode.search_pepper import fingerprint, needs_search_keys, note_pepper, search_key
from lode.settings import Credential, Settings, load_settings
from tests.models.raw_rows import table_rows
from tests.typed_tables import table_statement

VALUES = (
    "+12175550143", "+442079460143", "asha@example.com", "zoë@example.org", "a@b.example",
    "x" * 254,
)  # fmt: skip
OTHER = "another pepper, made up for this test"
PEPPERS = st.text(min_size=1)


@given(PEPPERS, st.text())
def test_a_key_says_which_pepper_and_which_value(pepper: str, value: str) -> None:
    key = search_key(pepper, value)
    assert len(key) == 32
    assert key == search_key(pepper, value)
    assert key != search_key(pepper + "x", value)
    assert key != search_key(pepper, value + "x")


def test_a_short_pepper_is_refused_and_none_is_shown() -> None:
    with pytest.raises(LodeError, match="has 5 characters: use at least 32") as caught:
        load_settings({"LODE_SEARCH_PEPPER": "hello"})
    assert "hello" not in str(caught.value)
    assert OTHER not in repr(load_settings({"LODE_SEARCH_PEPPER": OTHER}))


def with_pepper(settings: Settings, pepper: str) -> Settings:
    return replace(settings, search_pepper=pepper)


def contacts(settings: Settings, values: tuple[str, ...]) -> None:
    """Make the tables that the model reads, with a person for each contact point."""
    with connect("transformer", settings, schema="canonical", autocommit=True) as connection:
        cursor = connection.cursor()
        for name in ("int_golden_contacts", "int_golden_touched"):
            path = f"canonical/compliance/{name}"
            cursor.execute(f"drop table if exists {name}")
            cursor.execute(table_statement(settings, path, name))
        for number, value in enumerate(values, 1):
            kind = "email" if "@" in value else "phone"
            cursor.execute(
                "insert into int_golden_contacts (golden_person_id, contact_kind, contact_value,"
                " contact_hash) values (%s, %s, %s, unhex(sha2(%s, 256)))",
                (number, kind, value, value),
            )
        cursor.execute(
            "insert into int_golden_contacts (golden_person_id, contact_kind, contact_value,"
            " contact_hash) values (1, 'address', '12 N OAK ST', unhex(sha2('12', 256)))"
        )
        cursor.execute("insert into int_golden_touched values (1)")


def keys(settings: Settings) -> dict[int, bytes]:
    query = "select golden_person_id, key_value from search_keys"
    rows: list[tuple[Any, ...]] = table_rows(settings, "marts", query)
    return {int(row[0]): bytes(row[1]) for row in rows}


def expected(pepper: str) -> dict[int, bytes]:
    return {number: search_key(pepper, value) for number, value in enumerate(VALUES, 1)}


@pytest.mark.database
def test_keys_of_the_model_are_those_of_the_dashboard_and_follow_the_pepper(
    warehouse: Settings, dbt: Callable[..., DbtResult], tmp_path: Path
) -> None:
    """Made with a pepper, and made anew with another one."""
    contacts(warehouse, VALUES)
    assert needs_search_keys(warehouse)
    note_pepper(warehouse)
    made = search_pepper.known_pepper(warehouse)
    assert made is not None

    def build(settings: Settings) -> None:
        result = dbt(["run", "--select", "search_keys"], settings, target_path=tmp_path)
        assert result.returncode == 0, result.output[-2000:]

    build(warehouse)
    assert keys(warehouse) == expected(made)
    assert not needs_search_keys(warehouse)
    rotated = with_pepper(warehouse, OTHER)
    assert needs_search_keys(rotated)
    note_pepper(rotated)
    # Killed here, the next run knows: the table is gone.
    assert needs_search_keys(rotated)
    build(rotated)
    assert keys(rotated) == expected(OTHER)
    assert not needs_search_keys(rotated)
    for pepper in (made, OTHER):
        assert not list(places_of(pepper, tmp_path, warehouse.home / "logs"))


def places_of(pepper: str, *folders: Path) -> list[Path]:
    """Return the files that hold a pepper or what keys are made with, in any spelling."""
    inner = search_pepper._pad(pepper, 0x36)
    wanted = (pepper.encode(), inner, inner.hex().encode())
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return [path for path in files if any(one in path.read_bytes() for one in wanted)]


@pytest.mark.database
def test_the_dashboard_may_read_the_fingerprint_alone(warehouse: Settings) -> None:
    note_pepper(with_pepper(warehouse, OTHER))
    with connect("app", warehouse) as connection, connection.cursor() as cursor:
        table = f"`{warehouse.schema('raw')}`.search_pepper"
        cursor.execute(f"select fingerprint from {table}")
        assert cursor.fetchall() == ((fingerprint(OTHER),),)
        for column in ("inner_pad", "outer_pad", "*"):
            with pytest.raises(pymysql.MySQLError, match="denied"):
                cursor.execute(f"select {column} from {table}")


@pytest.mark.database
def test_a_lost_pepper_is_made_anew_here_and_asked_for_elsewhere(warehouse: Settings) -> None:
    note_pepper(warehouse)
    path = state.pepper_path(warehouse.home, warehouse.engine, warehouse.prefix)
    assert path.stat().st_mode & 0o777 == 0o600
    first = search_pepper.known_pepper(warehouse)
    path.unlink()
    account = warehouse.account("loader")
    elsewhere = replace(
        warehouse,
        given_host=warehouse.host,
        given_port=warehouse.port,
        credentials={"loader": Credential(account.user, account.password)},
    )
    with pytest.raises(LodeError, match="set LODE_SEARCH_PEPPER to it, or bring"):
        note_pepper(elsewhere)
    note_pepper(warehouse)
    assert search_pepper.known_pepper(warehouse) not in (None, first)

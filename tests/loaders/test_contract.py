"""Contracts for a changed header: evolve, freeze and discard, from a file to its replay."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from loaded_rows import loaded, query, write

from loaders.contract import under_contract
from loaders.drift import Drift
from loaders.import_result import ImportResult
from loaders.load import load_file
from loaders.mapping import fit
from loaders.mapping_choice import built_in
from loaders.mapping_file import read_mapping
from loaders.progress import QuietReporter
from loaders.recount import count_records
from loaders.replay import replay
from lode.errors import LodeError
from lode.settings import Settings

OWN = """
name: legacy
version: 1
feed: people
contract: {contract}
requires: [[email_1]]
columns: {{email_1: [Mail], last_name: [Nachname]{more}}}
"""
ROWS = "Mail,Nachname,Schuh\na@example.com,Lee,41\nb@example.com,Ray,\n"


def own(folder: Path, contract: str, more: str = "") -> Path:
    return write(folder, f"{contract}.yml", OWN.format(contract=contract, more=more))


class Listener(QuietReporter):
    """Keeps what it is told of changed columns."""

    def __init__(self) -> None:
        self.drifts: list[Drift] = []

    def drift(self, filename: str, drift: Drift) -> None:
        self.drifts.append(drift)


@pytest.mark.parametrize(
    ("contract", "targets"),
    [
        (None, ("email_1", "last_name", "extra")),
        ("evolve", ("email_1", "last_name", "extra")),
        ("discard", ("email_1", "last_name", "quarantined")),
    ],
)
def test_unknown_columns_go_where_the_contract_says(
    contract: str | None, targets: tuple[str, ...]
) -> None:
    plan = fit(built_in("people"), ("email", "last name", "shoe"))
    assert under_contract(plan, "x.csv", contract, is_users_own=False).targets == targets
    assert plan.unmapped == ("shoe",)


def test_freeze_names_all_that_differs(tmp_path: Path) -> None:
    mapping = read_mapping(own(tmp_path, "freeze"))
    exact = fit(mapping, ("Mail", "Nachname"))
    assert under_contract(exact, "x.csv", None, is_users_own=True) == exact
    changed = fit(mapping, ("Mail", "Schuh", "Hut"))
    with pytest.raises(
        LodeError,
        match=r"^x\.csv breaks the contract freeze of the mapping legacy: the mapping does not know"
        r" Schuh, Hut and the file has no column for last_name\. Change the mapping",
    ):
        under_contract(changed, "x.csv", None, is_users_own=True)
    # What is asked for outweighs the mapping, and a built-in mapping expects no optional column.
    assert under_contract(changed, "x.csv", "evolve", is_users_own=True) == changed
    few = fit(built_in("people"), ("email",))
    assert under_contract(few, "x.csv", "freeze", is_users_own=False) == few
    with pytest.raises(LodeError, match="thaw is not known: choose evolve, freeze, discard"):
        under_contract(few, "x.csv", "thaw", is_users_own=False)


@pytest.mark.database
def test_freeze_refuses_before_anything_is_written(
    warehouse_module: Settings, tmp_path: Path
) -> None:
    path = write(tmp_path, "frozen.csv", ROWS)
    before = query(warehouse_module, "select count(*) from import_metadata")
    with pytest.raises(LodeError, match="does not know Schuh"):
        load_file(path, warehouse_module, mapping_file=own(tmp_path, "freeze"))
    assert query(warehouse_module, "select count(*) from import_metadata") == before
    frozen = load_file(
        write(tmp_path, "same.csv", ROWS.replace("Schuh", "Vorname")),
        warehouse_module,
        mapping_file=own(tmp_path, "freeze", ", first_name: [Vorname]"),
    )
    # The contract is kept with the import: a narrower mapping is refused at its replay too.
    with pytest.raises(LodeError, match="does not know Vorname"):
        replay(frozen.import_id, warehouse_module, "full", mapping_file=own(tmp_path, "freeze"))
    assert replay(frozen.import_id, warehouse_module, "full").loaded_count == 2


@pytest.fixture(scope="module")
def quarantined(
    warehouse_module: Settings, tmp_path_factory: pytest.TempPathFactory
) -> tuple[ImportResult, Path]:
    folder = tmp_path_factory.mktemp("discard")
    path = write(folder, "leads.csv", ROWS)
    return load_file(path, warehouse_module, mapping_file=own(folder, "discard")), folder


@pytest.mark.database
def test_discard_keeps_values_in_quarantine_until_the_mapping_learns_them(
    warehouse_module: Settings, quarantined: tuple[ImportResult, Path]
) -> None:
    result, folder = quarantined
    columns = ("email_1", "last_name", "first_name", "extra", "quarantined")
    (first, second) = loaded(warehouse_module, result, *columns)
    assert first[1:5] == ("a@example.com", "Lee", None, {})
    assert (json.loads(first[5]), second[5]) == ({"Schuh": "41"}, None)

    from loaders import import_rows
    from loaders.landing import landed_path
    from lode.db import connect

    with connect("loader", warehouse_module, schema="raw") as connection:
        row = import_rows.read(connection, result.import_id)
        assert import_rows.count_quarantined(connection, row) == 1
    assert json.loads(row.mapping)["Schuh"] == "quarantined"
    assert count_records(landed_path(row.s3_location, warehouse_module), row, warehouse_module) == 2
    replay(result.import_id, warehouse_module, "full")
    assert loaded(warehouse_module, result, *columns) == [first, second]

    with pytest.raises(LodeError, match="mapping or contract changes what was accepted"):
        replay(result.import_id, warehouse_module, "errors-only", contract="evolve")
    learned = own(folder, "discard", ", first_name: [Schuh]")
    replay(result.import_id, warehouse_module, "full", mapping_file=learned)
    assert loaded(warehouse_module, result, "first_name", "quarantined") == [
        (1, "41", None),
        (2, None, None),
    ]
    old = own(folder, "evolve")
    replay(result.import_id, warehouse_module, "full", mapping_file=old, contract="discard")
    assert [row[1] is None for row in loaded(warehouse_module, result, "quarantined")] == [
        False,
        True,
    ]


@pytest.mark.database
def test_an_unfinished_import_starts_again_under_another_contract(
    warehouse_module: Settings, tmp_path: Path
) -> None:
    """Its first chunk is there, under `evolve`; the next attempt asks for `discard`."""
    text = "email,city,shoe\nc@example.com,Erie,41\nd@example.com,Erie,42\n"
    path = write(tmp_path, "cut.csv", text)
    first = load_file(path, warehouse_module)
    query_one = "update import_metadata set status = 'LOADING', loaded_at = null where id = %s"
    execute(warehouse_module, query_one, (first.import_seq,))
    again = load_file(path, warehouse_module, contract="discard")
    assert again.attempt == 2
    rows = loaded(warehouse_module, again, "extra", "quarantined")
    assert [(extra, json.loads(kept)) for _, extra, kept in rows] == [
        ({}, {"shoe": "41"}),
        ({}, {"shoe": "42"}),
    ]


def execute(settings: Settings, sql: str, arguments: tuple[object, ...] = ()) -> None:
    from lode.db import connect

    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        connection.cursor().execute(sql, arguments)


@pytest.mark.database
def test_a_changed_header_is_told_with_suggestions(warehouse: Settings, tmp_path: Path) -> None:
    listener = Listener()

    def load(name: str, text: str) -> None:
        load_file(write(tmp_path, name, text), warehouse, reporter=listener)

    load("1.csv", "first name,last name,email,city\nA,B,a@example.com,Erie\n")
    load("2.csv", "First Name,Last Name,E-Mail,City\nC,D,c@example.com,Erie\n")
    assert listener.drifts == []
    load("3.csv", "first name,last name,email,ref,hat\nE,F,e@example.com,512-555-0101,x\n")
    (changed,) = listener.drifts
    assert changed.gone == ("City",)
    assert [(one.header, one.column, one.suggestion) for one in changed.new] == [
        ("ref", "extra", "phone_1"),
        ("hat", "extra", None),
    ]
    (since,) = query(warehouse, "select import_id from import_metadata where id = 2")[0]
    assert changed.sentence() == (
        f"columns changed since {since}: new ref → extra (perhaps phone_1, 75%: 100% of 1 values"
        " look like a phone number), hat → extra; gone City"
    )
    # Another sender's file is no drift.
    load("4.csv", "contact email,mobile\ng@example.com,512-555-0102\n")
    assert len(listener.drifts) == 1

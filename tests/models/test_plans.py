"""A run with a small batch scans no canonical table: each model's own select is explained."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from lode.db import connect
from lode.dbt import DbtResult
from lode.phone_resolver import leftovers_sql, record_range
from lode.settings import Settings
from tests.models.raw_rows import insert_import, table_rows

pytestmark = pytest.mark.database

PERSONS, BATCH = 3_000, 20
# What grows with the warehouse, under the names and aliases by which the models read it.
GROWING = {
    "staging_raw_import": "staging_raw_import",
    "stg_people": "stg_people carrier",
    "record_match_keys": "record_match_keys carried",
    "shared_keys": "shared_keys known",
    "person_records": "person_records known_records own_record golden_record",
    "persons": "persons known_persons",
    "phone_numbers": "phone_numbers known_phones",
    "email_addresses": "email_addresses known_emails",
    "addresses": "addresses homes contact",
    "contact_verdicts": "contact_verdicts verdicts",
    "int_golden_contacts": "int_golden_contacts contacts",
    "search_keys": "search_keys t",
    "contactability": "reached",
    "golden_persons": "golden",
    "contactability_profiles": "known",
}
MODELS = (
    "replaced_records",
    "replaced_match_keys",
    "import_duplicate_log",
    "record_match_keys",
    "shared_keys",
    "int_records_affected",
    "int_record_pairs",
    "person_records",
    "int_persons_touched",
    "person_redirects",
    "int_persons_retired",
    "persons",
    "phone_numbers",
    "email_addresses",
    "addresses",
    "person_duplicates",
    "int_records_compared",
    "import_results",
    "int_golden_touched",
    "person_events",
    "int_golden_contacts",
    "golden_persons",
    "search_keys",
    "person_segments",
    "contactability_profiles",
)

Plan = list[tuple[str, str]]


def person(number: int, **values: str) -> dict[str, str | None]:
    """One made-up person with every kind of contact point; every tenth has another one's phone."""
    phone = number - 1 if number % 10 == 1 else number
    return {
        "first_name": ("Ann", "Bob", "Carla", "David")[number % 4],
        "last_name": f"Lee{chr(97 + number % 26)}{chr(97 + number // 26 % 26)}",
        "email_1": f"person.{number}@example.com",
        "phone_1": f"{212 + phone // 100:03d}55501{phone % 100:02d}",
        "street_1": f"{number + 1} Oak Street",
        "zip": f"{10001 + number % 900}",
        **values,
    }


@pytest.fixture(scope="module")
def plans(
    warehouse_module: Settings,
    dbt: Callable[..., DbtResult],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Plan]:
    """The plan of each model's select in a run that takes 20 records into 3,000 persons."""
    target = tmp_path_factory.mktemp("plans")
    insert_import(warehouse_module, 1, "people", [person(n) for n in range(PERSONS)])
    assert dbt(["seed"], warehouse_module, target).returncode == 0
    assert dbt(["run"], warehouse_module, target).returncode == 0
    moved = [person(n * 100, street_1="7 Maple Avenue") for n in range(BATCH // 2)]
    new = [person(PERSONS + n) for n in range(BATCH // 2)]
    insert_import(warehouse_module, 2, "people", moved + new)
    result = dbt(["run"], warehouse_module, target)
    assert result.returncode == 0, result.output[-2000:]
    compiled = {path.stem: path for path in (target / "compiled").rglob("*.sql")}
    queries = {name: compiled[name].read_text(encoding="utf-8") for name in MODELS}
    # What the resolver asks of the view before a run.
    queries["phone_leftovers"] = leftovers_sql(warehouse_module) % record_range(2)
    return {name: explain(warehouse_module, query) for name, query in queries.items()}


def explain(settings: Settings, query: str) -> Plan:
    """The (table or alias, type of access) of each step of a query, planned as dbt runs it."""
    is_mariadb = settings.engine == "mariadb"
    with (
        connect("transformer", settings, schema="canonical") as connection,
        connection.cursor() as cursor,
    ):
        if is_mariadb:
            # As macro prepare_session has it.
            cursor.execute("set session optimizer_switch = 'split_materialized=off'")
        word = "explain" if is_mariadb else "explain format=traditional"
        cursor.execute(f"{word} {query}")
        names = [column[0] for column in cursor.description or ()]
        steps = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [(str(step["table"]), str(step["type"])) for step in steps if step["table"]]


def test_the_run_did_what_is_explained(plans: dict[str, Plan], warehouse_module: Settings) -> None:
    counts = "select (select count(*) from persons), (select count(*) from addresses)"
    assert table_rows(warehouse_module, "canonical", counts) == [
        (PERSONS + BATCH // 2, PERSONS + BATCH)
    ]
    read = {name for plan in plans.values() for name, _ in plan}
    assert read >= {"stg_people", "record_match_keys", "person_records"}
    reads = [step for step in plans["phone_leftovers"] if step[0] == "staging_raw_import"]
    assert reads == 3 * [("staging_raw_import", "range")], "one for each field of a record"


@pytest.mark.parametrize("model", [*MODELS, "phone_leftovers"])
def test_no_model_scans_what_grows(plans: dict[str, Plan], model: str) -> None:
    growing = {alias for aliases in GROWING.values() for alias in aliases.split()}
    scanned = [step for step in plans[model] if step[0] in growing and step[1] in ("ALL", "index")]
    assert not scanned, plans[model]


def test_a_run_with_nothing_new_computes_nobody(
    plans: dict[str, Plan],
    dbt: Callable[..., DbtResult],
    warehouse_module: Settings,
    tmp_path: Path,
) -> None:
    """No model is built again as a whole, and none about persons looks at any."""
    done = dbt(["run"], warehouse_module, tmp_path)
    assert done.returncode == 0, done.output[-2000:]
    said = [str(node["message"]) for node in done.results]
    built = [re.match(r"build (\w+): (\d+) rows", message) for message in said]
    large = {found[1] for found in built if found and int(found[2]) >= PERSONS // 10}
    # As large as the code lists they are made of, whatever the warehouse.
    assert large <= {"business_calendar", "nickname_pairs"}
    for name in ("persons", "int_golden_contacts", "contact_verdicts", "golden_persons"):
        nothing = "0 inserted, 0 updated, 0 unchanged, 0 deleted"
        assert f"merge {name}: {nothing}" in said

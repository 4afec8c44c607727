"""Who is who: the models against a slow union-find, and increments against a full refresh."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lode import overrides
from lode.dbt import DbtResult
from lode.search_pepper import note_pepper
from lode.settings import Settings
from tests.models.random_facts import download, learn_at_once, learn_from_files
from tests.models.raw_rows import insert_import, table_rows

pytestmark = pytest.mark.database

FIRST_NAMES = ["Robert", "Bob", "Rob", "William", "Bill", "Mary", "Ann", "R", "", "José", "Miller"]
NAMES_OF_ONE = [["Robert", "Bob", "Rob", "R"], ["William", "Bill"], ["Mary"], ["Ann"], ["José"]]
LAST_NAMES = ["Miller", "O'Brien", "Garcia", "de la Cruz", "Robert", ""]
STREETS = ["12 Oak Street", "12 Oak St", "9 Elm Avenue", ""]
SUFFIXES = ["", "", "", "", "", "Jr", "Sr"]
HUB_KEY_CAP = 12
CANONICAL_TABLES = {
    "person_records": "record_id, person_id, import_seq, match_type",
    "persons": (
        "id, first_name, middle_name, last_name, name_suffix, company_name, is_original,"
        " golden_person_id, record_count, first_import_seq, last_import_seq, birth_date,"
        " created_at, updated_at"
    ),
    "phone_numbers": "*",
    "email_addresses": "*",
    "addresses": "*",
    "person_overrides": "*",
    "touchpoints": "*",
    "campaigns": "*",
    "int_golden_contacts": (
        "golden_person_id, contact_kind, contact_value, contact_hash, phone, area_code, area_state,"
        " phone_type, is_primary, is_verified, is_foreign, is_complete_address"
    ),
    "contact_verdicts": "*",
}

Row = dict[str, Any]


def random_people(count: int, seed: int) -> list[dict[str, str | None]]:
    """Records drawn from so few values that they collide in every way the rules know.

    Half of the names go with the mailbox or number, the others make households of their carriers.
    """
    draw = random.Random(seed)
    people = []
    for number in range(count):
        who = draw.randrange(count // 4)
        first, last = draw.choice(FIRST_NAMES), draw.choice(LAST_NAMES)
        if draw.random() < 0.75:
            usual = NAMES_OF_ONE[who % len(NAMES_OF_ONE)]
            first, last = draw.choice(usual), LAST_NAMES[who % 4]
        people.append(
            {
                "source_record_id": str(number),
                "first_name": first or None,
                "middle_name": draw.choice(["", "", "", "Q", "Lee"]) or None,
                "last_name": last or None,
                "name_suffix": draw.choice(SUFFIXES) or None,
                "birth_date": draw.choice(["", "", "", "1950-03-04", "1980-05-06"]) or None,
                "email_1": draw.choice(["", "", f"m{who}@example.com", "office@example.com"])
                or None,
                "phone_1": draw.choice(["", f"512-555-01{who % 100:02d}"]) or None,
                "phone_2": draw.choice(["", "", f"(210) 555-01{draw.randrange(60):02d}"]) or None,
                "street_1": draw.choice(STREETS) or None,
                "zip": draw.choice(["78701", "78702", "02134", ""]) or None,
                "state": "TX",
                "source_date": draw.choice(["2026-01-01", "2026-02-02", "2062-01-01", ""]) or None,
            }
        )
    return people


def random_touchpoints(count: int, seed: int) -> list[dict[str, str | None]]:
    """Contacts made with whoever holds such a value, today or later, or nobody."""
    draw = random.Random(seed)
    return [
        {
            "full_name": draw.choice(["", "", "Robert Miller", "Ann Garcia", "Mary O'Brien Jr"])
            or None,
            "email": draw.choice(["", f"m{draw.randrange(60)}@example.com", "office@example.com"])
            or None,
            "phone": draw.choice(["", f"512-555-01{draw.randrange(60):02d}"]) or None,
            "zip": draw.choice(["78701", "78702", ""]) or None,
            "campaign_name": draw.choice(["Spring", "SPRING", "Autumn"]),
            "touchpoint_type": draw.choice(["email", "call", "mail"]),
            "touchpoint_date": f"2026-02-{draw.randrange(1, 28):02d}",
        }
        for _ in range(count)
    ]


def decide_at_random(settings: Settings, count: int, seed: int) -> None:
    """Decide values of some persons by hand, some twice, and end some of it."""
    draw = random.Random(seed)
    ids = [int(str(row[0])) for row in table_rows(settings, "canonical", "select id from persons")]
    for number in range(count):
        person, name = draw.choice(ids), draw.choice(["first_name", "last_name"])
        overrides.decide(settings, person, name, f"Decided {number}", by="ops", reason="test")
        if draw.random() < 0.3:
            overrides.revoke(settings, person, name, by="ops", reason="test")


def snapshot(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """Every cell of the living rows of the canonical tables."""
    tables = {}
    for name, columns in CANONICAL_TABLES.items():
        living = " where record_count > 0" if name == "persons" else ""
        rows = table_rows(settings, "canonical", f"select {columns} from {name}{living}")
        tables[name] = sorted(rows, key=repr)
    # That an id was retired for a while is history, which taking out and back leaves behind.
    marts = dict.fromkeys(
        ("contact_points", "contactability", "golden_persons", "search_keys", "person_segments"),
        "1 = 1",
    )
    # A profile that nobody has any more keeps its row.
    marts["contactability_profiles"] = "person_count > 0"
    marts["person_events"] = "event_type <> 'bridged'"
    for name, kept in marts.items():
        rows = table_rows(settings, "marts", f"select * from {name} where {kept}")
        tables[name] = sorted(rows, key=repr)
    return tables


def build(
    dbt: Callable[..., DbtResult], settings: Settings, *more: str, command: str = "run"
) -> None:
    """Run dbt and fail with what it printed."""
    note_pepper(settings)
    result = dbt([command, *more], settings)
    assert result.returncode == 0, result.output[-3000:]


def first_names_fit(one: Row, other: Row, nicknames: set[tuple[str, str]]) -> bool:
    """Equal, a nickname, an initial, or first and last name swapped."""
    first, other_first = one["first_name_key"], other["first_name_key"]
    if first is None or other_first is None:
        return False
    return (
        first == other_first
        or (first, other_first) in nicknames
        or (min(len(first), len(other_first)) == 1 and first[0] == other_first[0])
        or (first == other["last_name_key"] and one["last_name_key"] == other_first)
    )


def values_of(row: Row, *columns: str) -> set[object]:
    """What a record says in some columns."""
    return {row[column] for column in columns if row[column]}


def contradict(one: set[object], other: set[object]) -> bool:
    """Both say something, and nothing of it is the same."""
    return bool(one and other and not one & other)


def are_namesakes(one: Row, other: Row) -> bool:
    """Two with one name and ZIP who contradict each other."""
    return one["name_suffix"] != other["name_suffix"] or any(
        contradict(values_of(one, *columns), values_of(other, *columns))
        for columns in (("birth_date",), ("middle_initial",), EMAILS, PHONES)
    )


EMAILS, PHONES = ("email_1", "email_2"), ("phone_1", "phone_2", "phone_3")


def is_borne_out(one: Row, other: Row, namesakes: list[Row]) -> bool:
    """Copies, one middle initial, a third one of that name and ZIP, or enough is told."""
    if one["copy_key"] == other["copy_key"] or len({row["copy_key"] for row in namesakes}) > 2:
        return True
    initials = [one["middle_initial"], other["middle_initial"]]
    if initials[0] and initials[0] == initials[1]:
        return True
    is_one_street = one["street_key"] and one["street_key"] == other["street_key"]
    has_one_birth_date = bool(one["birth_date"]) != bool(other["birth_date"])
    return bool(is_one_street or any(initials)) and not has_one_birth_date


def suffixes_fit(one: Row, other: Row, personal: set[object]) -> bool:
    """Equal; or one is missing, and they share a mailbox of their own and a number."""
    suffixes = {one["name_suffix"], other["name_suffix"]}
    return len(suffixes) == 1 or bool(
        None in suffixes
        and values_of(one, *EMAILS) & values_of(other, *EMAILS) & personal
        and values_of(one, *PHONES) & values_of(other, *PHONES)
    )


def a_number_joins(one: Row, other: Row, have_own_mailboxes: bool) -> bool:
    """They share a number of their own, but no such mailbox; `have_own_mailboxes`: each has one."""
    numbers = values_of(one, *PHONES), values_of(other, *PHONES)
    if not have_own_mailboxes and (numbers[0] <= numbers[1] or numbers[1] <= numbers[0]):
        return True
    return bool(
        contradict(values_of(one, *EMAILS), values_of(other, *EMAILS))
        and values_of(one, "name_zip_key") & values_of(other, "name_zip_key")
        and not values_of(one, "street_key") & values_of(other, "street_key")
    )


def may_be_one_person(
    one: Row,
    other: Row,
    personal: set[object],
    nicknames: set[tuple[str, str]],
    has_key: bool,
    namesakes: list[Row],
) -> bool:
    """The guard, written a second time from its description, in Python.

    `personal` are the mailboxes and numbers that neither hubs nor households share; `has_key`: the
    two have any mailbox or number in common but those of hubs; `namesakes`: who has the name and
    ZIP of the first.
    """

    def differ(*columns: str) -> bool:
        return contradict(values_of(one, *columns), values_of(other, *columns))

    def own_differ(*columns: str) -> bool:
        own = [values_of(row, *columns) & personal for row in (one, other)]
        return contradict(own[0], own[1])

    if one["first_name_key"] is None and other["first_name_key"] is None:
        return (
            told_names(one) == told_names(other)
            and one["company_name"] == other["company_name"]
            and not (differ(*EMAILS) or differ(*PHONES) or differ("street_key"))
        )
    if not first_names_fit(one, other, nicknames):
        return False
    if not suffixes_fit(one, other, personal):
        return False
    if differ("birth_date") or differ("middle_initial"):
        return False
    if values_of(one, *EMAILS) & values_of(other, *EMAILS) & personal:
        return True
    if values_of(one, *PHONES) & values_of(other, *PHONES) & personal:
        return a_number_joins(one, other, own_differ(*EMAILS))
    if has_key:
        return one["last_name_key"] == other["last_name_key"] and not (
            own_differ(*EMAILS) or own_differ(*PHONES) or differ("street_key")
        )
    is_told_apart = differ(*EMAILS) or differ(*PHONES) or differ("street_key")
    return not is_told_apart and is_borne_out(one, other, namesakes)


KEY_COLUMNS = (
    ("email_1", 1),
    ("email_2", 1),
    ("phone_1", 2),
    ("phone_2", 2),
    ("phone_3", 2),
    ("name_zip_key", 3),
    ("copy_key", 3),
)


def carriers_of_keys(people: list[Row]) -> dict[tuple[int, str], list[Row]]:
    """The records that carry a key, without the keys that too many different people carry."""
    carriers: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in people:
        for column, rank in KEY_COLUMNS:
            if row[column] and row not in carriers[(rank, row[column])]:
                carriers[(rank, row[column])].append(row)
    for key in [key for key in carriers if len(set(map(identity, carriers[key]))) > HUB_KEY_CAP]:
        del carriers[key]
    return carriers


def told_names(row: Row) -> tuple[str | None, ...]:
    """First and last name as they are compared: names in other scripts have no key."""
    return tuple(
        row[f"{part}_key"] or (row[part] and row[part].lower())
        for part in ("first_name", "last_name")
    )


def identity(row: Row) -> tuple[object, ...]:
    """What tells the carriers of a key apart."""
    if any(told_names(row)):
        return told_names(row)
    return (row["email_1"], row["phone_1"], "nameless")


def persons_by_oracle(people: list[Row], nicknames: set[tuple[str, str]]) -> dict[int, int]:
    """record_id -> person_id by comparing all pairs and a union-find."""
    parent = {row["record_id"]: row["record_id"] for row in people}

    def root(node: int) -> int:
        while parent[node] != node:
            node = parent[node]
        return node

    by_id = {row["record_id"]: row for row in people}
    carriers = carriers_of_keys(people)
    personal = {
        value
        for (rank, value), rows in carriers.items()
        if rank < 3
        and all(
            first_names_fit(one, other, nicknames)
            for one, other in itertools.combinations(rows, 2)
            if one["first_name_key"] and other["first_name_key"]
        )
    }
    best: dict[tuple[int, int], int] = {}
    for (rank, _), rows in carriers.items():
        if rank == 3 and any(are_namesakes(*pair) for pair in itertools.combinations(rows, 2)):
            continue
        for pair in itertools.combinations(sorted(row["record_id"] for row in rows), 2):
            best[pair] = min(best.get(pair, rank), rank)
    for (one, other), rank in best.items():
        namesakes = carriers[(3, by_id[one]["name_zip_key"])]
        if may_be_one_person(by_id[one], by_id[other], personal, nicknames, rank < 3, namesakes):
            low, high = sorted((root(one), root(other)))
            parent[high] = low
    return {record: root(record) for record in parent}


def standardized_people(settings: Settings) -> list[Row]:
    """The accepted records as stg_people has them."""
    columns = [
        "record_id", "first_name_key", "last_name_key", "middle_name", "middle_initial",
        "name_suffix", "birth_date", "company_name", "email_1", "email_2", "phone_1", "phone_2",
        "phone_3", "street_key", "name_zip_key", "first_name", "last_name",
    ]  # fmt: skip
    rows = table_rows(
        settings,
        "staging",
        f"select {', '.join(columns)} from stg_people where rejection_reason is null",
    )
    people = [dict(zip(columns, row, strict=True)) for row in rows]
    for row in people:
        left_out = ("record_id", "company_name", "first_name", "last_name")
        said = repr([row[name] for name in columns if name not in left_out])
        row["copy_key"] = said if row["name_zip_key"] else None
    return people


def nickname_pairs(settings: Settings) -> set[tuple[str, str]]:
    """Both directions of every pair of names that may stand for one another."""
    rows = table_rows(settings, "staging", "select * from nickname_pairs")
    return {(str(one), str(other)) for one, other in rows}


def test_increments_give_what_a_full_refresh_and_the_oracle_give(
    warehouse: Settings, dbt: Callable[..., DbtResult], tmp_path: Path
) -> None:
    """Four imports, one by one: bridges, hubs that appear late, households; then all at once.

    Between them come requests, lists and consents, as files, by commands and as a download.
    """
    people = random_people(240, seed=22)
    parts = [people[:90], people[90:100], people[100:200], people[200:]]
    build(dbt, warehouse, command="seed")
    insert_import(warehouse, 9, "touchpoints", random_touchpoints(80, seed=12))
    for import_seq, part in enumerate(parts, start=1):
        insert_import(warehouse, import_seq, "people", part)
        build(dbt, warehouse)
        if import_seq < len(parts):
            decide_at_random(warehouse, 6, seed=import_seq)
            steps = (learn_from_files, learn_at_once, lambda settings: download(settings, tmp_path))
            steps[import_seq - 1](warehouse)
    by_increments = snapshot(warehouse)
    retired = table_rows(warehouse, "canonical", "select id from persons where record_count = 0")

    given = {code for row in by_increments["contact_verdicts"] for code in str(row[4]).split(",")}
    assert given >= {"OPT_OUT", "PERSON_OPT_OUT", "INTERNAL_DNC", "NATIONAL_DNC"}
    kinds = {str(row[3]) for row in by_increments["person_events"]}
    assert kinds >= {"import", "call", "consent", "opt_out", "dnc", "decision"}

    found = {int(str(row[0])): int(str(row[1])) for row in by_increments["person_records"]}
    expected = persons_by_oracle(standardized_people(warehouse), nickname_pairs(warehouse))
    assert found == expected
    assert len(set(found.values())) < len(found), "nothing was joined: the test tests nothing"
    assert retired, "no record bridged two persons: the test tests nothing"

    build(dbt, warehouse)
    assert snapshot(warehouse) == by_increments, "a run with nothing new changed something"
    touched = table_rows(warehouse, "canonical", "select count(*) from int_persons_touched")
    assert touched == [(0,)], "a decision that was applied touches its person again"

    build(dbt, warehouse, "--full-refresh")
    assert snapshot(warehouse) == by_increments
    assert (
        table_rows(warehouse, "canonical", "select id from persons where record_count = 0")
        == retired
    ), "a full refresh forgot retired ids"
    result = dbt(["test"], warehouse)
    assert result.returncode == 0, result.output[-3000:]

"""Households behind one mailbox or number: who is one, and what changes when that shows late."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from lode.dbt import DbtResult
from lode.settings import Settings
from tests.models.raw_rows import RECORDS_PER_IMPORT, insert_import, table_rows
from tests.models.test_identity import (
    build,
    nickname_pairs,
    persons_by_oracle,
    standardized_people,
)
from tests.models.test_undo import set_status, shared_keys

pytestmark = pytest.mark.database

FAMILY = "the.lees@example.com"
NUMBER = {"phone_1": "512-555-0109", "zip": "78703"}
OTHER_NUMBER = {"phone_1": "512-555-0110", "zip": "78703"}
THIRD_NUMBER = {"phone_1": "512-555-0113"}
# Label, first and last name, and what else the record says.
FIRST: list[tuple[str, str, str, dict[str, str]]] = [
    # Father and son at the mailbox of the family, and the father's other records.
    ("father", "Robert", "Lee", {"email_1": FAMILY}),
    ("son", "William", "Lee", {"email_1": FAMILY}),
    ("father as Bob", "Bob", "Lee", {"email_1": FAMILY, "phone_1": "512-555-0101"}),
    ("another Robert there", "Robert", "Roe", {"email_1": FAMILY}),
    ("father at work", "Robert", "Lee", {"phone_1": "512-555-0101", "email_1": "rl@example.net"}),
    # The same first name on one number: only the suffix tells them apart.
    ("senior", "John", "Poe", {"phone_1": "512-555-0102"}),
    ("junior", "John", "Poe", {"phone_1": "512-555-0102", "name_suffix": "Jr"}),
    # Born on one day, at one number and one address.
    ("twin", "Ann", "Orr", {"phone_1": "512-555-0103", "birth_date": "1990-01-02"}),
    ("other twin", "Amy", "Orr", {"phone_1": "512-555-0103", "birth_date": "1990-01-02"}),
    # A couple with one number, each with a mailbox, and one of them again.
    ("she", "Carla", "Ray", {"phone_1": "512-555-0104", "email_1": "carla@example.com"}),
    ("he", "David", "Ray", {"phone_1": "512-555-0104", "email_1": "david@example.com"}),
    ("she, number only", "Carla", "Ray", {"phone_1": "512-555-0104"}),
    # A number of one's own, but each has another one too; then one who has no other.
    ("Ed", "Edward", "Cho", {"phone_1": "512-555-0106", "phone_2": "512-555-0107"}),
    ("Ed's son", "Edward", "Cho", {"phone_1": "512-555-0106", "phone_2": "512-555-0108"}),
    # One name and ZIP: one person where nothing contradicts, nobody where a carrier does.
    ("Ida", "Ida", "Kerr", {"zip": "78701", "email_1": "ida@example.com"}),
    ("Ida, tagged", "Ida", "Kerr", {"zip": "78701", "email_1": "ida+shop@example.com"}),
    ("Ida at home", "Ida", "Kerr", {"zip": "78701", "street_1": "9 Elm Avenue"}),
    ("Max", "Max", "Kerr", {"zip": "78701", "email_1": "max@example.com"}),
    ("Max at home", "Max", "Kerr", {"zip": "78701", "street_1": "9 Elm Avenue"}),
    ("other Max", "Max", "Kerr", {"zip": "78701", "email_1": "mk@example.net"}),
    # A name and ZIP that only two have: something else must agree, or a third one bear it out.
    ("Una", "Una", "Ward", {"zip": "78702", "email_1": "una@example.com"}),
    ("Una at home", "Una", "Ward", {"zip": "78702", "street_1": "9 Elm Avenue"}),
    (
        "Vic",
        "Vic",
        "Ward",
        {"zip": "78702", "street_1": "9 Elm Avenue", "email_1": "v@example.com"},
    ),
    ("Vic at home", "Vic", "Ward", {"zip": "78702", "street_1": "9 Elm Ave"}),
    ("Wes T.", "Wes", "Ward", {"zip": "78702", "middle_name": "T", "email_1": "w@example.com"}),
    ("Wes Tom", "Wes", "Ward", {"zip": "78702", "middle_name": "Tom", "phone_1": "512-555-0111"}),
    ("Xeno", "Xeno", "Ward", {"zip": "78702", "middle_name": "Q", "street_1": "9 Elm Avenue"}),
    ("Xeno, mail only", "Xeno", "Ward", {"zip": "78702", "email_1": "xeno@example.com"}),
    ("Yan", "Yan", "Ward", {"zip": "78702", "street_1": "9 Elm Avenue"}),
    (
        "Yan's birth",
        "Yan",
        "Ward",
        {"zip": "78702", "street_1": "9 Elm Ave", "birth_date": "1970-01-02"},
    ),
    ("Zoe", "Zoe", "Ward", {"zip": "78702"}),
    ("Zoe again", "Zoe", "Ward", {"zip": "78702"}),
    ("Zoe at home", "Zoe", "Ward", {"zip": "78702", "street_1": "9 Elm Avenue"}),
    # One number, two mailboxes, one name and ZIP: one who moved, but father and son in one house.
    ("Gus", "Gus", "Ito", {**NUMBER, "street_1": "1 Oak Street", "email_1": "gus@example.com"}),
    (
        "Gus moved",
        "Gus",
        "Ito",
        {**NUMBER, "street_1": "7 Elm Avenue", "email_1": "gi@example.net"},
    ),
    (
        "Hal",
        "Hal",
        "Ito",
        {**OTHER_NUMBER, "street_1": "1 Oak Street", "email_1": "hal@example.com"},
    ),
    (
        "Hal's son",
        "Hal",
        "Ito",
        {**OTHER_NUMBER, "street_1": "1 Oak St", "email_1": "h@example.net"},
    ),
    # One of two has no suffix: the same one, if number and mailbox are the same.
    ("Ivo", "Ivo", "Ito", {**THIRD_NUMBER, "email_1": "ivo@example.com", "name_suffix": "Jr"}),
    ("Ivo again", "Ivo", "Ito", {**THIRD_NUMBER, "email_1": "ivo@example.com"}),
    ("Jim", "Jim", "Ito", {"email_1": "jim@example.com", "name_suffix": "Jr"}),
    ("Jim's father", "Jim", "Ito", {"email_1": "jim@example.com"}),
    # One mailbox, two last names: one person, as long as nobody else is known to have it.
    ("before the wedding", "Mary", "May", {"email_1": "mary@example.com"}),
    ("after it", "Mary", "Day", {"email_1": "mary@example.com"}),
    # One number, but each with a mailbox: two, as long as both mailboxes are their own.
    ("here", "Helen", "Fox", {"phone_1": "512-555-0105", "email_1": "fox@example.com"}),
    ("there", "Helen", "Fox", {"phone_1": "512-555-0105", "email_1": "helen@example.org"}),
    # Names in another script have no key, but are not missing: man and wife, and a namesake.
    ("Ivan", "Иван", "Петров", {"email_1": "petrov@example.com"}),
    ("Maria", "Мария", "Петрова", {"email_1": "petrov@example.com"}),
    ("Ivan again", "ИВАН", "Петров", {"email_1": "petrov@example.com"}),
    ("another Ivan", "Иван", "Орлов", {"email_1": "petrov@example.com"}),
    ("nobody's name", "", "", {"email_1": "petrov@example.com"}),
]
LATER: list[tuple[str, str, str, dict[str, str]]] = [
    ("husband", "Peter", "Day", {"email_1": "mary@example.com"}),
    ("brother", "George", "Fox", {"email_1": "fox@example.com"}),
    (
        "other Ida",
        "Ida",
        "Kerr",
        {"zip": "78701", "birth_date": "1955-05-06", "email_1": "i@example.net"},
    ),
    ("Una on the telephone", "Una", "Ward", {"zip": "78702", "phone_1": "512-555-0112"}),
]
AT_FIRST = [
    {"father", "father as Bob", "father at work"},
    {"she", "she, number only"},
    {"Ida", "Ida, tagged", "Ida at home"},
    {"Vic", "Vic at home"},
    {"Wes T.", "Wes Tom"},
    {"Xeno", "Xeno, mail only"},
    {"Zoe", "Zoe again"},
    {"Gus", "Gus moved"},
    {"Ivo", "Ivo again"},
    {"before the wedding", "after it"},
    {"Ivan", "Ivan again"},
]
LATE = [
    {"father", "father as Bob", "father at work"},
    {"she", "she, number only"},
    {"Ida", "Ida, tagged"},
    {"Una", "Una at home", "Una on the telephone"},
    {"Vic", "Vic at home"},
    {"Wes T.", "Wes Tom"},
    {"Xeno", "Xeno, mail only"},
    {"Zoe", "Zoe again"},
    {"Gus", "Gus moved"},
    {"Ivo", "Ivo again"},
    {"here", "there"},
    {"Ivan", "Ivan again"},
]


class State(NamedTuple):
    """Who is who, and which keys are shared by whom."""

    persons: dict[str, int]
    shared: list[tuple[object, ...]]


@pytest.fixture(scope="module")
def states(warehouse_module: Settings, dbt: Callable[..., DbtResult]) -> dict[str, State]:
    """After each import, after a full refresh, and after the second import is undone."""
    settings = warehouse_module
    names: dict[int, str] = {}

    def arrive(import_seq: int, records: list[tuple[str, str, str, dict[str, str]]]) -> None:
        rows = [
            {"first_name": first, "last_name": last, "email_1": None, **more}
            for _, first, last, more in records
        ]
        insert_import(settings, import_seq, "people", rows)
        for number, (label, *_) in enumerate(records, start=1):
            names[import_seq * RECORDS_PER_IMPORT + number] = label

    def resolve(*more: str) -> State:
        build(dbt, settings, "--select", "+person_records", *more)
        rows = table_rows(settings, "canonical", "select record_id, person_id from person_records")
        found = {int(str(record)): int(str(person)) for record, person in rows}
        people, nicknames = standardized_people(settings), nickname_pairs(settings)
        for row in people:
            row["email_1"] = row["email_1"] and row["email_1"].replace("+shop", "")
        assert found == persons_by_oracle(people, nicknames)
        persons = {names[record]: person for record, person in found.items()}
        return State(persons, shared_keys(settings))

    build(dbt, settings, command="seed")
    arrive(1, FIRST)
    states = {"first": resolve()}
    arrive(2, LATER)
    states["later"] = resolve()
    states["rebuilt"] = resolve("--full-refresh")
    set_status(settings, 2, "UNDOING")
    states["undone"] = resolve()
    return states


def first_of(label: str) -> int:
    """The record of a label in the first import."""
    labels = [label for label, *_ in FIRST]
    return RECORDS_PER_IMPORT + 1 + labels.index(label)


def groups(state: State) -> list[set[str]]:
    """The labels of those who are one person, of more than one record."""
    persons: dict[int, set[str]] = {}
    for label, person in state.persons.items():
        persons.setdefault(person, set()).add(label)
    return [labels for _, labels in sorted(persons.items()) if len(labels) > 1]


def test_a_mailbox_or_number_of_several_joins_only_who_is_alike(states: dict[str, State]) -> None:
    assert groups(states["first"]) == AT_FIRST


def test_a_key_that_comes_to_be_a_household_s_parts_and_joins(states: dict[str, State]) -> None:
    """It parts its carriers, and no longer keeps apart who shares something else."""
    later = states["later"]
    assert groups(later) == LATE
    assert later.persons["after it"] == first_of("after it"), "named by its smallest record"
    assert later.persons["here"] == later.persons["there"] == first_of("here")
    assert len(later.shared) == len(states["first"].shared) + 3
    assert states["rebuilt"] == later


def test_without_those_who_made_it_one_it_is_as_before(states: dict[str, State]) -> None:
    assert states["undone"] == states["first"]

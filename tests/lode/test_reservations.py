"""Frequency caps and slots: edges to the second, who counts, and 32 processes for one last slot."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from datetime import datetime, timedelta
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest

from lode.db import connect, transaction
from lode.errors import LodeError
from lode.reservations import (
    Contact,
    Refusal,
    Slot,
    deciding,
    release,
    reserve,
    reserve_now,
    use,
)
from lode.settings import Settings

pytestmark = pytest.mark.database
NOON = datetime(2026, 7, 1, 12)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
PHONE, OTHER = "+15125550101", "+15125550102"
PROCESSES, ROUNDS = 32, 100
# As models/canonical builds them, as far as slots are counted by them.
TABLES = (
    "create table persons (id bigint unsigned primary key, golden_person_id bigint unsigned,"
    " key (golden_person_id))",
    "create table touchpoints (id bigint unsigned auto_increment primary key, person_id bigint"
    " unsigned, touchpoint_type varchar(8), email varchar(254), phone_e164 varchar(20),"
    " touchpoint_date datetime(6), key (person_id, touchpoint_date),"
    " key (phone_e164, touchpoint_date), key (email, touchpoint_date))"
    " default character set utf8mb4 collate utf8mb4_bin",
)


@pytest.fixture(scope="module")
def people(warehouse_module: Settings) -> Settings:
    """A warehouse in which persons 1 and 2 are one golden person, 3 is another."""
    with connect("transformer", warehouse_module, schema="canonical", autocommit=True) as c:
        cursor = c.cursor()
        for table in TABLES:
            cursor.execute(table)
        cursor.execute("insert into persons values (1, 1), (2, 1), (3, 3)")
        cursor.execute(
            "insert into persons select 1000 + (a.n * 10 + b.n), 1000 + (a.n * 10 + b.n) from"
            f" ({' union all '.join(f'select {n} as n' for n in range(10))}) as a cross join"
            f" ({' union all '.join(f'select {n} as n' for n in range(10))}) as b"
        )
    return warehouse_module


@pytest.fixture
def settings(people: Settings) -> Iterator[Settings]:
    """The warehouse, without contacts or slots."""
    yield people
    with connect("transformer", people, schema="canonical", autocommit=True) as c:
        c.cursor().execute("delete from touchpoints")
    with connect("loader", people, schema="raw", autocommit=True) as c:
        c.cursor().execute("delete from contact_reservations")


def contacted(settings: Settings, *rows: tuple[Any, ...]) -> None:
    """Add contacts that were made: (person, channel, value, moment)."""
    with connect("transformer", settings, schema="canonical", autocommit=True) as connection:
        connection.cursor().executemany(
            "insert into touchpoints (person_id, touchpoint_type, phone_e164, email,"
            " touchpoint_date) values (%s, %s, if(%s like '+%%', %s, null),"
            " if(%s like '%%@%%', %s, null), %s)",
            [(person, channel, *[value] * 4, at) for person, channel, value, at in rows],
        )


def ask(settings: Settings, contact: Contact, at: datetime) -> Slot | Refusal:
    with connect("loader", settings, schema="raw") as connection, deciding(connection):
        return reserve(connection, settings, contact, by="test", at=at)


def is_free(settings: Settings, contact: Contact, at: datetime) -> bool:
    """Ask without keeping the slot."""
    with connect("loader", settings, schema="raw") as connection:
        connection.begin()
        found = isinstance(reserve(connection, settings, contact, by="test", at=at), Slot)
        connection.rollback()
    return found


@pytest.mark.parametrize("contact", [Contact("call", PHONE), Contact("call", OTHER, 1)])
def test_three_calls_in_a_day_to_the_second(settings: Settings, contact: Contact) -> None:
    """The window is closed at both ends: after exactly 24 hours the call still counts."""
    times = (NOON, NOON + timedelta(hours=1), NOON + timedelta(hours=2))
    contacted(settings, *((2, "call", PHONE, at) for at in times))
    assert not is_free(settings, contact, NOON + DAY - SECOND)
    assert not is_free(settings, contact, NOON + DAY)
    assert is_free(settings, contact, NOON + DAY + SECOND)
    refusal = ask(settings, contact, NOON + timedelta(hours=3))
    assert isinstance(refusal, Refusal)
    assert refusal.cap_id == "call_day"
    assert refusal.next_allowed_at == NOON + DAY + timedelta(microseconds=1)
    assert is_free(settings, contact, refusal.next_allowed_at)


def test_who_and_what_counts(settings: Settings) -> None:
    contacted(settings, *((1, "call", PHONE, NOON + SECOND * n) for n in range(3)))
    later = NOON + timedelta(hours=1)
    assert not is_free(settings, Contact("call", PHONE), later)
    assert not is_free(settings, Contact("call", PHONE, 3), later), "the number, whoever it is"
    assert not is_free(settings, Contact("call", OTHER, 2), later), "the person, on any number"
    assert not is_free(settings, Contact("call", person_id=1), later)
    assert is_free(settings, Contact("call", OTHER, 3), later)
    assert is_free(settings, Contact("sms", PHONE, 1), later)
    contacted(settings, (2, "mail", None, NOON))
    assert not is_free(settings, Contact("mail", person_id=1), NOON + timedelta(days=30))
    assert is_free(settings, Contact("mail", person_id=1), NOON + timedelta(days=30) + SECOND)


def test_a_slot_counts_while_it_is_held_and_as_the_contact_it_becomes(settings: Settings) -> None:
    contact = Contact("call", PHONE, 1)
    slots = [ask(settings, contact, NOON + SECOND * n) for n in range(3)]
    assert all(isinstance(slot, Slot) for slot in slots)
    first, second, third = (slot.id for slot in slots if isinstance(slot, Slot))
    assert isinstance(ask(settings, contact, NOON + SECOND * 4), Refusal)
    assert is_free(settings, contact, NOON + timedelta(minutes=16)), "all three have expired"
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        release(connection, settings, first)
        for number in (second, third):
            use(connection, settings, number, NOON + SECOND * number)
        for number in (first, second, 10_000):
            with pytest.raises(LodeError, match=f"Slot {number} is not held"):
                use(connection, settings, number, NOON)
    evening = NOON + timedelta(hours=6)
    assert is_free(settings, contact, evening), "one was given back"
    # The touchpoints of the two arrive with a file: still two contacts.
    contacted(settings, *((1, "call", PHONE, NOON + SECOND * n) for n in (second, third)))
    assert is_free(settings, contact, evening)
    contacted(settings, (1, "call", PHONE, NOON + SECOND))
    assert not is_free(settings, contact, evening)


def test_a_slot_is_there_if_and_only_if_the_decision_commits(settings: Settings) -> None:
    contact = Contact("mail", person_id=1)
    with connect("loader", settings, schema="raw") as connection:
        connection.begin()
        assert isinstance(reserve(connection, settings, contact, by="test"), Slot)
        connection.rollback()
    assert isinstance(reserve_now(settings, contact, by="test"), Slot)
    assert isinstance(reserve_now(settings, contact, by="test"), Refusal)


@pytest.mark.parametrize(
    ("contact", "sentence"),
    [
        (Contact("fax", PHONE), "choose one of call, sms, email, mail"),
        (Contact("call"), "needs a contact point, a person, or both"),
        (Contact("call", person_id=77), "There is no person 77"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence(
    settings: Settings, contact: Contact, sentence: str
) -> None:
    with pytest.raises(LodeError, match=sentence):
        reserve_now(settings, contact, by="test")


def test_before_anything_is_built_nobody_gets_a_slot(warehouse: Settings) -> None:
    with pytest.raises(LodeError, match="run `lode init` and `lode run`"):
        reserve_now(warehouse, Contact("call", PHONE), by="test")


def fight(settings: Settings, start: Barrier, won: Any, number: int) -> None:
    """Ask for the last slot of a new person in every round, all at once with the others."""
    from lode.db import open_connection

    connection = open_connection("loader", settings, schema="raw")
    for turn in range(ROUNDS):
        contact = Contact("call", f"+151255501{turn:02d}", 1000 + turn)
        start.wait(60)
        with deciding(connection):
            slot = reserve(connection, settings, contact, by=f"process {number}", at=NOON)
        won[number * ROUNDS + turn] = isinstance(slot, Slot)
    connection.close()


def test_of_32_processes_exactly_one_gets_the_last_slot_100_times(settings: Settings) -> None:
    contacted(
        settings,
        *(
            (1000 + turn, "call", f"+151255501{turn:02d}", NOON - SECOND * n)
            for turn in range(ROUNDS)
            for n in (1, 2)
        ),
    )
    forked = multiprocessing.get_context("fork")
    start, won = forked.Barrier(PROCESSES), forked.Array("b", PROCESSES * ROUNDS, lock=False)
    fighters = [
        forked.Process(target=fight, args=(settings, start, won, number))
        for number in range(PROCESSES)
    ]
    for fighter in fighters:
        fighter.start()
    for fighter in fighters:
        fighter.join(120)
    assert [fighter.exitcode for fighter in fighters] == [0] * PROCESSES
    winners = [
        sum(won[number * ROUNDS + turn] for number in range(PROCESSES)) for turn in range(ROUNDS)
    ]
    assert winners == [1] * ROUNDS
    with connect("auditor", settings, schema="raw") as connection, transaction(connection):
        cursor = connection.cursor()
        cursor.execute("select count(*), count(distinct contact_value) from contact_reservations")
        assert cursor.fetchone() == (ROUNDS, ROUNDS)

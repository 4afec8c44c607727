"""Frequency caps and slots: edges to the second, who counts, and 32 processes for one last slot.

The macro that decides and the slots are compared with a reference that is written apart.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest
from caps_reference import Made, Taken, asked_about, edges, free_at, random_history
from fights import winners

from lode.db import connect, transaction
from lode.dbt import DbtResult
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
from tests.standardize.rendered_macros import render

pytestmark = pytest.mark.database
NOON = datetime(2026, 7, 1, 12)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
PHONE, OTHER = "+15125550101", "+15125550102"
ROUNDS = 100
# As models/canonical builds them, as far as slots are counted by them.
TABLES = (
    "create table persons (id bigint unsigned primary key, golden_person_id bigint unsigned,"
    " key (golden_person_id))",
    "create table touchpoints (id bigint unsigned auto_increment primary key, person_id bigint"
    " unsigned, touchpoint_type varchar(8), email varchar(254), phone_e164 varchar(20),"
    " touchpoint_date datetime(6), content_hash binary(32), key (person_id, touchpoint_date),"
    " key (phone_e164, touchpoint_date), key (email, touchpoint_date),"
    " key (touchpoint_type, touchpoint_date))"
    " default character set utf8mb4 collate utf8mb4_bin",
    "create table addresses (person_id bigint unsigned, state varchar(2), key (person_id))"
    " default character set utf8mb4 collate utf8mb4_bin",
    "create table decision_statements (statement_name varchar(16) primary key, statement"
    " mediumtext) default character set utf8mb4 collate utf8mb4_bin",
    "create table points (golden_person_id bigint unsigned, contact_hash binary(32),"
    " contact_kind varchar(8), contact_value varchar(254), area_state varchar(2))"
    " default character set utf8mb4 collate utf8mb4_bin",
)


@dataclass(frozen=True)
class People:
    """A warehouse with the statement by which slots are given, and the decision's own reasons."""

    settings: Settings
    reasons: str


@pytest.fixture(scope="module")
def built(warehouse_module: Settings, dbt: Callable[..., DbtResult]) -> People:
    """A warehouse in which persons 1 and 2 are one golden person, 3 is another."""
    done = dbt(["seed", "--select", "channels", "frequency_caps"], warehouse_module)
    assert done.returncode == 0, done.output
    caps = "select_reasons(reasons_frequency_cap('points', '@at'))"
    statement, reasons = render(dbt, warehouse_module, ["caps_statement()", caps])
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
        cursor.execute("insert into decision_statements values ('caps', %s)", (statement,))
    return People(warehouse_module, reasons)


@pytest.fixture
def settings(built: People) -> Iterator[Settings]:
    """The warehouse, without contacts or slots."""
    yield built.settings
    with connect("transformer", built.settings, schema="canonical", autocommit=True) as c:
        c.cursor().execute("delete from touchpoints")
        c.cursor().execute("delete from addresses")
    with connect("loader", built.settings, schema="raw", autocommit=True) as c:
        c.cursor().execute("truncate table contact_reservations")


def contacted(settings: Settings, *rows: tuple[Any, ...]) -> None:
    """Add contacts that were made: (person, channel, value, moment)."""
    with connect("transformer", settings, schema="canonical", autocommit=True) as connection:
        connection.cursor().executemany(
            "insert into touchpoints (person_id, touchpoint_type, phone_e164, email,"
            " touchpoint_date, content_hash) values (%s, %s, if(%s like '+%%', %s, null),"
            " if(%s like '%%@%%', %s, null), %s, unhex(sha2(uuid(), 256)))",
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


@pytest.fixture
def maine(settings: Settings) -> Iterator[Settings]:
    """Maine's one call in eight hours, enforced by what we go by from half past noon on."""
    change = "update frequency_caps set enforcement = %s, known_at = %s where cap_id = 'me_8_hours'"
    with connect("transformer", settings, schema="staging", autocommit=True) as connection:
        cursor = connection.cursor()
        assert cursor.execute(change, ("enforce", NOON + timedelta(minutes=30))) == 1
        yield settings
        cursor.execute(change, ("advise", datetime(1000, 1, 1)))


def test_a_cap_of_hours_to_the_second(maine: Settings) -> None:
    contacted(maine, (1, "call", PHONE, NOON))
    contact, hours = Contact("call", PHONE, 1, ("ME",)), timedelta(hours=8)
    assert is_free(maine, contact, NOON + timedelta(minutes=30) - SECOND), "not known yet"
    assert not is_free(maine, contact, NOON + timedelta(minutes=30))
    assert not is_free(maine, contact, NOON + hours - SECOND)
    assert not is_free(maine, contact, NOON + hours)
    assert is_free(maine, contact, NOON + hours + SECOND)
    assert is_free(maine, Contact("call", PHONE, 1, ("FL",)), NOON + hours)
    refusal = ask(maine, contact, NOON + hours)
    assert isinstance(refusal, Refusal)
    assert refusal.cap_id == "me_8_hours"
    assert refusal.next_allowed_at == NOON + hours + timedelta(microseconds=1)


def learn(settings: Settings, made: list[Made], slots: list[Taken]) -> None:
    """Write a random history down."""
    contacted(settings, *((one.person, one.channel, one.value, one.at) for one in made))
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        connection.cursor().executemany(
            "insert into contact_reservations (person_id, channel, contact_value, reserved_by,"
            " reserved_at, expires_at, used_at, released_at)"
            " values (%s, %s, %s, 'test', %s, %s, %s, %s)",
            [(one.person, one.channel, one.value, one.reserved, one.expires, one.used, one.released)
             for one in slots],
        )  # fmt: skip


def blocked(built: People, at: datetime) -> dict[tuple[int, str | None, str], datetime]:
    """Until when the decision blocks each golden person's point on a channel."""
    with connect("transformer", built.settings, schema="canonical") as connection:
        cursor = connection.cursor()
        cursor.execute("set @at = cast(%s as datetime(6))", (at,))
        cursor.execute(
            "select points.golden_person_id, points.contact_value, found.channel,"
            f" max(found.blocks_until) from ({built.reasons}) as found inner join points"
            " on found.golden_person_id = points.golden_person_id"
            " and found.contact_hash = points.contact_hash"
            " where found.enforcement = 'enforce' group by 1, 2, 3"
        )
        return {(person, value, channel): end for person, value, channel, end in cursor.fetchall()}


def test_random_contacts_and_slots_are_counted_like_the_reference(
    settings: Settings, built: People
) -> None:
    """At the edges of windows, ± 1 s: the decision and the slots give the reference's moments."""
    chance = random.Random(20260701)
    made, slots = random_history(chance)
    learn(settings, made, slots)
    points = asked_about()
    kinds = {"call": "phone", "email": "email", "mail": "address"}
    with connect("transformer", settings, schema="canonical", autocommit=True) as connection:
        connection.cursor().executemany(
            "insert into points values (%s, unhex(sha2(%s, 256)), %s, %s, 'TX')",
            [(one.person, one.value or "home", kinds[one.channel], one.value or "home")
             for one in points if one.channel in kinds],
        )  # fmt: skip
    seen = {True: 0, False: 0}
    with connect("loader", settings, schema="raw") as loader:
        for at in edges(chance, made):
            decided = blocked(built, at)
            for one in points:
                expected = free_at(one, at, made, slots)
                assert decided.get((one.person, one.value or "home", one.channel)) == expected
                loader.begin()
                contact = Contact(one.channel, one.value, one.person)
                answer = reserve(loader, settings, contact, by="test", at=at)
                loader.rollback()
                until = answer.next_allowed_at if isinstance(answer, Refusal) else None
                assert until == expected, (one, at)
                seen[expected is not None] += 1
    assert min(seen.values()) > 50, seen


def test_a_cap_of_a_state_counts_for_its_area_codes_and_addresses(
    settings: Settings, built: People
) -> None:
    """Florida's three calls advise: by the state of the number, or of an address of the person."""
    contacted(settings, *((1, "call", PHONE, NOON + SECOND * n) for n in range(3)))
    with connect("transformer", settings, schema="canonical", autocommit=True) as connection:
        cursor = connection.cursor()

        def advised(state: str) -> set[str]:
            cursor.execute("delete from points")
            cursor.execute("insert into points values (1, 'x', 'phone', %s, %s)", (PHONE, state))
            cursor.execute("set @at = cast(%s as datetime(6))", (NOON + SECOND * 9,))
            cursor.execute(
                f"select rule_id from ({built.reasons}) as found where enforcement = 'advise'"
            )
            return {str(row[0]) for row in cursor.fetchall()}

        assert advised("TX") == set()
        assert advised("FL") == {"fl_day"}
        cursor.execute("insert into addresses values (2, 'OK')")
        assert advised("TX") == {"ok_day"}
        cursor.execute("delete from points")


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
    with pytest.raises(LodeError, match="`lode run`"):
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
    assert winners(fight, settings, ROUNDS) == [1] * ROUNDS
    with connect("auditor", settings, schema="raw") as connection, transaction(connection):
        cursor = connection.cursor()
        cursor.execute("select count(*), count(distinct contact_value) from contact_reservations")
        assert cursor.fetchone() == (ROUNDS, ROUNDS)

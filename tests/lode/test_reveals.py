"""Leases on contact values: the right, the reason, the budget under a race, the entry before."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from lode import audit, reveals
from lode.db import connect
from lode.errors import LodeError
from lode.reveals import DAILY_BUDGET, LEASE, Lease, find_lease
from lode.rights import AccessDeniedError, Principal
from lode.settings import Settings

pytestmark = pytest.mark.database
ADA = Principal("ada@example.com", frozenset({"compliance"}))
EVE = Principal("eve@example.com", frozenset({"operator", "steward", "auditor", "viewer"}))
PERSON = 10_000_000_001


def reveal(
    settings: Settings, who: Principal, person: int = PERSON, why: str = "called in"
) -> Lease:
    with connect("app", settings, schema="marts", autocommit=True) as connection:
        return reveals.reveal(connection, settings, who, person, why)


def find(settings: Settings, who: Principal, person: int, number: int) -> Lease | None:
    with connect("app", settings, schema="marts", autocommit=True) as connection:
        return find_lease(connection, settings, who, person, number)


def entries(settings: Settings, who: Principal) -> list[audit.Entry]:
    found = audit.newest(settings, 1_000, "person.reveal", None)
    return [entry for entry in found if entry.actor == who.subject]


def test_a_look_is_audited_and_leased_to_one_person_for_one_person(
    warehouse_module: Settings,
) -> None:
    lease = reveal(warehouse_module, ADA)
    assert find(warehouse_module, ADA, PERSON, lease.number) == lease
    assert find(warehouse_module, EVE, PERSON, lease.number) is None
    assert find(warehouse_module, ADA, PERSON + 1, lease.number) is None
    assert find(warehouse_module, ADA, PERSON, lease.number + 1) is None
    (entry,) = entries(warehouse_module, ADA)
    assert entry.subject == f"person {PERSON}"
    assert json.loads(entry.payload)["reason"] == "called in"
    begun = lease.expires_at - LEASE
    assert lease.covers(PERSON, begun)
    assert not lease.covers(PERSON + 1, begun)
    assert not lease.covers(PERSON, lease.expires_at)
    assert lease.covers(PERSON, lease.expires_at - timedelta(microseconds=1))


def test_a_lease_that_ran_out_is_none(warehouse_module: Settings) -> None:
    bob = Principal("bob@example.com", frozenset({"admin"}))
    lease = reveal(warehouse_module, bob)
    with connect("loader", warehouse_module, schema="raw", autocommit=True) as connection:
        connection.cursor().execute(
            "update app_reveals set expires_at = utc_timestamp(6) where actor = %s", (bob.subject,)
        )
    assert find(warehouse_module, bob, PERSON, lease.number) is None


@pytest.mark.parametrize("why", ["", "  ab  ", "x" * 501])
def test_without_a_reason_nothing_is_noted(warehouse_module: Settings, why: str) -> None:
    carl = Principal("carl@example.com", frozenset({"compliance"}))
    with pytest.raises(LodeError, match="Say why you need to see them"):
        reveal(warehouse_module, carl, why=why)
    assert entries(warehouse_module, carl) == []


def test_without_the_role_nothing_is_noted(warehouse_module: Settings) -> None:
    with pytest.raises(AccessDeniedError, match="You may not see contact values"):
        reveal(warehouse_module, EVE)
    assert entries(warehouse_module, EVE) == []


def test_the_budget_holds_when_all_ask_at_once(warehouse_module: Settings) -> None:
    dora = Principal("dora@example.com", frozenset({"compliance"}))
    with connect("loader", warehouse_module, schema="raw", autocommit=True) as connection:
        connection.cursor().executemany(
            "insert into app_reveals values (%s, utc_date(), %s, 1, 'r', utc_timestamp(6),"
            " utc_timestamp(6))",
            [(dora.subject, number) for number in range(1, DAILY_BUDGET - 1)],
        )

    def ask(person: int) -> str:
        try:
            reveal(warehouse_module, dora, person)
        except LodeError as error:
            return error.sentence
        return ""

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(ask, range(1, 7)))
    assert answers.count("") == 2
    assert all(
        f"looked {DAILY_BUDGET} times today, which is the limit" in answer
        for answer in answers
        if answer
    )
    assert len(entries(warehouse_module, dora)) == 2
    assert audit.verify_log(warehouse_module, {}).fault is None

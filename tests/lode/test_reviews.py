"""Leases on pairs: one steward at a time, also in a race; kept, deferred, decided, run out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from lode import reviews
from lode.db import connect
from lode.errors import LodeError
from lode.reviews import DECIDED, DEFERRED, LEASES, LOOKING, Hold
from lode.rights import AccessDeniedError, Principal
from lode.second_looks import Pair
from lode.settings import Settings

pytestmark = pytest.mark.database
ADA = Principal("ada@example.com", frozenset({"steward"}))
BOB = Principal("bob@example.com", frozenset({"steward"}))
EVE = Principal("eve@example.com", frozenset({"viewer", "operator", "auditor", "compliance"}))


def take(settings: Settings, who: Principal, pair: Pair) -> Hold:
    with connect("app", settings, schema="marts", autocommit=True) as connection:
        return reviews.take(connection, settings, who, pair)


def put(settings: Settings, who: Principal, pair: Pair, state: str) -> Hold:
    with connect("app", settings, schema="marts", autocommit=True) as connection:
        return reviews.put(connection, settings, who, pair, state)


def run_out(settings: Settings, pair: Pair) -> None:
    """Let the time of a hold pass."""
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        connection.cursor().execute(
            "update app_reviews set expires_at = utc_timestamp(6) - interval 1 second"
            " where person_id_l = %s and person_id_r = %s",
            pair,
        )


def test_a_pair_is_looked_at_by_one_and_kept_by_her(warehouse_module: Settings) -> None:
    hold = take(warehouse_module, ADA, (1, 2))
    assert (hold.number, hold.state, hold.actor) == (1, LOOKING, ADA.subject)
    assert take(warehouse_module, ADA, (1, 2)) == hold, "a second look is the same look"
    with pytest.raises(LodeError, match=r"ada@example\.com has this pair until \S+ \d\d:\d\d UTC"):
        take(warehouse_module, BOB, (1, 2))
    with pytest.raises(LodeError, match="take the next one"):
        put(warehouse_module, BOB, (1, 2), DECIDED)
    assert take(warehouse_module, BOB, (1, 3)).number == 1, "another pair is free"


def test_what_ran_out_is_anybodys(warehouse_module: Settings) -> None:
    take(warehouse_module, ADA, (2, 3))
    run_out(warehouse_module, (2, 3))
    assert take(warehouse_module, BOB, (2, 3)).number == 2
    with pytest.raises(LodeError, match=r"bob@example\.com has this pair"):
        put(warehouse_module, ADA, (2, 3), DECIDED)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (DEFERRED, r"ada@example\.com put this pair aside until \d{4}-\d\d-\d\d \d\d:\d\d UTC"),
        (DECIDED, r"ada@example\.com decided about this pair, and the next run honours that"),
    ],
)
def test_a_pair_that_was_put_aside_is_nobody_elses_for_a_day(
    warehouse_module: Settings, state: str, words: str
) -> None:
    pair = (10, 11 + len(state))
    looked = take(warehouse_module, ADA, pair)
    aside = put(warehouse_module, ADA, pair, state)
    assert aside.number == looked.number + 1
    assert LEASES[state] == timedelta(days=1)
    with pytest.raises(LodeError, match=words):
        take(warehouse_module, BOB, pair)
    assert take(warehouse_module, ADA, pair).state == LOOKING, "she may look again herself"


def test_without_the_role_nothing_is_noted(warehouse_module: Settings) -> None:
    with pytest.raises(AccessDeniedError, match="needs the role steward or admin"):
        take(warehouse_module, EVE, (20, 21))
    assert take(warehouse_module, ADA, (20, 21)).number == 1


def test_of_many_who_take_a_pair_at_once_one_has_it(warehouse_module: Settings) -> None:
    crowd = [Principal(f"s{n}@example.com", frozenset({"steward"})) for n in range(8)]

    def attempt(who: Principal) -> str:
        try:
            return take(warehouse_module, who, (30, 31)).actor
        except LodeError as error:
            return error.sentence

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(attempt, crowd))
    assert len([one for one in said if one in {who.subject for who in crowd}]) == 1
    assert len([one for one in said if one.endswith("take the next one.")]) == len(crowd) - 1


def test_the_apps_account_changes_no_note_and_no_decision(warehouse_module: Settings) -> None:
    raw = warehouse_module.schema("raw")
    with connect("app", warehouse_module, schema="marts", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute(f"select count(*) from `{raw}`.dedup_decisions")
        for statement in (
            f"update `{raw}`.app_reviews set actor = 'x'",
            f"delete from `{raw}`.app_reviews",
            f"insert into `{raw}`.dedup_decisions (kind, decided_by, reason, decided_at)"
            " values ('link', 'x', 'x', utc_timestamp())",
            f"select count(*) from `{raw}`.dedup_decision_records",
        ):
            with pytest.raises(Exception, match="denied"):
                cursor.execute(statement)

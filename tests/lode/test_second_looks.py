"""Blind second looks: who may give one, once, and what agreement comes to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from lode import audit, reviews, second_looks
from lode.db import connect
from lode.errors import LodeError
from lode.rights import AccessDeniedError, Principal
from lode.second_looks import ONE_IN, Pair, is_drawn
from lode.settings import Settings
from streamlit_app.queries.engine import create_app_engine
from streamlit_app.queries.second_looks import SecondLooks, read_second_looks

ADA, BOB, CLEO = (
    Principal(f"{name}@example.com", frozenset({"steward"})) for name in ("ada", "bob", "cleo")
)
EVE = Principal("eve@example.com", frozenset({"operator"}))
DRAWN = [pair for pair in pairwise(range(1, 4_000)) if is_drawn(pair)]


def decide(settings: Settings, who: Principal, pair: Pair, verdict: str) -> None:
    with connect("app", settings, schema="marts", autocommit=True) as connection:
        reviews.take(connection, settings, who, pair)
        reviews.decide(connection, settings, who, pair, verdict)


def give(settings: Settings, who: Principal, pair: Pair, verdict: str) -> bool:
    with connect("app", settings, schema="marts", autocommit=True) as connection:
        return second_looks.give_second(connection, settings, who, pair, verdict)


def seen(settings: Settings, who: Principal) -> SecondLooks:
    engine = create_app_engine(settings)
    try:
        return read_second_looks(engine, who.subject)
    finally:
        engine.dispose()


def test_about_one_pair_in_twenty_is_drawn() -> None:
    assert 0.7 * 4_000 / ONE_IN < len(DRAWN) < 1.3 * 4_000 / ONE_IN


@pytest.mark.database
def test_a_second_steward_gives_a_verdict_once_without_the_first(warehouse: Settings) -> None:
    agreed, differs, plain = DRAWN[0], DRAWN[1], (1_000_000, 1_000_003)
    assert not is_drawn(plain)
    decide(warehouse, ADA, agreed, "same")
    decide(warehouse, ADA, differs, "different")
    decide(warehouse, ADA, plain, "same")
    assert set(seen(warehouse, BOB).waiting) == {agreed, differs}
    assert seen(warehouse, ADA).waiting == ()
    for who, pair, sentence in (
        (ADA, agreed, "waits for no second look of yours"),
        (BOB, plain, "waits for no second look of yours"),
    ):
        with pytest.raises(LodeError, match=sentence):
            give(warehouse, who, pair, "same")
    with pytest.raises(LodeError, match="one of same, different, household"):
        give(warehouse, BOB, agreed, "perhaps")
    with pytest.raises(AccessDeniedError):
        give(warehouse, EVE, agreed, "same")
    assert give(warehouse, BOB, agreed, "same")
    assert not give(warehouse, BOB, differs, "household")
    with pytest.raises(LodeError, match="Somebody else has given"):
        give(warehouse, CLEO, agreed, "same")
    found = seen(warehouse, CLEO)
    assert (found.waiting, found.looks, found.agreed) == ((), 2, 1)
    (one,) = found.different
    assert ((one.first, one.second), one.verdicts) == (differs, ("different", "household"))
    subject = f"pair {differs[0]}-{differs[1]}"
    assert len(audit.newest(warehouse, 9, "review.second", subject)) == 1


@pytest.mark.database
def test_of_many_second_looks_at_once_one_counts(warehouse: Settings) -> None:
    pair = DRAWN[2]
    decide(warehouse, ADA, pair, "same")
    crowd = [Principal(f"s{n}@example.com", frozenset({"steward"})) for n in range(6)]

    def attempt(who: Principal) -> str:
        try:
            return str(give(warehouse, who, pair, "same"))
        except LodeError as error:
            return error.sentence

    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(attempt, crowd))
    assert said.count("True") == 1
    assert len([one for one in said if one.endswith("take the next one.")]) == 5
    assert seen(warehouse, BOB).looks == 1

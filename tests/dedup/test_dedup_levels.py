"""Every level of every comparison on a pair written out by hand."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from literal_people import featured, person, tables

from dedup.comparisons import COMPARISONS
from dedup.database import open_database
from dedup.household import HOUSEHOLD_CHANCES
from dedup.levels import one_slip

FILLER = [
    person(1000 + n, first, "Filler", homes=[("1 ELM", "Reno", "NV", f"8950{n % 10}")])
    for n, first in enumerate(["Mary"] * 5 + ["Mark"] * 5 + ["Daniel"] * 5 + ["Danielle"] * 5)
]


def pair_row(database: duckdb.DuckDBPyConnection) -> None:
    """Persons 1 and 2 side by side, their columns with _l and _r, as table `pair`."""
    columns = [row[0] for row in database.execute("describe features").fetchall()]
    sides = ", ".join(f"l.{c} as {c}_l, r.{c} as {c}_r" for c in columns)
    database.execute(
        f"create or replace table pair as select {sides} from features as l, features as r"
        " where l.unique_id = 1 and r.unique_id = 2"
    )


def level_of(name: str, a: dict[str, Any], b: dict[str, Any]) -> str | None:
    """The level into which a pair falls; None where the comparison has no answer."""
    comparison = next(c for c in COMPARISONS if c.name == name)
    whens = "".join(
        f" else '{level.name}'"
        if level.condition == "else"
        else f" when {level.condition} then '{level.name}'"
        for level in comparison.levels
    )
    query = f"select case when {comparison.null} then null{whens} end from pair"
    found = []
    for first, second in ((a, b), (b, a)):
        with featured(tables(first | {"id": 1}, second | {"id": 2}, *FILLER)) as (database, _):
            pair_row(database)
            found.append(database.execute(query).fetchall()[0][0])
    assert found[0] == found[1], "a level must not depend on which person stands left"
    return None if found[0] is None else str(found[0])


def named(first: str | None, last: str | None = "Smith", **more: Any) -> dict[str, Any]:
    return person(0, first, last, **more)


def mailed(*emails: str, first: str | None = "Ann", last: str = "Smith") -> dict[str, Any]:
    return person(0, first, last, emails=emails)


def called(*phones: str) -> dict[str, Any]:
    return person(0, "Ann", "Smith", phones=phones)


def housed(street: str | None, city: str | None, code: str | None) -> dict[str, Any]:
    return person(0, "Ann", "Smith", homes=[(street, city, "TX", code)])


CASES = [
    ("first_name", named("José"), named("JOSE"), "equal"),
    ("first_name", named("Bob"), named("Robert"), "nickname"),
    ("first_name", named("J"), named("James"), "initial"),
    ("first_name", named("Micheal"), named("Michael"), "typing error"),
    ("first_name", named("Britt"), named("Brittany"), "typing error"),
    ("first_name", named("Smith", "John"), named("John", "Smith"), "swapped with last name"),
    ("first_name", named("Smiht", "John"), named("John", "Smith"), "swapped with last name"),
    ("first_name", named("Smith", "Robert"), named("Bob", "Smith"), "swapped with last name"),
    ("first_name", named("Smith", None), named("John", "Smith"), "last name in its place"),
    ("first_name", named("James", middle="Robert"), named("Robert"), "goes by middle name"),
    ("first_name", named("Mary"), named("Mark"), "two common names alike"),
    ("first_name", named("Daniel"), named("Danielle"), "two common names alike"),
    ("first_name", named("Margaret"), named("Margo"), "vaguely alike"),
    ("first_name", named("John"), named("Susan"), "different"),
    ("first_name", named(None), named("Susan"), None),
    ("last_name", named("A", "O'Brien"), named("A", "obrien"), "equal"),
    ("last_name", named("A", "Johnson"), named("A", "Jonhson"), "typing error"),
    ("last_name", named("Smith", "John"), named("John", "Smith"), "swapped with first name"),
    ("last_name", named("A", "Garcia-Lopez"), named("A", "Lopez"), "one part of it"),
    ("last_name", named("A", "Hendricks"), named("A", "Henriksen"), "alike"),
    ("last_name", named("A", "Miller"), named("A", "Brown"), "different"),
    ("last_name", named("A", None), named("A", "Brown"), None),
    ("middle_name", named("A", middle="Lee"), named("A", middle="LEE"), "equal"),
    ("middle_name", named("A", middle="L"), named("A", middle="Lee"), "same initial"),
    ("middle_name", named("A", middle="K"), named("A", middle="Lee"), "different"),
    ("middle_name", named("A"), named("A", middle="Lee"), None),
    ("suffix", named("A", suffix="JR"), named("A", suffix="JR"), "same"),
    ("suffix", named("A", suffix="JR"), named("A", suffix="II"), "same"),
    ("suffix", named("A", suffix="JR"), named("A"), "one side only"),
    ("suffix", named("A", suffix="JR"), named("A", suffix="SR"), "conflict"),
    ("suffix", named("A"), named("A"), None),
    ("email", mailed("a@example.com"), mailed("a@example.com", "b@example.com"), "same primary"),
    (
        "email",
        mailed("a@example.com", "b@example.com"),
        mailed("c@example.com", "b@example.com"),
        "one in common",
    ),
    ("email", mailed("soccermom44@example.com"), mailed("soccermom44@example.org"),
     "same specific user"),
    ("email", mailed("soccermom@example.com"), mailed("socermom@example.com"), "typing error"),
    ("email", mailed("john1@example.com"), mailed("john2@example.com"), "different"),
    ("email", mailed("ann.smith@example.com"), mailed("annsmith@example.org"),
     "same name-like user"),
    ("email", mailed("ann.smith@example.com"), mailed("ann_smith@example.com"),
     "same name-like user"),
    ("email", mailed("ann.smith7@example.com"), mailed("annsmith7@example.org"),
     "same name-like user"),
    ("email", mailed("apple@example.com"), mailed("zebra@example.com"), "different"),
    ("email", mailed(), mailed("zebra@example.com"), None),
    ("phone", called("+15125550101"), called("+15125550101", "+15125550102"), "same primary"),
    (
        "phone",
        called("+15125550101", "+15125550103"),
        called("+15125550102", "+15125550103"),
        "one in common",
    ),
    ("phone", called("+15125550101"), called("+15125550191"), "one digit off"),
    ("phone", called("+15125550101"), called("+15125550110"), "one digit off"),
    ("phone", called("+15125550101"), called("+15125550199"), "same area"),
    ("phone", called("+15125550101"), called("+12125550199"), "different"),
    ("phone", called(), called("+12125550199"), None),
    ("address", housed("12 OAK", "Austin", None), housed("12 OAK", "AUSTIN", "78701"),
     "same address"),
    ("address", housed("12 OAK", "St. Louis", None), housed("12 OAK", "Saint Louis", None),
     "same address"),
    ("address", housed("12 HIGHLAND", "Austin", "78701"), housed("12 HIGHLND", "Austin", "78701"),
     "similar street"),
    ("address", housed("12 OAK", "Austin", "78701"), housed("13 OAK", "Austin", "78701"),
     "house number off"),
    ("address", housed("12 OAK", "Austin", "78701"), housed(None, "Austin", "78701"),
     "same ZIP, a street missing"),
    ("address", housed("12 OAK", "Austin", "78701"), housed("99 ELM", "Austin", "78701"),
     "same ZIP, other street"),
    ("address", housed("12 OAK", "Austin", "78701"), housed(None, "Austin", "78799"),
     "same city, a street missing"),
    ("address", housed("12 OAK", "Austin", "78701"), housed("99 ELM", "Austin", "78799"),
     "same city"),
    ("address", housed("12 OAK", "Austin", "78701"), housed("99 ELM", "Buda", "78709"),
     "same region"),
    ("address", housed("12 OAK", "Austin", "78701"), housed("99 ELM", "Dallas", "75201"),
     "different"),
    ("address", named("A"), housed("99 ELM", "Dallas", "75201"), None),
    ("birth_date", named("A", born="1970-02-03"), named("A", born="1970-02-03"), "equal"),
    ("birth_date", named("A", born="1970-02-03"), named("A", born="1970-03-02"), "nearly equal"),
    ("birth_date", named("A", born="1970-02-03"), named("A", born="1971-02-03"), "nearly equal"),
    ("birth_date", named("A", born="1970-02-03"), named("A", born="1995-11-20"), "different"),
    ("birth_date", named("A"), named("A", born="1995-11-20"), None),
    ("mailbox_first_name", mailed("mary.smith7@example.com", first=None), named("Mary"), "theirs"),
    ("mailbox_first_name", mailed("smithdaniel@example.com", first="D"), named("Dan"), "theirs"),
    ("mailbox_first_name", mailed("marysmith7@example.com", first=None), named("Mark"),
     "of somebody else"),
    ("mailbox_first_name", mailed("thesmiths@example.com", first=None), named("Mark"), None),
    ("mailbox_first_name", mailed("mary.smith7@example.com"), named("Mary"), None),
    ("mailbox_last_name", mailed("ann.brown@example.com"), named("Ann", "Brown"), "kept"),
    ("mailbox_last_name", mailed("ann.smith@example.com"), named("Ann", "Brown"), "not kept"),
    ("mailbox_last_name", mailed("ann.smith@example.com"), named("Ann", "Smith"), None),
    ("mailbox_last_name", named("Ann"), named("Ann", "Brown"), None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "a", "b", "expected"), CASES, ids=[f"{c[0]}: {c[3]}" for c in CASES]
)
def test_pair_falls_into_level(
    name: str, a: dict[str, Any], b: dict[str, Any], expected: str | None
) -> None:
    assert level_of(name, a, b) == expected


def test_every_level_has_a_case() -> None:
    covered = {(case[0], case[3]) for case in CASES}
    assert {(c.name, level.name) for c in COMPARISONS for level in c.levels} <= covered


def test_household_hypothesis_knows_every_level() -> None:
    listed = [(chance.comparison, chance.level) for chance in HOUSEHOLD_CHANCES]
    assert len(set(listed)) == len(listed)
    assert set(listed) == {(c.name, level.name) for c in COMPARISONS for level in c.levels}
    assert all(chance.chance > 0 and chance.reason for chance in HOUSEHOLD_CHANCES)


@given(
    st.lists(st.tuples(*[st.text("abc1", min_size=1, max_size=9)] * 2), min_size=1, max_size=200),
    st.integers(1, 5),
)
def test_one_slip_is_a_distance_of_at_most_one(pairs: list[tuple[str, str]], ends: int) -> None:
    """The cheap looks before the distance rule nothing out that it would let through."""
    near = [(a, a[: len(a) // 2] + b[len(a) // 2 :]) for a, b in pairs]
    with open_database() as database:
        database.execute("create table pair (value_l varchar, value_r varchar)")
        database.executemany("insert into pair values (?, ?)", pairs + near)
        differing = database.execute(
            f"select * from pair where {one_slip('value_{side}', ends)}"
            " is distinct from damerau_levenshtein(value_l, value_r) <= 1"
        ).fetchall()
    assert differing == []

"""Who exists: households and their people, as columns of numbers, one row per person.

Everything here is a function of (seed, household or person), so a larger set of the same seed
begins with the same people. (Telephone numbers are given out per set: see phones.py.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lode.sample.geography import CURRENT, OWN, PREVIOUS
from lode.sample.names import COMMUNITY_WEIGHTS, Names
from lode.sample.randomness import Flags, Integers, Randomness

NEVER = 10**9
SUFFIXES = ("", "SR", "JR", "II", "III")
# Days are counted from 1970-01-01, as numpy does. The sample is "taken" on AS_OF.
AS_OF = int(np.datetime64("2026-06-30").astype(np.int64))
CHANGES_FROM = int(np.datetime64("2012-01-01").astype(np.int64))
HEAD, SPOUSE, CHILD, NAMESAKE, TWIN, ROOMMATE = range(6)
# (weight, roles): what a household on a marketing list looks like. Only adults are listed.
_TEMPLATES: tuple[tuple[int, tuple[int, ...]], ...] = (
    (590, (HEAD,)),
    (215, (HEAD, SPOUSE)),
    (62, (HEAD, SPOUSE, CHILD)),
    (26, (HEAD, SPOUSE, CHILD, CHILD)),
    (32, (HEAD, CHILD)),
    (10, (HEAD, NAMESAKE)),
    (15, (HEAD, SPOUSE, NAMESAKE)),
    (5, (HEAD, TWIN, TWIN)),
    (4, (HEAD, SPOUSE, TWIN, TWIN)),
    (31, (HEAD, ROOMMATE)),
    (10, (HEAD, ROOMMATE, ROOMMATE)),
)


@dataclass(frozen=True)
class Surnames:
    """A surname by pool positions; `second` is -1 unless it is a double name."""

    first: Integers
    second: Integers


@dataclass(frozen=True)
class People:
    """One row per person; household-level columns are repeated for each member."""

    family: Integers  # the household as first drawn
    household: Integers  # where the person lives now: family × 2, or person × 2 + 1 after leaving
    household_size: Integers
    role: Integers
    is_female: Flags
    community: Integers
    first: Integers
    middle: Integers  # -1: none
    uses_middle: Flags
    surname: Surnames
    former_surname: Surnames  # carried until rename_day
    rename_day: Integers  # NEVER: no change within memory
    suffix: Integers  # position in SUFFIXES
    birth_day: Integers
    address_key: Integers  # now
    former_address_key: Integers  # until move_day
    move_day: Integers  # NEVER: none

    def __len__(self) -> int:
        return len(self.household)


def build_people(people: int, random: Randomness, names: Names) -> People:
    """The first `people` persons of the seed's endless list of households."""
    family, member, role = _members(people, random)
    person = np.arange(people, dtype=np.int64)
    head = person - member
    community = _community(random, person, family, role)
    birth_day = _birth_days(random, person, family, role)
    is_female = _is_female(random, person, head, role)
    is_older = birth_day < int(np.datetime64("1966-01-01").astype(np.int64))
    first = names.draw_first(random, "first", person, community, is_female, is_older)
    middle = names.draw_first(random, "middle", person, community, is_female, is_older | True)
    middle = np.where(random.chance("middle/has", person, 0.78), middle, -1)
    twin = (role == TWIN) & (np.r_[-1, role[:-1]] == TWIN)
    elder = np.maximum(person - 1, 0)
    close = twin & (is_female == is_female[elder]) & random.chance("twin/close", person, 0.5)
    first = np.where(close, names.similar_first(random, person, first[elder]), first)
    namesake = role == NAMESAKE
    first = np.where(namesake, first[head], first)
    shares_middle = namesake & random.chance("namesake/middle", person, 0.6)
    middle = np.where(shares_middle, middle[head], middle)
    surname, former, rename_day = _surnames(
        random, names, person, family, role, is_female, community
    )
    address, former_address, move_day = _moves(random, person, family, role)
    household = np.where(address % 4 == OWN, person * 2 + 1, family * 2)
    _, inverse, counts = np.unique(household, return_inverse=True, return_counts=True)
    return People(
        family=family,
        household=household,
        household_size=counts[inverse],
        role=role,
        is_female=is_female,
        community=community,
        first=first,
        middle=middle,
        uses_middle=(middle >= 0) & random.chance("middle/used", person, 0.025),
        surname=surname,
        former_surname=former,
        rename_day=rename_day,
        suffix=_suffixes(random, person, head, namesake, is_female),
        birth_day=birth_day,
        address_key=address,
        former_address_key=former_address,
        move_day=move_day,
    )


def _members(people: int, random: Randomness) -> tuple[Integers, Integers, Integers]:
    """Household, place in it and role of each person."""
    weights = np.array([weight for weight, _ in _TEMPLATES], dtype=np.int64)
    households = np.arange(people, dtype=np.int64)
    template = random.pick("household/template", households, weights)
    sizes = np.array([len(roles) for _, roles in _TEMPLATES], dtype=np.int64)[template]
    ends = np.cumsum(sizes)
    count = int(np.searchsorted(ends, people)) + 1
    household = np.repeat(households[:count], sizes[:count])[:people]
    member = np.arange(people, dtype=np.int64) - (ends - sizes)[household]
    roles = np.full((len(_TEMPLATES), 4), HEAD, dtype=np.int64)
    for number, (_, row) in enumerate(_TEMPLATES):
        roles[number, : len(row)] = row
    return household, member, roles[template[household], member]


def _community(
    random: Randomness, person: Integers, household: Integers, role: Integers
) -> Integers:
    family = random.pick("household/community", household, COMMUNITY_WEIGHTS)
    own = random.pick("person/community", person, COMMUNITY_WEIGHTS)
    differs = (role == ROOMMATE) | ((role == SPOUSE) & random.chance("spouse/other", person, 0.15))
    return np.where(differs, own, family)


def _birth_days(
    random: Randomness, person: Integers, household: Integers, role: Integers
) -> Integers:
    """Adults only; children 22 to 36 years after the head, twins on one day."""
    has_child = np.zeros(int(household[-1]) + 1, dtype=np.bool_)
    has_child[household[(role == CHILD) | (role == NAMESAKE) | (role == TWIN)]] = True
    parent = has_child[household]
    head_year = np.where(
        parent,
        random.between("birth/parent", household, 1936, 1972),
        random.between("birth/single", household, 1938, 2005),
    )
    year = head_year + np.where(role == SPOUSE, random.between("birth/spouse", person, -6, 5), 0)
    child_key = np.where(role == TWIN, household + 2**40, person)
    after = random.between("birth/child", child_key, 22, 36)
    is_child = (role == CHILD) | (role == NAMESAKE) | (role == TWIN)
    year = np.where(is_child, head_year + after, year)
    year = np.where(role == ROOMMATE, head_year + random.between("birth/mate", person, -4, 4), year)
    first_day = (np.minimum(year, 2007) - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    day: Integers = first_day.astype(np.int64) + random.below("birth/day", child_key, 365)
    return day


def _is_female(random: Randomness, person: Integers, head: Integers, role: Integers) -> Flags:
    share = np.array([0.42, 0.9, 0.48, 0.0, 0.5, 0.5])[role]
    female = random.chance("person/sex", person, share)
    female[head[role == NAMESAKE]] = False
    second_twin = (role == TWIN) & (np.r_[-1, role[:-1]] == TWIN)
    alike = second_twin & random.chance("twin/sex", person, 0.66)
    return np.where(alike, female[np.maximum(person - 1, 0)], female)


def _surnames(
    random: Randomness,
    names: Names,
    person: Integers,
    household: Integers,
    role: Integers,
    is_female: Flags,
    community: Integers,
) -> tuple[Surnames, Surnames, Integers]:
    family_community = random.pick("household/community", household, COMMUNITY_WEIGHTS)
    family = names.draw_last(random, "last/family", household, family_community)
    family_second = names.draw_last(random, "last/second", household, family_community)
    is_double = random.chance(
        "last/double", household, np.array([0.012, 0.12, 0, 0])[family_community]
    )
    family_second = np.where(is_double, family_second, -1)
    birth_name = names.draw_last(random, "last/birth", person, community)
    married = (role == SPOUSE) & random.chance(
        "spouse/takes", person, np.where(is_female, 0.8, 0.2)
    )
    hyphen = married & ~is_double & random.chance("spouse/hyphen", person, 0.06)
    keeps = (role == ROOMMATE) | ((role == SPOUSE) & ~married)
    first = np.where(keeps | hyphen, birth_name, family)
    second = np.where(keeps, -1, np.where(hyphen, family, family_second))
    changed = (married & random.chance("rename/recent", person, 0.18)) | (
        (role == HEAD) & is_female & random.chance("rename/single", person, 0.05)
    )
    day = np.where(changed, random.between("rename/day", person, CHANGES_FROM, AS_OF), NEVER)
    former = Surnames(np.where(changed, birth_name, first), np.where(changed, -1, second))
    return Surnames(first, second), former, day


def _moves(
    random: Randomness, person: Integers, household: Integers, role: Integers
) -> tuple[Integers, Integers, Integers]:
    """Whole families move; grown children and flatmates also leave on their own."""
    moved = random.chance("move/family", household, 0.22)
    day = np.where(moved, random.between("move/day", household, CHANGES_FROM, AS_OF), NEVER)
    may_leave = (role == CHILD) | (role == NAMESAKE) | (role == TWIN) | (role == ROOMMATE)
    leaves = may_leave & random.chance("move/leaves", person, 0.2)
    day = np.where(leaves, random.between("move/own", person, CHANGES_FROM, AS_OF), day)
    address = np.where(leaves, person * 4 + OWN, household * 4 + CURRENT)
    former = np.where(leaves, household * 4 + CURRENT, household * 4 + PREVIOUS)
    return address, former, day


def _suffixes(
    random: Randomness, person: Integers, head: Integers, namesake: Flags, is_female: Flags
) -> Integers:
    son = 2 + random.pick("suffix/son", person, np.array([76, 9, 15], dtype=np.int64))
    suffix = np.where(namesake, son, 0)
    # The father of a Jr is a Sr, of a III a Jr; the father of a II (an uncle's namesake) has none.
    father = np.array([0, 0, 1, 0, 2], dtype=np.int64)[son]
    suffix[head[namesake]] = father[namesake]
    alone = ~is_female & (suffix == 0) & random.chance("suffix/alone", person, 0.012)
    return np.where(alone, son, suffix)

"""Who can be reached how: mailboxes and telephone numbers, shared and inherited ones too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lode.sample.geography import Geography
from lode.sample.mailboxes import Mailboxes, build_mailboxes
from lode.sample.names import Names
from lode.sample.people import AS_OF, CHANGES_FROM, NEVER, People
from lode.sample.phones import NumberPlan
from lode.sample.randomness import Flags, Integers, Randomness

_OFFICE_SIZES = np.array([1, 2, 3, 4, 6, 9, 14, 22, 40], dtype=np.int64)
_OFFICE_WEIGHTS = np.array([30, 22, 16, 12, 8, 5, 4, 2, 1], dtype=np.int64)


@dataclass(frozen=True)
class Contacts:
    """One row per person; a number of 0 stands for none."""

    mailboxes: Mailboxes
    mobile: Integers
    former_mobile: Integers  # in use until mobile_day
    mobile_day: Integers
    landline: Integers  # the household's
    work_phone: Integers  # a switchboard's
    extension: Integers  # 0: none
    office: Integers  # -1: none
    is_recycled: Flags  # the current mobile was another person's former one
    was_recycled: Flags  # the former mobile is another person's current one


def build_contacts(
    people: People, random: Randomness, names: Names, geography: Geography, plan: NumberPlan
) -> Contacts:
    """Give out mailboxes and numbers."""
    person = np.arange(len(people), dtype=np.int64)
    home = geography.zip_of_household(random, people.family)
    has_mobile = random.chance("phone/mobile", person, 0.91)
    changed = has_mobile & random.chance("phone/changed", person, 0.17)
    day = random.between("phone/day", person, CHANGES_FROM, AS_OF)
    heir, giver = _recycled(random, person, has_mobile, changed, people)
    family = np.arange(int(people.family[-1]) + 1, dtype=np.int64)
    has_landline = random.chance("phone/landline", family, 0.42)
    office, office_home = _offices(random, person, home)
    owners = np.flatnonzero(has_mobile & ~heir)
    changers = np.flatnonzero(changed)
    lines = np.flatnonzero(has_landline)
    family_home = geography.zip_of_household(random, family[lines])
    wishes = [
        _mobile_codes(random, geography, "phone/code", owners, home[owners]),
        _mobile_codes(random, geography, "phone/former", changers, home[changers]),
        geography.area_code_of(random, "phone/line", lines, family_home),
        geography.area_code_of(random, "phone/office", np.arange(len(office_home)), office_home),
    ]
    numbers = plan.give_out(np.concatenate(wishes))
    ends = np.cumsum([len(wish) for wish in wishes])
    mobile = _spread(len(people), owners, numbers[: ends[0]])
    former = _spread(len(people), changers, numbers[ends[0] : ends[1]])
    mobile[heir] = former[giver[heir]]
    landline = _spread(len(family), lines, numbers[ends[1] : ends[2]])[people.family]
    switchboard = np.r_[numbers[ends[2] :], 0]
    was_recycled = np.zeros(len(people), dtype=np.bool_)
    was_recycled[giver[heir]] = True
    has_extension = (office >= 0) & random.chance("phone/extension", person, 0.6)
    return Contacts(
        mailboxes=build_mailboxes(people, random, names),
        mobile=mobile,
        former_mobile=former,
        mobile_day=np.where(changed, day, NEVER),
        landline=landline,
        work_phone=switchboard[office],
        extension=np.where(has_extension, random.between("phone/ext", person, 11, 899), 0),
        office=office,
        is_recycled=heir,
        was_recycled=was_recycled,
    )


def _spread(length: int, places: Integers, values: Integers) -> Integers:
    result = np.zeros(length, dtype=np.int64)
    result[places] = values
    return result


def _mobile_codes(
    random: Randomness, geography: Geography, stream: str, person: Integers, home: Integers
) -> Integers:
    """Three in four carry a code of their region; the others brought theirs from elsewhere."""
    elsewhere = random.pick(f"{stream}/zip", person, geography.weights)
    place = np.where(random.chance(f"{stream}/home", person, 0.75), home, elsewhere)
    return geography.area_code_of(random, stream, person, place)


def _recycled(
    random: Randomness, person: Integers, has_mobile: Flags, changed: Flags, people: People
) -> tuple[Flags, Integers]:
    """Who got a number that someone else gave up, and from whom (a row per heir's position)."""
    givers = person[changed & random.chance("phone/recycled", person, 0.12)]
    heirs = random.below("phone/heir", givers, len(person))
    heirs, first_place = np.unique(heirs, return_index=True)
    givers = givers[first_place]
    fits = has_mobile[heirs] & ~changed[heirs] & (people.family[heirs] != people.family[givers])
    heir = np.zeros(len(person), dtype=np.bool_)
    heir[heirs[fits]] = True
    giver = np.full(len(person), -1, dtype=np.int64)
    giver[heirs[fits]] = givers[fits]
    return heir, giver


def _offices(random: Randomness, person: Integers, home: Integers) -> tuple[Integers, Integers]:
    """The office of each person (-1: none) and the ZIP position of each office.

    Neighbours in the ZIP table share an office, so colleagues live near each other.
    """
    workers = person[random.chance("office/works", person, 0.06)]
    workers = workers[np.argsort(home[workers], kind="stable")]
    numbers = np.arange(len(workers), dtype=np.int64)
    sizes = _OFFICE_SIZES[random.pick("office/size", numbers, _OFFICE_WEIGHTS)]
    office = np.full(len(person), -1, dtype=np.int64)
    placed = np.searchsorted(np.cumsum(sizes), numbers, side="right")
    office[workers] = placed
    count = int(placed[-1]) + 1 if len(placed) else 0
    first = np.searchsorted(placed, np.arange(count))
    return office, home[workers[first]]

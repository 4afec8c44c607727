"""Everything that is true in one sample, before any file is written."""

from __future__ import annotations

from dataclasses import dataclass

from lode.sample.contacts import Contacts, build_contacts
from lode.sample.geography import Geography, load_geography
from lode.sample.names import Names, load_names
from lode.sample.people import People, build_people
from lode.sample.phones import FICTION_ONLY_PEOPLE, NumberPlan
from lode.sample.randomness import Randomness


@dataclass(frozen=True)
class World:
    """The truth of a sample and the tables it was drawn from."""

    random: Randomness
    names: Names
    geography: Geography
    plan: NumberPlan
    people: People
    contacts: Contacts


def build_world(people: int, seed: int) -> World:
    """The world of a seed with the given number of people."""
    random, names, geography = Randomness(seed), load_names(), load_geography()
    plan = NumberPlan(geography.area_codes, is_fiction=people <= FICTION_ONLY_PEOPLE)
    persons = build_people(people, random, names)
    contacts = build_contacts(persons, random, names, geography, plan)
    return World(random, names, geography, plan, persons, contacts)

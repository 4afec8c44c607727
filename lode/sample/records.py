"""Which person stands in which source, when, and in which state of life: one row per record."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from lode.sample.contacts import Contacts
from lode.sample.geography import Geography
from lode.sample.kinds import Kind
from lode.sample.people import NEVER, People
from lode.sample.randomness import Flags, Integers, Randomness
from lode.sample.sources import SOURCES

# Records per person: five in six stand on the lists once, a few five times.
_RECORD_WEIGHTS = np.array([836, 112, 35, 12, 5], dtype=np.int64)
_MOST = 8  # record keys: person × 8 + number
_DUPLICATE_SHARE = 0.013
_UNUSABLE_SHARE = 0.003
_UNUSABLE_KEY = 2**45
_COPY_KEY = 2**50
_STALE_SHARE = 0.05  # bought from a broker: shows the state of some years ago
_STALE_DAYS = 1_500


@dataclass(frozen=True)
class Records:
    """One row per record of one source, in the order in which the file holds them."""

    key: Integers  # what all chance about the record hangs on; an exact duplicate has the same
    person: Integers  # -1: an unusable row
    day: Integers  # the date the record bears
    address_key: Integers
    shows_old_email: Flags
    shows_old_mobile: Flags
    shows_former_name: Flags
    kinds: Integers  # what is known before the fields are written

    def __len__(self) -> int:
        return len(self.key)

    def take(self, places: Integers | slice) -> Records:
        """The records at the places."""
        return Records(**{field.name: getattr(self, field.name)[places] for field in fields(self)})


def build_records(
    people: People, contacts: Contacts, random: Randomness, geography: Geography
) -> list[Records]:
    """The records of each source, in SOURCES' order."""
    key, is_copy, source = _draw(len(people), random)
    person = np.where(key < _UNUSABLE_KEY, key // _MOST, -1)
    first_day = np.array([each.first_day for each in SOURCES])[source]
    length = np.array([each.last_day - each.first_day + 1 for each in SOURCES])[source]
    day = first_day + random.below("record/day", key, length)
    stale = random.chance("record/stale", key, _STALE_SHARE)
    state_day = np.where(stale, day - _STALE_DAYS, day)
    known = person >= 0
    old_address = known & (state_day < people.move_day[person]) & (people.move_day[person] != NEVER)
    old_email = known & (state_day < contacts.mailboxes.change_day[person])
    old_email &= contacts.mailboxes.change_day[person] != NEVER
    old_mobile = known & (state_day < contacts.mobile_day[person])
    old_mobile &= contacts.mobile_day[person] != NEVER
    former_name = known & (state_day < people.rename_day[person])
    former_name &= people.rename_day[person] != NEVER
    changed_name = (people.former_surname.first != people.surname.first) | (
        people.former_surname.second != people.surname.second
    )
    kinds = (
        is_copy * Kind.EXACT_DUPLICATE
        + ~known * Kind.UNUSABLE
        + (former_name & changed_name[person]) * Kind.MAIDEN_NAME
    )
    records = Records(
        key=key,
        person=person,
        day=day,
        address_key=np.where(
            old_address, people.former_address_key[person], people.address_key[person]
        ),
        shows_old_email=old_email,
        shows_old_mobile=old_mobile,
        shows_former_name=former_name,
        kinds=kinds.astype(np.int64),
    )
    return [_of_source(records, number, source, people, random, geography) for number in range(5)]


def _draw(people: int, random: Randomness) -> tuple[Integers, Flags, Integers]:
    """Key, is-it-a-copy and source of every record."""
    person = np.arange(people, dtype=np.int64)
    count = 1 + random.pick("record/count", person, _RECORD_WEIGHTS)
    ends = np.cumsum(count)
    owner = np.repeat(person, count)
    key = owner * _MOST + np.arange(len(owner)) - np.repeat(ends - count, count)
    unusable = random.chance("record/unusable", person, _UNUSABLE_SHARE)
    key = np.concatenate([key, person[unusable] + _UNUSABLE_KEY])
    copied = random.chance("record/copy", key, _DUPLICATE_SHARE)
    is_copy = np.r_[np.zeros(len(key), dtype=np.bool_), np.ones(int(copied.sum()), dtype=np.bool_)]
    key = np.concatenate([key, key[copied]])
    weights = np.array([source.weight for source in SOURCES], dtype=np.int64)
    return key, is_copy, random.pick("record/source", key, weights)


def _of_source(
    records: Records,
    number: int,
    source: Integers,
    people: People,
    random: Randomness,
    geography: Geography,
) -> Records:
    own = records.take(np.flatnonzero(source == number))
    # A copy has a place of its own among the rows of its day or ZIP, as in a merged list.
    is_copy = (own.kinds & Kind.EXACT_DUPLICATE) > 0
    shuffle = random.bits("record/order", own.key + is_copy * _COPY_KEY)
    place = address_zip(own, people, random, geography)
    return own.take(np.lexsort((shuffle, place if SOURCES[number].order == "zip" else own.day)))


def address_zip(
    records: Records, people: People, random: Randomness, geography: Geography
) -> Integers:
    """Position in the ZIP table of each record's address."""
    return geography.draw(random, records.address_key, people.family[records.person]).zip_index

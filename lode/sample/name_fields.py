"""The name of a record as its source shows it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lode.sample.kinds import Kind
from lode.sample.names import Pool
from lode.sample.people import SUFFIXES
from lode.sample.randomness import Flags, Integers
from lode.sample.records import Records
from lode.sample.sources import Source
from lode.sample.text import (
    Text,
    choose,
    column,
    edit,
    equals,
    is_empty,
    join,
    lower,
    part,
    take,
    upper,
    when,
)
from lode.sample.typing_slips import misspell
from lode.sample.world import World

_SHOWS_SUFFIX = np.array([0.0, 0.2, 0.55, 0.6, 0.65])
_SUFFIX_FORMS = (SUFFIXES, ("", "Sr", "Jr", "II", "III"), ("", "Sr.", "Jr.", "2nd", "3rd"))


@dataclass
class NameFields:
    """Columns of text, and the kinds of error put in."""

    first: Text
    middle: Text
    last: Text
    suffix: Text
    kinds: Integers


def write_names(world: World, source: Source, records: Records) -> NameFields:
    """First, middle, last name and suffix of each record, with the source's errors."""
    random, key, person = world.random, records.key, records.person
    people = world.people
    plain = random.chance("name/plain", key, source.plain)
    first = _written(world.names.first, people.first[person], plain)
    middle = _written(world.names.first, people.middle[person], plain)
    last = _surname(world, records, plain)
    kinds = np.zeros(len(records), dtype=np.int64)
    by_middle = people.uses_middle[person] & random.chance("name/by_middle", key, 0.55)
    by_middle |= (people.middle[person] >= 0) & random.chance("name/other", key, 0.003)
    first, middle = when(by_middle, middle, first), when(by_middle, "", middle)
    kinds |= by_middle * Kind.MIDDLE_AS_FIRST
    count = world.names.nickname_count[people.first[person]]
    familiar = ~by_middle & (count > 0) & random.chance("name/nickname", key, source.nickname)
    # People keep to one nickname: it hangs on the person, not on the record.
    chosen = random.below("name/which", person, np.maximum(count, 1))
    position = world.names.nickname_start[people.first[person]] + chosen
    first = when(familiar, take(world.names.nicknames, np.where(familiar, position, -1)), first)
    kinds |= familiar * Kind.NICKNAME
    first, wrong = _slips(world, records, "first", first, 0.012 * source.typing)
    kinds |= wrong * Kind.FIRST_NAME_TYPO
    last, wrong = _slips(world, records, "last", last, 0.015 * source.typing)
    kinds |= wrong * Kind.LAST_NAME_TYPO
    names = NameFields(
        first, _middle(world, source, records, middle), last, _suffix(world, records), kinds
    )
    _lose(world, source, records, names)
    return names


def _written(pool: Pool, position: Integers, plain: Flags) -> Text:
    return when(plain, take(pool.plain, position), take(pool.written, position))


def _surname(world: World, records: Records, plain: Flags) -> Text:
    random, key, person = world.random, records.key, records.person
    people, former = world.people, records.shows_former_name
    first = np.where(former, people.former_surname.first[person], people.surname.first[person])
    second = np.where(former, people.former_surname.second[person], people.surname.second[person])
    second = np.where(random.chance("name/both", key, 0.7), second, -1)
    one = _written(world.names.last, first, plain)
    two = _written(world.names.last, second, plain)
    hyphen = (people.community[person] != 1) | random.chance("name/hyphen", key, 0.3)
    return when(second >= 0, join(one, when(hyphen, "-", " "), two), one)


def _slips(
    world: World, records: Records, stream: str, values: Text, rate: float
) -> tuple[Text, Flags]:
    """The values with misspellings, and where they are."""
    mask = world.random.chance(f"{stream}/slip", records.key, rate)
    changed = edit(values, mask, misspell, world.random.bits(f"{stream}/how", records.key))
    return changed, mask & ~equals(changed, values)


def _middle(world: World, source: Source, records: Records, middle: Text) -> Text:
    random, key = world.random, records.key
    shown = random.chance("middle/shown", key, source.middle)
    form = random.pick("middle/form", key, np.array([55, 20, 25], dtype=np.int64))
    initial = part(middle, 0, 1)
    point = when(is_empty(initial), "", ".")
    return when(shown, choose(form, [initial, join(initial, point), middle]), "")


def _suffix(world: World, records: Records) -> Text:
    random, key = world.random, records.key
    suffix = np.where(records.person >= 0, world.people.suffix[records.person], 0)
    shown = random.chance("suffix/shown", key, _SHOWS_SUFFIX[suffix])
    suffix = np.where(shown, suffix, 0)
    form = random.below("suffix/form", key, len(_SUFFIX_FORMS))
    return choose(form, [take(column(forms), suffix) for forms in _SUFFIX_FORMS])


def _lose(world: World, source: Source, records: Records, names: NameFields) -> None:
    """Initials only, no first name, first and last swapped, no name at all; letter case."""
    random, key = world.random, records.key
    initial = random.chance("name/initial", key, source.initial)
    point = when(random.chance("name/point", key, 0.4), ".", "")
    names.first = when(initial, join(part(names.first, 0, 1), point), names.first)
    missing = ~initial & random.chance("name/missing", key, 0.009)
    names.first = when(missing, "", names.first)
    names.middle = when(missing, "", names.middle)
    swapped = ~initial & ~missing & random.chance("name/swapped", key, 0.007)
    names.first, names.last = (
        when(swapped, names.last, names.first),
        when(swapped, names.first, names.last),
    )
    names.kinds |= initial * Kind.INITIAL_ONLY
    names.kinds |= missing * Kind.MISSING_FIRST_NAME | swapped * Kind.SWAPPED_NAMES
    nobody = records.person < 0
    case = letter_case(world, records)
    for field in ("first", "middle", "last", "suffix"):
        values = getattr(names, field)
        setattr(names, field, when(nobody, "", in_case(values, case)))
    names.kinds[nobody] = 0


def letter_case(world: World, records: Records) -> Integers:
    """How the record was typed. 0: as it should be, 1: capitals, 2: small letters."""
    return world.random.pick("record/case", records.key, np.array([88, 7, 5], dtype=np.int64))


def in_case(values: Text, case: Integers) -> Text:
    """The values in the given letter case."""
    return choose(case, [values, upper(values), lower(values)])

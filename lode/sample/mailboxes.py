"""E-mail addresses: one owner each, in domains reserved for examples: no mail can arrive."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lode.sample.names import Names
from lode.sample.people import NEVER, People, Surnames
from lode.sample.randomness import Flags, Integers, Randomness
from lode.sample.text import Text, choose, column, digits, join, part, take, when

# As skewed as real lists, where the largest free provider holds nearly half of all mailboxes.
_DOMAINS = {
    "mail.example.com": 460,
    "inbox.example.net": 150,
    "post.example.org": 90,
    "webmail.example.com": 70,
    "me.example.net": 60,
    "online.example.com": 40,
    "cable.example.net": 40,
    "live.example.org": 30,
    "fiber.example.com": 20,
    "dsl.example.net": 20,
    "alumni.example.org": 10,
    "example.com": 6,
    "example.net": 4,
}
_DOMAIN_WEIGHTS = np.array(list(_DOMAINS.values()), dtype=np.int64)
_PATTERN_WEIGHTS = np.array([22, 18, 10, 10, 8, 8, 7, 5, 5, 4, 3], dtype=np.int64)
_THINGS = """
    sunshine blue fish dog cat star lucky golf river moon tiger eagle music dance soccer mountain
    ocean garden angel butterfly cowboy hunter racer pilot gamer reader baker rocket dragon wolf
    bear hawk panther pony daisy rose ruby pearl candy cookie pepper ginger honey maple storm
    thunder shadow
""".split()


@dataclass(frozen=True)
class Mailboxes:
    """One row per person unless said otherwise; "" where there is none."""

    current: Text
    former: Text  # in use until change_day
    change_day: Integers
    family: Text  # shared by the household; same value for each member
    secondary: Text  # a second one of some people


def build_mailboxes(people: People, random: Randomness, names: Names) -> Mailboxes:
    """Give each person the mailboxes of a lifetime; no two owners share one by chance."""
    person = np.arange(len(people), dtype=np.int64)
    year = people.birth_day // 365 + 1970
    has = random.chance("mail/has", person, np.where(year < 1950, 0.8, 0.94))
    renamed = people.rename_day != NEVER
    changed = has & (
        random.chance("mail/changed", person, 0.17)
        | (renamed & random.chance("mail/renamed", person, 0.6))
    )
    change_day = np.where(
        renamed, people.rename_day, random.between("mail/day", person, 15_000, 20_600)
    )
    secondary = has & random.chance("mail/secondary", person, 0.08)
    family = np.arange(int(people.family[-1]) + 1, dtype=np.int64)
    family_head = np.searchsorted(people.family, family)
    parts = [
        _propose(random, names, "mail/current", person, people.first, people.surname, year),
        _propose(random, names, "mail/former", person, people.first, people.former_surname, year),
        _propose(random, names, "mail/second", person, people.first, people.surname, year),
        _family_boxes(random, names, family, people.surname.first[family_head]),
    ]
    holds = np.concatenate([has, changed, secondary, random.chance("mail/family", family, 0.16)])
    domains = np.concatenate(
        [
            random.pick(f"mail/domain/{number}", index, _DOMAIN_WEIGHTS)
            for number, index in enumerate((person, person, person, family))
        ]
    )
    users = pc.if_else(pa.array(holds), pa.chunked_array(parts).combine_chunks(), "")
    boxes = _unique(users, domains, holds, random)
    count = len(person)
    return Mailboxes(
        current=boxes.slice(0, count),
        former=boxes.slice(count, count),
        change_day=np.where(changed, change_day, NEVER),
        secondary=boxes.slice(2 * count, count),
        family=take(boxes.slice(3 * count), people.family),
    )


def _propose(
    random: Randomness,
    names: Names,
    stream: str,
    person: Integers,
    first_name: Integers,
    surname: Surnames,
    year: Integers,
) -> Text:
    """The user names people would like to have."""
    first = take(names.first.bare, first_name)
    last = join(take(names.last.bare, surname.first), take(names.last.bare, surname.second))
    number = digits(random.between(f"{stream}/number", person, 1, 99))
    short_year = digits(year % 100, 2)
    thing = take(column(_THINGS), random.below(f"{stream}/thing", person, len(_THINGS)))
    other = take(column(_THINGS), random.below(f"{stream}/other", person, len(_THINGS)))
    has_nickname = names.nickname_count[first_name] > 0
    nickname = when(
        has_nickname,
        take(names.nicknames, np.where(has_nickname, names.nickname_start[first_name], -1)),
        first,
    )
    initial = part(first, 0, 1)
    options = [
        join(first, ".", last),
        join(first, last),
        join(initial, last),
        join(first, last, number),
        join(first, ".", last, short_year),
        join(initial, last, number),
        join(first, "_", last),
        join(first, part(last, 0, 1), short_year),
        join(thing, other, number),
        join(pc.utf8_lower(nickname), last),
        join(last, ".", first),
    ]
    chosen = choose(random.pick(f"{stream}/pattern", person, _PATTERN_WEIGHTS), options)
    return pc.replace_substring_regex(chosen, pattern="[^a-z0-9._]", replacement="")


def _family_boxes(random: Randomness, names: Names, family: Integers, surname: Integers) -> Text:
    last = take(names.last.bare, surname)
    number = digits(random.between("mail/family/number", family, 1, 99))
    options = [
        join(last, "family"),
        join("the", last, "s"),
        join(last, "home", number),
        join("family.", last),
    ]
    return choose(random.below("mail/family/pattern", family, len(options)), options)


def _unique(users: Text, domains: Integers, holds: Flags, random: Randomness) -> Text:
    """Mailboxes; a user name already taken at its provider gets digits, as it does in life."""
    names = column(list(_DOMAINS))
    index = np.arange(len(users), dtype=np.int64)
    base = users
    for attempt in range(12):
        boxes = when(holds, join(users, "@", take(names, domains)), "")
        codes = pc.dictionary_encode(boxes).indices.to_numpy(zero_copy_only=False)
        _, first_place = np.unique(codes, return_index=True)
        clash = holds.copy()
        clash[first_place] = False
        if not clash.any():
            return boxes
        limit = min(10 ** (attempt + 2), 10**9)
        number = random.below(f"mail/retry/{attempt}", index, limit)
        users = when(clash, join(base, digits(number)), users)
    raise AssertionError("twelve rounds of digits always separate the mailboxes")

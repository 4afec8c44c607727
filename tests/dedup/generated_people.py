"""A small, seeded maker of marketing records with known truth, for the tests of the dedup package.

It draws households, fathers and sons of one name, nicknames, typos, moves, maiden names, shared
mailboxes, switchboards and placeholder values. It is on purpose independent of ``lode sample``:
the model that is shipped is trained on this one and judged on the other. All phone numbers are
555-01XX numbers stretched over made-up area codes and exchanges; all mailboxes are example
domains.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from messes import MESSES
from name_lists import (
    CITY_HEADS,
    CITY_TAILS,
    DOMAIN_WEIGHTS,
    DOMAINS,
    FEMALE,
    HEADS,
    LAST,
    MALE,
    PLACEHOLDER_MAIL,
    PLACEHOLDER_PHONE,
    STATES,
    STREETS,
    TAILS,
)


@dataclass(frozen=True)
class Home:
    """One address, in the shape of the canonical layer."""

    street: str
    street_key: str
    city: str
    state: str
    zip: str


@dataclass
class Person:
    """One true person; ``truth`` is the key that every record of the person carries."""

    truth: int
    first: str
    middle: str
    last: str
    suffix: str
    born: str
    home: Home
    emails: list[str]
    phones: list[str]
    is_female: bool = False
    shared_email: str = ""


@dataclass(frozen=True)
class Record:
    """One record of a person as a source would hold it, standardized but not joined."""

    record_id: int
    truth: int
    first: str
    middle: str
    last: str
    suffix: str
    born: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    home: Home
    kinds: tuple[str, ...] = field(default=())


class PeopleMaker:
    """Draws people and their records; the same seed gives the same records."""

    def __init__(self, people: int, seed: int) -> None:
        self.random = random.Random(seed)
        self.people = people
        self.last_names = LAST + [head + tail for head in HEADS for tail in TAILS]
        self.last_weights = [1.0 / (rank + 8) for rank in range(len(self.last_names))]
        self.first_weights = [1.0 / (rank + 6) for rank in range(len(MALE))]
        self.places = self._places(max(150, people // 60))
        self.phone_number = 0
        self.mailboxes: set[str] = set()

    def _places(self, count: int) -> list[tuple[str, str, str]]:
        zips = self.random.sample(range(1001, 99950), count)
        cities = [
            (
                self.random.choice(CITY_HEADS) + self.random.choice(CITY_TAILS),
                self.random.choice(STATES),
            )
            for _ in range(max(20, count // 4))
        ]
        return [(*self.random.choice(cities), f"{code:05d}") for code in zips]

    def _home(self) -> Home:
        city, state, code = self.random.choice(self.places)
        key = f"{self.random.randint(1, 9900)} {self.random.choice(STREETS)}"
        kind = self.random.choice(("ST", "AVE", "RD", "DR", "LN"))
        return Home(f"{key} {kind}", key, city.title(), state, code)

    def _phone(self) -> str:
        self.phone_number += 1
        area, rest = divmod(self.phone_number * 7919 % 80_000_000, 100_000)
        return f"+1{200 + area % 780}{200 + (rest // 100) % 800:03d}{rest % 10_000:04d}"

    def _first(self, is_female: bool) -> str:
        names = FEMALE if is_female else MALE
        return self.random.choices(names, self.first_weights[: len(names)])[0]

    def _word(self) -> str:
        return self.random.choice(HEADS) + self.random.choice(TAILS)

    def _email(self, first: str, last: str) -> str:
        number = self.random.choice(("", "", str(self.random.randint(1, 99))))
        user = self.random.choice(
            (
                f"{first}.{last}{number}",
                f"{first[0]}{last}{number}",
                f"{first}{last}{self.random.randint(1, 999)}",
                f"{first}{number}{self._word()}",
                f"{self._word()}{self.random.randint(1, 9999)}",
            )
        )
        mailbox = f"{user}@{self.random.choices(DOMAINS, DOMAIN_WEIGHTS)[0]}"
        while mailbox in self.mailboxes:
            mailbox = self.random.choice("0123456789") + mailbox
        self.mailboxes.add(mailbox)
        return mailbox

    def person(self, truth: int, last: str, home: Home, is_female: bool, age: int) -> Person:
        """Draw one person of the given household and age in years."""
        first = self._first(is_female)
        born = f"{2025 - age}-{self.random.randint(1, 12):02d}-{self.random.randint(1, 28):02d}"
        return Person(
            truth=truth,
            first=first,
            middle=self._first(is_female) if self.random.random() < 0.8 else "",
            last=last,
            suffix="",
            born=born,
            home=home,
            emails=[self._email(first, last) for _ in range(self.random.choice((1, 1, 2)))],
            phones=[self._phone()],
            is_female=is_female,
        )

    def draw_people(self) -> list[Person]:
        """Draw households until there are enough people."""
        people: list[Person] = []
        while len(people) < self.people:
            people += self._household(len(people) + 1)
        return people[: self.people]

    def _household(self, truth: int) -> list[Person]:
        home = self._home()
        last = self.random.choices(self.last_names, self.last_weights)[0]
        size = self.random.choices((1, 2, 3, 4), (45, 33, 12, 10))[0]
        members = []
        for number in range(size):
            is_female = self.random.random() < 0.5 if number != 1 else not members[0].is_female
            age = self.random.randint(28, 75) if number < 2 else self.random.randint(18, 26)
            name = last if self.random.random() < 0.92 or number != 1 else self._other_last(last)
            member = self.person(truth + number, name, home, is_female, age)
            while member.first in [other.first for other in members]:
                member = self.person(truth + number, name, home, is_female, age)
            members.append(member)
        if size > 1:
            self._share(members)
        return members

    def _other_last(self, last: str) -> str:
        return next(n for n in iter(lambda: self.random.choice(self.last_names), "") if n != last)

    def _share(self, members: list[Person]) -> None:
        if self.random.random() < 0.5:
            landline = self._phone()
            for member in members:
                member.phones.append(landline)
        if self.random.random() < 0.2:
            mailbox = self._email(f"{members[0].last}", "family")
            for member in members:
                member.shared_email = mailbox
        men = [member for member in members if not member.is_female]
        if len(men) > 1 and self.random.random() < 0.12:
            men[1].first, men[1].last = men[0].first, men[0].last
            men[1].emails = [self._email(men[1].first, men[1].last)]
            if self.random.random() < 0.6:
                men[0].suffix, men[1].suffix = "SR", "JR"

    def records(self) -> list[Record]:
        """All records of all people, shuffled, with record ids in that order."""
        people = self.draw_people()
        drawn: list[Record] = []
        for person in people:
            count = self.random.choices((1, 2, 3, 4), (80, 14, 4, 2))[0]
            drawn += [self._record(person, number > 0) for number in range(count)]
        self.random.shuffle(drawn)
        return [replace(record, record_id=number + 1) for number, record in enumerate(drawn)]

    def _record(self, person: Person, is_repeat: bool) -> Record:
        chance = self.random.random
        emails = [self.random.choice(person.emails)] if chance() < 0.75 else []
        if person.shared_email and chance() < 0.4:
            emails = [person.shared_email]
        elif emails and chance() < 0.3:
            emails = list(person.emails)
        phones = [p for p in person.phones if chance() < 0.7]
        if chance() < 0.01:
            phones = [PLACEHOLDER_PHONE]
        if chance() < 0.01:
            emails = [PLACEHOLDER_MAIL]
        record = Record(
            record_id=0,
            truth=person.truth,
            first=person.first,
            middle=self.random.choice((person.middle, person.middle[:1], "")),
            last=person.last,
            suffix=person.suffix if chance() < 0.7 else "",
            born=person.born if chance() < 0.15 else "",
            emails=tuple(emails),
            phones=tuple(phones),
            home=person.home,
        )
        return self._mess(record, person) if is_repeat else record

    def _mess(self, record: Record, person: Person) -> Record:
        kinds = self.random.sample(sorted(MESSES), self.random.choice((0, 1, 1, 2, 2, 3)))
        for kind in kinds:
            record = MESSES[kind](self, record, person)
        return replace(record, kinds=tuple(sorted(kinds)))

    def typo(self, text: str) -> str:
        """The text with one letter swapped, dropped, doubled or changed."""
        if len(text) < 4:
            return text
        at = self.random.randint(1, len(text) - 2)
        return self.random.choice(
            (
                text[:at] + text[at + 1] + text[at] + text[at + 2 :],
                text[:at] + text[at + 1 :],
                text[:at] + text[at] + text[at:],
                text[:at] + self.random.choice("aeiourstln") + text[at + 1 :],
            )
        )

    def typo_home(self, home: Home) -> Home:
        """The address with a slip in the street's name or in the house number."""
        number, _, street = home.street_key.partition(" ")
        if not street:
            return home
        if self.random.random() < 0.5:
            street = self.typo(street.lower()).upper()
        else:
            number = str(int(number) + self.random.choice((1, 2, 10)))
        return replace(home, street=f"{number} {street} ST", street_key=f"{number} {street}")

    def typo_phone(self, phone: str) -> str:
        """The number with one of its last seven digits changed."""
        at = self.random.randint(5, 11)
        return phone[:at] + str((int(phone[at]) + self.random.randint(1, 9)) % 10) + phone[at + 1 :]


def make_records(people: int, seed: int) -> list[Record]:
    """Records of ``people`` true persons; the same arguments give the same records."""
    return PeopleMaker(people, seed).records()

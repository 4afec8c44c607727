"""E-mail and telephone of a record as its source shows them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lode.sample.kinds import Kind
from lode.sample.phones import (
    PLACEHOLDER_PHONES,
    STYLE_WEIGHTS,
    STYLE_WITHOUT_AREA_CODE,
    spoil,
    write_numbers,
)
from lode.sample.randomness import Flags, Integers
from lode.sample.records import Records
from lode.sample.sources import Source
from lode.sample.text import (
    Text,
    choose,
    column,
    constant,
    digits,
    edit,
    is_empty,
    join,
    take,
    upper,
    when,
)
from lode.sample.typing_slips import break_mailbox, misspell_mailbox
from lode.sample.world import World

PLACEHOLDER_MAILBOXES = (
    "test@test.com",
    "none@none.com",
    "noemail@example.com",
    "na@example.com",
    "asdf@example.com",
)
_NOT_A_NUMBER = ("", "", "unknown", "n/a", "0", "-")


@dataclass
class EmailFields:
    """The record's mailbox and a second one, with the kinds of error put in."""

    email: Text
    secondary: Text
    kinds: Integers


@dataclass
class PhoneFields:
    """Numbers as written; `kind` is the line type of `first` (mobile, landline, work or "")."""

    first: Text
    second: Text
    mobile: Text
    landline: Text
    work: Text
    kind: Text
    first_kinds: Integers
    all_kinds: Integers


def write_emails(world: World, source: Source, records: Records) -> EmailFields:
    """The mailbox of each record, with the source's errors."""
    random, key, person = world.random, records.key, records.person
    boxes = world.contacts.mailboxes
    kinds = np.zeros(len(records), dtype=np.int64)
    former = take(boxes.former, person)
    old = records.shows_old_email & ~is_empty(former)
    email = when(old, former, take(boxes.current, person))
    kinds |= old * Kind.OLD_EMAIL
    family = take(boxes.family, person)
    shared = (world.people.household_size[person] > 1) & ~is_empty(family)
    shared &= random.chance("mail/shared", key, 0.4)
    email = when(shared, family, email)
    kinds = np.where(shared, Kind.FAMILY_MAILBOX, kinds).astype(np.int64)
    wrong = ~is_empty(email) & random.chance("mail/slip", key, 0.012 * source.typing)
    email = edit(email, wrong, misspell_mailbox, random.bits("mail/how", key))
    broken = ~is_empty(email) & random.chance("mail/broken", key, 0.005)
    email = edit(email, broken, break_mailbox, random.bits("mail/breaks", key))
    kinds |= wrong * Kind.EMAIL_TYPO | broken * Kind.INVALID_EMAIL
    blank = random.chance("mail/blank", key, source.blank_email) | is_empty(email)
    filler = random.chance("mail/filler", key, 0.012 if source.blank_email < 1 else 0.0)
    fillers = column(PLACEHOLDER_MAILBOXES)
    which = random.pick("mail/which", key, np.array([40, 20, 20, 10, 10], dtype=np.int64))
    email = when(filler, take(fillers, which), when(blank, "", email))
    kinds = np.where(filler, Kind.PLACEHOLDER_EMAIL, np.where(blank, Kind.NO_EMAIL, kinds))
    nobody = person < 0
    junk = take(column(("", "n/a", "none", "")), random.below("mail/junk", key, 4))
    junk = when(random.chance("mail/blank", key, source.blank_email), "", junk)
    form = random.pick("mail/form", key, np.array([94, 3, 2, 1], dtype=np.int64))
    email = when(form == 1, upper(email), when(form == 2, join(email, " "), email))
    email = when(nobody, junk, when(is_empty(email), "", email))
    second = when(blank | nobody | old, "", take(boxes.secondary, person))
    return EmailFields(email, second, np.where(nobody, 0, kinds).astype(np.int64))


def write_phones(world: World, source: Source, records: Records) -> PhoneFields:
    """The numbers of each record, with the source's errors."""
    random, key = world.random, records.key
    numbers, kinds_of = _numbers(world, records)
    blank = random.chance("phone/blank", key, source.blank_phone)
    filler = random.chance("phone/filler", key, 0.010 if source.blank_phone < 1 else 0.0)
    fields, kinds = [], []
    for place, owned in enumerate(numbers):
        text, wrong = _written(world, source, records, place, owned, blank)
        fields.append(text)
        kinds.append(np.where(is_empty(text), 0, wrong | kinds_of[place]))
    has_any = ~np.logical_and.reduce([is_empty(field) for field in fields])
    everything = np.bitwise_or.reduce(kinds) | ~(has_any | filler) * Kind.NO_PHONE
    everything |= filler * Kind.PLACEHOLDER_PHONE
    fields.append(constant("", len(records)))
    kinds.append(np.zeros(len(records), dtype=np.int64))
    first, second = _preference(world, records, numbers)
    which = random.pick("phone/which", key, np.array([35, 15, 15, 10, 10, 15], dtype=np.int64))
    fill = take(column(PLACEHOLDER_PHONES), which)
    chosen = when(filler, fill, choose(first, fields))
    first_kinds = np.where(filler, Kind.PLACEHOLDER_PHONE, np.choose(first, kinds))
    first_kinds = first_kinds | is_empty(chosen) * Kind.NO_PHONE
    line_types = take(column(("mobile", "landline", "work", "")), first)
    junk = take(column(_NOT_A_NUMBER), random.below("phone/junk", key, len(_NOT_A_NUMBER)))
    nobody = records.person < 0
    chosen = when(nobody, when(blank, "", junk), chosen)
    return PhoneFields(
        first=chosen,
        second=when(nobody | blank, "", choose(second, fields)),
        mobile=when(filler & ~nobody, fill, fields[0]),
        landline=fields[1],
        work=fields[2],
        kind=when(is_empty(chosen) | filler | nobody, "", line_types),
        first_kinds=np.where(nobody, 0, first_kinds).astype(np.int64),
        all_kinds=np.where(nobody, 0, everything).astype(np.int64),
    )


def _numbers(world: World, records: Records) -> tuple[list[Integers], list[Integers]]:
    """Mobile, landline and work number of each record (0: none), and what is wrong with each."""
    person, contacts = records.person, world.contacts
    nobody = person < 0
    old = records.shows_old_mobile & (contacts.former_mobile[person] > 0)
    mobile = np.where(old, contacts.former_mobile[person], contacts.mobile[person])
    inherited = np.where(old, contacts.was_recycled[person], contacts.is_recycled[person])
    shared = world.people.household_size[person] > 1
    numbers = [mobile, contacts.landline[person], contacts.work_phone[person]]
    kinds = [
        old * Kind.OLD_PHONE | inherited * Kind.RECYCLED_PHONE,
        shared * Kind.FAMILY_PHONE,
        np.full(len(records), int(Kind.SWITCHBOARD), dtype=np.int64),
    ]
    return [np.where(nobody, 0, number) for number in numbers], kinds


def _preference(
    world: World, records: Records, numbers: list[Integers]
) -> tuple[Integers, Integers]:
    """Which number a person gives first and second: 0 mobile, 1 landline, 2 work, 3 none."""
    mobile, landline, work = (number > 0 for number in numbers)
    random, key = world.random, records.key
    at_work = work & random.chance("phone/work", key, 0.3)
    at_home = landline & random.chance("phone/home", key, 0.25)
    first = np.select([at_work, at_home, mobile, landline, work], [2, 1, 0, 1, 2], 3)
    options = [mobile & (first != 0), landline & (first != 1), work & (first != 2)]
    return first.astype(np.int64), np.select(options, [0, 1, 2], 3).astype(np.int64)


def _written(
    world: World, source: Source, records: Records, place: int, numbers: Integers, blank: Flags
) -> tuple[Text, Integers]:
    """One of the numbers in writing, and the errors in it."""
    random, key = world.random, records.key
    stream = f"phone/{place}"
    missing = (numbers == 0) | blank
    text = digits(numbers, 10)
    wrong = ~missing & random.chance(f"{stream}/slip", key, 0.012 * source.typing)
    text = edit(text, wrong, spoil(world.plan.is_fiction), random.bits(f"{stream}/how", key))
    style = random.pick(f"{stream}/style", key, STYLE_WEIGHTS)
    extension = world.contacts.extension[records.person]
    has_extension = (extension > 0) & random.chance(f"{stream}/extension", key, 0.7)
    if place == 2:
        # Who writes an extension writes a whole number before it: the rarer forms stay out.
        style = np.where(has_extension, style % 6, style)
    text = write_numbers(text, style)
    if place == 2:
        mark = take(column((" x", " ext ", " ext. ", "x")), random.below(f"{stream}/mark", key, 4))
        text = when(has_extension, join(text, mark, digits(extension)), text)
    short = ~missing & (style == STYLE_WITHOUT_AREA_CODE)
    kinds = wrong * Kind.PHONE_TYPO | short * Kind.PHONE_WITHOUT_AREA_CODE
    return when(missing, "", text), kinds.astype(np.int64)

"""The columns of each source of people, in the order of its header."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lode.sample.address_fields import (
    capitals,
    full_states,
    inline_unit,
    write_addresses,
    write_birth_dates,
    write_dates,
)
from lode.sample.contact_fields import write_emails, write_phones
from lode.sample.kinds import Kind
from lode.sample.name_fields import NameFields, write_names
from lode.sample.notes import write_notes
from lode.sample.randomness import Integers
from lode.sample.records import Records
from lode.sample.sources import CALL_CENTER, CRM, LEADS, MAILING_HOUSE, SIGNUPS
from lode.sample.text import (
    Text,
    column,
    constant,
    digits,
    is_empty,
    join,
    take,
    upper,
    when,
    words,
)
from lode.sample.world import World

# A layout returns the columns and the kinds of error of each record.
Layout = Callable[[World, Records], tuple[list[Text], Integers]]
AGENTS = ("Dana", "Luis", "Priya", "Marcus", "Ellen", "Tom W.", "Aisha", "Kevin", "Rosa", "agent 7")
_OFFICE_WORDS = """
    Summit Harbor Pioneer Keystone Liberty Granite Evergreen Redwood Lakeside Patriot Heritage
    Beacon Cardinal Frontier Sterling Blue|Ridge Golden|State Tri-County Metro First
""".split()
_OFFICE_TRADES = """
    Dental Insurance Realty Plumbing|&|Heating Logistics Accounting Law|Group Auto|Body
    Medical|Center Construction Title,|Inc. Staffing Foods Press Credit|Union
""".split()


def lead_columns(world: World, records: Records) -> tuple[list[Text], Integers]:
    """campaign_leads_q1.csv: a purchased list, once opened in a spreadsheet."""
    names = write_names(world, LEADS, records)
    emails = write_emails(world, LEADS, records)
    phones = write_phones(world, LEADS, records)
    place = write_addresses(world, LEADS, records)
    comma = world.random.chance("leads/comma", records.key, 0.5)
    street = inline_unit(place.street, place.unit, comma)
    columns = [
        *_first_last(names), emails.email, phones.first, street, place.city, place.state, place.zip,
        write_dates(records.day, "us"),
    ]  # fmt: skip
    return columns, names.kinds | emails.kinds | phones.first_kinds | place.kinds


def mailing_house_columns(world: World, records: Records) -> tuple[list[Text], Integers]:
    """mailing_house.csv: "LAST, FIRST M JR" in capitals, no e-mail, no telephone."""
    names = write_names(world, MAILING_HOUSE, records)
    place = capitals(write_addresses(world, MAILING_HOUSE, records))
    given = words(names.first, names.middle, names.suffix)
    usual = upper(words(names.last, given, separator=", "))
    turned = upper(words(names.first, names.middle, names.last, names.suffix))
    full = when(world.random.chance("mailing/turned", records.key, 0.03), turned, usual)
    columns = [
        full, place.street, place.unit, place.city, place.state, place.zip, place.county,
        write_dates(records.day, "compact"),
    ]  # fmt: skip
    return columns, names.kinds | place.kinds | _unreachable(records, Kind.NO_EMAIL | Kind.NO_PHONE)


def call_center_columns(world: World, records: Records) -> tuple[list[Text], Integers]:
    """call_center_export.csv: full names, several numbers, a ZIP, free notes."""
    random, key = world.random, records.key
    names = write_names(world, CALL_CENTER, records)
    phones = write_phones(world, CALL_CENTER, records)
    place = write_addresses(world, CALL_CENTER, records)
    called = write_dates(records.day, "iso")
    clock = [digits(random.between(f"call/{unit}", key, low, high), 2)
             for unit, low, high in (("h", 8, 20), ("m", 0, 59), ("s", 0, 59))]  # fmt: skip
    outcomes = (
        "no answer",
        "left message",
        "interested",
        "not interested",
        "call back",
        "wrong number",
    )
    shown = random.chance("call/company", key, 0.8) & (world.contacts.office[records.person] >= 0)
    shown &= records.person >= 0
    columns = [
        _spoken_name(world, records, names), phones.first, phones.second, phones.kind,
        when(shown, company_names(world, world.contacts.office[records.person]), ""), place.zip,
        join(called, " ", words(*clock, separator=":")),
        take(column(AGENTS), random.below("call/agent", key, len(AGENTS))),
        take(column(outcomes), random.below("call/outcome", key, len(outcomes))),
        write_notes(random, key),
    ]  # fmt: skip
    place_kinds = place.kinds & (Kind.NO_ZIP | Kind.LOST_ZIP_ZERO | Kind.OLD_ADDRESS)
    missing = _unreachable(records, Kind.NO_EMAIL | Kind.NO_ADDRESS)
    phone_kinds = phones.first_kinds | (phones.all_kinds & ~Kind.PLACEHOLDER_PHONE & ~Kind.NO_PHONE)
    return columns, names.kinds | phone_kinds | place_kinds | missing


def signup_columns(world: World, records: Records) -> tuple[list[Text], Integers]:
    """web_signups.csv: what people typed into a form."""
    names = write_names(world, SIGNUPS, records)
    emails = write_emails(world, SIGNUPS, records)
    phones = write_phones(world, SIGNUPS, records)
    place = write_addresses(world, SIGNUPS, records)
    birth, birth_kinds = write_birth_dates(world, records, 0.4)
    columns = [
        emails.email, *_first_last(names), phones.mobile, place.city,
        full_states(world, records, place.state, 0.25), place.zip, birth,
        _verified(world, records, emails.email, ("yes", "no", "")), write_dates(records.day, "iso"),
    ]  # fmt: skip
    no_mobile = is_empty(phones.mobile) * Kind.NO_PHONE
    not_shown = Kind.FAMILY_PHONE | Kind.SWITCHBOARD | Kind.NO_PHONE
    phone_kinds = np.where(records.person < 0, 0, (phones.all_kinds & ~not_shown) | no_mobile)
    place_kinds = place.kinds & ~(Kind.STREET_TYPO | Kind.NO_ADDRESS)
    missing = _unreachable(records, Kind.NO_ADDRESS)
    return columns, names.kinds | emails.kinds | phone_kinds | place_kinds | birth_kinds | missing


def crm_columns(world: World, records: Records) -> tuple[list[Text], Integers]:
    """crm.sqlite, table contacts; the ids have gaps where contacts were deleted."""
    random, key = world.random, records.key
    names = write_names(world, CRM, records)
    emails = write_emails(world, CRM, records)
    phones = write_phones(world, CRM, records)
    place = write_addresses(world, CRM, records)
    birth, birth_kinds = write_birth_dates(world, records, 0.35)
    office = world.contacts.office[records.person]
    known_office = (office >= 0) & (records.person >= 0)
    columns = [
        names.first, names.middle, names.last, names.suffix,
        when(known_office, company_names(world, office), ""),
        emails.email, emails.secondary, phones.mobile, phones.landline, phones.work,
        place.street, place.unit, place.city, place.state, place.zip,
        when(random.chance("crm/country", key, 0.8), "US", ""), birth,
        _verified(world, records, emails.email, ("1", "0", "0")),
        join(write_dates(records.day, "iso"), constant(" 00:00:00", len(records))),
    ]  # fmt: skip
    return columns, names.kinds | emails.kinds | phones.all_kinds | place.kinds | birth_kinds


LAYOUTS: tuple[Layout, ...] = (
    lead_columns,
    mailing_house_columns,
    call_center_columns,
    signup_columns,
    crm_columns,
)  # in SOURCES' order


def _first_last(names: NameFields) -> tuple[Text, Text]:
    """Middle name and suffix go where people without a field for them put them."""
    return words(names.first, names.middle), words(names.last, names.suffix)


def _spoken_name(world: World, records: Records, names: NameFields) -> Text:
    random, key = world.random, records.key
    title = when(world.people.is_female[records.person], "Mrs.", "Mr.")
    polite = random.chance("call/title", key, 0.05) | (
        is_empty(names.first) & random.chance("call/sir", key, 0.6)
    )
    title = when(polite & ~is_empty(names.last), title, "")
    usual = words(title, names.first, names.middle, names.last, names.suffix)
    filed = words(names.last, words(names.first, names.middle), separator=", ")
    return when(~polite & random.chance("call/filed", key, 0.05), filed, usual)


def company_names(world: World, office: Integers) -> Text:
    """The company of each office, "" for -1."""
    known = np.maximum(office, 0)
    first = column([word.replace("|", " ") for word in _OFFICE_WORDS])
    second = column([word.replace("|", " ") for word in _OFFICE_TRADES])
    one = take(first, world.random.below("office/word", known, len(first)))
    two = take(second, world.random.below("office/trade", known, len(second)))
    return when(office >= 0, join(one, " ", two), "")


def _verified(world: World, records: Records, email: Text, words_: tuple[str, str, str]) -> Text:
    chosen = world.random.pick("mail/verified", records.key, np.array([35, 20, 45], dtype=np.int64))
    return when(is_empty(email), words_[2], take(column(words_), chosen))


def _unreachable(records: Records, kinds: Kind) -> Integers:
    """What a source never holds, for every record of a person."""
    return np.where(records.person >= 0, int(kinds), 0).astype(np.int64)

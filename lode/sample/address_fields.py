"""Address and dates of a record as its source shows them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lode.sample.geography import Addresses
from lode.sample.kinds import Kind
from lode.sample.name_fields import in_case, letter_case
from lode.sample.randomness import Flags, Integers
from lode.sample.records import Records
from lode.sample.sources import Source
from lode.sample.text import (
    Text,
    column,
    constant,
    digits,
    edit,
    equals,
    is_empty,
    join,
    part,
    position_in,
    replace,
    starts_with,
    take,
    upper,
    when,
)  # fmt: skip
from lode.sample.typing_slips import misspell
from lode.sample.world import World

_STATES = (
    "Alabama:AL Alaska:AK Arizona:AZ Arkansas:AR California:CA Colorado:CO Connecticut:CT "
    "Delaware:DE District_of_Columbia:DC Florida:FL Georgia:GA Hawaii:HI Idaho:ID Illinois:IL "
    "Indiana:IN Iowa:IA Kansas:KS Kentucky:KY Louisiana:LA Maine:ME Maryland:MD "
    "Massachusetts:MA Michigan:MI Minnesota:MN Mississippi:MS Missouri:MO Montana:MT "
    "Nebraska:NE Nevada:NV New_Hampshire:NH New_Jersey:NJ New_Mexico:NM New_York:NY "
    "North_Carolina:NC North_Dakota:ND Ohio:OH Oklahoma:OK Oregon:OR Pennsylvania:PA "
    "Rhode_Island:RI South_Carolina:SC South_Dakota:SD Tennessee:TN Texas:TX Utah:UT Vermont:VT "
    "Virginia:VA Washington:WA West_Virginia:WV Wisconsin:WI Wyoming:WY"
)
STATE_NAMES = {
    code: name.replace("_", " ") for name, code in (pair.split(":") for pair in _STATES.split())
}


@dataclass
class AddressFields:
    """Columns of text, and the kinds of error put in."""

    street: Text
    unit: Text
    city: Text
    state: Text
    zip: Text
    county: Text
    kinds: Integers


def write_addresses(world: World, source: Source, records: Records) -> AddressFields:
    """The address of each record, with the source's errors."""
    random, key, people = world.random, records.key, world.people
    person = records.person
    addresses = world.geography.draw(random, records.address_key, people.family[person])
    style = random.pick("street/style", key, np.array([60, 27, 13], dtype=np.int64))
    street = world.geography.street_text(addresses, style)
    slipped = random.chance("street/slip", key, 0.02 * source.typing)
    street = edit(street, slipped, misspell, random.bits("street/how", key))
    unit_style = random.pick("unit/style", key, np.array([55, 25, 14, 6], dtype=np.int64))
    unit = world.geography.unit_text(addresses, unit_style)
    unit = when(random.chance("unit/left_out", key, 0.12), "", unit)
    blank = random.chance("address/blank", key, source.blank_address)
    no_place = blank & random.chance("address/nothing", key, 0.6)
    no_zip = no_place | random.chance("zip/blank", key, 0.009)
    written, lost = _zip(world, source, records, addresses)
    case = letter_case(world, records)
    fields = AddressFields(
        street=when(blank, "", in_case(street, case)),
        unit=when(blank, "", in_case(unit, case)),
        city=when(no_place, "", in_case(_city(world, records, addresses), case)),
        state=when(no_place, "", take(world.geography.state, addresses.zip_index)),
        zip=when(no_zip, "", written),
        county=when(no_place, "", take(world.geography.county, addresses.zip_index)),
        kinds=np.zeros(len(records), dtype=np.int64),
    )
    old = records.address_key != people.address_key[person]
    nobody = person < 0
    fields.kinds |= (slipped & ~blank) * Kind.STREET_TYPO | (old & ~no_place) * Kind.OLD_ADDRESS
    fields.kinds |= blank * Kind.NO_ADDRESS | no_zip * Kind.NO_ZIP
    fields.kinds |= (lost & ~no_zip) * Kind.LOST_ZIP_ZERO
    fields.kinds[nobody] = 0
    # An unusable row has at most a town.
    for name in ("street", "unit"):
        setattr(fields, name, when(nobody, "", getattr(fields, name)))
    return fields


def _zip(
    world: World, source: Source, records: Records, addresses: Addresses
) -> tuple[Text, Flags]:
    random, key = world.random, records.key
    code = take(world.geography.zip, addresses.zip_index)
    lost = world.geography.has_leading_zero[addresses.zip_index]
    lost = lost & random.chance("zip/lost", key, source.lost_zero)
    plus4 = ~lost & random.chance("zip/plus4", key, source.plus4)
    code = when(lost, part(code, 1), code)
    return when(plus4, join(code, "-", digits(addresses.plus4, 4)), code), lost


def _city(world: World, records: Records, addresses: Addresses) -> Text:
    random, key = world.random, records.key
    city = take(world.geography.city, addresses.zip_index)
    for long, short in (("Saint ", "St. "), ("Saint ", "St "), ("Fort ", "Ft "), ("Mount ", "Mt ")):
        shortened = random.chance(f"city/{short}", key, 0.25)
        city = when(shortened & starts_with(city, long), replace(city, long, short), city)
    wrong = random.chance("city/slip", key, 0.006)
    return edit(city, wrong, misspell, random.bits("city/how", key))


def full_states(world: World, records: Records, states: Text, share: float) -> Text:
    """State codes, a share of them spelled out."""
    position = position_in(states, list(STATE_NAMES))
    names = take(column(list(STATE_NAMES.values())), position)
    return when(world.random.chance("state/full", records.key, share), names, states)


def inline_unit(street: Text, unit: Text, comma: Flags) -> Text:
    """Street and unit on one line."""
    return when(is_empty(unit), street, join(street, when(comma, ", ", " "), unit))


def write_dates(days: Integers, form: str) -> Text:
    """Days since 1970 as text. Forms: iso (2026-03-09), us (03/09/2026), compact (20260309)."""
    first = int(days.min()) if len(days) else 0
    span = np.arange(first, int(days.max()) + 1 if len(days) else 0).astype("datetime64[D]")
    iso = column(np.datetime_as_string(span).tolist())
    if form == "us":
        iso = join(part(iso, 5, 7), "/", part(iso, 8), "/", part(iso, 0, 4))
    elif form == "compact":
        iso = join(part(iso, 0, 4), part(iso, 5, 7), part(iso, 8))
    return take(iso, days - first)


def write_birth_dates(world: World, records: Records, share: float) -> tuple[Text, Integers]:
    """Dates of birth in ISO form on a share of the records; a few with day and month exchanged."""
    random, key, person = world.random, records.key, records.person
    shown = (person >= 0) & random.chance("birth/shown", key, share)
    date = write_dates(world.people.birth_day[person], "iso")
    exchanged = join(part(date, 0, 5), part(date, 8), "-", part(date, 5, 7))
    may_exchange = (part(date, 8).cast("int64").to_numpy() <= 12) & ~equals(exchanged, date)
    wrong = shown & may_exchange & random.chance("birth/wrong", key, 0.03)
    value = when(shown, when(wrong, exchanged, date), constant("", len(records)))
    return value, (wrong * Kind.WRONG_BIRTH_DATE).astype(np.int64)


def capitals(fields: AddressFields) -> AddressFields:
    """The address as mailing houses print it."""
    return AddressFields(
        upper(fields.street), upper(fields.unit), upper(fields.city), fields.state, fields.zip,
        upper(fields.county), fields.kinds,
    )  # fmt: skip

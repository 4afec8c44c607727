"""Places and street addresses: real ZIP, city, state, county and area codes, made-up streets.

An address is a pure function of an address key: household × 4 + 0 is where the household lives,
+ 1 where it lived before, person × 4 + 2 where a person lives who moved out. The bundled table
holds about 1,200 real ZIP codes of the fifty states and Washington, weighted by the population of
their state.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lode.sample.names import read_table
from lode.sample.randomness import Flags, Integers, Randomness
from lode.sample.text import Text, choose, column, constant, digits, join, take, when, words

_TYPES = (
    "Street:St Avenue:Ave Road:Rd Drive:Dr Lane:Ln Court:Ct Boulevard:Blvd Circle:Cir Place:Pl "
    "Way:Way Trail:Trl Terrace:Ter Parkway:Pkwy Highway:Hwy"
)
STREET_TYPES = tuple(tuple(pair.split(":")) for pair in _TYPES.split())
_TYPE_WEIGHTS = np.array([26, 18, 13, 16, 10, 7, 4, 4, 4, 4, 2, 2, 1, 1], dtype=np.int64)
_DIRECTIONS = (("", ""), ("North", "N"), ("South", "S"), ("East", "E"), ("West", "W"))
_DIRECTION_WEIGHTS = np.array([78, 6, 6, 5, 5], dtype=np.int64)
_UNIT_LETTERS = ("", "", "", "", "A", "B", "C", "D")
_BUILDINGS_PER_ZIP = 40
CURRENT, PREVIOUS, OWN = 0, 1, 2


@dataclass(frozen=True)
class Addresses:
    """Address parts, one row per address key; positions where a table is named, else numbers."""

    zip_index: Integers  # position in Geography's tables
    plus4: Integers
    number: Integers
    direction: Integers  # position in _DIRECTIONS
    street: Integers  # position in the street names
    street_type: Integers  # position in STREET_TYPES
    unit: Integers  # 0: none
    unit_letter: Integers  # position in _UNIT_LETTERS
    is_box: Flags  # post office box


class Geography:
    """The bundled places, and addresses drawn from them."""

    def __init__(self) -> None:
        rows = read_table("zip_codes")
        self.zip = column([row["zip"] for row in rows])
        self.city = column([row["city"] for row in rows])
        self.state = column([row["state"] for row in rows])
        self.county = column([row["county"].removesuffix(" County") for row in rows])
        self.has_leading_zero = np.array([row["zip"].startswith("0") for row in rows])
        self.weights = np.array([int(row["weight"]) for row in rows], dtype=np.int64)
        codes = [row["area_codes"].split() for row in rows]
        self.area_codes = np.array(
            sorted({int(code) for row in codes for code in row}), dtype=np.int64
        )
        self._code_start = np.cumsum([0] + [len(row) for row in codes])[:-1].astype(np.int64)
        self._code_count = np.array([len(row) for row in codes], dtype=np.int64)
        flat = np.array([int(code) for row in codes for code in row], dtype=np.int64)
        self._code_flat = np.searchsorted(self.area_codes, flat).astype(np.int64)
        streets = read_table("street_names")
        self._streets = column([row["name"] for row in streets])
        self._street_weights = np.array([int(row["weight"]) for row in streets], dtype=np.int64)

    def area_code_of(
        self, random: Randomness, stream: str, index: Integers, zip_index: Integers
    ) -> Integers:
        """Position in `area_codes` of a code in use at the ZIP, for each index."""
        offset = random.below(stream, index, self._code_count[zip_index])
        code: Integers = self._code_flat[self._code_start[zip_index] + offset]
        return code

    def zip_of_household(self, random: Randomness, household: Integers) -> Integers:
        """Where the household lives now: position in the ZIP table."""
        return random.pick("household/zip", household, self.weights)

    def draw(self, random: Randomness, key: Integers, household: Integers) -> Addresses:
        """The addresses of the keys; `household` is the one each key belongs to."""
        home = self.zip_of_household(random, household)
        # Most moves are short: the table is in ZIP order, so neighbours in it are neighbours.
        near = np.clip(home + random.between("move/step", key, -6, 6), 0, len(self.weights) - 1)
        far = random.pick("move/zip", key, self.weights)
        moved_to = np.where(random.chance("move/near", key, 0.68), near, far)
        zip_index = np.where(key % 4 == CURRENT, home, moved_to)
        is_apartment = random.chance("address/apartment", key, 0.24)
        building = zip_index * _BUILDINGS_PER_ZIP + random.below(
            "address/building", key, _BUILDINGS_PER_ZIP
        )
        # Flats of one building share number and street: strangers at one house number.
        place = np.where(is_apartment, building, key + 1_000_000)
        is_box = random.chance("address/box", key, 0.02)
        return Addresses(
            zip_index=zip_index,
            plus4=random.between("address/plus4", key, 1001, 9998),
            number=_house_number(random, place),
            direction=random.pick("street/direction", place, _DIRECTION_WEIGHTS),
            street=random.pick("street/name", place, self._street_weights),
            street_type=random.pick("street/type", place, _TYPE_WEIGHTS),
            unit=np.where(is_apartment & ~is_box, random.between("address/unit", key, 1, 340), 0),
            unit_letter=random.below("address/letter", key, len(_UNIT_LETTERS)),
            is_box=is_box,
        )

    def street_text(self, addresses: Addresses, style: Integers) -> Text:
        """The street line, no unit. Style 0: 12 N Oak St, 1: spelled out, 2: with points."""
        number = digits(addresses.number)
        name = take(self._streets, addresses.street)
        lines = []
        for full in (False, True):
            direction = take(
                column([pair[0 if full else 1] for pair in _DIRECTIONS]), addresses.direction
            )
            kind = take(
                column([pair[0 if full else 1] for pair in STREET_TYPES]), addresses.street_type
            )
            lines.append(words(number, direction, name, kind))
        point = when(addresses.street_type == _type_position("Way"), "", ".")
        lines.append(join(lines[0], point))
        box_number = digits(addresses.number % 9000 + 1)
        boxes = [
            join("PO Box ", box_number),
            join("P.O. Box ", box_number),
            join("POB ", box_number),
        ]
        return when(addresses.is_box, choose(style, boxes), choose(style, lines))

    def unit_text(self, addresses: Addresses, style: Integers) -> Text:
        """The flat or "". Style 0: Apt 4B, 1: #4B, 2: Unit 4B, 3: Apartment 4B."""
        unit = join(digits(addresses.unit), take(column(_UNIT_LETTERS), addresses.unit_letter))
        options = [join(word, unit) for word in ("Apt ", "#", "Unit ", "Apartment ")]
        return when(addresses.unit > 0, choose(style, options), constant("", len(addresses.unit)))


def _house_number(random: Randomness, place: Integers) -> Integers:
    """Short numbers are commoner: 1–299 on 40 % of streets, up to 14999 on a few."""
    band = random.pick("street/band", place, np.array([40, 35, 20, 5], dtype=np.int64))
    limit = np.array([299, 1999, 9999, 14999], dtype=np.int64)[band]
    return 1 + random.below("street/number", place, limit)


def _type_position(name: str) -> int:
    return [pair[0] for pair in STREET_TYPES].index(name)


@lru_cache(maxsize=1)
def load_geography() -> Geography:
    """The places, read once."""
    return Geography()

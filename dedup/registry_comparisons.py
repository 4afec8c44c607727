"""The comparisons of the profile `registry`: damaged records of single people, with dates of birth.

Nothing is fixed for families, as a registry has none; what a person's records share is left to
training. The parts of an address are compared one by one, as each may be damaged by itself.
"""

from __future__ import annotations

from dataclasses import replace

from dedup.levels import Comparison, Level, either_null
from dedup.person_comparisons import FIRST_NAME, LAST_NAME, SWAPPED

_ALIKE = "jaro_winkler_similarity({0}_l, {0}_r) >= {1} or damerau_levenshtein({0}_l, {0}_r) <= {2}"


def _named(comparison: Comparison, *levels: Level) -> Comparison:
    return replace(comparison, levels=levels)


REGISTRY_FIRST_NAME = _named(
    FIRST_NAME,
    Level("equal", "first_name_l = first_name_r", "Rare names say more.", term="first_name"),
    Level(
        "nickname",
        "list_has_any(formal_names_l, formal_names_r)",
        "Bob and Robert; registries write names in full, so it is seldom seen in training.",
        m=0.02,
        u=2e-4,
        u_source="fixed",
    ),
    Level("typing error", _ALIKE.format("first_name", 0.9, 1), "One slip of the finger."),
    Level(
        "swapped with last name",
        SWAPPED,
        "Smith John in a file that means John Smith.",
        u=1e-6,
        u_source="fixed",
    ),
    Level("vaguely alike", _ALIKE.format("first_name", 0.8, 1), "Several slips."),
    Level("different", "else", "Replaced by another name; training says how often."),
)

REGISTRY_LAST_NAME = _named(
    LAST_NAME,
    Level("equal", "last_name_l = last_name_r", "Rare names say more.", term="last_name"),
    Level("typing error", _ALIKE.format("last_name", 0.93, 1), "One slip of the finger."),
    Level(
        "swapped with first name",
        SWAPPED,
        "Says the same as the level of the first name, which carries the weight.",
        m=0.05,
        u=0.05,
        u_source="fixed",
    ),
    Level("alike", _ALIKE.format("last_name", 0.85, 1), "Several slips."),
    Level("different", "else", "People marry; training says how often."),
)

STREET = Comparison(
    "street",
    either_null("street_name"),
    (
        Level("equal", "street_name_l = street_name_r", "Rare names say more.", term="street_name"),
        Level("alike", _ALIKE.format("street_name", 0.88, 2), "Misspelled."),
        Level("different", "else", "People move."),
    ),
)

HOUSE_NUMBER = Comparison(
    "house_number",
    either_null("house_number"),
    (
        Level("equal", "house_number_l = house_number_r", "The number of the house."),
        Level("different", "else", "People move."),
    ),
)

ZIP = Comparison(
    "zip",
    either_null("zip"),
    (
        Level("equal", "zip_l = zip_r", "A small ZIP says more.", term="zip"),
        Level("one digit off", "damerau_levenshtein(zip_l, zip_r) <= 1", "A slip of the finger."),
        Level("different", "else", "People move."),
    ),
)

CITY = Comparison(
    "city",
    either_null("city"),
    (
        Level("equal", "city_l = city_r", "A small town says more.", term="city"),
        Level(
            "alike",
            "jaro_winkler_similarity(split_part(city_l, '|', 1), split_part(city_r, '|', 1))"
            " >= 0.88",
            "Misspelled, or of another state.",
        ),
        Level("different", "else", "People move."),
    ),
)

REGISTRY_BIRTH_DATE = Comparison(
    "birth_date",
    either_null("birth_date"),
    (
        Level(
            "equal",
            "birth_date_l = birth_date_r",
            "One of some 25,000 days.",
            u=4e-5,
            u_source="fixed",
        ),
        Level(
            "nearly equal",
            "damerau_levenshtein(birth_date_l, birth_date_r) = 1"
            " or (left(birth_date_l, 4) = left(birth_date_r, 4)"
            " and damerau_levenshtein(birth_date_l, birth_date_r) <= 2)",
            "One digit off, or day and month swapped.",
            u=1e-3,
            u_source="fixed",
        ),
        Level("different", "else", "Another day.", u=0.99896, u_source="fixed"),
    ),
)

REGISTRY_COMPARISONS = (
    REGISTRY_FIRST_NAME,
    REGISTRY_LAST_NAME,
    STREET,
    HOUSE_NUMBER,
    ZIP,
    CITY,
    REGISTRY_BIRTH_DATE,
)

"""The household hypothesis: may the two be two people of one family rather than one person?

The model of `comparisons.py` weighs one person against two strangers. Two members of a family are
no strangers: they share address, landline, last name and often a mailbox, and each of these would
be counted as if it were independent evidence. So every pair is weighed a second time, against two
members of one household, and both alternatives together stand against the link:

    odds = 1 / (1 / odds against strangers + 1 / odds against a household)

Expectation maximisation can't learn these chances, because it never sees a household as such; they
are set by hand. What tells members of a household apart is the first name, the middle initial, the
suffix and the date of birth; what they share says next to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HouseholdChance:
    """How often two members of one household fall into a level of a comparison.

    `chance` stands against the level's m. It may be above 1 where having an answer at all is
    likelier for a family than for one person.
    """

    comparison: str
    level: str
    chance: float
    reason: str


@dataclass(frozen=True)
class HouseholdPattern:
    """Levels that together say more than each by itself: weight (log2) added when all hold."""

    name: str
    levels: tuple[tuple[str, tuple[str, ...]], ...]
    weight: float
    reason: str


# Log2 odds that two records of one household are one person, before looking at them.
HOUSEHOLD_PRIOR = -0.5

_FATHER_SON = "Father and son of one name, no suffix: one pair in 250."
_SIBLINGS = "Brothers and sisters, mother and daughter have names alike."
_MIDDLE = "Children carry a parent's name in the middle."
_SHARED = "The family shares it."
_USED = "Some use the mailbox of another."
_OWN = "Each has their own."
_NAMESAKE = "A suffix is written where there is a namesake: ten times likelier in a family."
_FAMILY = "Most of a family bear one name."

HOUSEHOLD_CHANCES = (
    HouseholdChance("first_name", "equal", 0.004, _FATHER_SON),
    HouseholdChance("first_name", "nickname", 0.0006, _FATHER_SON),
    HouseholdChance("first_name", "initial", 0.0045, "J. is James or Jane: they share a letter."),
    HouseholdChance("first_name", "typing error", 0.0015, _SIBLINGS),
    HouseholdChance("first_name", "swapped with last name", 1e-5, "Nobody is named so."),
    HouseholdChance("first_name", "last name in its place", 0.002, _FAMILY),
    HouseholdChance("first_name", "goes by middle name", 0.03, _MIDDLE),
    HouseholdChance("first_name", "two common names alike", 0.03, _SIBLINGS),
    HouseholdChance("first_name", "vaguely alike", 0.05, _SIBLINGS),
    HouseholdChance("first_name", "different", 0.88, "Two people have two names."),
    HouseholdChance("last_name", "equal", 0.85, _FAMILY),
    HouseholdChance("last_name", "typing error", 0.04, _FAMILY),
    HouseholdChance("last_name", "swapped with first name", 0.01, "Decided by the first name."),
    HouseholdChance("last_name", "one part of it", 0.02, "Half of a double name."),
    HouseholdChance("last_name", "alike", 0.001, _FAMILY),
    HouseholdChance("last_name", "different", 0.08, "Partners keep their names."),
    HouseholdChance("middle_name", "equal", 0.02, _MIDDLE),
    HouseholdChance("middle_name", "same initial", 0.08, "One letter in twelve agrees by chance."),
    HouseholdChance("middle_name", "different", 0.9, "Two people have two middle names."),
    HouseholdChance("suffix", "same", 0.2, "There is one Jr. in a house."),
    HouseholdChance("suffix", "one side only", 8.0, _NAMESAKE),
    HouseholdChance("suffix", "conflict", 8.0, _NAMESAKE),
    HouseholdChance("email", "same primary", 0.15, _SHARED),
    HouseholdChance("email", "one in common", 0.05, _SHARED),
    HouseholdChance("email", "same specific user", 0.002, _OWN),
    HouseholdChance("email", "typing error", 0.0005, _OWN),
    HouseholdChance("email", "same name-like user", 0.003, _OWN),
    HouseholdChance("email", "different", 0.8, _OWN),
    HouseholdChance("phone", "same primary", 0.25, _SHARED),
    HouseholdChance("phone", "one in common", 0.2, _SHARED),
    HouseholdChance("phone", "one digit off", 0.003, "Numbers of one contract follow each other."),
    HouseholdChance("phone", "same area", 0.3, _OWN),
    HouseholdChance("phone", "different", 0.25, _OWN),
    HouseholdChance("address", "same address", 0.9, _SHARED),
    HouseholdChance("address", "similar street", 0.03, _SHARED),
    HouseholdChance("address", "house number off", 0.03, _SHARED),
    HouseholdChance("address", "same ZIP, a street missing", 0.95, _SHARED),
    HouseholdChance("address", "same ZIP, other street", 0.003, "One of them moved."),
    HouseholdChance("address", "same city, a street missing", 0.35, _SHARED),
    HouseholdChance("address", "same city", 0.003, "One of them moved."),
    HouseholdChance("address", "same region", 0.003, "One of them moved."),
    HouseholdChance("address", "different", 0.02, "One of them moved."),
    HouseholdChance("birth_date", "equal", 0.004, "Twins."),
    HouseholdChance("birth_date", "nearly equal", 0.004, "Nearly never."),
    HouseholdChance("birth_date", "different", 0.992, "Two people have two birthdays."),
    HouseholdChance("mailbox_first_name", "theirs", 0.12, _USED),
    HouseholdChance("mailbox_first_name", "of somebody else", 0.88, _OWN),
    HouseholdChance("mailbox_last_name", "kept", 0.05, _USED),
    HouseholdChance("mailbox_last_name", "not kept", 0.95, _OWN),
)

HOUSEHOLD_PATTERNS = (
    HouseholdPattern(
        "both contacts differ",
        (
            ("email", ("different", "same name-like user")),
            ("phone", ("different", "same area")),
        ),
        -4.0,
        "One person changes a number or a mailbox, seldom both: namesakes of one house do.",
    ),
)

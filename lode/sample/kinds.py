"""The kinds of error a record of the sample may have; truth.csv names them for every record."""

from __future__ import annotations

from enum import IntFlag

import numpy as np

from lode.sample.randomness import Integers
from lode.sample.text import Text, column, take


class Kind(IntFlag):
    """One bit per kind, so that a record's kinds are one number."""

    NICKNAME = 1 << 0
    FIRST_NAME_TYPO = 1 << 1
    LAST_NAME_TYPO = 1 << 2
    SWAPPED_NAMES = 1 << 3
    MIDDLE_AS_FIRST = 1 << 4
    MISSING_FIRST_NAME = 1 << 5
    INITIAL_ONLY = 1 << 6
    MAIDEN_NAME = 1 << 7
    EMAIL_TYPO = 1 << 8
    INVALID_EMAIL = 1 << 9
    OLD_EMAIL = 1 << 10
    FAMILY_MAILBOX = 1 << 11
    PLACEHOLDER_EMAIL = 1 << 12
    NO_EMAIL = 1 << 13
    PHONE_TYPO = 1 << 14
    OLD_PHONE = 1 << 15
    FAMILY_PHONE = 1 << 16
    SWITCHBOARD = 1 << 17
    RECYCLED_PHONE = 1 << 18
    PLACEHOLDER_PHONE = 1 << 19
    PHONE_WITHOUT_AREA_CODE = 1 << 20
    NO_PHONE = 1 << 21
    STREET_TYPO = 1 << 22
    OLD_ADDRESS = 1 << 23
    NO_ADDRESS = 1 << 24
    NO_ZIP = 1 << 25
    LOST_ZIP_ZERO = 1 << 26
    WRONG_BIRTH_DATE = 1 << 27
    EXACT_DUPLICATE = 1 << 28
    UNUSABLE = 1 << 29

    @property
    def label(self) -> str:
        """The kind as truth.csv writes it."""
        return str(self.name).lower()


def write_kinds(kinds: Integers) -> Text:
    """The kinds of each record, separated by |; "" for a clean one."""
    distinct, place = np.unique(kinds, return_inverse=True)
    texts = ["|".join(kind.label for kind in Kind if value & kind) for value in distinct.tolist()]
    return take(column(texts), place.astype(np.int64))

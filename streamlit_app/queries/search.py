"""What was typed into the people search, understood: an id, an e-mail, a phone or a name. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers

MAXIMUM_LENGTH = 100
MINIMUM_PREFIX = 3
MINIMUM_LETTERS = 2
# The largest BIGINT UNSIGNED; a longer number is nobody's id.
MAXIMUM_PERSON_ID = 2**64 - 1

HELP = (
    "Type a last name, `last, first` or `first last`, a whole e-mail address, a phone number in any"
    " form, or a person's id."
)


def person_id_of(text: str) -> int | None:
    """Return the person's id that a text from an address is, None if it is none, however long."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAXIMUM_PERSON_ID))):
        return None
    return int(text) if 0 < int(text) <= MAXIMUM_PERSON_ID else None


@dataclass(frozen=True)
class ByPersonId:
    """The id of a golden person."""

    person_id: int


@dataclass(frozen=True)
class ByContact:
    """An exact contact value: kind is phone (E.164) or email (lower case)."""

    kind: str
    value: str


@dataclass(frozen=True)
class NameSplit:
    """One way to read a name: a last name, or its beginning, and how the first name begins."""

    last_name: str
    first_name_prefix: str = ""
    is_last_name_prefix: bool = False


@dataclass(frozen=True)
class ByName:
    """A name with every way to read it, the likeliest first."""

    splits: tuple[NameSplit, ...]


@dataclass(frozen=True)
class NotSearchable:
    """Nothing that can be looked up; `sentence` says what would be."""

    sentence: str


Search = ByPersonId | ByContact | ByName | NotSearchable


def parse_search(typed: str) -> Search:
    """Understand what was typed; never raises, whatever it was."""
    value = _tidy(typed)
    if not value:
        return NotSearchable(HELP)
    if len(value) > MAXIMUM_LENGTH:
        return NotSearchable(f"That is longer than {MAXIMUM_LENGTH} characters. {HELP}")
    if "@" in value:
        return _parse_email(value)
    if re.search(r"[0-9]", value):
        return _parse_number(value)
    return _parse_name(value)


def _tidy(typed: str) -> str:
    """Fold full-width forms, turn control characters into blanks and runs of blanks into one."""
    # Anything far over the limit is refused anyway; folding megabytes first would only take time.
    folded = unicodedata.normalize("NFKC", typed[: 10 * MAXIMUM_LENGTH])
    printable = "".join(
        " " if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp") else character
        for character in folded
    )
    return " ".join(printable.split())


def _parse_email(value: str) -> Search:
    address = re.sub(r"^mailto:", "", value.lower())
    if re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+", address) is None:
        return NotSearchable("That e-mail address is not complete: type all of it, as in x@y.com.")
    return ByContact("email", address)


def _parse_number(value: str) -> Search:
    """Tell ids from phones: an id is bare digits that no phone number in the US could be."""
    bare = value.removeprefix("#").strip()
    if re.search(r"[^\W\d_]{2,}", re.sub(r"(?i)^(tel|phone|id)\b|\b(ext|x)\b.*$", "", bare)):
        return NotSearchable(
            f"A number and a name together can't be searched: use one of them. {HELP}"
        )
    if not value.startswith("#"):
        phone = _parse_phone(bare)
        if phone is not None:
            return ByContact("phone", phone)
    digits = re.sub(r"(?i)^id\s*", "", bare)
    if digits.isascii() and digits.isdigit() and 0 < int(digits) <= MAXIMUM_PERSON_ID:
        is_id = value.startswith("#") or len(digits) > 10
        if is_id:
            return ByPersonId(int(digits))
    return NotSearchable(
        "That is neither a phone number (10 digits, or + and the country code) nor a person's id"
        " (11 digits or more; put # before a shorter one)."
    )


def _parse_phone(value: str) -> str | None:
    """Return the number in E.164, US where no country is given; None if it can't be one."""
    try:
        number = phonenumbers.parse(value, "US")
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != (
        phonenumbers.ValidationResult.IS_POSSIBLE
    ):
        return None
    national = phonenumbers.national_significant_number(number)
    # No area code begins with 0 or 1, so such digits are an id (import 1, record 1 is 10000000001).
    if number.country_code == 1 and national[0] in "01":
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _parse_name(value: str) -> Search:
    if len(re.findall(r"[^\W\d_]", value)) < MINIMUM_LETTERS:
        return NotSearchable(f"Type at least {MINIMUM_LETTERS} letters. {HELP}")
    last, comma, first = (part.strip() for part in value.partition(","))
    if comma:
        if not last:
            return NotSearchable("Type the last name before the comma, as in `Miller, Jo`.")
        return (
            ByName((NameSplit(last, _first_word(first)),)) if first else ByName((NameSplit(last),))
        )
    words = value.split()
    if len(words) == 1:
        # Two letters begin too many names: they are looked up as a whole name ("Li", "Ng").
        return ByName((NameSplit(value, is_last_name_prefix=len(value) >= MINIMUM_PREFIX),))
    # "Maria De La Cruz" may be Cruz or De La Cruz, "Van Dyke" may be all last name.
    splits = [
        NameSplit(words[-1], words[0]),
        NameSplit(" ".join(words[1:]), words[0]),
        NameSplit(value),
    ]
    return ByName(tuple(dict.fromkeys(splits)))


def _first_word(first: str) -> str:
    """Return the first name without middle names, which the marts keep in a column of their own."""
    return first.split()[0]

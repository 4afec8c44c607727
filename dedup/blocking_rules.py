"""Which pairs are compared at all: every blocking rule as data, with the reason for it.

A rule is a list of keys; two persons become a candidate pair when all keys of one rule agree. A
key is a column or an SQL expression over the columns of `sql/features.sql`; `explode` names a list
column of which any element may agree.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BlockingRule:
    """Keys that must agree (`keys`), key pairs that must agree crosswise (`crossed`), a reason."""

    name: str
    keys: tuple[str, ...]
    reason: str
    explode: str | None = None
    crossed: tuple[tuple[str, str], ...] = ()

    def condition(self) -> str:
        """Splink's form: an SQL condition over the aliases l and r."""
        equal = [f"{_side(key, 'l')} = {_side(key, 'r')}" for key in self.keys]
        cross = [f"l.{a} = r.{b}" for a, b in self.crossed]
        return " and ".join(equal + cross)


def _side(key: str, alias: str) -> str:
    """The key with every column qualified by the alias."""
    if "(" not in key:
        return f"{alias}.{key}"
    head, inner = key.split("(", 1)
    column, rest = inner.split(",", 1)
    return f"{head}({alias}.{column},{rest}"


BLOCKING_RULES = (
    BlockingRule("email", ("emails",), "Any mailbox in common.", explode="emails"),
    BlockingRule("phone", ("phones",), "Any number in common.", explode="phones"),
    BlockingRule(
        "specific mail user",
        ("specific_users",),
        "The same unusual user name at another provider.",
        explode="specific_users",
    ),
    BlockingRule(
        "address",
        ("address_keys",),
        "One house: names that are misspelled, changed, short, swapped or missing.",
        explode="address_keys",
    ),
    BlockingRule(
        "last + first + ZIP3",
        ("last_name", "first_name", "zip3"),
        "Moved within the region, all contacts changed.",
    ),
    BlockingRule(
        "last + first + middle",
        ("last_name", "first_name", "middle_name"),
        "Moved far: the middle name makes a common name rare.",
    ),
    BlockingRule(
        "last + first + mail user",
        ("last_name", "first_name", "left(email, 4)"),
        "Moved, and a slip in the mailbox or another provider.",
    ),
    BlockingRule(
        "last + first + state", ("last_name", "first_name", "state"), "Moved within the state."
    ),
    BlockingRule(
        "ZIP + formal first + last initial",
        ("zip", "formal_name", "last_initial"),
        "Nicknames and misspelled last names.",
    ),
    BlockingRule(
        "ZIP + last + first initial",
        ("zip", "last_name", "first_initial"),
        "Misspelled first names, initials.",
    ),
    BlockingRule(
        "ZIP + first name", ("zip", "first_name"), "Changed last names; quadratic in large ZIPs."
    ),
    BlockingRule(
        "city + formal first + last 2",
        ("city", "formal_name", "left(last_name, 2)"),
        "Lost ZIPs: nicknames, misspelled last names.",
    ),
    BlockingRule(
        "city + last + first 2",
        ("city", "last_name", "left(first_name, 2)"),
        "Lost ZIPs: misspelled first names.",
    ),
    BlockingRule(
        "phone but 3 digits + first initial",
        ("phone_head", "first_initial"),
        "A slip in the last three digits of the number.",
    ),
    BlockingRule(
        "last 7 digits + last initial",
        ("phone_last7", "last_initial"),
        "A changed or wrong area code (a tier of the brief).",
    ),
    BlockingRule(
        "swapped names + ZIP3",
        ("zip3",),
        "First and last name in each other's column.",
        crossed=(("first_name", "last_name"), ("last_name", "first_name")),
    ),
    BlockingRule(
        "birth date + last initial + first initial",
        ("birth_date", "last_initial", "first_initial"),
        "Everything else changed but the birthday.",
    ),
)


def _damaged(*keys: str) -> BlockingRule:
    """A rule by two fields that are seldom damaged both."""
    return BlockingRule(" + ".join(keys), keys, "Two fields that are whole.")


REGISTRY_BLOCKING_RULES = (
    BlockingRule("birth date", ("birth_date",), "The same day."),
    _damaged("first_name", "last_name"),
    _damaged("street_name", "zip"),
    _damaged("street_name", "city"),
    _damaged("house_number", "street_name"),
    _damaged("house_number", "zip"),
    _damaged("house_number", "city"),
    _damaged("house_number", "first_name"),
    _damaged("house_number", "last_name"),
    _damaged("city", "zip"),
    _damaged("last_name", "zip"),
    _damaged("last_name", "city"),
    _damaged("last_name", "street_name"),
    _damaged("first_name", "zip"),
    _damaged("first_name", "city"),
    _damaged("first_name", "street_name"),
    BlockingRule(
        "ZIP + last 3",
        ("zip", "left(last_name, 3)"),
        "A slip at the end of the last name.",
    ),
    BlockingRule(
        "house number + ZIP3 + last 3",
        ("house_number", "zip3", "left(last_name, 3)"),
        "Slips at the end of both.",
    ),
    BlockingRule(
        "last name in place of first + ZIP3",
        ("zip3",),
        "Swapped names, one of them damaged.",
        crossed=(("first_name", "last_name"),),
    ),
    BlockingRule(
        "first name in place of last + ZIP3",
        ("zip3",),
        "The same from the other side.",
        crossed=(("last_name", "first_name"),),
    ),
)

"""Postal addresses as contact points: what somebody writes in one line, as the warehouse spells it.

The statement of macro addresses_statement spells them, by the macros by which files are
standardized.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from lode.comply import Contact, contact_of
from lode.db import connect
from lode.decision_statements import ask
from lode.errors import LodeError
from lode.settings import Settings

MAXIMUM_CHARACTERS = 1_000
EXAMPLE = "12 Oak St Apt 4, Austin, TX 78701"


def address_contacts(settings: Settings, lines: Sequence[str]) -> list[Contact | None]:
    """Return the contact point of each address; None for one that no letter can be sent to."""
    if not lines:
        return []
    given = [line if len(line) <= MAXIMUM_CHARACTERS else "" for line in lines]
    with connect("auditor", settings, schema="canonical") as connection:
        rows = ask(connection, "addresses", {"addresses": json.dumps(given)})
    values = {int(row["number"]): row["contact_value"] for row in rows}
    found = [values.get(place) for place in range(1, len(given) + 1)]
    return [Contact("address", value) if value else None for value in found]


def address_contact(settings: Settings, line: str) -> Contact:
    """Return the contact point of an address; LodeError, one sentence, if it is none."""
    (contact,) = address_contacts(settings, [line])
    if contact is None:
        raise LodeError(not_an_address("--address"))
    return contact


def not_an_address(name: str) -> str:
    """Return the sentence about a text, given by an option or column, that is no address."""
    return f"{name} needs street, city, state and ZIP with commas between them, such as {EXAMPLE}."


def named_contact(
    settings: Settings, phone: str | None, email: str | None, address: str | None
) -> Contact:
    """Return the contact point that the user names by one of the three; LodeError if it is none."""
    return contact_of(phone, email) if address is None else address_contact(settings, address)

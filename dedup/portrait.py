"""What two persons look like side by side: values and contact points, as an operator reads."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pymysql.connections import Connection

from lode.person import fetch
from lode.tables import print_table

NAMES = ("first_name", "middle_name", "last_name", "name_suffix", "company_name", "birth_date")
LISTS = {
    "phone": "select person_id, phone_e164 as value from phone_numbers where person_id in %s",
    "email": "select person_id, email as value from email_addresses where person_id in %s",
    "address": (
        "select person_id, concat_ws(', ', street, city, state, zip) as value from addresses"
        " where person_id in %s"
    ),
}
Portrait = dict[str, str]


def portraits(connection: Connection[Any], persons: Iterable[int]) -> dict[int, Portrait]:
    """Return the values of living persons by field, lists joined by semicolons."""
    wanted = tuple(persons)
    if not wanted:
        return {}
    query = f"select id, {', '.join(NAMES)}, record_count from persons where id in %s"
    found: dict[int, Portrait] = {}
    for row in fetch(connection, query, wanted):
        found[int(row["id"])] = {name: str(row[name] or "") for name in (*NAMES, "record_count")}
    for name, query in LISTS.items():
        values: dict[int, list[str]] = defaultdict(list)
        for row in fetch(connection, query, wanted):
            values[int(row["person_id"])].append(str(row["value"]))
        for person, portrait in found.items():
            portrait[name] = "; ".join(sorted(values[person]))
    return found


def print_side_by_side(found: dict[int, Portrait], first: int, second: int) -> None:
    """Print two persons field by field; what neither has is left out."""
    one, other = found.get(first, {}), found.get(second, {})
    rows = [("field", str(first), str(second))]
    rows += [
        (name, one.get(name, ""), other.get(name, ""))
        for name in (*NAMES, *LISTS, "record_count")
        if one.get(name) or other.get(name)
    ]
    print_table(rows)


def print_waterfall(waterfall: str | list[list[Any]], weight: float) -> None:
    """Print the steps of a match weight, which add up to it."""
    steps = json.loads(waterfall) if isinstance(waterfall, str) else waterfall
    rows = [("comparison", "level", "weight")]
    rows += [(str(name), str(level), f"{step:+.2f}") for name, level, step in steps]
    rows.append(("match weight", "", f"{weight:+.2f}"))
    print_table(rows, right=(2,))

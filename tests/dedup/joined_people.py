"""The guarded upsert in a few lines of Python, so that tests can feed the dedup what dbt feeds it.

Records are joined on a shared e-mail, phone or first + last + ZIP where the guard of the
architecture allows the pair; keys of more than 12 records join nobody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import pyarrow as pa
from generated_people import Record
from name_lists import NICKNAMES

HUB = 12


def _formal(name: str) -> str:
    short = {nick: formal for formal, nick in NICKNAMES.items()}
    return short.get(name, name)


def can_be_one(a: Record, b: Record, is_name_key: bool) -> bool:
    """Whether the guard lets two records that share a key be joined."""
    if a.suffix and b.suffix and a.suffix != b.suffix:
        return False
    if not is_name_key:
        if not a.first or not b.first:
            return False
        return (
            _formal(a.first) == _formal(b.first)
            or ((len(a.first) == 1 or len(b.first) == 1) and a.first[0] == b.first[0])
            or (a.first == b.last and a.last == b.first)
        )
    if a.suffix != b.suffix or (a.middle and b.middle and a.middle[0] != b.middle[0]):
        return False
    for mine, other in ((a.emails, b.emails), (a.phones, b.phones)):
        if mine and other and not set(mine) & set(other):
            return False
    keys = (a.home.street_key, b.home.street_key)
    return not all(keys) or keys[0] == keys[1]


def _key_holders(records: list[Record]) -> dict[tuple[str, str], list[Record]]:
    holders: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        for mail in record.emails:
            holders["email", mail].append(record)
        for phone in record.phones:
            holders["phone", phone].append(record)
        if record.first and record.home.zip:
            holders["name", f"{record.first}|{record.last}|{record.home.zip}"].append(record)
    return {key: group for key, group in holders.items() if len(group) <= HUB}


def join_records(records: list[Record]) -> dict[int, int]:
    """Map record_id → person_id (the smallest record id of the component)."""
    holders = _key_holders(records)
    root = {record.record_id: record.record_id for record in records}

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for (kind, _), group in holders.items():
        for at, a in enumerate(group):
            for b in group[at + 1 :]:
                if can_be_one(a, b, kind == "name"):
                    low, high = sorted((find(a.record_id), find(b.record_id)))
                    root[high] = low
    return {record_id: find(record_id) for record_id in root}


def _primary(values: Iterable[str]) -> str | None:
    counted = Counter(value for value in values if value)
    return min(counted, key=lambda value: (-counted[value], value)) if counted else None


def canonical_tables(records: list[Record], person_of: dict[int, int]) -> dict[str, pa.Table]:
    """The four canonical tables as Arrow, with the columns that the dedup reads."""
    members: dict[int, list[Record]] = defaultdict(list)
    for record in records:
        members[person_of[record.record_id]].append(record)
    persons, phones, mails, homes = [], [], [], []
    for person_id in sorted(members):
        own = members[person_id]
        persons.append(
            {
                "id": person_id,
                "first_name": (_primary(r.first for r in own) or "").title() or None,
                "middle_name": (_primary(r.middle for r in own) or "").title() or None,
                "last_name": (_primary(r.last for r in own) or "").title() or None,
                "name_suffix": _primary(r.suffix for r in own),
                "birth_date": _primary(r.born for r in own),
                "record_count": len(own),
            }
        )
        for value in sorted({value for r in own for value in r.phones}):
            first = value == _primary(v for r in own for v in r.phones)
            phones.append({"person_id": person_id, "phone_e164": value, "is_primary": int(first)})
        for value in sorted({value for r in own for value in r.emails}):
            first = value == _primary(v for r in own for v in r.emails)
            mails.append({"person_id": person_id, "email": value, "is_primary": int(first)})
        for at, home in enumerate(
            sorted({r.home for r in own}, key=lambda h: (h != own[-1].home, repr(h)))
        ):
            homes.append(
                {
                    "person_id": person_id,
                    "street_key": home.street_key or None,
                    "city": home.city,
                    "state": home.state,
                    "zip": home.zip or None,
                    "country": "US",
                    "is_primary": int(at == 0),
                }
            )
    return {
        "persons": _table(persons, PERSONS),
        "phone_numbers": _table(phones, PHONES),
        "email_addresses": _table(mails, MAILS),
        "addresses": _table(homes, HOMES),
    }


PERSONS = pa.schema(
    [
        ("id", pa.uint64()),
        ("first_name", pa.string()),
        ("middle_name", pa.string()),
        ("last_name", pa.string()),
        ("name_suffix", pa.string()),
        ("birth_date", pa.string()),
        ("record_count", pa.int64()),
    ]
)
PHONES = pa.schema(
    [("person_id", pa.uint64()), ("phone_e164", pa.string()), ("is_primary", pa.int64())]
)
MAILS = pa.schema([("person_id", pa.uint64()), ("email", pa.string()), ("is_primary", pa.int64())])
HOMES = pa.schema(
    [
        ("person_id", pa.uint64()),
        ("street_key", pa.string()),
        ("city", pa.string()),
        ("state", pa.string()),
        ("zip", pa.string()),
        ("country", pa.string()),
        ("is_primary", pa.int64()),
    ]
)


def _table(rows: list[dict[str, object]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=schema)

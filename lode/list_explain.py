"""Why somebody is in a list or not, and may be contacted or not: each filter, each reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymysql.connections import Connection

from lode.comply import Verdict, explain_person
from lode.comply_facts import verdict_facts
from lode.db import connect
from lode.list_definitions import newest
from lode.list_filters import Filter, filters_of
from lode.list_gate import KINDS, PEOPLE, decide
from lode.person import fetch, find_identity
from lode.settings import Settings

SHARED = """
select count(distinct others.golden_person_id) as holders
from int_golden_contacts as others
where
    others.contact_kind = %(kind)s
    and others.contact_value = %(value)s
    and others.golden_person_id < %(person)s
"""


@dataclass(frozen=True)
class WhyNot:
    """What becomes of one golden person of a list at a moment.

    `outcome` is the first reason to keep them back, "" if they may be contacted. `shared_before`
    counts those with a smaller id who hold the same contact point: the first one in the list has
    the line. `filters` has each filter in words, and whether it holds.
    """

    person: int
    at: datetime
    filters: list[tuple[str, bool]]
    outcome: str
    shared_before: int
    verdicts: list[Verdict]

    @property
    def is_in_list(self) -> bool:
        """Whether all filters hold."""
        return all(holds for _, holds in self.filters)

    def as_facts(self) -> dict[str, Any]:
        """What the page shows of it; contact points are masked."""
        return {
            "person": self.person, "at": self.at.isoformat(), "is_in_list": self.is_in_list,
            "filters": [{"words": words, "holds": holds} for words, holds in self.filters],
            "outcome": self.outcome, "shared_before": self.shared_before,
            "verdicts": verdict_facts(self.verdicts),
        }  # fmt: skip


def explain_in_list(settings: Settings, name: str, version: int | None, person: int) -> WhyNot:
    """Return why somebody is in a list or not now; LodeError for an unknown list or person."""
    wanted = newest(settings, name, version)
    channel = wanted.definition.channel
    with connect("auditor", settings, schema="canonical", autocommit=True) as reader:
        golden = find_identity(reader, person).golden_id
        at = fetch(reader, "select utc_timestamp(6) as at")[0]["at"]
        filters = filters_of(wanted.definition, settings, at)
        held = _held(reader, settings, filters, golden)
        people = _person(reader, settings, golden)
        chunk = decide(reader, people, channel, at, lambda _digests: set())
        outcome = chunk.left_out[0].code if chunk.left_out else ""
        shared = 0
        if chunk.allowed:
            value = chunk.allowed[0].point.value
            marks = {"kind": KINDS[channel], "value": value, "person": golden}
            shared = int(fetch(reader, SHARED, marks)[0]["holders"])
    verdicts = explain_person(settings, golden, at, (channel,))
    return WhyNot(golden, at, held, outcome, shared, verdicts)


def _person(reader: Connection[Any], settings: Settings, golden: int) -> list[dict[str, Any]]:
    return fetch(
        reader,
        f"select {PEOPLE} from `{settings.schema('marts')}`.golden_persons"
        " where golden_person_id = %(person)s",
        {"person": golden},
    )


def _held(
    reader: Connection[Any], settings: Settings, filters: list[Filter], golden: int
) -> list[tuple[str, bool]]:
    """Return each filter in words, and whether it holds for a golden person."""
    if not filters:
        return []
    values: dict[str, Any] = {"person": golden}
    for one in filters:
        values |= one.values
    columns = ", ".join(f"({one.sql}) as held_{place}" for place, one in enumerate(filters))
    rows = fetch(
        reader,
        f"select {columns} from `{settings.schema('marts')}`.golden_persons as golden"
        " where golden.golden_person_id = %(person)s",
        values,
    )
    return [
        (one.words, bool(rows and rows[0][f"held_{place}"])) for place, one in enumerate(filters)
    ]

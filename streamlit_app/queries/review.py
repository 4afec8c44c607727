"""Pairs that may be one person: the queue, two records side by side, what a merge would do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from streamlit_app.queries.review_statements import (
    DECISIONS,
    GOLDEN_PAIR,
    ONE_PAIR,
    QUEUE,
    QUEUE_SIZE,
    REASONS_OF_PAIR,
    VALUES_OF_PAIR,
)
from streamlit_app.queries.statement import fetch
from streamlit_app.queries.timeline import mask_field

# What is compared, in the order of the table: label, canonical table, fields of it.
COMPARED = (
    ("First name", "persons", "first_name"),
    ("Middle name", "persons", "middle_name"),
    ("Last name", "persons", "last_name"),
    ("Suffix", "persons", "name_suffix"),
    ("Birth date", "persons", "birth_date"),
    ("Company", "persons", "company_name"),
    ("Phones", "phone_numbers", "phone_raw"),
    ("E-mails", "email_addresses", "email"),
    ("Address", "addresses", "primary_address"),
)
REQUESTS = frozenset({"OPT_OUT", "PERSON_OPT_OUT", "INTERNAL_DNC", "LITIGATOR"})


@dataclass(frozen=True)
class WaitingPair:
    """A pair in the queue; a merge of a risky one changes whom we may contact."""

    first: int
    second: int
    weight: float
    is_risky: bool


@dataclass(frozen=True)
class QueuedPair:
    """A pair that is looked at, with the golden persons of the two."""

    first: int
    second: int
    golden_first: int
    golden_second: int
    weight: float
    score: float
    is_risky: bool


@dataclass(frozen=True)
class Step:
    """A step of the weight: what was compared, how it came out, what that adds."""

    comparison: str
    level: str
    weight: float


@dataclass(frozen=True)
class ReviewPair:
    """A pair with what the model made of it."""

    pair: QueuedPair
    reason: str
    link_threshold: float
    review_threshold: float
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class ComparedField:
    """A field of two persons, masked; `sign` is same, different, one side or nothing.

    `proposed` is the side whose value is newer, where they differ: first, second or "".
    """

    label: str
    first: str
    second: str
    sign: str
    proposed: str


@dataclass(frozen=True)
class GoldenSide:
    """One of the two golden persons."""

    golden_person_id: int
    full_name: str
    records: int
    persons: int
    channels: Mapping[str, bool]


@dataclass(frozen=True)
class Effect:
    """What a merge would do: who stays, how much comes together, which requests count for both."""

    golden_id: int
    retired_id: int
    records: int
    persons: int
    inherited: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """A decision about who is who; `is_ended` if another one ended it."""

    number: int
    kind: str
    decided_by: str
    reason: str
    decided_at: datetime | None
    is_ended: bool


def read_queue(engine: Engine, actor: str) -> tuple[list[WaitingPair], bool]:
    """Return the next pairs for somebody, the risky ones first, and whether there are more."""
    rows = fetch(engine, QUEUE, {"actor": actor})
    pairs = [
        WaitingPair(
            int(row["person_id_l"]),
            int(row["person_id_r"]),
            float(row["match_weight"]),
            bool(row["is_risky"]),
        )
        for row in rows[:QUEUE_SIZE]
    ]
    return pairs, len(rows) > QUEUE_SIZE


def read_pair(engine: Engine, first: int, second: int) -> ReviewPair | None:
    """Return a pair, None if it does not wait (any more)."""
    for row in fetch(engine, ONE_PAIR, {"first": first, "second": second}):
        return ReviewPair(
            _queued(row),
            row["match_reason"] or "",
            float(row["link_threshold"]),
            float(row["review_threshold"]),
            _steps(row["waterfall"]),
        )
    return None


def read_comparison(engine: Engine, first: int, second: int) -> list[ComparedField]:
    """Return the fields that at least one of two persons has, masked after they were compared."""
    rows = fetch(engine, VALUES_OF_PAIR, {"first": first, "second": second})
    found = []
    for label, table, field in COMPARED:
        sides = [
            {
                str(row["cell_value"]): row["effective_at"]
                for row in rows
                if int(row["person_id"]) == person
                and (row["table_name"], row["field_name"]) == (table, field)
                and row["cell_value"]
            }
            for person in (first, second)
        ]
        if any(sides):
            found.append(_compared(label, table, field, sides[0], sides[1]))
    return found


def read_sides(engine: Engine, pair: QueuedPair) -> list[GoldenSide]:
    """Return the two golden persons, the one of the first person first."""
    rows = fetch(engine, GOLDEN_PAIR, _goldens(pair))
    sides = {int(row["golden_person_id"]): _side(row) for row in rows}
    ids = (pair.golden_first, pair.golden_second)
    return [sides[one] for one in ids if one in sides]


def read_effect(engine: Engine, pair: QueuedPair, sides: list[GoldenSide]) -> Effect:
    """Return what a merge of the two would do."""
    asked: dict[str, set[int]] = {}
    for row in fetch(engine, REASONS_OF_PAIR, _goldens(pair)):
        if REQUESTS & set(str(row["reasons"]).split(",")):
            asked.setdefault(str(row["channel"]), set()).add(int(row["golden_person_id"]))
    ids = sorted((pair.golden_first, pair.golden_second))
    return Effect(
        golden_id=ids[0],
        retired_id=ids[1],
        records=sum(side.records for side in sides),
        persons=sum(side.persons for side in sides),
        inherited=tuple(sorted(channel for channel, who in asked.items() if len(who) == 1)),
    )


def read_decisions(engine: Engine) -> list[Decision]:
    """Return the newest decisions about who is who, newest first."""
    return [
        Decision(
            number=int(row["id"]),
            kind=row["kind"] or "",
            decided_by=row["decided_by"] or "",
            reason=row["reason"] or "",
            decided_at=row["decided_at"],
            is_ended=row["ended_by"] is not None,
        )
        for row in fetch(engine, DECISIONS)
    ]


def _goldens(pair: QueuedPair) -> dict[str, object]:
    return {"golden_first": pair.golden_first, "golden_second": pair.golden_second}


def _queued(row: dict[str, Any]) -> QueuedPair:
    return QueuedPair(
        first=int(row["person_id_l"]),
        second=int(row["person_id_r"]),
        golden_first=int(row["golden_person_id_l"]),
        golden_second=int(row["golden_person_id_r"]),
        weight=float(row["match_weight"]),
        score=float(row["match_score"] or 0),
        is_risky=bool(row["is_risky"]),
    )


def _steps(waterfall: Any) -> tuple[Step, ...]:
    parts = json.loads(waterfall) if isinstance(waterfall, str) else waterfall
    return tuple(Step(str(name), str(level), float(weight)) for name, level, weight in parts or ())


def _side(row: dict[str, Any]) -> GoldenSide:
    return GoldenSide(
        golden_person_id=int(row["golden_person_id"]),
        full_name=row["full_name"] or row["company_name"] or "(no name)",
        records=int(row["record_count"] or 0),
        persons=int(row["person_count"] or 0),
        channels={
            "call": bool(row["is_callable"]),
            "sms": bool(row["is_textable"]),
            "email": bool(row["is_emailable"]),
            "mail": bool(row["is_mailable"]),
        },
    )


def _compared(
    label: str, table: str, field: str, first: dict[str, Any], second: dict[str, Any]
) -> ComparedField:
    shown = [
        "; ".join(mask_field(table, field, one) for one in sorted(side)) for side in (first, second)
    ]
    keys = [{_key(table, value) for value in side} for side in (first, second)]
    proposed = ""
    if not (first and second):
        sign = "one side"
        proposed = "first" if first else "second"
    elif keys[0] & keys[1]:
        sign = "same" if keys[0] == keys[1] else "in part"
    else:
        sign = "different"
        newest = [
            max((one for one in side.values() if one), default=None) for side in (first, second)
        ]
        if table == "persons" and newest[0] and newest[1] and newest[0] != newest[1]:
            proposed = "first" if newest[0] > newest[1] else "second"
    return ComparedField(label, shown[0], shown[1], sign, proposed)


def _key(table: str, value: str) -> str:
    """Return a value as it is compared: phones by their digits, all else without case."""
    if table == "phone_numbers":
        return "".join(one for one in value if one.isdigit())[-10:]
    return value.casefold()

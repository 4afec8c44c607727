"""Pairs that may be one person: the queue, two records side by side, what a merge would do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from streamlit_app.queries.comparison import Proposal
from streamlit_app.queries.group_statements import PAIR_MEMBERS
from streamlit_app.queries.review_statements import (
    DECISIONS,
    LISTS_OF_PAIR,
    MAXIMUM_COUNTED,
    ONE_PAIR,
    QUEUE,
    QUEUE_COUNT,
    QUEUE_SIZE,
    REASONS_OF_PAIR,
)
from streamlit_app.queries.statement import fetch

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
    # The golden record of both, by field; empty where it is not known.
    proposed: Mapping[str, Proposal]


@dataclass(frozen=True)
class GoldenSide:
    """One of the two golden persons."""

    golden_person_id: int
    full_name: str
    records: int
    persons: int
    channels: Mapping[str, bool]


@dataclass(frozen=True)
class ListTouched:
    """A list by the newest of its exports that either of two persons is a line of.

    `is_valid` tells that a file of it may still be in use, `holds_both` that both are lines.
    """

    name: str
    channel: str
    export_id: int
    decided_at: datetime
    is_valid: bool
    holds_both: bool


@dataclass(frozen=True)
class Effect:
    """What a merge would do: who stays, how much comes together, which requests count for both.

    `redirected` are all ids that then lead to another golden person than today; `is_chosen` tells
    that people chose who stays. `lists` are those whose exports hold one of the two or both.
    """

    sides: tuple[GoldenSide, ...]

    golden_id: int
    retired_id: int
    records: int
    persons: int
    inherited: tuple[str, ...]
    redirected: tuple[int, ...]
    is_chosen: bool
    lists: tuple[ListTouched, ...]


@dataclass(frozen=True)
class Decision:
    """A decision about who is who; `is_ended` if another one ended it, with all its parts."""

    number: int
    kind: str
    decided_by: str
    reason: str
    decided_at: datetime | None
    parts: int
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


def count_waiting(engine: Engine, actor: str) -> tuple[int, bool]:
    """Return how many pairs wait for somebody, and whether there are more than were counted."""
    (row,) = fetch(engine, QUEUE_COUNT, {"actor": actor})
    count = int(row["pair_count"])
    return min(count, MAXIMUM_COUNTED), count > MAXIMUM_COUNTED


def read_pair(engine: Engine, first: int, second: int) -> ReviewPair | None:
    """Return a pair, None if it does not wait (any more)."""
    rows = fetch(engine, ONE_PAIR, {"first": first, "second": second})
    if not rows:
        return None
    row = rows[0]
    return ReviewPair(
        _queued(row),
        row["match_reason"] or "",
        float(row["link_threshold"]),
        float(row["review_threshold"]),
        _steps(row["waterfall"]),
        {
            str(one["field_name"]): Proposal(
                str(one["cell_value"]), int(one["person_id"]), str(one["rule"])
            )
            for one in rows
            if one["field_name"] is not None
        },
    )


def read_effect(engine: Engine, pair: QueuedPair) -> Effect:
    """Return what a merge of the two would do."""
    asked: dict[str, set[int]] = {}
    for row in fetch(engine, REASONS_OF_PAIR, _goldens(pair)):
        if REQUESTS & set(str(row["reasons"]).split(",")):
            asked.setdefault(str(row["channel"]), set()).add(int(row["golden_person_id"]))
    members = fetch(engine, PAIR_MEMBERS, _goldens(pair))
    found = {int(row["golden_person_id"]): _side(row) for row in members}
    ids = (pair.golden_first, pair.golden_second)
    sides = tuple(found[one] for one in ids if one in found)
    stays, goes, is_chosen, redirected = _who_stays(pair, members)
    return Effect(
        sides=sides,
        golden_id=stays,
        retired_id=goes,
        records=sum(side.records for side in sides),
        persons=sum(side.persons for side in sides),
        inherited=tuple(sorted(channel for channel, who in asked.items() if len(who) == 1)),
        redirected=redirected,
        is_chosen=is_chosen,
        lists=tuple(_list_of(row) for row in fetch(engine, LISTS_OF_PAIR, _goldens(pair))),
    )


def _who_stays(
    pair: QueuedPair, members: list[dict[str, Any]]
) -> tuple[int, int, bool, tuple[int, ...]]:
    """Return who stays, who goes, whether people chose, and the ids that lead elsewhere then.

    As a run does it: whom people chose last, else the smaller of the two golden persons.
    """
    low, high = sorted((pair.golden_first, pair.golden_second))
    chosen = [row for row in members if row["chosen_by"] and row["record_count"]]
    newest = max(chosen, key=lambda row: int(row["chosen_by"]), default=None)
    stays = int(newest["person_id"]) if newest is not None else low
    goes = low if newest is not None and int(newest["golden_person_id"]) == high else high
    redirected = sorted(
        int(row["person_id"])
        for row in members
        if int(row["golden_person_id"]) != stays and int(row["person_id"]) != stays
    )
    return stays, goes, newest is not None, tuple(redirected)


def read_decisions(engine: Engine) -> list[Decision]:
    """Return the newest decisions about who is who, newest first."""
    return [
        Decision(
            number=int(row["id"]),
            kind=row["kind"] or "",
            decided_by=row["decided_by"] or "",
            reason=row["reason"] or "",
            decided_at=row["decided_at"],
            parts=int(row["parts"]),
            is_ended=not int(row["standing"]),
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
        records=int(row["golden_record_count"] or 0),
        persons=int(row["person_count"] or 0),
        channels={
            "call": bool(row["is_callable"]),
            "sms": bool(row["is_textable"]),
            "email": bool(row["is_emailable"]),
            "mail": bool(row["is_mailable"]),
        },
    )


def _list_of(row: dict[str, Any]) -> ListTouched:
    return ListTouched(
        name=str(row["list_name"]),
        channel=str(row["channel"]),
        export_id=int(row["export_id"]),
        decided_at=row["decided_at"],
        is_valid=bool(row["is_valid"]),
        holds_both=int(row["sides"]) > 1,
    )

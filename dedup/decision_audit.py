"""What the audit log says of decisions about who is who: ids, verdict, reason, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pymysql.connections import Connection

from dedup.constraints import GOLDEN, Standing
from lode import audit
from lode.person import fetch
from lode.settings import Settings


def note_decided(
    connection: Connection[Any],
    settings: Settings,
    *,
    by: str,
    reason: str,
    verdict: str,
    decisions: Sequence[int],
    sides: Sequence[Sequence[int]],
    ended: Sequence[Standing] = (),
) -> None:
    """Note decisions of one kind (link, apart, golden), as the last statement of their transaction.

    `sides` are the persons of either side, for `golden` one side of one person; `ended` are the
    decisions that end with it. Who stands for each person afterwards is known at once only of a
    choice; of all others the next run decides it, and the log says null.
    """
    persons = sorted({person for side in sides for person in side})
    after = dict.fromkeys(map(str, persons), persons[0]) if verdict == GOLDEN else None
    payload = {
        "verdict": verdict,
        "decisions": list(decisions),
        "sides": [sorted(side) for side in sides],
        "ended": [_said(one) for one in ended],
        "before": {"golden": _golden_of(connection, persons)},
        "after": {"golden": after},
        "reason": reason.strip(),
    }
    subject = f"person {persons[0]}" if len(persons) == 1 else f"decision {decisions[0]}"
    if len(persons) == 2:
        subject = f"pair {persons[0]}-{persons[1]}"
    audit.append(
        connection, settings, "review.decide", actor=by.strip(), subject=subject, payload=payload
    )


def note_ended(
    connection: Connection[Any],
    settings: Settings,
    number: int,
    *,
    by: str,
    reason: str,
    ended: Sequence[Standing],
) -> None:
    """Note that decisions end, as the last statement of the transaction that ends them."""
    persons = {one for was in ended for one in (was.first, was.second) if one is not None}
    payload = {
        "ended": [_said(one) for one in ended],
        "before": {"golden": _golden_of(connection, sorted(persons))},
        "after": {"golden": None},
        "reason": reason.strip(),
    }
    audit.append(
        connection, settings, "review.end", actor=by.strip(), subject=f"decision {number}",
        payload=payload,
    )  # fmt: skip


def _said(one: Standing) -> dict[str, Any]:
    """What a decision says whose persons may wait for a record (null)."""
    persons = [one.first] if one.kind == GOLDEN else [one.first, one.second]
    return {"decision": one.number, "verdict": one.kind, "persons": persons}


def _golden_of(connection: Connection[Any], persons: Sequence[int]) -> dict[str, int]:
    """Who stands for each of some persons now."""
    if not persons:
        return {}
    rows = fetch(
        connection,
        f"select id, golden_person_id from persons where id in ({', '.join(['%s'] * len(persons))})"
        " order by id",
        tuple(persons),
    )
    return {str(row["id"]): int(row["golden_person_id"]) for row in rows}

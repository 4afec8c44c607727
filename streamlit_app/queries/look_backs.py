"""The contacts behind the numbers of a look back with another cap, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from lode.masking import mask_contact
from streamlit_app.queries.statement import Statement, fetch

PAGE_SIZE = 50
LATEST = (datetime(9999, 1, 1), 2**63)
# What is asked for: contacts over the cap, those that would not have been made, of each holder the
# first one over it, and all contacts made.
OVER, BLOCKED, PEOPLE, MADE = "over", "blocked", "people", "made"

_SPAN = """
        and made_at >= :begin
        and made_at < :end
        and made_at <= :before_moment
        and (made_at < :before_moment or touchpoint_id < :before_touchpoint)
"""


def _kept(name: str, which: str, index: str) -> Statement:
    """Return the statement over the contacts that a job has kept, from a position on.

    The index is forced: the key seems as good, until few rows are of the kind that is asked for.
    """
    return Statement(
        name=name,
        sql=f"""
select /*+ time limit */
    made_at,
    touchpoint_id,
    golden_person_id,
    shown_contact,
    is_blocked,
    over_count
from `{{raw}}`.cap_look_backs force index ({index})
where job_id = :job {which} {_SPAN}
order by made_at desc, touchpoint_id desc
limit :row_cap
""",
        tables=(),
        index=index,
        row_cap=PAGE_SIZE + 1,
    )


OVER_CAP = _kept("contacts over a cap", "", "PRIMARY")
NOT_MADE = _kept(
    "contacts a cap would have stopped", "and is_blocked = 1", "cap_look_backs_blocked"
)
FIRST_OVER = _kept("people over a cap", "and is_first = 1", "cap_look_backs_first")
# With an equality MariaDB looks the channel up and reads all that is newer than the position; as a
# range of one channel, whose order is told whole, it begins there.
CONTACTS_MADE = Statement(
    name="contacts made by a channel",
    sql=f"""
select /*+ time limit */
    made_at,
    touchpoint_id,
    golden_person_id,
    contact_kind,
    contact_value
from contacts_made
where channel >= :channel and channel <= :channel {_SPAN}
order by channel desc, made_at desc, touchpoint_id desc
limit :row_cap
""",
    tables=("contacts_made",),
    index="touchpoints(touchpoint_type, touchpoint_date), read backwards",
    row_cap=PAGE_SIZE + 1,
)
KEPT = {OVER: OVER_CAP, BLOCKED: NOT_MADE, PEOPLE: FIRST_OVER}


@dataclass(frozen=True)
class LookBack:
    """A look back: the job that made it, the channel, and the period (UTC, without its end)."""

    job: int
    channel: str
    begin: datetime
    end: datetime


@dataclass(frozen=True)
class MadeContact:
    """A contact made; `is_blocked` and `over_count` are None where no cap was asked about."""

    made_at: datetime
    touchpoint_id: int
    golden_person_id: int | None
    shown_contact: str
    is_blocked: bool | None = None
    over_count: int | None = None

    @property
    def position(self) -> tuple[datetime, int]:
        """Where it stands in the order: what `before` takes to go on behind it."""
        return self.made_at, self.touchpoint_id


def read_contacts(
    engine: Engine, look: LookBack, which: str, before: tuple[datetime, int] | None = None
) -> tuple[list[MadeContact], bool]:
    """Return a page of contacts behind a number, and whether there are older ones; QueryError."""
    moment, touchpoint = before or LATEST
    parameters: dict[str, object] = {
        "begin": look.begin,
        "end": look.end,
        "before_moment": moment,
        "before_touchpoint": touchpoint,
    }
    if which in KEPT:
        rows = fetch(engine, KEPT[which], {**parameters, "job": look.job})
        found = [_kept_of(row) for row in rows[:PAGE_SIZE]]
    else:
        rows = fetch(engine, CONTACTS_MADE, {**parameters, "channel": look.channel})
        found = [_made_of(row) for row in rows[:PAGE_SIZE]]
    return found, len(rows) > PAGE_SIZE


def _kept_of(row: Mapping[str, Any]) -> MadeContact:
    return MadeContact(
        row["made_at"],
        int(row["touchpoint_id"]),
        _person(row),
        row["shown_contact"],
        bool(row["is_blocked"]),
        int(row["over_count"]),
    )


def _made_of(row: Mapping[str, Any]) -> MadeContact:
    value = row["contact_value"] or ""
    shown = mask_contact(row["contact_kind"], value) if value else ""
    return MadeContact(row["made_at"], int(row["touchpoint_id"]), _person(row), shown)


def _person(row: Mapping[str, Any]) -> int | None:
    return None if row["golden_person_id"] is None else int(row["golden_person_id"])

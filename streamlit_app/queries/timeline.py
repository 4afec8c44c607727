"""One person's life: events page by page, verdicts, caps used. Masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from lode.comply import Contact
from lode.masking import mask_contact
from streamlit_app.queries.statement import fetch
from streamlit_app.queries.timeline_statements import (
    CAPS,
    EVENTS_BY_YEAR,
    HANDOUTS,
    HANDOUTS_BY_YEAR,
    MEMBERS,
    MEMBERSHIP,
    NEWEST_EVENTS,
    OLDER_EVENTS,
    PAGE_SIZE,
    VERDICTS,
)

KINDS = (
    "import", "call", "sms", "email", "mail", "consent", "opt_out", "dnc", "merge", "decision",
    "export", "reveal",
)  # fmt: skip
# Later than anything that can be known.
FOR_EVER = datetime(9999, 1, 1)
LATEST = (datetime(9999, 12, 31), "")


@dataclass(frozen=True)
class Event:
    """One event of a life, both clocks in UTC; `shown_contact` is masked, "" for none."""

    event_id: str
    kind: str
    event_type: str
    happened_at: datetime
    known_at: datetime
    channel: str
    shown_contact: str
    person_id: int | None
    import_id: str
    record_count: int | None
    actor: str
    detail: str

    @property
    def position(self) -> tuple[datetime, str]:
        """Where it stands in the order of events: what `before` takes to go on behind it."""
        return self.happened_at, self.event_id


@dataclass(frozen=True)
class Events:
    """A page of events, newest first; `has_more` tells whether there are older ones."""

    events: tuple[Event, ...]
    has_more: bool


@dataclass(frozen=True)
class YearCount:
    """How many events of a kind a year has."""

    year: int
    kind: str
    count: int


@dataclass(frozen=True)
class Years:
    """Counts of years, oldest first; `first` is the first of them if older years are left out."""

    counts: tuple[YearCount, ...]
    first: int | None


@dataclass(frozen=True)
class PointVerdict:
    """Whether a contact point may be used on a channel, why not, and when again.

    `digest` names the contact point to a service that writes; no page shows it.
    """

    digest: str
    kind: str
    shown_value: str
    channel: str
    is_allowed: bool
    reasons: tuple[str, ...]
    advice: tuple[str, ...]
    next_allowed_at: datetime | None


@dataclass(frozen=True)
class Cap:
    """How much of a cap is used; `free_at` is None while another contact is allowed."""

    cap_id: str
    channel: str
    used: int
    allowed: int
    window_hours: int
    last_contacted_at: datetime | None
    free_at: datetime | None
    is_enforced: bool = True


def read_events(
    engine: Engine,
    person_id: int,
    kinds: Sequence[str] = (),
    as_of: date | None = None,
    before: tuple[datetime, str] | None = None,
) -> Events:
    """Return a page of a person's events, those behind `before` if given; raises QueryError.

    With `as_of`, only what was known at the end of that day (UTC); without kinds, all of them.
    """
    parameters: dict[str, object] = {
        "person_id": person_id,
        "known_before": known_before(as_of),
        "kinds": ",".join(kinds),
    }
    moment, event_id = before or LATEST
    position = {"happened_at": moment, "event_id": event_id}
    if before is None:
        rows = fetch(engine, NEWEST_EVENTS, parameters)
    else:
        rows = fetch(engine, OLDER_EVENTS, {**parameters, **position})
    handouts = fetch(engine, HANDOUTS, {**parameters, **position})
    # Each of the two has one page and a row more, so that the newest page of both is in them.
    found = sorted(
        [_event_of(row) for row in (*rows, *handouts)], key=lambda one: one.position, reverse=True
    )
    return Events(tuple(found[:PAGE_SIZE]), len(found) > PAGE_SIZE)


def read_years(engine: Engine, person_id: int, as_of: date | None = None) -> Years:
    """Return how many events of which kind each year of a life has, oldest year first."""
    parameters = {"person_id": person_id, "known_before": known_before(as_of)}
    events = fetch(engine, EVENTS_BY_YEAR, parameters)
    first = None
    if len(events) == EVENTS_BY_YEAR.row_cap:
        # The oldest of what fitted may be a part of its year.
        first = int(events[-1]["happened_in"]) + 1
    counts = [
        YearCount(int(row["happened_in"]), str(row["event_kind"]), int(row["event_count"]))
        for row in (*events, *fetch(engine, HANDOUTS_BY_YEAR, parameters))
        if first is None or int(row["happened_in"]) >= first
    ]
    return Years(tuple(sorted(counts, key=lambda one: (one.year, one.kind))), first)


def known_before(as_of: date | None) -> datetime:
    """Return the moment before which something had to be known to count as of a day."""
    if as_of is None or as_of >= FOR_EVER.date():
        return FOR_EVER
    return datetime(as_of.year, as_of.month, as_of.day) + timedelta(days=1)


def read_golden_id(engine: Engine, person_id: int) -> int | None:
    """Return the golden person that an id stands for today, None for nobody's id."""
    for row in fetch(engine, MEMBERSHIP, {"person_id": person_id}):
        return int(row["golden_person_id"])
    return None


def read_members(engine: Engine, person_id: int) -> list[int]:
    """Return the living persons that a golden person is made of, itself first."""
    rows = fetch(engine, MEMBERS, {"person_id": person_id})
    ids = sorted(int(row["person_id"]) for row in rows)
    return sorted(ids, key=lambda one: one != person_id)


def read_verdicts(engine: Engine, person_id: int) -> list[PointVerdict]:
    """Return the verdict on each contact point and channel; raises QueryError."""
    return [_verdict_of(row) for row in fetch(engine, VERDICTS, {"person_id": person_id})]


def read_caps(engine: Engine, person_id: int) -> list[Cap]:
    """Return the caps of whose window a contact is left; raises QueryError."""
    return [
        Cap(
            cap_id=str(row["cap_id"]),
            channel=row["channel"] or "",
            used=int(row["used_count"] or 0),
            allowed=int(row["max_contacts"] or 0),
            window_hours=int(row["window_hours"] or 0),
            last_contacted_at=row["last_contacted_at"],
            free_at=row["free_at"],
            is_enforced=row["enforcement"] != "advise",
        )
        for row in fetch(engine, CAPS, {"person_id": person_id})
    ]


def _event_of(row: dict[str, Any]) -> Event:
    value = row.get("contact_value") or ""
    count = row.get("record_count")
    return Event(
        event_id=str(row["event_id"]),
        kind=row["event_kind"] or "",
        event_type=row["event_type"] or "",
        happened_at=row["happened_at"],
        known_at=row["known_at"],
        channel=row["channel"] or "",
        shown_contact=mask_contact(row["contact_kind"] or "", value) if value else "",
        person_id=None if row["person_id"] is None else int(row["person_id"]),
        import_id=row.get("import_id") or "",
        record_count=None if count is None else int(count),
        actor=row["actor"] or "",
        detail=row["detail"] or "",
    )


def _verdict_of(row: dict[str, Any]) -> PointVerdict:
    kind = row["contact_kind"]
    clear = (row["contact_display"] if kind == "address" else None) or row["contact_value"]
    return PointVerdict(
        digest=Contact(kind, row["contact_value"]).digest,
        kind=kind,
        shown_value=mask_contact(kind, clear),
        channel=row["channel"],
        # A row that says allowed and names a reason contradicts itself: blocked.
        is_allowed=bool(row["is_allowed"]) and not row["reasons"],
        reasons=_codes(row["reasons"]),
        advice=_codes(row["advice"]),
        next_allowed_at=row["next_allowed_at"],
    )


def _codes(text: str | None) -> tuple[str, ...]:
    return tuple(code for code in (text or "").split(",") if code.strip())

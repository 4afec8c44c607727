"""Requests not to be contacted after which somebody was contacted, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine

from lode.masking import mask_contact
from streamlit_app.queries.risk import LATEST, Weeks
from streamlit_app.queries.statement import Statement, fetch

PAGE_SIZE = 50


def _requests(name: str, flag: str) -> Statement:
    """Return the statement that lists the requests with a flag, newest first, from a position."""
    return Statement(
        name=name,
        # The keys first, as of contacts: asked for whole rows, MariaDB reads all that are newer.
        sql=f"""
with

page as (

    select request_id
    from opt_out_register
    where {flag} = 1
        and opted_out_at >= :begin
        and opted_out_at < :end
        and opted_out_at <= :before_moment
        and (opted_out_at < :before_moment or request_id < :before_request)
    order by opted_out_at desc, request_id desc
    limit :row_cap

)

select /*+ time limit */
    requests.request_id,
    requests.golden_person_id,
    requests.channel,
    requests.contact_kind,
    requests.contact_value,
    requests.opted_out_at,
    requests.known_at,
    requests.deadline_on,
    requests.contact_count,
    requests.last_contact_at,
    requests.is_late
from page
inner join opt_out_register as requests on page.request_id = requests.request_id
order by requests.opted_out_at desc, requests.request_id desc
""",
        tables=("opt_out_register",),
        index=f"{flag}, opted_out_at of opt_outs_followed, read backwards",
        row_cap=PAGE_SIZE + 1,
    )


CONTACTED = _requests("requests followed by a contact", "is_contacted")
LATE = _requests("requests followed by a contact too late", "is_late")


@dataclass(frozen=True)
class FollowedRequest:
    """A request not to be contacted and what became of it; the contact point is masked."""

    request_id: int
    golden_person_id: int | None
    channel: str
    shown_contact: str
    opted_out_at: datetime
    known_at: datetime | None
    deadline_on: date | None
    contacts: int
    last_contact_at: datetime | None
    is_late: bool

    @property
    def position(self) -> tuple[datetime, int]:
        """Where it stands in the order: what `before` takes to go on behind it."""
        return self.opted_out_at, self.request_id


def read_requests(
    engine: Engine, weeks: Weeks, *, late_only: bool, before: tuple[datetime, int] | None = None
) -> tuple[list[FollowedRequest], bool]:
    """Return a page of requests of some weeks that a contact followed, and whether there are more.

    `late_only` are those whose last contact came after the law's last day; raises QueryError.
    """
    moment, request = before or LATEST
    parameters = {
        "begin": weeks.begin,
        "end": weeks.end,
        "before_moment": moment,
        "before_request": request,
    }
    rows = fetch(engine, LATE if late_only else CONTACTED, parameters)
    return [_request_of(row) for row in rows[:PAGE_SIZE]], len(rows) > PAGE_SIZE


def _request_of(row: Mapping[str, Any]) -> FollowedRequest:
    value, person = row["contact_value"] or "", row["golden_person_id"]
    return FollowedRequest(
        request_id=int(row["request_id"]),
        golden_person_id=None if person is None else int(person),
        channel=row["channel"] or "",
        shown_contact=mask_contact(row["contact_kind"] or "", value) if value else "",
        opted_out_at=row["opted_out_at"],
        known_at=row["known_at"],
        deadline_on=row["deadline_on"],
        contacts=int(row["contact_count"] or 0),
        last_contact_at=row["last_contact_at"],
        is_late=bool(row["is_late"]),
    )

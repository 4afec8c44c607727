"""Golden persons: found by exact keys or by name, read one at a time with their contact points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine

from lode.masking import mask_contact
from lode.search_pepper import fingerprint, search_key
from streamlit_app.queries.errors import WrongPepperError
from streamlit_app.queries.person_statements import (
    BY_CONTACT,
    BY_ID,
    BY_LAST_NAME,
    BY_LAST_NAME_PREFIX,
    BY_NAME,
    CONTACT_POINTS,
    MAXIMUM_CONTACT_ROWS,
    MAXIMUM_HITS,
    PEOPLE_PAGE,
    PEPPER,
    PERSON,
    REACHED,
)
from streamlit_app.queries.search import ByContact, ByName, ByPersonId, NotSearchable, Search
from streamlit_app.queries.statement import fetch

LIKE_ESCAPE = "!"


@dataclass(frozen=True)
class Hit:
    """A golden person in a list of search results; nothing in it needs a mask."""

    golden_person_id: int
    full_name: str
    city: str
    state: str
    record_count: int
    is_callable: bool
    is_textable: bool
    is_emailable: bool
    is_mailable: bool


@dataclass(frozen=True)
class Hits:
    """At most MAXIMUM_HITS people; `has_more` says that there were more than are shown."""

    people: tuple[Hit, ...]
    has_more: bool


@dataclass(frozen=True)
class Person:
    """One golden person; times are UTC without a zone, `birth` is the year unless shown."""

    golden_person_id: int
    full_name: str
    company_name: str
    birth: str
    city: str
    state: str
    country: str
    record_count: int
    person_count: int
    import_count: int
    first_seen_at: datetime | None
    updated_at: datetime | None


@dataclass(frozen=True)
class Verdict:
    """Whether a contact point may be used on a channel; `reasons` are codes, empty if allowed."""

    channel: str
    is_allowed: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ContactPoint:
    """A phone, e-mail or address; `shown_value` is masked unless clear values were asked for."""

    kind: str
    shown_value: str
    phone_type: str
    is_primary: bool
    is_verified: bool
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class ContactPoints:
    """The contact points of one person, phones first; `has_more` when there were too many."""

    points: tuple[ContactPoint, ...]
    has_more: bool


def find_people(engine: Engine, search: Search, pepper: str | None) -> Hits:
    """Return who a search finds, in the order of the index that found them; raises QueryError.

    A phone or mailbox is looked up by its key, for which the pepper of the warehouse is needed.
    """
    if isinstance(search, NotSearchable):
        return Hits((), False)
    if isinstance(search, ByPersonId):
        rows = fetch(engine, BY_ID, {"person_id": search.person_id})
    elif isinstance(search, ByContact):
        rows = _find_by_contact(engine, search, pepper)
    else:
        rows = _find_by_name(engine, search)
    return Hits(tuple(_hit_of(row) for row in rows[:MAXIMUM_HITS]), len(rows) > MAXIMUM_HITS)


def read_person(engine: Engine, person_id: int, shows_values: bool = False) -> Person | None:
    """Return a golden person, None if there is none of that id; raises QueryError."""
    for row in fetch(engine, PERSON, {"person_id": person_id}):
        return Person(
            golden_person_id=int(row["golden_person_id"]),
            full_name=_name_of(row),
            company_name=row["company_name"] or "",
            birth=_birth(row["birth_date"], shows_values),
            city=row["city"] or "",
            state=row["state"] or "",
            country=row["country"] or "",
            record_count=int(row["record_count"] or 0),
            person_count=int(row["person_count"] or 0),
            import_count=int(row["import_count"] or 0),
            first_seen_at=row["first_seen_at"],
            updated_at=row["updated_at"],
        )
    return None


def read_contact_points(
    engine: Engine, person_id: int, shows_values: bool = False
) -> ContactPoints:
    """Return a person's contact points with a verdict per channel; raises QueryError."""
    rows = fetch(engine, CONTACT_POINTS, {"person_id": person_id})
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows[:MAXIMUM_CONTACT_ROWS]:
        groups.setdefault((row["contact_kind"], row["contact_value"]), []).append(row)
    kinds = ("phone", "email", "address")
    points = [_contact_point_of(group, shows_values) for group in groups.values()]
    points.sort(
        key=lambda point: (
            kinds.index(point.kind) if point.kind in kinds else len(kinds),
            not point.is_primary,
        )
    )
    return ContactPoints(tuple(points), len(rows) > MAXIMUM_CONTACT_ROWS)


def read_people(engine: Engine, channel: str, after: int) -> Hits:
    """Return a page of all people behind an id, or of those a channel may reach; by id."""
    rows = fetch(engine, REACHED.get(channel, PEOPLE_PAGE), {"after": after})
    return Hits(tuple(_hit_of(row) for row in rows[:MAXIMUM_HITS]), len(rows) > MAXIMUM_HITS)


def _find_by_contact(engine: Engine, search: ByContact, pepper: str | None) -> list[dict[str, Any]]:
    """Look a key up; with another pepper than the warehouse's, nobody would ever be found."""
    noted = [bytes(row["fingerprint"]) for row in fetch(engine, PEPPER)]
    if pepper is None or noted != [fingerprint(pepper)]:
        raise WrongPepperError()
    key = search_key(pepper, search.value)
    return fetch(engine, BY_CONTACT, {"key_type": search.kind, "key_value": key})


def _find_by_name(engine: Engine, search: ByName) -> list[dict[str, Any]]:
    """Try every reading of a name; each is one range of the same index. A person comes once."""
    found: dict[int, dict[str, Any]] = {}
    for split in search.splits:
        parameters: dict[str, object] = {"last_name": split.last_name}
        statement = BY_LAST_NAME
        if split.first_name_prefix:
            statement = BY_NAME
            parameters["first_name_pattern"] = like_prefix(split.first_name_prefix)
        elif split.is_last_name_prefix:
            statement = BY_LAST_NAME_PREFIX
            parameters = {"last_name_pattern": like_prefix(split.last_name)}
        for row in fetch(engine, statement, parameters):
            found.setdefault(int(row["golden_person_id"]), row)
        if len(found) > MAXIMUM_HITS:
            break
    return list(found.values())


def like_prefix(prefix: str) -> str:
    """Return the pattern for `like … escape '!'` that means: begins with exactly this."""
    escaped = prefix
    for special in (LIKE_ESCAPE, "%", "_"):
        escaped = escaped.replace(special, LIKE_ESCAPE + special)
    return f"{escaped}%"


def _hit_of(row: dict[str, Any]) -> Hit:
    return Hit(
        golden_person_id=int(row["golden_person_id"]),
        full_name=_name_of(row),
        city=row["city"] or "",
        state=row["state"] or "",
        record_count=int(row["record_count"] or 0),
        is_callable=bool(row["is_callable"]),
        is_textable=bool(row["is_textable"]),
        is_emailable=bool(row["is_emailable"]),
        is_mailable=bool(row["is_mailable"]),
    )


def _name_of(row: dict[str, Any]) -> str:
    return row["full_name"] or row["company_name"] or "(no name)"


def _birth(born: date | None, shows_values: bool) -> str:
    if born is None:
        return ""
    return born.isoformat() if shows_values else f"{born.year}-••-••"


def _contact_point_of(rows: list[dict[str, Any]], shows_values: bool) -> ContactPoint:
    first = rows[0]
    kind = first["contact_kind"]
    # A mask knows E.164 and bare mailboxes; only an address has its readable form elsewhere.
    clear = (first["contact_display"] if kind == "address" else None) or first["contact_value"]
    return ContactPoint(
        kind=kind,
        shown_value=clear if shows_values else mask_contact(kind, clear),
        phone_type=first["phone_type"] or "",
        is_primary=any(row["is_primary"] for row in rows),
        is_verified=any(row["is_verified"] for row in rows),
        verdicts=tuple(
            Verdict(
                channel=row["channel"],
                # A row that says allowed and names a reason contradicts itself: blocked.
                is_allowed=bool(row["is_allowed"]) and not row["reasons"],
                reasons=tuple(code for code in (row["reasons"] or "").split(",") if code.strip()),
            )
            for row in rows
        ),
    )

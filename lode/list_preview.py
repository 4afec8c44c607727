"""What an export of a list would come to now: counts, the first reasons, a masked sample. No file.

Everybody is decided about by the gate itself, so that an export at the same moment says the same.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lode.db import connect
from lode.errors import LodeError
from lode.list_definitions import ListVersion, newest
from lode.list_export import alone, require_settled
from lode.list_gate import KINDS, Chunk, Point, decide, people_of
from lode.list_validity import validity_at
from lode.masking import mask_contact
from lode.person import fetch
from lode.settings import Settings

# Of those who may leave, and of those kept back by each reason.
SAMPLE_ALLOWED, SAMPLE_PER_REASON, MAXIMUM_SAMPLE = 15, 5, 50


@dataclass
class Preview:
    """What an export would come to; `refusal` says why none may leave now, "" if one may."""

    wanted: ListVersion
    decided_at: datetime
    refusal: str = ""
    checked_count: int = 0
    row_count: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    sample: list[dict[str, Any]] = field(default_factory=list)
    sampled: Counter[str] = field(default_factory=Counter)

    @property
    def waterfall(self) -> dict[str, int]:
        """People kept back by their first reason, the most frequent first."""
        return dict(sorted(self.left_out.items(), key=lambda item: (-item[1], item[0])))

    def as_facts(self) -> dict[str, Any]:
        """What the page shows of it; contact points are masked already."""
        return {
            "list": self.wanted.name, "version": self.wanted.version,
            "channel": self.wanted.definition.channel,
            "decided_at": self.decided_at.isoformat(), "refusal": self.refusal,
            "checked": self.checked_count, "rows": self.row_count, "left_out": self.waterfall,
            "sample": self.sample,
        }  # fmt: skip


def preview_list(
    settings: Settings,
    name: str,
    version: int | None = None,
    tell: Callable[[int], None] = lambda _checked: None,
) -> Preview:
    """Return what an export of a list would come to now; BusyError while a run is at work.

    Memory holds one chunk of people; who has a contact point already is kept in a file that SQLite
    makes and takes away.
    """
    wanted = newest(settings, name, version)
    channel = wanted.definition.channel
    with (
        alone(settings),
        connect("auditor", settings, schema="canonical", autocommit=True) as reader,
        closing(sqlite3.connect("")) as seen,
    ):
        at = fetch(reader, "select utc_timestamp(6) as at")[0]["at"]
        found = Preview(wanted, at)
        try:
            require_settled(reader, settings)
            validity_at(reader, settings, channel, at)
        except LodeError as error:
            found.refusal = error.sentence
        seen.execute("create table points (digest text primary key) without rowid")

        def written(digests: list[str]) -> set[str]:
            marks = ", ".join("?" * len(digests))
            rows = seen.execute(f"select digest from points where digest in ({marks})", digests)
            return {str(row[0]) for row in rows}

        for people in people_of(reader, settings, wanted.definition, at):
            chunk = decide(reader, people, channel, at, written)
            seen.executemany(
                "insert into points values (?)", [(one.point.digest,) for one in chunk.allowed]
            )
            _count(found, chunk)
            tell(found.checked_count)
    return found


def _count(found: Preview, chunk: Chunk) -> None:
    found.checked_count += chunk.checked
    found.row_count += len(chunk.allowed)
    found.left_out += chunk.blocked
    for one in chunk.allowed:
        when = None if one.hours is None else one.hours.enforced_from
        _sample(found, one.person, one.point, "", when)
    for out in chunk.left_out:
        _sample(found, out.person, out.point, out.code, None)


def _sample(
    found: Preview, person: dict[str, Any], point: Point | None, code: str, when: datetime | None
) -> None:
    limit = SAMPLE_PER_REASON if code else SAMPLE_ALLOWED
    if found.sampled[code] >= limit or len(found.sample) >= MAXIMUM_SAMPLE:
        return
    found.sampled[code] += 1
    kind = KINDS[found.wanted.definition.channel]
    found.sample.append(
        {
            "person": int(person["golden_person_id"]),
            "state": person["state"] or "",
            "contact": "" if point is None else mask_contact(kind, point.value),
            "outcome": code,
            "from": None if when is None else when.isoformat(timespec="seconds"),
        }
    )

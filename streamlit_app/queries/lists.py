"""Lists: saved definitions, their versions, and what their exports came to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from lode.list_ledger import COMPLETE, HELD
from streamlit_app.queries.statement import Statement, fetch

MAXIMUM_LISTS = 100
MAXIMUM_VERSIONS = 20
MAXIMUM_EXPORTS = 20
MAXIMUM_HELD = 100
# Of `exports` and `releases`: an export that a second person may still release.
HELD_CONDITION = """
    exports.valid_until > :now
    and (
        exports.status = 'HELD'
        or (
            exports.status = 'COMPLETE'
            and exports.row_count > :release_above
            and releases.export_id is null
        )
    )
"""

LISTS = Statement(
    name="lists",
    sql="""
select /*+ time limit */
    list_name,
    max(version) as version
from `{raw}`.list_definitions
group by list_name
order by list_name
limit :row_cap
""",
    tables=(),
    index="PRIMARY: a row per version of a list",
    row_cap=MAXIMUM_LISTS + 1,
)

VERSIONS = Statement(
    name="versions of a list",
    sql="""
select /*+ time limit */
    version,
    channel,
    definition,
    defined_by,
    defined_at
from `{raw}`.list_definitions
where list_name = :list_name
order by version desc
limit :row_cap
""",
    tables=(),
    index="PRIMARY, read backwards",
    row_cap=MAXIMUM_VERSIONS,
)

_EXPORT_COLUMNS = """
    exports.id,
    exports.list_name,
    exports.version,
    exports.channel,
    exports.status,
    exports.exported_by,
    exports.reason,
    exports.file_path,
    exports.decided_at,
    exports.checked_count,
    exports.row_count,
    exports.waterfall,
    exports.valid_until,
    exports.file_sha256,
    releases.released_by
from `{raw}`.list_exports as exports
left join `{raw}`.list_releases as releases on exports.id = releases.export_id
"""

EXPORTS = Statement(
    name="newest exports of a list",
    sql=f"""
select /*+ time limit */ {_EXPORT_COLUMNS}
where exports.list_name = :list_name
order by exports.id desc
limit :row_cap
""",
    tables=(),
    index="list_exports_list, or PRIMARY read backwards: a row per export",
    row_cap=MAXIMUM_EXPORTS,
)

ONE_EXPORT = Statement(
    name="one export",
    sql=f"""
select /*+ time limit */ {_EXPORT_COLUMNS}
where exports.id = :number
limit :row_cap
""",
    tables=(),
    index="PRIMARY",
    row_cap=1,
)

HELD_EXPORTS = Statement(
    name="exports that wait for a second person",
    sql=f"""
select /*+ time limit */ {_EXPORT_COLUMNS}
where {HELD_CONDITION}
order by exports.id desc
limit :row_cap
""",
    tables=(),
    index="PRIMARY, read backwards: a row per export",
    row_cap=MAXIMUM_HELD + 1,
)


@dataclass(frozen=True)
class ListVersion:
    """A version of a list as it was saved; `phones` is the format of the numbers in its files."""

    version: int
    channel: str
    states: tuple[str, ...]
    sources: tuple[str, ...]
    conditions: tuple[str, ...]
    campaigns: tuple[str, ...]
    touched_days: int | None
    untouched_days: int | None
    segment: str | None
    least_score: int | None
    defined_by: str
    defined_at: datetime
    phones: str | None = None


@dataclass(frozen=True)
class ListExport:
    """An export; `left_out` says how many people were left out by their first reason."""

    number: int
    list_name: str
    version: int
    channel: str
    status: str
    exported_by: str
    reason: str
    file_path: str
    decided_at: datetime
    checked: int
    rows: int
    left_out: tuple[tuple[str, int], ...]
    valid_until: datetime | None
    file_sha256: str
    released_by: str

    @property
    def is_counted(self) -> bool:
        """Whether its file is whole, also while it waits for a second person."""
        return self.status in (COMPLETE, HELD)

    @property
    def is_held(self) -> bool:
        """Whether it waits for a second person."""
        return self.status == HELD

    def needs_release(self, limit: int) -> bool:
        """Tell whether it waits for a second person, as files of more lines than a limit do."""
        return self.is_held or (self.is_complete and self.rows > limit and not self.released_by)

    @property
    def is_complete(self) -> bool:
        """Whether its file is whole, and counted."""
        return self.status == COMPLETE

    @property
    def closes(self) -> bool:
        """Whether lines and left out add up to all that were checked."""
        return self.checked == self.rows + sum(count for _, count in self.left_out)


def read_lists(engine: Engine) -> tuple[list[str], bool]:
    """Return the names of all lists, and whether there are more; raises QueryError."""
    names = [str(row["list_name"]) for row in fetch(engine, LISTS)]
    return names[:MAXIMUM_LISTS], len(names) > MAXIMUM_LISTS


def read_versions(engine: Engine, name: str) -> list[ListVersion]:
    """Return the newest versions of a list, newest first."""
    return [_version_of(row) for row in fetch(engine, VERSIONS, {"list_name": name})]


def read_exports(engine: Engine, name: str) -> list[ListExport]:
    """Return the newest exports of a list, newest first."""
    return [_export_of(row) for row in fetch(engine, EXPORTS, {"list_name": name})]


def read_export(engine: Engine, number: int) -> ListExport | None:
    """Return one export, None if there is none of that number."""
    for row in fetch(engine, ONE_EXPORT, {"number": number}):
        return _export_of(row)
    return None


def read_held(engine: Engine, release_above: int, now: datetime) -> tuple[list[ListExport], bool]:
    """Return the exports of all lists that wait for a second person, and whether there are more."""
    rows = fetch(engine, HELD_EXPORTS, {"release_above": release_above, "now": now})
    return [_export_of(row) for row in rows[:MAXIMUM_HELD]], len(rows) > MAXIMUM_HELD


def _version_of(row: Mapping[str, Any]) -> ListVersion:
    said = json.loads(row["definition"])
    return ListVersion(
        version=int(row["version"]),
        channel=row["channel"],
        states=tuple(said.get("states", ())),
        sources=tuple(said.get("sources", ())),
        conditions=tuple(" ".join(map(str, one)) for one in said.get("where", ())),
        campaigns=tuple(said.get("campaigns", ())),
        touched_days=said.get("touched_days"),
        untouched_days=said.get("untouched_days"),
        segment=said.get("segment"),
        least_score=said.get("least_score"),
        defined_by=row["defined_by"],
        defined_at=row["defined_at"],
        phones=said.get("phones"),
    )


def _export_of(row: Mapping[str, Any]) -> ListExport:
    left_out = json.loads(row["waterfall"] or "{}")
    return ListExport(
        number=int(row["id"]),
        list_name=row["list_name"],
        version=int(row["version"]),
        channel=row["channel"],
        status=row["status"],
        exported_by=row["exported_by"],
        reason=row["reason"] or "",
        file_path=row["file_path"],
        decided_at=row["decided_at"],
        checked=int(row["checked_count"] or 0),
        rows=int(row["row_count"] or 0),
        left_out=tuple((str(code), int(count)) for code, count in left_out.items()),
        valid_until=row["valid_until"],
        file_sha256=row["file_sha256"] or "",
        released_by=row["released_by"] or "",
    )

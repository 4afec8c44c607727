"""Types of telephone lines from a carrier's feed, each from a day on: a port, a new allotment."""

from __future__ import annotations

import csv
from datetime import date, datetime, timezone
from pathlib import Path

from lode import audit
from lode.comply import contact_of
from lode.db import connect, transaction
from lode.errors import LodeError, printable
from lode.fact_digest import digest_of_rows, file_key
from lode.lock_holders import current_user
from lode.person import fetch
from lode.settings import Settings
from lode.suppression import check_name

COLUMNS = ("phone", "line_type", "effective_on")
LINE_TYPES = ("mobile", "landline", "voip")
# Other words of the feeds for the same.
WORDS = {"wireless": "mobile", "cell": "mobile", "cellular": "mobile", "fixed": "landline"}

Line = tuple[str, date, str]


def lines_in(path: Path) -> list[Line]:
    """Return the lines of a CSV file; LodeError, with the place, if one is wrong."""
    name = printable(path.name)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            if list(rows.fieldnames or []) != list(COLUMNS):
                raise LodeError(f"{name}: a file of lines has the columns {', '.join(COLUMNS)}.")
            return _agreeing(
                [(_line(row, f"{name}, line {rows.line_num}"), rows.line_num) for row in rows], name
            )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LodeError(f"{name} can't be read as CSV in UTF-8.") from error


def add_lines(settings: Settings, lines: list[Line], source: str, by: str | None = None) -> int:
    """Write lines down, all or none; what is there already stays. Returns how many are new."""
    if not source.strip() or len(source) > 64:
        raise LodeError("--source needs a text of 1 to 64 characters.")
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    who = by or current_user()
    check_name(who)
    with connect("loader", settings, schema="raw") as connection, transaction(connection):
        new = int(
            connection.cursor().executemany(
                "insert ignore into phone_lines"
                " (phone_e164, effective_on, line_type, source, recorded_at)"
                " values (%s, %s, %s, %s, %s)",
                [(phone, day, kind, source.strip(), now) for phone, day, kind in lines],
            )
            or 0
        )
        if new:
            written = fetch(
                connection,
                "select * from phone_lines where recorded_at = %s and source = %s"
                " order by phone_e164, effective_on",
                (now, source.strip()),
            )
            payload = {
                "given": len(lines), "new": new, "file": file_key(now, source.strip()),
                "row": digest_of_rows(written)[1],
            }  # fmt: skip
            audit.append(
                connection,
                settings,
                "lines.add",
                actor=who.strip(),
                subject=f"feed {source.strip()}",
                payload=payload,
            )
    return new


def _agreeing(lines: list[tuple[Line, int]], name: str) -> list[Line]:
    """Return lines; LodeError if two say different things of a number from the same day on."""
    said: dict[tuple[str, date], tuple[str, int]] = {}
    for (phone, day, kind), number in lines:
        before, first = said.setdefault((phone, day), (kind, number))
        if before != kind:
            raise LodeError(
                f"{name}, lines {first} and {number} say {before} and {kind} of one number from the"
                " same day on: leave one out."
            )
    return [line for line, _ in lines]


def _line(row: dict[str, str], place: str) -> Line:
    try:
        phone = contact_of(row["phone"] or "", None).value
        day = date.fromisoformat((row["effective_on"] or "").strip())
    except LodeError:
        raise LodeError(f"{place}: phone needs a telephone number.") from None
    except ValueError:
        raise LodeError(f"{place}: effective_on needs a date such as 2026-01-05.") from None
    word = (row["line_type"] or "").strip().lower()
    kind = WORDS.get(word, word)
    if kind not in LINE_TYPES:
        raise LodeError(f"{place}: line_type needs one of {', '.join(LINE_TYPES)}.")
    return phone, day, kind

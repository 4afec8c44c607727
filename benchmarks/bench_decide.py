"""Decisions about a large warehouse: from nothing, after one more import, and one answer.

The canonical tables are filled by hand, as a build of a million people would take longer than what
is measured here. They are the tables that dbt makes, with its columns and indexes. The reference is
what each may take at most, on two processors with nothing else to do.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from dedup.database import open_database
from lode.comply import Contact, explain_contact, explain_person
from lode.db import connect
from lode.dbt import DbtResult, run_dbt
from lode.pipeline import run_pipeline
from lode.settings import Settings

PERSONS, NEW = 1_000_000, 10_000
QUICK_PERSONS, QUICK_NEW = 10_000, 500
QUESTIONS = 50
# At most so many seconds, and milliseconds for an answer.
WHOLE_SECONDS, SOME_SECONDS, ANSWER_MILLISECONDS = 60.0, 5.0, 300.0
FIRST = 10_000_000_000
# What stands between the canonical tables and the mart.
TOUCHED = ("int_golden_touched", "int_decisions_touched")
DECISIONS = (
    *TOUCHED, "int_golden_contacts", "contact_verdicts", "contact_points", "contactability",
    "decided_groups", "decided_facts",
    "build_int_golden_contacts", "build_contact_verdicts", "build_contactability",
)  # fmt: skip
# Every twentieth person was found to be another one again; every third has a second number.
PEOPLE = """
    create table people as
    with drawn as (
        select n, {first} + n as golden, n % 20 = 0 as is_again, n % 3 = 0 as has_second,
            hash(n) as h
        from range(1, {count} + 1) as numbers(n)
    ),
    codes as (
        select row_number() over (order by area_code) - 1 as place, area_code,
            count(*) over () as total
        from read_csv('{codes}', header = true, all_varchar = true)
        where kind = 'geographic'
    )
    select drawn.*, codes.area_code,
        '+1' || codes.area_code || lpad((2000000 + 2 * (n // total))::varchar, 7, '0') as phone,
        '+1' || codes.area_code || lpad((2000001 + 2 * (n // total))::varchar, 7, '0') as second,
        'u' || n || '@example.com' as email
    from drawn
    inner join codes on drawn.n % total = codes.place
"""


class Filled(NamedTuple):
    """A table to fill: its schema, the columns, and the select that gives them."""

    schema: str
    table: str
    columns: str
    query: str


PHONES = (
    "(select n, golden, h, phone, true as is_first from people where {part}"
    " union all select n, golden, h, second, false from people where has_second and {part})"
)
TABLES = (
    Filled(
        "canonical", "persons",
        "id, is_original, golden_person_id, record_count, first_import_seq, last_import_seq",
        "select golden, 1, golden, 1, 1, 1 from people where {part} union all"
        " select golden + {first}, 0, golden, 1, 2, 2 from people where is_again and {part}",
    ),
    Filled("canonical", "phone_numbers",
           "id, person_id, phone_e164, phone_type, is_primary, is_verified",
           "select golden * 4 + (not is_first)::int, golden, phone,"
           " case h % 4 when 0 then 'mobile' when 1 then 'landline' when 2 then 'voip' end,"
           f" is_first::int, (h % 5 = 0)::int from {PHONES}"),
    Filled("canonical", "email_addresses", "id, person_id, email, is_primary, is_verified",
           "select golden * 4, golden, email, 1, 0 from people where {part} union all"
           " select golden * 4 + 1, golden + {first}, 'a' || email, 1, 0 from people"
           " where is_again and {part}"),
    Filled("canonical", "addresses",
           "id, person_id, street, city, state, zip, country, is_primary",
           "select golden * 4, golden, (h % 9000) || ' Main St', 'Town' || (h % 500), 'TX',"
           " case when h % 10 > 0 then '78701' end, 'US', 1 from people where {part}"),
    Filled("marts", "golden_persons", "golden_person_id, state",
           "select golden, 'TX' from people where {part}"),
    Filled("canonical", "touchpoints",
           "id, person_id, touchpoint_type, phone_e164, import_seq, touchpoint_date, @h",
           "select golden * 4 + k.k, golden, case when h % 2 = 0 then 'call' else 'sms' end, phone,"
           " 3, now()::timestamp - interval 1 minute * (h % 40000 + k.k), sha256(n || '.' || k.k)"
           " from people cross join range(0, 4) as k(k) where h % 12 = 0 and {part}"),
    Filled("staging", "stg_opt_outs",
           "record_id, phone_e164, email, channel, opted_out_at, known_at",
           "select golden, case when h % 2 = 0 then phone end,"
           " case when h % 2 = 1 then email end,"
           " case h % 3 when 0 then 'all' when 1 then 'email' else 'call' end,"
           " timestamp '2026-01-05', timestamp '2026-01-05' from people"
           " where n % 49 = 0 and {part}"),
    Filled("raw", "opt_out_requests",
           "phone_e164, channel, origin, opted_out_at, recorded_by, recorded_at",
           "select phone, 'sms', 'text', timestamp '2026-01-06', 'bench', timestamp '2026-01-06'"
           " from people where n % 211 = 0 and {part}"),
    Filled("raw", "consent_records",
           "phone_e164, kind, channel, happened_at, recorded_by, recorded_at, @h",
           "select phone, case when n % 2 = 0 then 'consent' else 'purchase' end,"
           " case when n % 2 = 0 then 'call' end, timestamp '2026-01-07', 'bench',"
           " timestamp '2026-01-07', sha256('c' || n) from people where n % 53 = 0 and {part}"),
    Filled("raw", "phone_lines", "phone_e164, effective_on, line_type, source, recorded_at",
           "select phone, date '2026-01-05', 'mobile', 'bench', timestamp '2026-01-05'"
           " from people where n % 37 = 0 and {part}"),
    # Two numbers of five are listed, and as many again that nobody here has.
    Filled("raw", "dnc_listings", "list_id, phone, from_download",
           "select 1, substr(phone, 3)::bigint + k.k * 5000000, 1 from people"
           " cross join range(0, 2) as k(k) where n % 5 < 2 and {part} order by 2"),
)  # fmt: skip
REGISTRY = (
    "insert into dnc_lists values (1, 'national')",
    "insert into dnc_downloads (id, list_id, kind, filename, file_size_bytes, checksum,"
    " accessed_on, area_codes, loaded_by, status, attempt, chunk_rows, chunks_done, number_count,"
    " added_count, removed_count, started_at, loaded_at) values (1, 1, 'full', 'f', 1, '1',"
    " utc_date() - interval 3 day, 'all', 'bench', 'LOADED', 1, 1, 1, 1, 1, 0,"
    " utc_timestamp() - interval 3 day, utc_timestamp() - interval 3 day)",
    "insert into dnc_coverage values (1, 0)",
)
HASHED = {"touchpoints": "content_hash", "consent_records": "content_hash"}


def run(settings: Settings, quick: bool = False) -> list[dict[str, Any]]:
    """Measure in an empty warehouse; `quick` takes small sizes."""
    persons, new = (QUICK_PERSONS, QUICK_NEW) if quick else (PERSONS, NEW)
    run_pipeline(settings)
    with open_database() as people, tempfile.TemporaryDirectory(dir=settings.home) as folder:
        codes = settings.root / "seeds" / "phone" / "nanp_area_codes.csv"
        people.execute(PEOPLE.format(count=persons + new, first=FIRST, codes=codes))
        with connect("loader", settings, schema="raw", autocommit=True) as connection:
            for statement in REGISTRY:
                connection.query(statement)
        _fill(settings, people, Path(folder), f"n <= {persons}")
        _touch(settings, f"select id, 1, 1, 1 from persons where id <= {FIRST + persons}")
        whole = _decide(settings, "--full-refresh")
        _fill(settings, people, Path(folder), f"n > {persons}")
        # A fifth of the import is about people who were there.
        _touch(
            settings,
            f"select id, 1, 1, 1 from persons where id between {FIRST + persons + 1}"
            f" and {FIRST + persons + new} or id between {FIRST} and {FIRST + new // 5}",
        )
        some = _decide(settings)
        asked = people.execute(f"select phone, golden from people limit {QUESTIONS}").fetchall()
    return [
        _row(
            f"contactability of {persons:,} golden persons from nothing", whole, "s", WHOLE_SECONDS
        ),
        _row(f"after one more import of {new:,}", some, "s", SOME_SECONDS),
        *_answers(settings, asked, f"among {persons:,} golden persons"),
    ]


def _answers(settings: Settings, asked: list[tuple[str, int]], among: str) -> list[dict[str, Any]]:
    """Ask about numbers and persons one by one, connecting each time as the command does."""
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    phones = [
        _seconds(partial(explain_contact, settings, Contact("phone", phone), now, ("call",)))
        for phone, _ in asked
    ]
    persons = [
        _seconds(partial(explain_person, settings, person, now, ("call", "sms", "email", "mail")))
        for _, person in asked
    ]
    return [
        _row(
            f"one answer about a {kind} {among}",
            statistics.median(seconds) * 1000,
            "ms",
            ANSWER_MILLISECONDS,
        )
        for kind, seconds in (("number", phones), ("person", persons))
    ]


def _decide(settings: Settings, *options: str) -> float:
    """Run the models of decisions; returns the seconds they took together, without dbt's start."""
    with connect("transformer", settings, schema="canonical", autocommit=True) as connection:
        # As after a complete run: nothing is left over from a part.
        connection.query("delete from pipeline_attempts")
    done = run_dbt(["run", *options, "--select", *DECISIONS], settings, quiet=True)
    assert done.returncode == 0, done.output
    return _seconds_at_work(done)


def _seconds_at_work(done: DbtResult) -> float:
    """From the first model's beginning to the last one's end: some are built side by side."""
    moments = [
        datetime.fromisoformat(str(step[name]).removesuffix("Z"))
        for node in done.results
        for step in node["timing"]
        for name in ("started_at", "completed_at")
    ]
    return (max(moments) - min(moments)).total_seconds()


def _touch(settings: Settings, query: str) -> None:
    """Say whose persons an import has computed anew."""
    with connect("transformer", settings, schema="canonical", autocommit=True) as connection:
        connection.query("delete from int_persons_touched")
        connection.query(f"insert into int_persons_touched {query}")


def _fill(settings: Settings, people: duckdb.DuckDBPyConnection, folder: Path, part: str) -> None:
    """Load the people of a condition, with all facts about them."""
    for schema, table, columns, query in TABLES:
        path = folder / f"{table}.csv"
        people.execute(
            f"copy ({query.format(part=part, first=FIRST)}) to '{path}'"
            " (format csv, header false, delimiter '\t', quote '', escape '', nullstr '\\N')"
        )
        role = "loader" if schema == "raw" else "transformer"
        hashed = f" set {HASHED[table]} = unhex(@h)" if table in HASHED else ""
        with (
            connect(
                role, settings, schema=schema, autocommit=True, local_infile=True
            ) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(
                f"load data local infile %s into table {table} ({columns}){hashed}", (str(path),)
            )
            cursor.execute(f"analyze local table {table}")
            cursor.fetchall()
        path.unlink()


def _row(name: str, ours: float, unit: str, bar: float) -> dict[str, Any]:
    ratio = round(ours / bar, 2)
    return {"name": name, "ours": round(ours, 2), "reference": bar, "ratio": ratio, "unit": unit}


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
